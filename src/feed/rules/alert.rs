//! An alert as the conditions see it.

use std::cell::OnceCell;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::ruled::Ruled;
use crate::model::verdict::Valued;
use crate::model::view::{Decoded, Unread, decode};
use crate::output::jq::{Document, FilterError};

/// An alert, an issue or an indicator: the keys mean the nearest that each has.
pub(super) struct Alert<'a> {
    json: &'a str,
    now: Timestamp,
    ruled: Ruled,
    unread: Unread,
    document: OnceCell<Document>,
}

impl<'a> Alert<'a> {
    /// Reads what the keys mean.
    ///
    /// # Errors
    /// What is no JSON object, in words.
    pub(super) fn read(json: &'a str, now: Timestamp) -> Result<Self, String> {
        let Decoded { view, unread } =
            decode(json).map_err(|error| format!("the record is not a JSON object: {error}"))?;
        Ok(Self {
            json,
            now,
            ruled: view,
            unread,
            document: OnceCell::new(),
        })
    }

    /// Its id; that of an issue may go by another name.
    pub(super) fn id(&self) -> Option<&str> {
        let resource = self.ruled.name.as_deref();
        let resource = resource.filter(|name| name.starts_with("projects/"));
        let ruled = &self.ruled;
        ruled.id.as_deref().or(ruled.uid.as_deref()).or(resource)
    }

    /// The type of an alert, the category of an issue, the kind of an indicator.
    pub(super) fn alert_type(&self) -> Option<&str> {
        let ruled = &self.ruled;
        let found = ruled
            .alert_type
            .as_ref()
            .or(ruled.summary.category.as_ref())
            .or(ruled.detail.kind.as_ref());
        found.or(ruled.kind.as_ref()).map(String::as_str)
    }

    pub(super) fn severity(&self) -> Option<Severity> {
        let ruled = &self.ruled;
        let assessed = ruled.attributes.gti_assessment.severity.as_ref();
        let stated = [
            ruled.severity.as_ref(),
            ruled.summary.severity.as_ref(),
            assessed.map(|Valued(severity)| severity),
            ruled.severity_analysis.level.as_ref(),
        ];
        stated
            .into_iter()
            .flatten()
            .find_map(|text| text.parse().ok())
    }

    /// The monitor that an alert comes from.
    pub(super) fn monitor_id(&self) -> Option<&str> {
        self.ruled.monitor_id.as_deref()
    }

    pub(super) fn tags(&self) -> impl Iterator<Item = &str> {
        let ruled = &self.ruled;
        let indicator = ruled.attributes.tags.iter();
        let all = ruled.tags.iter().chain(indicator);
        all.chain(&ruled.context_attributes.tags)
            .map(String::as_str)
    }

    /// The maliciousness score of an alert, the threat score of an indicator.
    pub(super) fn mscore(&self) -> Option<i64> {
        let assessed = self.ruled.attributes.gti_assessment.threat_score.as_ref();
        let assessed = assessed.map(|Valued(score)| *score);
        self.ruled.indicator_mscore.or(assessed)
    }

    /// How long ago an alert was made, an issue first seen, or an indicator told
    /// of or else changed. What lies in the future is new.
    pub(super) fn age(&self) -> Option<Duration> {
        let ruled = &self.ruled;
        let stated = [
            ruled.created_at.as_ref(),
            ruled.first_seen.as_ref(),
            ruled.context_attributes.notification_date.as_ref(),
            ruled.attributes.last_modification_date.as_ref(),
            ruled.audit.created.as_ref(),
        ];
        let time = stated.into_iter().flatten().find_map(|text| time(text))?;
        Some(Duration::try_from(self.now.duration_since(time)).unwrap_or_default())
    }

    /// Why it cannot be said what one of these members is: it was sent, and cannot be
    /// read.
    pub(super) fn unread(&self, members: &[&str]) -> Option<String> {
        let mut unread = members.iter().filter_map(|member| self.unread.of(member));
        unread.next().map(ToString::to_string)
    }

    /// All of it, for jq.
    pub(super) fn document(&self) -> Result<&Document, FilterError> {
        if let Some(document) = self.document.get() {
            return Ok(document);
        }
        let read = Document::read(self.json)?;
        Ok(self.document.get_or_init(|| read))
    }
}

/// A time in RFC 3339, or in seconds since the epoch.
fn time(text: &str) -> Option<Timestamp> {
    let seconds = || {
        let seconds: f64 = text.trim().parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what does not fit is no time"
        )]
        let whole = seconds.trunc() as i64;
        Timestamp::from_second(whole).ok()
    };
    text.parse().ok().or_else(seconds)
}

/// A severity. Attack surface issues number it from 1, the worst, to 5 (API
/// notes, section 6.2); alerts and assessments name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        let bare = lower.strip_prefix("severity_").unwrap_or(&lower);
        Ok(match bare.strip_prefix("level_").unwrap_or(bare) {
            "1" | "critical" => Self::Critical,
            "2" | "high" => Self::High,
            "3" | "medium" => Self::Medium,
            "4" | "low" => Self::Low,
            "5" | "info" | "informational" | "none" => Self::Info,
            _ => {
                return Err(format!(
                    "`{text}` is not a severity: write critical, high, medium, low or info, or their numbers 1 to 5"
                ));
            }
        })
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        })
    }
}
