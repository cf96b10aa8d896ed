//! Unpacks an archive as it comes, on a thread of its own: decompression keeps a
//! processor busy for as long as the archive takes.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use bytes::Bytes;
use bzip2::bufread::MultiBzDecoder;
use tar::{Archive, Entry, EntryType, PaxExtensions};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::lines::{LARGEST, Lines, Portion};

/// Pieces that wait to be unpacked, and portions that wait to be taken.
const WAITING: usize = 2;

/// What is read of a member at once.
const PIECE: usize = 64 * 1024;

/// What an archive may come to before it is refused.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The most bytes without an entry. What has none for so long, in padding, in one
    /// line or in members without lines, has none.
    without_entry: u64,
    /// So many times its size. Entries hold hashes, which don't compress: what grows a
    /// thousand times is no archive of entries, but made to fill a disk.
    growth: u64,
    /// Up to so many bytes growth is not judged.
    small: u64,
}

impl Limits {
    /// Those of archives of the service.
    const USUAL: Self = Self {
        without_entry: 16 * LARGEST as u64,
        growth: 1_000,
        small: 256 * 1024 * 1024,
    };
}

/// What archives are made of.
const BLOCK: u64 = 512;

/// Extended headers are read as far as this; what matters is short.
const EXTENDED: u64 = 64 * 1024;

/// The two ends of an unpacker: compressed pieces go in, portions come out. It ends when
/// either is dropped.
pub(super) struct Unpacker {
    /// Dropped at the end of the archive.
    pub(super) pieces: Option<Sender<Bytes>>,
    /// Ends after the last portion, or with the reason why there are no more.
    pub(super) portions: Receiver<Result<Portion, String>>,
}

impl Unpacker {
    /// Starts its thread.
    pub(super) fn start() -> Self {
        let (pieces, compressed) = channel(WAITING);
        let (sender, portions) = channel(WAITING);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = unpack(compressed, Limits::USUAL, &sender) {
                // Whoever has dropped the other end does not want to know.
                let _ = sender.blocking_send(Err(told(&error)));
            }
        });
        Self {
            pieces: Some(pieces),
            portions,
        }
    }
}

/// Sends the portions of an archive until it ends, or nobody takes them any more.
fn unpack(
    compressed: Receiver<Bytes>,
    limits: Limits,
    portions: &Sender<Result<Portion, String>>,
) -> io::Result<()> {
    let meter = Rc::new(Meter::new(limits));
    let pieces = Pieces {
        receiver: compressed,
        rest: Bytes::new(),
        meter: Rc::clone(&meter),
    };
    let unpacked = Unpacked {
        inner: MultiBzDecoder::new(BufReader::with_capacity(PIECE, pieces)),
        meter: Rc::clone(&meter),
    };
    let mut archive = Archive::new(unpacked);
    // Packages of minutes may have been joined as they are, each with its end.
    archive.set_ignore_zeros(true);
    let mut lines = Lines::default();
    let mut piece = vec![0; PIECE];
    // Raw: the library would hold the names of members, however long they are, and names
    // don't matter here.
    let mut extended_size = None;
    for member in archive.entries()?.raw(true) {
        let mut member = member?;
        let size = member.header().entry_size()?;
        match member.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::XHeader => {
                extended_size = read_extended_size(&mut member)?;
                continue;
            }
            EntryType::Directory
            | EntryType::XGlobalHeader
            | EntryType::GNULongName
            | EntryType::GNULongLink => continue,
            _ => {
                tracing::warn!("skipping a member of the archive that is no regular file");
                continue;
            }
        }
        if extended_size
            .take()
            .is_some_and(|extended| extended != size)
        {
            return Err(io::Error::other("a member is larger than its header says"));
        }
        let mut left = size;
        while left > 0 {
            let read = member.read(&mut piece)?;
            if read == 0 {
                return Err(truncated());
            }
            left = left.saturating_sub(read as u64);
            if !take(&mut lines, &piece[..read], &meter, portions) {
                return Ok(());
            }
        }
        lines.end_member();
    }
    if meter.zeros.get() < BLOCK && meter.unpacked.get() > 0 {
        tracing::warn!("the archive has no end mark: the service may not have finished it");
    }
    if let Some(portion) = lines.portion(true) {
        let _ = portions.blocking_send(Ok(portion));
    }
    Ok(())
}

/// Takes a piece of a member; whether there is still somebody who wants its entries.
fn take(
    lines: &mut Lines,
    piece: &[u8],
    meter: &Meter,
    portions: &Sender<Result<Portion, String>>,
) -> bool {
    let before = lines.complete();
    lines.push(piece);
    if lines.complete() > before {
        meter.since_entry.set(0);
    }
    match lines.portion(false) {
        Some(portion) => portions.blocking_send(Ok(portion)).is_ok(),
        None => true,
    }
}

/// The size of the next member, where an extended header says it: the member's own header
/// has no room for more than 8 GiB. The library does not apply it to raw members.
fn read_extended_size(member: &mut Entry<'_, impl Read>) -> io::Result<Option<u64>> {
    let mut text = Vec::new();
    member.take(EXTENDED).read_to_end(&mut text)?;
    let mut records = PaxExtensions::new(&text).flatten();
    let size = records.find(|record| record.key_bytes() == b"size");
    Ok(size.and_then(|record| record.value().ok()?.parse().ok()))
}

/// Why an archive can't be unpacked.
fn told(error: &io::Error) -> String {
    let message = error.to_string();
    // As the library says it of a header and of what fills up a member.
    let ends_early = ["unexpected EOF", "failed to read entire block"];
    if error.kind() == io::ErrorKind::UnexpectedEof
        || ends_early.iter().any(|words| message.contains(words))
    {
        return "it is truncated".to_owned();
    }
    format!("the archive is damaged: {message}")
}

