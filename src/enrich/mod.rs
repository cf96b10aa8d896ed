//! Bulk look-ups: input lines -> indicators -> cache or client -> records, in
//! the order of the input, in flat memory.

pub(crate) mod collection;
pub(crate) mod digest;
pub(crate) mod estimate;
pub(crate) mod journal;
pub(crate) mod lookup;
pub(crate) mod plan;
pub(crate) mod record;
pub(crate) mod vulnerability;
pub(crate) mod widget;

pub(crate) use plan::Plan;
pub(crate) use record::Record;
