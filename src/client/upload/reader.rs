//! Reading a file that must stay the same meanwhile.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// Bytes of a file that are read, hashed and sent at a time.
const PIECE: u64 = 128 * 1024;

/// A file that can't be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// The system does not hand it out.
    #[error("cannot read `{0}`: {1}")]
    Unreadable(String, String),
    /// It is not what it was a moment ago.
    #[error("`{0}` changed while it was being read: it was not submitted")]
    Changed(String),
}

impl FileFault {
    fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::Unreadable(path.display().to_string(), error.to_string())
    }
}

/// Reads a file to its end and watches that it stays the same meanwhile.
pub(super) struct Reader {
    path: PathBuf,
    file: File,
    opened: Metadata,
    expected: Option<String>,
}

/// The end of a file that stayed the same.
#[derive(Debug)]
pub(super) struct Ending {
    /// Its last piece.
    pub(super) last: Bytes,
    /// SHA-256 of all of it, in hex.
    pub(super) sha256: String,
}

impl Reader {
    pub(super) fn open(
        path: &Path,
        size: u64,
        expected: Option<String>,
    ) -> Result<Self, FileFault> {
        let unreadable = |error| FileFault::unreadable(path, &error);
        let file = File::open(path).map_err(unreadable)?;
        let opened = file.metadata().map_err(unreadable)?;
        if opened.len() != size {
            return Err(FileFault::Changed(path.display().to_string()));
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            opened,
            expected,
        })
    }

    /// Hands on all pieces but the last, which it returns; `None` when nobody
    /// takes pieces any more.
    ///
    /// The last piece comes only when the file is known to have stayed the same:
    /// without it the request is not complete, and the service takes nothing.
    pub(super) fn read(
        mut self,
        hand_on: impl Fn(Bytes) -> bool,
    ) -> Result<Option<Ending>, FileFault> {
        let mut hash = Sha256::new();
        let mut read = 0;
        let mut held: Option<Bytes> = None;
        loop {
            let piece = self.piece()?;
            if piece.is_empty() {
                break;
            }
            read += piece.len() as u64;
            hash.update(&piece);
            if read > self.opened.len() {
                return Err(self.changed());
            }
            if let Some(before) = held.replace(piece)
                && !hand_on(before)
            {
                return Ok(None);
            }
        }
        let digest = base16ct::lower::encode_string(&hash.finalize());
        let modified = |metadata: &Metadata| metadata.modified().ok();
        let now = self
            .file
            .metadata()
            .map_err(|error| FileFault::unreadable(&self.path, &error))?;
        let same = read == self.opened.len()
            && modified(&now) == modified(&self.opened)
            && self.expected.as_ref().is_none_or(|hash| *hash == digest);
        if !same {
            return Err(self.changed());
        }
        Ok(Some(Ending {
            last: held.unwrap_or_default(),
            sha256: digest,
        }))
    }

    fn piece(&mut self) -> Result<Bytes, FileFault> {
        let mut piece = Vec::with_capacity(usize::try_from(PIECE).unwrap_or(usize::MAX));
        (&self.file)
            .take(PIECE)
            .read_to_end(&mut piece)
            .map_err(|error| FileFault::unreadable(&self.path, &error))?;
        Ok(piece.into())
    }

    fn changed(&self) -> FileFault {
        FileFault::Changed(self.path.display().to_string())
    }
}

/// SHA-256 of a file, in hex. Blocks until it is read.
///
/// # Errors
/// What keeps it from being read, or that it changed meanwhile.
pub fn sha256_of(path: &Path, size: u64) -> Result<String, FileFault> {
    let ending = Reader::open(path, size, None)?.read(|_| true)?;
    Ok(ending.map(|ending| ending.sha256).unwrap_or_default())
}

/// SHA-256 of a text, in hex.
pub(in crate::client) fn sha256_of_text(text: &str) -> String {
    base16ct::lower::encode_string(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("file.bin");
        std::fs::write(&path, bytes).expect("a file");
        (directory, path)
    }

    #[test]
    fn pieces_are_the_file_and_their_hash_is_its_hash() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        let (_kept, path) = written(&bytes);
        let collected = Mutex::new(vec![]);
        let ending = Reader::open(&path, 300_000, None)
            .and_then(|reader| {
                reader.read(|piece| {
                    locked(&collected).extend_from_slice(&piece);
                    true
                })
            })
            .expect("readable")
            .expect("the end");
        let sent = [locked(&collected).as_slice(), &ending.last].concat();
        assert_eq!(sent, bytes);
        assert_eq!(
            ending.sha256,
            base16ct::lower::encode_string(&Sha256::digest(&bytes))
        );
        assert_eq!(sha256_of(&path, 300_000), Ok(ending.sha256));
    }

    #[test]
    fn a_file_that_changes_is_never_sent_to_its_end() {
        let size = 3 * PIECE;
        let bytes = vec![7; usize::try_from(size).expect("small")];
        let changes: [fn(&Path); 2] = [
            |path| {
                let file = File::options().write(true).open(path).expect("a file");
                file.set_len(PIECE + 1).expect("shorter");
            },
            |path| {
                let mut file = File::options().append(true).open(path).expect("a file");
                io::Write::write_all(&mut file, b"more").expect("longer");
            },
        ];
        for change in changes {
            let (_kept, path) = written(&bytes);
            let sent = Mutex::new(0);
            let outcome = Reader::open(&path, size, None).and_then(|reader| {
                reader.read(|piece| {
                    if *locked(&sent) == 0 {
                        change(&path);
                    }
                    *locked(&sent) += piece.len() as u64;
                    true
                })
            });
            assert!(matches!(outcome, Err(FileFault::Changed(_))), "{outcome:?}");
            assert!(*locked(&sent) < size);
        }
        let (_kept, path) = written(b"other");
        assert!(Reader::open(&path, 4, None).is_err());
        let other = Some("00".repeat(32));
        let outcome = Reader::open(&path, 5, other).and_then(|reader| reader.read(|_| true));
        assert!(matches!(outcome, Err(FileFault::Changed(_))));
    }
}
