//! Scanning: submit -> wait -> report, for many files and URLs at once.
//!
//! Who gets to see a submission is part of the plan and decides every path on
//! the way ([`Visibility`](crate::model::visibility::Visibility) gives them), so
//! a private run has no public endpoint to fall back to.

mod flow;
mod found;
mod job;
mod password;
pub(crate) mod plan;
mod polling;
pub(crate) mod record;
pub(crate) mod target;
mod wait;
mod walk;

pub(crate) use found::Found;
pub(crate) use job::Scan;
pub(crate) use plan::{Plan, Waiting};
pub(crate) use record::Record;
pub(crate) use target::{Subject, Target, size_of};
pub(crate) use walk::files_below;
