//! What records have beside the object that they are about: parts that are asked for
//! separately, and why one of them is missing.

use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::client::Client;
use crate::client::endpoints::indicators::Place;
use crate::model::error::Error;
use crate::model::mitre::SandboxTactics;

/// The parts that are missing, each with its error.
pub(crate) type PartErrors = Vec<(String, Error)>;

/// What sandboxes saw of a file: ATT&CK techniques, and their reports as sent. Each is
/// `None` when not asked for; one that cannot be fetched leaves an error and is empty.
pub(crate) async fn sandbox_parts(
    client: &Client,
    file: Place<'_>,
    (mitre, behaviours): (bool, bool),
    errors: &mut PartErrors,
) -> (Option<Vec<SandboxTactics>>, Option<Vec<Box<RawValue>>>) {
    let mut mitre_part = None;
    if mitre {
        let trees = client.mitre(file).await.map(|trees| {
            errors.extend(trees.unread.problems_of("mitre"));
            trees.view
        });
        mitre_part = Some(part_or_error("mitre", trees, errors));
    }
    let mut behaviours_part = None;
    if behaviours {
        let reports = client.behaviours(file).await;
        behaviours_part = Some(part_or_error("behaviours", reports, errors));
    }
    (mitre_part, behaviours_part)
}

/// A part that was asked for; an empty one with a note of its error where it cannot be
/// fetched.
pub(crate) fn part_or_error<T: Default>(
    part: &str,
    outcome: Result<T, Error>,
    errors: &mut PartErrors,
) -> T {
    outcome.unwrap_or_else(|error| {
        errors.push((part.to_owned(), error));
        T::default()
    })
}

/// The errors as a record shows them, each with the name of its part.
pub(crate) struct ShownErrors<'a>(pub &'a [(String, Error)]);

impl Serialize for ShownErrors<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(part, error)| ShownError(part, error)))
    }
}

struct ShownError<'a>(&'a str, &'a Error);

impl Serialize for ShownError<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.1.serialize_within(serializer, Some(self.0))
    }
}

/// Appends a record as JSON: its own members, and the object as `report`. The object's
/// bytes are copied, not read again: they are most of the record, and were checked when
/// they came.
///
/// # Panics
/// Never: maps with text keys always serialise.
pub(crate) fn write_with_report(out: &mut Vec<u8>, head: &impl Serialize, report: Option<&str>) {
    serde_json::to_writer(&mut *out, head).expect("a record is JSON");
    if let Some(report) = report {
        out.pop();
        out.extend_from_slice(b",\"report\":");
        out.extend_from_slice(report.as_bytes());
        out.push(b'}');
    }
}
