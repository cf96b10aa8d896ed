//! The record that answers one id (contract, section 5).

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::change::State;
use crate::bulk::{Answer, Fate, Outcome};
use crate::client::endpoints::indicators::Object;

/// The answer to one id.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The id, or what stood in its place; none where nothing did.
    pub id: Option<String>,
    /// What was asked.
    pub asked: Asked,
    /// What came of it.
    pub outcome: Outcome<Done>,
}

/// What was asked about an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To show the item.
    Show,
    /// To change it, with the status that it had, where that is known.
    Change(Option<String>),
}

/// What was done about an id.
#[derive(Debug, Clone)]
pub(crate) enum Done {
    /// The alert as the service has it.
    Alert(Object),
    /// The issue as the service has it.
    Issue(Object),
    /// An alert of GTI Alerts, as the service has it.
    GtiAlert(Object),
    /// A document of such an alert.
    Document(Object),
    /// A finding.
    Finding(Object),
    /// An item that is, or could be, changed.
    Settled(Settled),
}

/// How an item stands after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled {
    /// What came of the change.
    pub effect: Effect,
    /// What it is like, or would be.
    pub to: State,
    /// Whether tags are part of the change.
    pub tags: bool,
    /// Why it was skipped.
    pub reason: Option<String>,
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It was made.
    Updated,
    /// It would be made, if this were no dry run.
    WouldUpdate,
    /// There was nothing to change.
    Unchanged,
    /// The item had another status than was expected.
    Skipped,
}

impl Effect {
    /// The word in records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::WouldUpdate => "would_update",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
        }
    }
}

impl Answer for Record {
    fn fate(&self) -> Fate<'_> {
        match &self.outcome {
            Outcome::Done(Done::Settled(settled)) if settled.effect == Effect::Skipped => {
                Fate::Skipped
            }
            outcome => outcome.fate(),
        }
    }

    fn unconfirmed(&self) -> Option<String> {
        let id = self.id.as_deref().unwrap_or_default();
        Some(format!("the change of {id}"))
    }

    fn lasting(&self) -> Option<String> {
        let Outcome::Done(Done::Settled(settled)) = &self.outcome else {
            return None;
        };
        if settled.effect != Effect::Updated {
            return None;
        }
        let status = settled.to.status.as_ref();
        let status = status.map(|status| format!(" status {status}"));
        let tags = settled
            .tags
            .then(|| format!(" tags {}", settled.to.tags.join(",")));
        Some(format!(
            "updated {}:{}{}",
            self.id.as_deref().unwrap_or_default(),
            status.unwrap_or_default(),
            tags.unwrap_or_default()
        ))
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        let settled = match &self.outcome {
            Outcome::Done(Done::Settled(settled)) => Some(settled),
            _ => None,
        };
        if let Asked::Change(from) = &self.asked {
            map.serialize_entry("from", from)?;
            let to = settled.and_then(|settled| settled.to.status.as_ref());
            map.serialize_entry("to", &to)?;
        }
        map.serialize_entry("status", self.status())?;
        if let Some(settled) = settled {
            if settled.tags {
                map.serialize_entry("tags", &settled.to.tags)?;
            }
            if let Some(etag) = &settled.to.version.etag {
                map.serialize_entry("etag", etag)?;
            }
            if let Some(reason) = &settled.reason {
                map.serialize_entry("reason", reason)?;
            }
        }
        if let Some(problem) = self.outcome.problem() {
            map.serialize_entry("error", problem)?;
        }
        map.end()
    }
}

impl Record {
    /// The object, where it was to be shown.
    pub(crate) fn object(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Done(
                Done::Alert(item)
                | Done::Issue(item)
                | Done::GtiAlert(item)
                | Done::Document(item)
                | Done::Finding(item),
            ) => Some(item.json()),
            _ => None,
        }
    }

    /// The word in the record.
    pub(crate) fn status(&self) -> &'static str {
        match &self.outcome {
            Outcome::Done(Done::Settled(settled)) => settled.effect.name(),
            outcome => outcome.status().name(),
        }
    }
}
