//! What is written to a file before it is committed, once more: so that the next run
//! can tell its own bytes from those of others.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::tail;
use crate::model::file_mark::{FileIdentity, FileMark};

/// The bytes behind the committed ones, kept apart from the file they are in.
///
/// They are written here first, and are not synchronised: what a process has written
/// outlives the process, and after a power cut the start of the machine tells that
/// nobody else can have written (see `Crash`).
#[derive(Debug)]
pub(super) struct Journal {
    directory: PathBuf,
    name: String,
    /// What is being written down, and behind which bytes of which file it follows.
    open: Option<(Following, File)>,
}

/// A committed length of a file.
type Following = (FileIdentity, u64);

/// The first line of a journal.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    /// The file, as it may be shown.
    file: String,
    inode: Option<u64>,
    /// The committed length that the bytes follow.
    length: u64,
}

/// How much of what follows the committed bytes is ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// All of it.
    Ours,
    /// So many bytes at the beginning: whole records, and none at all if 0.
    Others(u64),
}

/// Files that were set aside are numbered up to this; the last place is given to the
/// newest.
const PLACES: u32 = 9;
const PIECE: usize = 64 * 1024;

impl Journal {
    /// The journal of an owner, in a directory that exists.
    pub(super) fn new(directory: &Path, name: &str) -> Self {
        Self {
            directory: directory.to_owned(),
            name: name.to_owned(),
            open: None,
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.join(format!("{}.uncommitted", self.name))
    }

    /// Writes down what is about to be written behind the committed bytes.
    pub(super) fn append(&mut self, path: &Path, mark: &FileMark, bytes: &[u8]) -> io::Result<()> {
        let following = (mark.identity, mark.length);
        let goes_on = self
            .open
            .as_ref()
            .is_some_and(|(open, _)| *open == following);
        if !goes_on {
            self.begin(path, mark)?;
        }
        match &mut self.open {
            Some((_, file)) => file.write_all(bytes),
            None => Ok(()),
        }
    }

    fn begin(&mut self, path: &Path, mark: &FileMark) -> io::Result<()> {
        let mut file = match self.open.take() {
            Some((_, mut file)) => {
                file.set_len(0)?;
                file.seek(SeekFrom::Start(0))?;
                file
            }
            None => private(&self.path())?,
        };
        let header = Header {
            file: path.display().to_string(),
            inode: mark.identity.inode,
            length: mark.length,
        };
        let mut line = serde_json::to_vec(&header)?;
        line.push(b'\n');
        file.write_all(&line)?;
        self.open = Some(((mark.identity, mark.length), file));
        Ok(())
    }

    /// Compares what follows the committed bytes of a file with what was written down.
    pub(super) fn origin(&self, file: &File, mark: &FileMark, length: u64) -> io::Result<Origin> {
        let mut journal = match File::open(self.path()) {
            Ok(journal) => BufReader::with_capacity(PIECE, journal),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Origin::Others(0)),
            Err(error) => return Err(error),
        };
        let mut line = Vec::new();
        journal.read_until(b'\n', &mut line)?;
        let header: Option<Header> = serde_json::from_slice(&line).ok();
        let concerns =
            |header: Header| header.length == mark.length && header.inode == mark.identity.inode;
        if !header.is_some_and(concerns) {
            return Ok(Origin::Others(0));
        }
        let (mut at, mut whole_records) = (mark.length, mark.length);
        let (mut theirs, mut ours) = (vec![0; PIECE], vec![0; PIECE]);
        while at < length {
            let size = usize::try_from(length - at).unwrap_or(PIECE).min(PIECE);
            tail::read_at(file, at, &mut theirs[..size])?;
            let read = read_up_to(&mut journal, &mut ours[..size])?;
            let pairs = theirs.iter().zip(&ours[..read]);
            let same = pairs.take_while(|(one, other)| one == other).count();
            if let Some(end) = ours[..same].iter().rposition(|byte| *byte == b'\n') {
                whole_records = at + end as u64 + 1;
            }
            if same < size {
                return Ok(Origin::Others(whole_records - mark.length));
            }
            at += size as u64;
        }
        Ok(Origin::Ours)
    }

    /// Keeps the journal as a side file, for as long as its bytes are being cut off.
    pub(super) fn keep(&mut self) -> io::Result<PathBuf> {
        let place = self.place();
        remove(&place)?;
        if fs::hard_link(self.path(), &place).is_err() {
            fs::copy(self.path(), &place)?;
        }
        Ok(place)
    }

    /// Copies what follows the committed bytes into a side file.
    pub(super) fn keep_tail(&mut self, path: &Path, file: &File, from: u64) -> io::Result<PathBuf> {
        let place = self.place();
        remove(&place)?;
        let header = Header {
            file: path.display().to_string(),
            inode: None,
            length: from,
        };
        let mut line = serde_json::to_vec(&header)?;
        line.push(b'\n');
        let mut side = private(&place)?;
        side.write_all(&line)?;
        let mut source = file;
        source.seek(SeekFrom::Start(from))?;
        io::copy(&mut source, &mut side)?;
        side.sync_all()?;
        Ok(place)
    }

    /// Forgets what was written down: its bytes are no more in the file.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        self.open = None;
        remove(&self.path())
    }

    fn place(&self) -> PathBuf {
        let place = |number: u32| self.directory.join(format!("{}.cut-{number}", self.name));
        let free = (1..PLACES).map(place).find(|place| !place.exists());
        free.unwrap_or_else(|| place(PLACES))
    }
}

/// An empty file for its owner alone.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read_up_to(reader: &mut impl Read, piece: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < piece.len() {
        match reader.read(&mut piece[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
