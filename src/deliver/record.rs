//! A record on its way out, and what keeps it from getting there.

use crate::output::Record;
use crate::output::row::View;

/// A record on its way out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Emitted<'a> {
    /// The API's own object.
    pub json: &'a str,
    /// What tells it from all others, where the feed knows.
    pub identity: Option<&'a str>,
    /// How people see it.
    pub view: View,
}

impl Record for Emitted<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.json.as_bytes());
    }

    fn api_object(&self) -> Option<&str> {
        Some(self.json)
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        Some((self.view)(self.json).cells)
    }

    fn columns(&self) -> Vec<(&'static str, String)> {
        (self.view)(self.json).columns
    }

    fn rank(&self) -> u32 {
        (self.view)(self.json).rank
    }
}

/// A step that every record of a run passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is read as a JSON object.
    Read,
    /// The condition of `--where` is asked.
    Where,
    /// The rules are asked.
    Rules,
    /// It is shaped for the output: `--jq`, `--fields`, a row of CSV.
    Shape,
    /// The webhook's program makes a body of it.
    Body,
    /// The database takes it as a row.
    #[cfg(feature = "postgres")]
    Row,
}

impl Step {
    /// Its name in a dead letter.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Where => "where",
            Self::Rules => "rules",
            Self::Shape => "shape",
            Self::Body => "webhook-body",
            #[cfg(feature = "postgres")]
            Self::Row => "row",
        }
    }
}

/// A record that a step could not process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unprocessed {
    /// The step.
    pub step: Step,
    /// Why, in words.
    pub reason: String,
    /// Whether a program was stopped, because it came to no end: it would come to
    /// none on the next record either.
    pub stopped: bool,
}

impl Unprocessed {
    /// A record that this step could not process.
    pub(crate) fn new(step: Step, reason: impl Into<String>) -> Self {
        Self {
            step,
            reason: reason.into(),
            stopped: false,
        }
    }

    /// The same, where the program may have been stopped.
    #[must_use]
    pub(crate) fn stopped(self, stopped: bool) -> Self {
        Self { stopped, ..self }
    }
}

/// Counts the records that failed. The first one is told; the rest would say the
/// same ten thousand times over.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    count: u64,
    told: bool,
}

impl Failures {
    /// How many there are.
    pub(crate) fn total(&self) -> u64 {
        self.count
    }

    /// Counts so many records that failed for one reason.
    pub(crate) fn add(&mut self, records: u64, reason: &str) {
        self.count(records);
        self.tell(reason);
    }

    /// Counts so many records, before it is known what becomes of them.
    pub(crate) fn count(&mut self, records: u64) {
        self.count += records;
    }

    /// Says why records failed.
    pub(crate) fn tell(&mut self, reason: &str) {
        if self.told {
            tracing::debug!("{reason}");
        } else {
            self.told = true;
            tracing::warn!("{reason}");
        }
    }
}
