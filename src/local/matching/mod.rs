//! Lines of any text that name an indicator of a list, or of the mirror.
//!
//! What stands in a line is decided by [`extract`](super::extract), so a log is read as
//! every text is. To be fast, a [`sieve`](sieve::Sieve) looks at each token first: it
//! hashes the hosts, addresses and hashes as they are written, and asks a filter in
//! memory. Only what may be known is read properly and compared with the
//! [`list`](list::List) or the mirror itself, so there is never a false hit.
//!
//! A [`block`] is some lines that are matched together; [`run`] reads files into blocks,
//! has threads match them, and keeps their order.

mod against;
mod block;
mod escapes;
mod list;
mod names;
mod odd;
mod run;
mod sieve;
mod source;

#[cfg(test)]
mod tests;

pub(crate) use against::{Against, Chosen, Known};
pub(crate) use block::{Hit, Line};
pub(crate) use list::{List, ListError, Reading};
pub(in crate::local) use names::each_name;
pub(crate) use run::{Found, How, find};
pub(in crate::local) use sieve::Sieve;
