//! Bulk look-ups: input lines -> indicators -> cache or client -> records, in
//! the order of the input, in flat memory.

pub mod collection;
pub mod digest;
pub mod lookup;
pub mod object;
pub mod plan;
pub mod record;
pub mod relation;
pub mod vulnerability;
pub mod widget;

pub use plan::Plan;
pub use record::Record;
