//! The engine of feeds: nothing lost, nothing twice.
//!
//! A feed yields pages; each page is read, cleared of repeats, filtered,
//! delivered, made durable, and only then committed. One file a feed, in
//! [`sources`].

mod error;
mod escalation;
mod hour;
mod memory;
mod page;
mod pipeline;
mod position;
pub(crate) mod rules;
mod run;
mod selection;
pub(crate) mod sources;
mod totals;
mod window;

pub(crate) use escalation::{Escalation, SendBack};
pub(crate) use hour::Hour;
pub(crate) use memory::Memory;
pub(crate) use page::Feed;
pub(crate) use pipeline::{Held, Pipeline};
pub(crate) use position::{Changes, Hours, Position, Sweep};
pub(crate) use run::{Ended, Moment, Pace, run};
pub(crate) use totals::Totals;
pub(crate) use window::{When, Window};
