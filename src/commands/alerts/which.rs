//! Which alerts of a project: the options of the feed and of the list.

use clap::{Args, ValueEnum};

use crate::client::endpoints::gti_alerts::LARGEST_PAGE;
use crate::commands::known::all_checked;
use crate::feed::sources::alerts::Which;
use crate::model::error::Error;
use crate::model::gti_alert::{Project, STATES};
use crate::output::Columns;

/// The project, for every command on alerts.
#[derive(Debug, Args)]
pub(in crate::commands) struct ProjectArgs {
    // In help, backticks would be part of what is copied.
    #[arg(
        long,
        value_name = "ID",
        help = "Id of the project [default: GTI_ALERTS_PROJECT, alerts.project of the profile]"
    )]
    pub project: Option<Project>,
}

/// Which alerts. An option that is given several times takes alerts with any of its
/// values.
#[derive(Debug, Args)]
pub(in crate::commands) struct WhichArgs {
    #[arg(
        long,
        value_name = "AIP",
        help = "Filter in the service's own language (AIP-160): 'state = \"NEW\" AND \
                severity_analysis.severity_level = \"SEVERITY_LEVEL_HIGH\"'"
    )]
    filter: Option<String>,
    #[arg(
        long,
        value_name = "STATE",
        help = "NEW, READ, TRIAGED, ESCALATED, RESOLVED, DUPLICATE, FALSE_POSITIVE, \
                NOT_ACTIONABLE, BENIGN or TRACKED_EXTERNALLY; may be repeated"
    )]
    state: Vec<String>,
    /// Only alerts of this priority or a higher one
    #[arg(long, value_name = "LEVEL", ignore_case = true)]
    min_priority: Option<Level>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    Low,
    Medium,
    High,
    Critical,
}

impl Level {
    /// This priority and those above it.
    fn and_above(self) -> &'static [&'static str] {
        const LEVELS: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
        match self {
            Self::Low => &LEVELS,
            Self::Medium => &LEVELS[1..],
            Self::High => &LEVELS[2..],
            Self::Critical => &LEVELS[3..],
        }
    }
}

/// The columns of alerts in CSV.
pub(in crate::commands) const COLUMNS: Columns = Columns(&[
    "name",
    "audit.createTime",
    "audit.updateTime",
    "state",
    "detail.detailType",
    "priorityAnalysis.priorityLevel",
    "relevanceAnalysis.relevanceLevel",
    "severityAnalysis.severityLevel",
    "displayName",
    "aiSummary",
    "findingCount",
    "etag",
]);

impl WhichArgs {
    /// The alerts of a project, so many a page.
    ///
    /// # Errors
    /// Usage, for a filter that cannot be one, and for a value that is a slip of one
    /// that the service knows.
    pub(in crate::commands) fn which(
        &self,
        project: &Project,
        page_size: Option<u16>,
    ) -> Result<Which, Error> {
        let states: Vec<String> = self.state.iter().map(|state| spelled(state)).collect();
        let states = all_checked("--state", &states, &STATES)?;
        let priorities = self.min_priority.map(Level::and_above).unwrap_or_default();
        Which::new(
            project.clone(),
            self.filter.as_deref(),
            &states,
            priorities,
            page_size.unwrap_or(LARGEST_PAGE),
        )
    }
}

/// A state as the service spells it: `false-positive` is `FALSE_POSITIVE`.
pub(super) fn spelled(state: &str) -> String {
    state.trim().to_ascii_uppercase().replace(['-', ' '], "_")
}
