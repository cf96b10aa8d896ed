//! The process itself: what it hands to those it starts, what it leaves behind
//! when it dies, and the streams that it was started with.

mod child;
mod core;
mod stdout;

pub(crate) use self::child::child;
pub use self::core::leave_no_core;
pub(crate) use self::stdout::stdout_is_open;
