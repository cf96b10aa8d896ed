//! Which alerts of digital threat monitoring: the options of the feed and of the
//! list.

use clap::Args;

use crate::client::endpoints::dtm_alerts::{ALERT_STATUSES, Alerts};
use crate::commands::known::all_checked;
use crate::model::error::Error;
use crate::output::Columns;

/// What the service knows (API notes, section 7.1).
const STATUSES: &str = "new, read, escalated, in_progress, closed, no_action_required, duplicate, not_relevant or tracked_external";

/// The columns of alerts in CSV.
pub(in crate::commands) const COLUMNS: Columns = Columns(&[
    "id",
    "created_at",
    "updated_at",
    "severity",
    "status",
    "alert_type",
    "monitor_id",
    "monitor_name",
    "title",
    "alert_summary",
    "indicator_mscore",
    "confidence",
    "tags",
]);

pub(in crate::commands) const TYPES: [&str; 10] = [
    "Compromised Credentials",
    "Document",
    "Domain Discovery",
    "Email",
    "Forum Post",
    "Message",
    "Paste",
    "Shop Listing",
    "Tweet",
    "Web Content",
];

pub(in crate::commands) const SEVERITIES: [&str; 3] = ["high", "medium", "low"];

/// Which alerts. An option that is given several times takes alerts with any of its
/// values.
#[derive(Debug, Args)]
pub(in crate::commands) struct AlertArgs {
    /// Id of a monitor
    #[arg(long, value_name = "ID")]
    monitor_id: Vec<String>,
    #[arg(long, value_name = "STATUS", help = STATUSES)]
    status: Vec<String>,
    /// Compromised Credentials, Domain Discovery, Forum Post, Message, Paste,
    /// Shop Listing, Tweet, Web Content …
    #[arg(short = 't', long, alias = "type", value_name = "TYPE")]
    alert_type: Vec<String>,
    /// Tag of the alert
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Value that the monitor matched
    #[arg(long, value_name = "VALUE")]
    match_value: Vec<String>,
    /// high, medium or low
    #[arg(long, value_name = "SEVERITY")]
    severity: Vec<String>,
    /// Only alerts whose indicators have this score or a higher one: 0 to 100
    #[arg(long, alias = "mscore-gte", value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_score: Option<u8>,
    /// Lucene query over the alert and its document
    #[arg(long, value_name = "LUCENE")]
    search: Option<String>,
    /// Include the document, its labels and its topics; pages are then smaller
    #[arg(long)]
    refs: bool,
}

impl AlertArgs {
    /// Whether documents are to come with the alerts.
    pub(in crate::commands) fn refs(&self) -> bool {
        self.refs
    }

    /// The alerts, so many a page.
    ///
    /// # Errors
    /// Usage, for a value that is a slip of one that the service knows.
    pub(in crate::commands) fn alerts(&self, page_size: Option<u8>) -> Result<Alerts, Error> {
        Ok(Alerts {
            monitors: self.monitor_id.clone(),
            statuses: all_checked("--status", &self.status, &ALERT_STATUSES)?,
            types: all_checked("--alert-type", &self.alert_type, &TYPES)?,
            tags: self.tag.clone(),
            match_values: self.match_value.clone(),
            severities: all_checked("--severity", &self.severity, &SEVERITIES)?,
            lowest_mscore: self.min_score,
            search: self.search.clone(),
            refs: self.refs,
            page_size,
        })
    }
}
