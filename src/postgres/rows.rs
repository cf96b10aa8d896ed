//! Records that wait for their transaction. They stay until it is known to be
//! committed, so that it can be made anew when the connection is lost.

use std::collections::HashSet;
use std::io::{self, BufReader, Read, Seek, Write};

use tempfile::SpooledTempFile;

use super::row::Read as Record;

/// So many bytes wait in memory; what is more goes to a temporary file.
const IN_MEMORY: usize = 8 * 1024 * 1024;
/// The most rows of one statement.
const MOST: usize = 2_000;
/// The most bytes of one statement.
const LARGEST: usize = 4 * 1024 * 1024;

/// Records of one feed for one table.
pub(crate) struct Rows {
    feed: String,
    spool: SpooledTempFile,
    count: u64,
}

impl Rows {
    /// None yet.
    pub(crate) fn new(feed: &str) -> Self {
        Self {
            feed: feed.to_owned(),
            spool: SpooledTempFile::new(IN_MEMORY),
            count: 0,
        }
    }

    /// The feed that they are of.
    pub(super) fn feed(&self) -> &str {
        &self.feed
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a record.
    ///
    /// # Errors
    /// A disk that is full.
    pub(crate) fn push(&mut self, identity: &str, raw: &str) -> io::Result<()> {
        for text in [identity, raw] {
            let length = text.len() as u64;
            self.spool.write_all(&length.to_le_bytes())?;
            self.spool.write_all(text.as_bytes())?;
        }
        self.count += 1;
        Ok(())
    }

    /// Takes those of these places out, and gives them: what tells each, and the object.
    ///
    /// # Errors
    /// A disk that is full.
    pub(crate) fn take_out(&mut self, places: &HashSet<u64>) -> io::Result<Vec<(String, String)>> {
        self.spool.rewind()?;
        let all = std::mem::replace(&mut self.spool, SpooledTempFile::new(IN_MEMORY));
        let mut all = BufReader::new(all);
        let mut taken = Vec::new();
        for place in 0..std::mem::take(&mut self.count) {
            let (told, raw) = pair(&mut all)?;
            if places.contains(&place) {
                taken.push((told, raw));
            } else {
                self.push(&told, &raw)?;
            }
        }
        Ok(taken)
    }

    /// Forgets all of them.
    ///
    /// # Errors
    /// A temporary file that cannot be changed.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        self.count = 0;
        self.spool.rewind()?;
        self.spool.set_len(0)
    }

    /// All of them again from the beginning, a statement's worth at a time.
    pub(super) fn read(&mut self) -> io::Result<Reading<'_>> {
        self.spool.rewind()?;
        Ok(Reading {
            left: self.count,
            from: BufReader::new(&mut self.spool),
            next: None,
        })
    }
}

/// The rows, from the first on.
pub(super) struct Reading<'a> {
    from: BufReader<&'a mut SpooledTempFile>,
    left: u64,
    /// One that did not fit any more.
    next: Option<Record>,
}

impl Reading<'_> {
    /// The records of the next statement, in which no identity comes twice; none at the
    /// end.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<Record>>> {
        let mut records = Vec::new();
        let mut identities = HashSet::new();
        let mut size = 0;
        while records.len() < MOST && size < LARGEST {
            let Some(record) = self.record()? else {
                break;
            };
            if !identities.insert(record.identity.clone()) {
                self.next = Some(record);
                break;
            }
            size += record.raw.len();
            records.push(record);
        }
        Ok((!records.is_empty()).then_some(records))
    }

    fn record(&mut self) -> io::Result<Option<Record>> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let (told, raw) = pair(&mut self.from)?;
        Ok(Some(Record::new(&told, raw)))
    }
}

/// What is kept of a record: what tells it, and the object.
fn pair(from: &mut impl Read) -> io::Result<(String, String)> {
    Ok((text(from)?, text(from)?))
}

fn text(from: &mut impl Read) -> io::Result<String> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = usize::try_from(u64::from_le_bytes(length)).map_err(io::Error::other)?;
    let mut text = vec![0; length];
    from.read_exact(&mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}
