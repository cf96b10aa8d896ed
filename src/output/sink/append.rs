//! A file that is appended to, and that nobody remembers.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Sink;
use crate::output::error::OutputError;

/// Large writes: a bulk run is bound by the disk, not by system calls.
const BUFFER: usize = 256 * 1024;

/// Records appended to a file, which is locked as long as the run lasts.
pub(crate) struct Append {
    writer: BufWriter<File>,
    name: String,
    was_empty: bool,
}

impl Append {
    /// Opens a file to append to, and creates it if need be.
    ///
    /// # Errors
    /// [`OutputError::Open`], or [`OutputError::InUse`] if another run has it open.
    pub(crate) fn open(path: &Path) -> Result<Self, OutputError> {
        let name = path.display().to_string();
        let failed = |cause| OutputError::open(&name, cause);
        let file = OpenOptions::new().append(true).create(true).open(path);
        let file = file.map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(OutputError::InUse { target: name }),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                return Err(failed(error));
            }
            _ => {}
        }
        Ok(Self {
            writer: BufWriter::with_capacity(BUFFER, file),
            name,
            was_empty: found.len() == 0,
        })
    }

    /// Whether there was nothing in the file.
    pub(crate) fn was_empty(&self) -> bool {
        self.was_empty
    }
}

impl Sink for Append {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        let written = self.writer.write_all(piece);
        written.map_err(|cause| OutputError::write(&self.name, cause))
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        let flushed = self.writer.flush();
        flushed.map_err(|cause| OutputError::write(&self.name, cause))
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        self.flush()
    }

    fn abandon(mut self: Box<Self>) -> Result<(), OutputError> {
        self.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn it_only_appends_and_only_one_run_does() {
        let room = tempfile::tempdir().expect("directory");
        let path = room.path().join("out.jsonl");
        fs::write(&path, "a\n").expect("write");
        let mut sink = Append::open(&path).expect("open");
        assert!(!sink.was_empty());
        assert!(matches!(
            Append::open(&path),
            Err(OutputError::InUse { .. })
        ));
        sink.write(b"b\n").expect("write");
        Box::new(sink).abandon().expect("abandon");
        assert_eq!(fs::read(&path).expect("read"), b"a\nb\n");
        assert!(Append::open(&path).is_ok());
    }
}
