//! A file that grows, and whose committed length somebody keeps.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Sink;
use crate::output::error::OutputError;

/// Large writes: a bulk run is bound by the disk, not by system calls.
const BUFFER: usize = 256 * 1024;

/// Records appended to a file.
///
/// A durable one is synchronised by every flush, and cut back to the last flush
/// when it is abandoned: together with a state that remembers the flushed length,
/// each record lands exactly once, whatever ends the run.
pub struct Append {
    writer: BufWriter<File>,
    name: String,
    durable: bool,
    length: u64,
    written: Written,
}

/// The flushed length of a file that is appended to.
#[derive(Debug, Clone)]
pub struct Written {
    length: Arc<AtomicU64>,
    inode: u64,
}

impl Written {
    /// Bytes that were flushed, from the beginning of the file.
    pub fn length(&self) -> u64 {
        self.length.load(Ordering::Relaxed)
    }

    /// The file's inode; 0 where there are none.
    pub fn inode(&self) -> u64 {
        self.inode
    }
}

impl Append {
    /// Opens a file to append to, and creates it if need be.
    ///
    /// # Errors
    /// [`OutputError::Open`] or [`OutputError::Write`].
    pub fn open(path: &Path) -> Result<Self, OutputError> {
        let name = path.display().to_string();
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|cause| OutputError::open(&name, cause))?;
        let found = file
            .metadata()
            .map_err(|cause| OutputError::open(&name, cause))?;
        if found.is_dir() {
            return Err(OutputError::open(&name, io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self {
            writer: BufWriter::with_capacity(BUFFER, file),
            name,
            durable: false,
            length: found.len(),
            written: Written {
                length: Arc::new(AtomicU64::new(found.len())),
                inode: inode(&found),
            },
        })
    }

    /// Opens a file so that every flush is durable. With the length and inode
    /// that were committed before, what follows them is cut off: it was written
    /// by a run that did not get to commit it.
    ///
    /// # Errors
    /// As [`Append::open`]; [`OutputError::NotAsCommitted`] for a file that is
    /// gone, shorter, or another one. It is left as it is.
    pub fn open_durable(path: &Path, committed: Option<(u64, u64)>) -> Result<Self, OutputError> {
        let name = path.display().to_string();
        let unlike = |reason: String| OutputError::NotAsCommitted {
            target: name.clone(),
            reason,
        };
        if let Some((length, _)) = committed
            && length > 0
            && !path.exists()
        {
            return Err(unlike(format!("it is gone, with {length} committed bytes")));
        }
        let is_new = !path.exists();
        let mut sink = Self::open(path)?;
        sink.durable = true;
        if is_new {
            sync_directory(path);
        }
        let Some((length, inode)) = committed else {
            return Ok(sink);
        };
        if length > 0 && inode != sink.written.inode {
            return Err(unlike(
                "it is another file than the one that was written".to_owned(),
            ));
        }
        if sink.length < length {
            return Err(unlike(format!(
                "it has {} bytes, {length} were committed",
                sink.length
            )));
        }
        if sink.length > length {
            tracing::info!(
                "`{name}`: cutting off {} bytes that were not committed",
                sink.length - length
            );
            sink.cut(length)?;
        }
        Ok(sink)
    }

    /// A handle to the flushed length, which outlives the sink's hiding place.
    pub fn written(&self) -> Written {
        self.written.clone()
    }

    fn cut(&mut self, length: u64) -> Result<(), OutputError> {
        let file = self.writer.get_ref();
        file.set_len(length)
            .and_then(|()| file.sync_data())
            .map_err(|cause| OutputError::write(&self.name, cause))?;
        self.length = length;
        self.written.length.store(length, Ordering::Relaxed);
        Ok(())
    }
}

impl Sink for Append {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        self.writer
            .write_all(piece)
            .map_err(|cause| OutputError::write(&self.name, cause))?;
        self.length += piece.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        if self.length == self.written.length() {
            return Ok(());
        }
        let flushed = self.writer.flush().and_then(|()| {
            if self.durable {
                self.writer.get_ref().sync_data()
            } else {
                Ok(())
            }
        });
        flushed.map_err(|cause| OutputError::write(&self.name, cause))?;
        self.written.length.store(self.length, Ordering::Relaxed);
        Ok(())
    }

    fn take_back(&mut self) -> Result<(), OutputError> {
        if !self.durable {
            return self.flush();
        }
        let file = self.writer.get_ref().try_clone();
        let file = file.map_err(|cause| OutputError::write(&self.name, cause))?;
        let fresh = BufWriter::with_capacity(BUFFER, file);
        // Taken apart, so that what is still in memory is dropped and not written.
        drop(std::mem::replace(&mut self.writer, fresh).into_parts());
        self.cut(self.written.length())
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        self.flush()
    }

    fn abandon(mut self: Box<Self>) -> Result<(), OutputError> {
        self.take_back()
    }
}

#[cfg(unix)]
fn inode(found: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> u64 {
    0
}

/// Makes the name of a new file durable, where the file system can.
fn sync_directory(path: &Path) {
    #[cfg(unix)]
    {
        let parent = path.parent().filter(|parent| *parent != Path::new(""));
        let directory = parent.map_or_else(|| PathBuf::from("."), Path::to_owned);
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn room() -> (tempfile::TempDir, PathBuf) {
        let room = tempfile::tempdir().expect("directory");
        let path = room.path().join("out.jsonl");
        (room, path)
    }

    #[test]
    fn what_was_not_committed_is_cut_off() {
        let (_room, path) = room();
        let mut sink = Append::open_durable(&path, None).expect("open");
        sink.write(b"one\n").expect("write");
        sink.flush().expect("flush");
        let written = sink.written();
        assert_eq!(written.length(), 4);
        sink.write(b"two\n").expect("write");
        drop(sink);
        assert_eq!(fs::read(&path).expect("read"), b"one\ntwo\n");
        let committed = Some((written.length(), written.inode()));
        let mut sink = Append::open_durable(&path, committed).expect("open");
        assert_eq!(fs::read(&path).expect("read"), b"one\n");
        sink.write(b"two\n").expect("write");
        Box::new(sink).abandon().expect("abandon");
        assert_eq!(fs::read(&path).expect("read"), b"one\n");
    }

    #[test]
    fn a_file_that_is_not_the_committed_one_is_refused_and_left_alone() {
        let (_room, path) = room();
        fs::write(&path, "four").expect("write");
        let inode = Append::open(&path).expect("open").written().inode();
        for (committed, word) in [((9, inode), "4 bytes"), ((3, inode + 1), "another file")] {
            let error = Append::open_durable(&path, Some(committed))
                .err()
                .expect(word);
            assert!(error.to_string().contains(word), "{error}");
            assert_eq!(fs::read(&path).expect("read"), b"four");
        }
        fs::remove_file(&path).expect("remove");
        let error = Append::open_durable(&path, Some((4, inode)))
            .err()
            .expect("gone");
        assert!(error.to_string().contains("gone"), "{error}");
        assert!(!path.exists());
    }

    #[test]
    fn without_a_state_it_only_appends() {
        let (_room, path) = room();
        fs::write(&path, "a\n").expect("write");
        let mut sink = Append::open(&path).expect("open");
        sink.write(b"b\n").expect("write");
        Box::new(sink).abandon().expect("abandon");
        assert_eq!(fs::read(&path).expect("read"), b"a\nb\n");
    }
}
