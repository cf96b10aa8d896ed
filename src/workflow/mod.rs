//! Work on alerts and issues: ids -> read -> decide -> write -> records, in the
//! order of the input.

pub mod change;
pub mod desk;
pub mod digest;
pub mod input;
mod job;
pub mod record;
mod turn;

pub use change::Change;
pub use desk::Desk;
pub use job::{Task, Work};
pub use record::Record;
