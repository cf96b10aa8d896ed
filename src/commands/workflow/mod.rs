//! What the commands on alerts and issues share.

mod changes;
mod ids;
mod item;
mod launch;
mod output;

pub(super) use changes::ChangeArgs;
pub(super) use ids::IdArgs;
pub(super) use item::Item;
pub(super) use launch::{CHANGED, Job, launch};
