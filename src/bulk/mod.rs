//! Runs over many inputs: inputs -> jobs -> records, in the order of the input,
//! in flat memory.
//!
//! A command brings a [`Job`] and a stream of inputs, and has its records printed
//! by a [`Printer`]. How many are under way, what a signal means for them, which
//! status a record has and which exit code follows are decided here, for all
//! jobs alike. When to stop asking is decided by the client's circuit breaker.

pub(crate) mod header;
pub(crate) mod input;
mod job;
mod parts;
mod printer;
mod record;
mod run;
pub(crate) mod structured;
mod tally;
pub(crate) mod text;

pub(crate) use job::{Job, Note, OnStop, look_ups};
pub(crate) use parts::{PartErrors, ShownErrors, part_or_error, sandbox_parts, write_with_report};
pub(crate) use printer::{Printed, Printer, Raw, RecordSink, Remarks, Teller};
pub(crate) use record::{Answer, Fate, Outcome, Status};
pub(crate) use run::{Consumer, Ended, run};
pub(crate) use tally::Tally;
