//! Work on alerts and issues: ids -> read -> decide -> write -> records, in the
//! order of the input.

pub(crate) mod change;
pub(crate) mod desk;
pub(crate) mod digest;
pub(crate) mod input;
mod job;
pub(crate) mod record;
mod turn;

pub(crate) use change::Change;
pub(crate) use desk::Desk;
pub(crate) use job::{Task, Work};
pub(crate) use record::Record;
