//! Where encoded records go.

mod append;
mod committed;
mod feed_directory;
mod file;
pub(crate) mod path;
mod stream;
mod target;
mod whole;

pub(crate) use append::Append;
pub(crate) use committed::{
    CommittedFile, Flushed, Opening, holds_committed, release, uncommitted,
};
pub(crate) use feed_directory::FeedDirectory;
pub(crate) use file::{Replacement, Successor, is_unfinished};
pub(crate) use stream::Stream;
pub(crate) use target::{Opened, Target};
pub(crate) use whole::Whole;

use super::error::OutputError;

/// A destination of encoded output.
///
/// It takes whole pieces only: a record, a header, the end of a document. One
/// that appends can therefore count bytes between records, and one that delivers
/// can count records.
pub(crate) trait Sink: Send {
    /// Takes one piece; it may stay in memory until [`Sink::flush`].
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError>;

    /// Hands on what is still in memory.
    fn flush(&mut self) -> Result<(), OutputError>;

    /// Hears that everything flushed so far is committed. Whether the destination goes
    /// on in a new file, as after a rotation.
    fn committed(&mut self) -> Result<bool, OutputError> {
        Ok(false)
    }

    /// Takes back what was written since the last commit, where that can be.
    fn take_back(&mut self) -> Result<(), OutputError> {
        self.flush()
    }

    /// Ends a complete output and makes it durable, as far as the destination
    /// knows durability.
    fn finish(self: Box<Self>) -> Result<(), OutputError>;

    /// Ends an output that is cut short: what readers have seen stays, what can
    /// be taken back is.
    fn abandon(self: Box<Self>) -> Result<(), OutputError>;
}
