//! The last bytes of a file, by which it is recognised.

use std::fs::File;
use std::io;

use sha2::{Digest, Sha256};

use crate::model::file_mark::{FileIdentity, FileMark, TAIL};

/// The last bytes that were written, as many as are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tail(Vec<u8>);

impl Tail {
    /// Those of the first `length` bytes of a file.
    pub(super) fn read(file: &File, length: u64) -> io::Result<Self> {
        let size = usize::try_from(length).unwrap_or(TAIL).min(TAIL);
        let mut bytes = vec![0; size];
        read_at(file, length - size as u64, &mut bytes)?;
        Ok(Self(bytes))
    }

    /// Adds what was written behind them.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let kept = TAIL.saturating_sub(bytes.len()).min(self.0.len());
        self.0.drain(..self.0.len() - kept);
        self.0
            .extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL)..]);
    }

    /// The mark of a file that ends with them.
    pub(super) fn mark(&self, identity: FileIdentity, length: u64) -> FileMark {
        FileMark {
            identity,
            length,
            tail: Some(Sha256::digest(&self.0).into()),
        }
    }

    /// Whether the file ends in the middle of a line.
    pub(super) fn is_torn(&self) -> bool {
        self.0.last().is_some_and(|byte| *byte != b'\n')
    }
}

/// Whether the committed bytes of a file are still there, as far as the mark tells.
pub(super) fn holds(file: &File, mark: &FileMark) -> io::Result<bool> {
    let Some(expected) = mark.tail else {
        return Ok(true);
    };
    let tail = Tail::read(file, mark.length)?;
    Ok(tail.mark(mark.identity, mark.length).tail == Some(expected))
}

/// Fills a piece from a place in a file; where it is written is not changed.
#[cfg(unix)]
pub(super) fn read_at(file: &File, at: u64, piece: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, piece, at)
}

/// Fills a piece from a place in a file that is only appended to.
#[cfg(not(unix))]
pub(super) fn read_at(mut file: &File, at: u64, piece: &mut [u8]) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(piece)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_last_bytes_are_the_same_however_they_came() {
        let mut file = tempfile::tempfile().expect("file");
        let mut tail = Tail::default();
        let mut length = 0;
        for size in [0, 1, 100, TAIL - 1, 5, TAIL, 3 * TAIL, 7] {
            let bytes: Vec<u8> = (0..=250).cycle().take(size).collect();
            file.write_all(&bytes).expect("write");
            length += size as u64;
            tail.push(&bytes);
            assert_eq!(tail, Tail::read(&file, length).expect("read"), "{size}");
            let mark = tail.mark(FileIdentity::default(), length);
            assert!(holds(&file, &mark).expect("read"));
        }
        let mark = tail.mark(FileIdentity::default(), length - 1);
        assert!(!holds(&file, &mark).expect("read"));
        let former = FileMark { tail: None, ..mark };
        assert!(holds(&file, &former).expect("read"));
    }
}
