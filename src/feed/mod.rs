//! The engine of feeds: nothing lost, nothing twice.
//!
//! A feed yields pages; each page is read, cleared of repeats, filtered,
//! delivered, made durable, and only then committed. One file a feed, in
//! [`sources`].

pub(crate) mod checkpoint;
mod error;
mod escalation;
mod hour;
mod live;
mod memory;
mod mirrored;
mod page;
mod pipeline;
mod position;
pub(crate) mod rules;
mod run;
mod selection;
mod session;
#[cfg(feature = "postgres")]
mod shared;
pub(crate) mod sources;
mod totals;
mod window;
mod work;

pub(crate) use escalation::SendBack;
pub(crate) use hour::Hour;
pub(crate) use page::Feed;
pub(crate) use position::{Changes, Hours, Kinds, Position, Sweep};
pub(crate) use run::{Ended, Pace};
pub(crate) use session::{Plan, Session};
pub(crate) use window::{When, Window};
