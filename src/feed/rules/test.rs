//! A single condition of a rule.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use super::alert::{Alert, Severity};
use crate::model::time::{format_duration, parse_duration};
use crate::output::jq::{Filter, FilterError};

/// What a key of a rule asks of an alert. Of several values any will do.
pub(super) enum Test {
    AlertType(Vec<String>),
    Severity(Vec<Severity>),
    MonitorId(Vec<String>),
    Tags(Vec<String>),
    MinMscore(i64),
    Age(Vec<Age>),
    When(Vec<Program>),
}

/// A jq condition and its text.
pub(super) struct Program {
    pub(super) text: String,
    pub(super) filter: Filter,
}

/// Why nobody can say whether a condition holds.
pub(super) struct Undecided {
    pub(super) reason: String,
    /// Whether its program was stopped, because it came to no end.
    pub(super) stopped: bool,
}

impl From<FilterError> for Undecided {
    fn from(error: FilterError) -> Self {
        Self {
            reason: error.to_string(),
            stopped: error.spent().is_some(),
        }
    }
}

impl Test {
    /// Whether it is written in jq, for which the whole alert must be read.
    pub(super) fn is_program(&self) -> bool {
        matches!(self, Self::When(_))
    }

    /// The key that it is written under.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::AlertType(_) => "alert_type",
            Self::Severity(_) => "severity",
            Self::MonitorId(_) => "monitor_id",
            Self::Tags(_) => "tags",
            Self::MinMscore(_) => "min_mscore",
            Self::Age(_) => "age",
            Self::When(_) => "when",
        }
    }

    /// The members that it looks at, in whichever kind of object.
    fn members(&self) -> &'static [&'static str] {
        match self {
            Self::AlertType(_) => &["alert_type", "summary.category", "type"],
            Self::Severity(_) => &[
                "severity",
                "summary.severity",
                "attributes.gti_assessment.severity",
            ],
            Self::MonitorId(_) => &["monitor_id"],
            Self::Tags(_) => &["tags", "attributes.tags", "context_attributes.tags"],
            Self::MinMscore(_) => &["indicator_mscore", "attributes.gti_assessment.threat_score"],
            Self::Age(_) => &[
                "created_at",
                "first_seen",
                "context_attributes.notification_date",
                "attributes.last_modification_date",
            ],
            // The program sees all of it, as it is.
            Self::When(_) => &[],
        }
    }

    /// Whether it holds. What cannot be read neither holds nor does not.
    pub(super) fn holds(&self, alert: &Alert<'_>) -> Result<bool, Undecided> {
        let met = self.is_met(alert)?;
        if met || self.is_known(alert) {
            return Ok(met);
        }
        let unread = alert.unread(self.members());
        unread.map_or(Ok(false), |reason| {
            Err(Undecided {
                reason,
                stopped: false,
            })
        })
    }

    /// Whether the alert has the one value that it asks about. Of tags there may
    /// always be more.
    fn is_known(&self, alert: &Alert<'_>) -> bool {
        match self {
            Self::AlertType(_) => alert.alert_type().is_some(),
            Self::Severity(_) => alert.severity().is_some(),
            Self::MonitorId(_) => alert.monitor_id().is_some(),
            Self::MinMscore(_) => alert.mscore().is_some(),
            Self::Age(_) => alert.age().is_some(),
            Self::Tags(_) | Self::When(_) => false,
        }
    }

    fn is_met(&self, alert: &Alert<'_>) -> Result<bool, FilterError> {
        Ok(match self {
            Self::AlertType(types) => alert.alert_type().is_some_and(|found| {
                types
                    .iter()
                    .any(|wanted| found.eq_ignore_ascii_case(wanted))
            }),
            Self::Severity(severities) => alert
                .severity()
                .is_some_and(|found| severities.contains(&found)),
            Self::MonitorId(ids) => alert
                .monitor_id()
                .is_some_and(|found| ids.iter().any(|wanted| *wanted == found)),
            Self::Tags(tags) => met(tags, alert).is_some(),
            Self::MinMscore(least) => alert.mscore().is_some_and(|score| score >= *least),
            Self::Age(bounds) => alert
                .age()
                .is_some_and(|age| bounds.iter().any(|bound| bound.admits(age))),
            Self::When(programs) => first(programs, alert)?.is_some(),
        })
    }

    /// What of the alert makes it hold.
    pub(super) fn because(&self, alert: &Alert<'_>) -> String {
        let found = match self {
            Self::AlertType(_) => alert.alert_type().map(Cow::Borrowed),
            Self::Severity(_) => alert.severity().map(|found| found.to_string().into()),
            Self::MonitorId(_) => alert.monitor_id().map(Cow::Borrowed),
            Self::Tags(tags) => met(tags, alert).map(Cow::Borrowed),
            Self::MinMscore(_) => alert.mscore().map(|found| found.to_string().into()),
            Self::Age(_) => alert
                .age()
                .map(|found| format_duration(Duration::from_secs(found.as_secs())).into()),
            Self::When(programs) => first(programs, alert)
                .ok()
                .flatten()
                .map(|program| Cow::Borrowed(program.text.as_str())),
        };
        format!("{}: {}", self.key(), found.unwrap_or_default())
    }
}

/// The first tag of the alert that is among these.
fn met<'b>(tags: &[String], alert: &'b Alert<'_>) -> Option<&'b str> {
    alert
        .tags()
        .find(|found| tags.iter().any(|tag| tag == found))
}

/// The first program that holds.
fn first<'b>(
    programs: &'b [Program],
    alert: &Alert<'_>,
) -> Result<Option<&'b Program>, FilterError> {
    let document = alert.document()?;
    for program in programs {
        if program.filter.holds(document)? {
            return Ok(Some(program));
        }
    }
    Ok(None)
}

/// A bound of the age: `>24h`, `<1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Older(Duration),
    Younger(Duration),
}

impl Age {
    /// Whether something of this age is within the bound.
    pub(super) fn admits(self, age: Duration) -> bool {
        match self {
            Self::Older(bound) => age > bound,
            Self::Younger(bound) => age < bound,
        }
    }
}

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is not a bound of the age: write \">24h\" for what is older, \"<1h\" for what is younger"
            )
        };
        let text = text.trim();
        let bound = |rest: &str| parse_duration(rest).map_err(|_| wrong());
        if let Some(rest) = text.strip_prefix('>') {
            return Ok(Self::Older(bound(rest)?));
        }
        let rest = text.strip_prefix('<').ok_or_else(wrong)?;
        Ok(Self::Younger(bound(rest)?))
    }
}
