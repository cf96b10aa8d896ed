//! A line on its way, and what is known of the indicators in it.

use std::ops::Range;
use std::time::Instant;

use super::object::Gap;
use crate::local::extract::ValueType;
use crate::local::matching::Known;
use crate::model::indicator::Indicator;

/// Where something is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The mirror.
    Mirror,
    /// An answer of the service that was kept.
    Cache,
    /// The service, asked now.
    Api,
}

impl Origin {
    /// Its name in records and options.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mirror => "mirror",
            Self::Cache => "cache",
            Self::Api => "api",
        }
    }
}

/// What is known of an indicator of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// What is known.
    pub known: Known,
    /// The path of the text that it stands in.
    pub field: String,
    /// From where.
    pub from: Origin,
}

/// An indicator of a line that the mirror does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// The indicator.
    pub indicator: Indicator,
    /// The path of the text that it stands in.
    pub field: String,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A JSON object, into which a member goes.
    Object(Gap),
    /// A text, which becomes a member of an object itself.
    Text,
    /// Anything else: it passes as it is.
    Other,
}

/// A line, read.
#[derive(Debug)]
pub(super) struct Line {
    /// Its bytes in its batch, with what ends it.
    pub range: Range<usize>,
    /// Bytes at its end that are no part of it.
    pub ending: usize,
    pub form: Form,
    pub told: Vec<Told>,
    pub unknown: Vec<Unknown>,
}

/// Lines that were read together.
#[derive(Debug)]
pub(super) struct Batch {
    pub bytes: Vec<u8>,
    pub lines: Vec<Line>,
    pub read_at: Instant,
}

/// How a line fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Everything that was asked was answered, and something is known.
    Ok,
    /// Something could not be looked up.
    Partial,
    /// Something is still being looked up.
    Deferred,
    /// Nothing is known of the line.
    None,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Deferred => "deferred",
            Self::None => "none",
        }
    }
}

impl Told {
    /// How bad it is, to be compared: the verdict first, then the score.
    pub(super) fn badness(&self) -> (u8, i64) {
        let rank = match self.known.verdict.as_deref() {
            Some("malicious") => 5,
            Some("suspicious") => 4,
            Some("unknown") | None => 3,
            Some("undetected") => 2,
            Some(_) => 1,
        };
        (rank, self.known.threat_score.unwrap_or(-1))
    }

    /// Whether it makes its line a hit: the mirror has it, or the service calls it bad.
    pub(super) fn is_hit(&self) -> bool {
        self.from == Origin::Mirror
            || matches!(
                self.known.verdict.as_deref(),
                Some("malicious" | "suspicious")
            )
    }

    pub(super) fn is_of(&self, value: &str, value_type: ValueType, field: &str) -> bool {
        self.known.value == value && self.known.value_type == value_type && self.field == field
    }
}
