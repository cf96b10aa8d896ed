//! Lines of JSON on their way through a pipe, each with what is known of the indicators
//! that stand in it.
//!
//! A thread reads lines and looks their texts up in the mirror ([`reader`]); what the
//! mirror does not know may be asked elsewhere while later lines are read ([`pipe`]).
//! Lines leave in the order in which they came, each once, and with every byte that they
//! had: one member is written before their last brace.

mod line;
mod member;
mod object;
mod pipe;
mod reader;

#[cfg(test)]
mod tests;

pub(crate) use line::Origin;
pub(crate) use member::{Protocol, Style};
pub(crate) use pipe::{Answers, Asked, Pipe, Stats};
pub(crate) use reader::{Looking, read};
