//! Files, read into blocks of whole lines.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::local::extract::{ExtractError, Source, not_text};
use crate::model::encoding::decoded;

/// A block at most; a longer line is cut between tokens.
const BLOCK: usize = 256 * 1024;

/// How far from the end of a block a place to cut a longer line is looked for.
const LONGEST_TOKEN: usize = 32 * 1024;

/// How often a file that is followed is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Whole lines, and the number of the first of them.
pub(super) struct Block {
    pub bytes: Vec<u8>,
    pub first: u64,
}

/// Where a file is read from.
enum Origin {
    Stream(Box<dyn Read + Send>),
    /// A file that others write to, which may be another one when they are done.
    Followed {
        path: PathBuf,
        file: File,
    },
}

/// What came of a read.
enum Read1 {
    Bytes(usize),
    /// There may be more later.
    Later,
    /// What comes next is another file.
    Another,
    End,
}

/// Reads a file into blocks.
pub(super) struct Blocks {
    origin: Origin,
    held: Vec<u8>,
    line: u64,
    /// Whether the file has been looked at.
    begun: bool,
    ended: bool,
}

impl Blocks {
    /// # Errors
    /// When it can't be opened.
    pub(super) fn open(source: Source, follow: bool) -> io::Result<Self> {
        let origin = match source {
            Source::Stream(reader) => Origin::Stream(reader),
            Source::File(path) if follow => Origin::Followed {
                file: File::open(&path)?,
                path,
            },
            Source::File(path) => Origin::Stream(Box::new(decoded(File::open(path)?))),
        };
        Ok(Self {
            origin,
            held: Vec::with_capacity(BLOCK),
            line: 1,
            begun: false,
            ended: false,
        })
    }

    /// The next block, as soon as a line is whole; `None` at the end. While a file that
    /// is followed has nothing new, `go_on` is asked.
    ///
    /// # Errors
    /// When it can't be read, or is no text.
    pub(super) fn next(&mut self, go_on: &dyn Fn() -> bool) -> Result<Option<Block>, ExtractError> {
        while !self.ended {
            let before = self.held.len();
            match self.origin.read(&mut self.held)? {
                Read1::End => {
                    self.ended = true;
                    return Ok(self.rest());
                }
                Read1::Another => {
                    let rest = self.rest();
                    self.line = 1;
                    if rest.is_some() {
                        return Ok(rest);
                    }
                }
                Read1::Later if go_on() => std::thread::sleep(PAUSE),
                Read1::Later => self.ended = true,
                Read1::Bytes(length) => {
                    if !std::mem::replace(&mut self.begun, true) {
                        not_text(&self.held)?;
                    }
                    let new = &self.held[before..before + length];
                    if memchr::memchr(b'\n', new).is_some() || self.held.len() >= BLOCK {
                        return Ok(Some(self.cut()));
                    }
                }
            }
        }
        Ok(None)
    }

    /// What is held, whether its last line is whole or not.
    fn rest(&mut self) -> Option<Block> {
        let bytes = std::mem::take(&mut self.held);
        let first = self.line;
        (!bytes.is_empty()).then_some(Block { bytes, first })
    }

    /// The whole lines of what is held; of one that is too long, what fits.
    fn cut(&mut self) -> Block {
        let end = match memchr::memrchr(b'\n', &self.held) {
            Some(newline) => newline + 1,
            None => between_tokens(&self.held),
        };
        let mut rest = Vec::with_capacity(BLOCK);
        rest.extend_from_slice(&self.held[end..]);
        let mut bytes = std::mem::replace(&mut self.held, rest);
        bytes.truncate(end);
        let first = self.line;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Block { bytes, first }
    }
}

impl Origin {
    fn read(&mut self, held: &mut Vec<u8>) -> io::Result<Read1> {
        let (reader, follows): (&mut dyn Read, _) = match self {
            Self::Stream(reader) => (reader, false),
            Self::Followed { file, .. } => (file, true),
        };
        let before = held.len();
        held.resize(BLOCK.max(before + 1), 0);
        let read = loop {
            match reader.read(&mut held[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        held.truncate(before + read.as_ref().map_or(0, |length| *length));
        match read? {
            0 if follows => self.turn(),
            0 => Ok(Read1::End),
            length => Ok(Read1::Bytes(length)),
        }
    }

    /// What follows the end of a file that others write to.
    fn turn(&mut self) -> io::Result<Read1> {
        let Self::Followed { path, file } = self else {
            return Ok(Read1::End);
        };
        let at = file.stream_position()?;
        if is_another(path, file) {
            // What was written before it was moved away has been read by now, or is
            // read once more.
            let mut one = [0];
            if file.read(&mut one)? > 0 {
                file.seek(SeekFrom::Start(at))?;
                return Ok(Read1::Later);
            }
            let Ok(next) = File::open(path) else {
                return Ok(Read1::Later);
            };
            *file = next;
            return Ok(Read1::Another);
        }
        if file.metadata()?.len() < at {
            file.seek(SeekFrom::Start(0))?;
            return Ok(Read1::Another);
        }
        Ok(Read1::Later)
    }
}

/// Whether the path names another file than the one that is open.
#[cfg(unix)]
fn is_another(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (std::fs::metadata(path), file.metadata()) {
        (Ok(named), Ok(open)) => (named.dev(), named.ino()) != (open.dev(), open.ino()),
        // It was moved away, and its successor is yet to come.
        _ => false,
    }
}

/// Whether the path names another file than the one that is open. Elsewhere a file that
/// is open is not moved away.
#[cfg(not(unix))]
fn is_another(_: &Path, _: &File) -> bool {
    false
}

/// Where to cut a line that is too long.
fn between_tokens(line: &[u8]) -> usize {
    let reach = line.len().saturating_sub(LONGEST_TOKEN);
    let breaks = |byte: &u8| matches!(byte, 0..=0x20 | b'"' | b'<' | b'>');
    line[reach..]
        .iter()
        .rposition(breaks)
        .map_or(line.len(), |at| reach + at + 1)
}