fn truncated() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it is truncated")
}

/// How much came, and how much it has become.
struct Meter {
    limits: Limits,
    compressed: Cell<u64>,
    unpacked: Cell<u64>,
    since_entry: Cell<u64>,
    /// So many zeros came last. A block of them ends an archive; what fills up the last
    /// block of a member is less.
    zeros: Cell<u64>,
}

impl Meter {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            compressed: Cell::default(),
            unpacked: Cell::default(),
            since_entry: Cell::default(),
            zeros: Cell::default(),
        }
    }

    fn count(&self, read: &[u8]) -> io::Result<()> {
        let read_bytes = read.len() as u64;
        let unpacked = self.unpacked.get() + read_bytes;
        let since_entry = self.since_entry.get() + read_bytes;
        self.unpacked.set(unpacked);
        self.since_entry.set(since_entry);
        let zeros = read.iter().rev().take_while(|byte| **byte == 0).count() as u64;
        let before = if zeros == read_bytes {
            self.zeros.get()
        } else {
            0
        };
        self.zeros.set(before + zeros);
        let Limits {
            without_entry,
            growth,
            small,
        } = self.limits;
        if since_entry > without_entry {
            let message = format!("no entry in {without_entry} bytes of it");
            return Err(io::Error::other(message));
        }
        if unpacked > small && unpacked / growth > self.compressed.get() {
            let message = format!("it grows to more than {growth} times its size");
            return Err(io::Error::other(message));
        }
        Ok(())
    }
}

/// Pieces as a reader.
struct Pieces {
    receiver: Receiver<Bytes>,
    rest: Bytes,
    meter: Rc<Meter>,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.rest = piece,
            }
        }
        let count = buffer.len().min(self.rest.len());
        buffer[..count].copy_from_slice(&self.rest.split_to(count));
        let compressed = self.meter.compressed.get();
        self.meter.compressed.set(compressed + count as u64);
        Ok(count)
    }
}

/// What comes out of the decompression, counted.
struct Unpacked<R> {
    inner: R,
    meter: Rc<Meter>,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.meter.count(&buffer[..count])?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bzip2::Compression;
    use bzip2::write::BzEncoder;
    use tar::{Builder, Header};

    use super::*;

    const LIMITS: Limits = Limits {
        without_entry: 300_000,
        growth: 50,
        small: 1_000_000,
    };

    fn member(kind: EntryType, size: usize, content: &[u8]) -> Vec<u8> {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(size as u64);
        header.set_cksum();
        let mut tar = Builder::new(Vec::new());
        tar.append(&header, content).expect("a member");
        tar.into_inner().expect("a tar")
    }

    /// How many entries an archive has, or why it is refused.
    fn unpacked(tar: &[u8]) -> Result<usize, String> {
        let mut encoder = BzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(tar).expect("written");
        let packed = encoder.finish().expect("finished");
        let (pieces, compressed) = channel(1_000);
        for piece in packed.chunks(100_000) {
            let piece = Bytes::copy_from_slice(piece);
            pieces.try_send(piece).expect("room");
        }
        drop(pieces);
        let (sender, mut portions) = channel(1_000);
        unpack(compressed, LIMITS, &sender).map_err(|error| told(&error))?;
        drop(sender);
        let mut entries = 0;
        while let Some(portion) = portions.blocking_recv() {
            entries += portion?.entries.len();
        }
        Ok(entries)
    }

    #[test]
    fn bombs_are_refused_by_what_they_are_not() {
        let blank = vec![b'\n'; 400_000];
        let lines = b"{}\n".repeat(2_000_000);
        let nothing = "the archive is damaged: no entry in 300000 bytes of it";
        for (form, tar, expected) in [
            ("padding", vec![0; 400_000], nothing),
            (
                "blank lines",
                member(EntryType::Regular, blank.len(), &blank),
                nothing,
            ),
            (
                "a long name",
                member(EntryType::GNULongName, blank.len(), &blank),
                nothing,
            ),
            (
                "empty members",
                member(EntryType::Regular, 0, b"")[..512].repeat(800),
                nothing,
            ),
            (
                "growth",
                member(EntryType::Regular, lines.len(), &lines),
                "the archive is damaged: it grows to more than 50 times its size",
            ),
        ] {
            assert_eq!(unpacked(&tar), Err(expected.to_owned()), "{form}");
        }
    }

    #[test]
    fn sizes_that_only_an_extended_header_tells_are_not_passed_over() {
        let lines = b"{}\n{}\n";
        let with = |record: &str| {
            let extended = member(EntryType::XHeader, record.len(), record.as_bytes());
            let end = extended.len() - 1024;
            [
                &extended[..end],
                &member(EntryType::Regular, lines.len(), lines),
            ]
            .concat()
        };
        assert_eq!(unpacked(&with("10 path=x\n")), Ok(2));
        assert_eq!(unpacked(&with("9 size=6\n")), Ok(2));
        let hidden = unpacked(&with("19 size=9999999999\n")).expect_err("hidden");
        assert!(hidden.contains("larger than its header says"), "{hidden}");
    }

    #[test]
    fn a_cut_archive_is_truncated_wherever_it_is_cut() {
        let whole = member(EntryType::Regular, 2_000, &b"{}\n".repeat(700)[..2_000]);
        for cut in [100, 511, 600, 2_500] {
            assert_eq!(
                unpacked(&whole[..cut]),
                Err("it is truncated".to_owned()),
                "{cut}"
            );
        }
        // Without its end mark it has all that it had.
        assert_eq!(unpacked(&whole[..whole.len() - 1024]), Ok(667));
    }
}
