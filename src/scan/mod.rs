//! Scanning: submit -> wait -> report, for many files and URLs at once.
//!
//! Who gets to see a submission is part of the plan and decides every path on
//! the way ([`Visibility`](crate::model::visibility::Visibility) gives them), so
//! a private run has no public endpoint to fall back to.

mod flow;
mod found;
mod job;
mod password;
pub mod plan;
mod polling;
pub mod record;
pub mod target;
mod wait;
mod walk;

pub use found::Found;
pub use job::Scan;
pub use plan::{Plan, Waiting};
pub use record::{Record, Stage};
pub use target::{Subject, Target};
pub use walk::files_below;
