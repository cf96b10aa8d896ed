//! Rules: what becomes of each alert, in the words of whoever gets them.
//!
//! A file of ordered rules is read and checked as a whole; then each alert meets
//! the first rule whose conditions hold, and that rule's action.

mod action;
mod alert;
mod entry;
mod file;
mod judgement;
mod test;
#[cfg(test)]
mod tests;

pub(crate) use action::{Action, tagged};
pub(crate) use file::Ground;
pub(crate) use judgement::{Judgement, Rules};
