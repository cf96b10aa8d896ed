//! The record that answers one id (contract, section 5).

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::change::State;
use crate::client::endpoints::indicators::Object;
use crate::model::problem::Problem;

/// The answer to one id.
#[derive(Debug, Clone)]
pub struct Record {
    /// The id, or what stood in its place; none where nothing did.
    pub id: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an id.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The item as the service has it.
    Shown(Object),
    /// An item that is, or could be, changed.
    Settled(Settled),
    /// Nothing to show: `error`, `not_found` or `not_attempted`, and why.
    Missed(&'static str, Problem),
    /// Nothing changed, as far as is known.
    Failed {
        /// `error` or `not_attempted`.
        status: &'static str,
        /// Why.
        problem: Problem,
        /// What the item was like, where that is known.
        from: Option<String>,
    },
}

/// How an item stands after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What came of the change.
    pub fate: Fate,
    /// What the item was like.
    pub from: State,
    /// What it is like, or would be.
    pub to: State,
    /// Whether tags are part of the change.
    pub tags: bool,
    /// Why it was skipped.
    pub reason: Option<String>,
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was made.
    Updated,
    /// It would be made, if this were no dry run.
    WouldUpdate,
    /// There was nothing to change.
    Unchanged,
    /// The item had another status than was expected.
    Skipped,
}

impl Fate {
    /// The word in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::WouldUpdate => "would_update",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
        }
    }
}

impl Record {
    /// The failure, if it is one.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.outcome {
            Outcome::Missed(_, problem) | Outcome::Failed { problem, .. } => Some(problem),
            Outcome::Shown(_) | Outcome::Settled(_) => None,
        }
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        match &self.outcome {
            // Shown as it came, and not by this.
            Outcome::Shown(_) => {}
            Outcome::Settled(settled) => {
                map.serialize_entry("from", &settled.from.status)?;
                map.serialize_entry("to", &settled.to.status)?;
                map.serialize_entry("status", settled.fate.name())?;
                if settled.tags {
                    map.serialize_entry("tags", &settled.to.tags)?;
                }
                if let Some(reason) = &settled.reason {
                    map.serialize_entry("reason", reason)?;
                }
            }
            Outcome::Missed(status, problem) => {
                map.serialize_entry("status", status)?;
                map.serialize_entry("error", problem)?;
            }
            Outcome::Failed {
                status,
                problem,
                from,
            } => {
                map.serialize_entry("from", from)?;
                map.serialize_entry("to", &None::<&str>)?;
                map.serialize_entry("status", status)?;
                map.serialize_entry("error", problem)?;
            }
        }
        map.end()
    }
}
