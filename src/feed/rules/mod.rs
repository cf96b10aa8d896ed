//! Rules: what becomes of each alert, in the words of whoever gets them.
//!
//! A file of ordered rules is read and checked as a whole; then each alert meets
//! the first rule whose conditions hold, and that rule's action.

mod action;
mod age;
mod alert;
mod entry;
mod file;
mod judgement;
mod mistake;
mod severity;
mod tagged;
mod test;
#[cfg(test)]
mod tests;
mod written;

pub(crate) use action::Action;
pub(crate) use file::Ground;
pub(crate) use judgement::{Judgement, Rule, Rules};
pub(crate) use tagged::tagged;
