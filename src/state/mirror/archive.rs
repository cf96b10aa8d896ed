//! The file that a mirror travels in.
//!
//! A line that names the form, then JSON lines, compressed: what the mirror has, its
//! entries in the order of their keys, the other hashes of its files. After them the
//! SHA-256 of all that, the signature of it if there is one, and a byte that tells
//! whether there is. The same mirror makes the same bytes.
//!
//! Longer than other files: what writes the form and what checks it have to agree.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::entry::{Details, Entry};
use super::signature::{self, SigningKey, VerifyingKey};
use super::store::Mirror;
use super::writer::{Filling, Writer};
use crate::model::indicator::{Indicator, Kind};
use crate::model::value_key::Key;
use crate::state::StateError;
use crate::state::checkpoint::{Belongings, Checkpoint, SharedRow};

/// The first line.
const FORM: &[u8] = b"gti-mirror 1\n";
/// What the first line of every version begins with.
const NAME: &[u8] = b"gti-mirror ";
/// What is signed begins with this, so that no signature fits anything else.
const SIGNED: &[u8] = b"gti mirror export\0";
/// The longest line that is read: a URL and the names of an entry are shorter.
const LONGEST_LINE: u64 = 256 * 1024;
/// The most feeds.
const MOST_SOURCES: usize = 64;
const DIGEST: usize = 32;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Entries.
    pub entries: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    /// Entries.
    pub entries: u64,
    /// When the exported mirror had last changed.
    pub changed_at: Option<Timestamp>,
    /// Whether the file is signed.
    pub signed: bool,
}

/// Why a file was not written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// The file.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The mirror.
    #[error(transparent)]
    State(#[from] StateError),
    /// It is none, or not as it was written.
    #[error("{0}")]
    Refused(String),
}

fn refused(why: impl Into<String>) -> ArchiveError {
    ArchiveError::Refused(why.into())
}

/// The first line of the content.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    entries: u64,
    other_hashes: u64,
    changed_at: i64,
    sources: Vec<Source>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    belongings: Belongings,
    position: String,
    mark: Option<i64>,
    emitted: u64,
    created_at: i64,
    updated_at: i64,
}

/// A line of an entry.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryLine {
    value: String,
    #[serde(rename = "type")]
    kind: String,
    updated: i64,
    told: Details,
}

/// A line of another hash.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HashLine {
    hash: String,
    same_as: String,
}

impl Mirror {
    /// Writes the mirror into a file, all of it of one state.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub(crate) fn export(
        &self,
        out: &mut dyn Write,
        key: Option<&SigningKey>,
    ) -> Result<Written, ArchiveError> {
        self.one_state()?;
        let mut hashed = Hashed::new(BufWriter::new(out));
        hashed.write_all(FORM)?;
        let mut body = DeflateEncoder::new(&mut hashed, Compression::default());
        let head = self.head()?;
        line(&mut body, &head)?;
        self.entries(|entry| {
            let told = EntryLine {
                kind: entry.kind.name().to_owned(),
                value: entry.value,
                updated: entry.updated,
                told: entry.details,
            };
            line(&mut body, &told)
        })?;
        self.other_hashes(|hash, same_as| {
            let told = HashLine {
                hash: hash.to_owned(),
                same_as: same_as.to_owned(),
            };
            line(&mut body, &told)
        })?;
        body.finish()?;
        let Hashed {
            mut inner,
            hash,
            bytes,
        } = hashed;
        let digest: [u8; DIGEST] = hash.finalize().into();
        inner.write_all(&digest)?;
        let mut signed = 0;
        if let Some(key) = key {
            inner.write_all(&key.sign(&to_sign(&digest)))?;
            signed = signature::LENGTH;
        }
        inner.write_all(&[u8::from(signed > 0)])?;
        inner.flush()?;
        Ok(Written {
            entries: head.entries,
            bytes: bytes + (DIGEST + signed + 1) as u64,
            sha256: base16ct::lower::encode_string(&digest),
        })
    }

    fn head(&self) -> Result<Head, ArchiveError> {
        let summary = self.count()?;
        let sources = self.sources()?.into_iter().map(|source| Source {
            name: source.name,
            belongings: source.belongings,
            position: source.position,
            mark: source.mark.map(Timestamp::as_second),
            emitted: source.emitted,
            created_at: source.created_at.as_second(),
            updated_at: source.updated_at.as_second(),
        });
        Ok(Head {
            entries: summary.entries,
            other_hashes: summary.other_hashes,
            changed_at: summary.changed_at,
            sources: sources.collect(),
        })
    }
}

impl Writer {
    /// Puts the content of a file in the place of the mirror. The file is checked as a
    /// whole, with its signature where there is a key, before anything of it is read,
    /// and the mirror is as it was unless all of it can be read.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub(crate) fn import(
        &mut self,
        file: &mut File,
        key: Option<&VerifyingKey>,
    ) -> Result<Read, ArchiveError> {
        let seal = Seal::check(file, key)?;
        file.seek(SeekFrom::Start(FORM.len() as u64))?;
        // The file may be another one by now.
        let mut content = Hashed::new(BufReader::new(file.take(seal.body)));
        content.hash.update(FORM);
        let services = self.mirror_mut().services()?;
        let mut read = None;
        let mut refill = |filling: &mut Filling<'_>| -> Result<(), ArchiveError> {
            let mut lines = Lines::new(&mut content);
            let (head, entries) = load(&mut lines, filling)?;
            let of = |source: &Source| source.belongings.base_url.clone();
            if let Some(other) = head
                .sources
                .iter()
                .map(of)
                .find(|of| !services.contains(of))
                && !services.is_empty()
            {
                let ours = services.join(", ");
                return Err(refused(format!(
                    "it is of {other}, and the mirror of {ours}"
                )));
            }
            lines.end()?;
            drop(lines);
            io::copy(&mut content, &mut io::sink())?;
            let digest: [u8; DIGEST] = content.hash.clone().finalize().into();
            if digest != seal.digest {
                return Err(refused("it changed while it was read"));
            }
            read = Some(Read {
                entries,
                changed_at: Timestamp::from_second(head.changed_at)
                    .ok()
                    .filter(|_| head.changed_at != 0),
                signed: seal.signed,
            });
            Ok(())
        };
        self.replace(&mut refill)?;
        Ok(read.expect("what was read is told"))
    }
}

/// What stands at the end of a file, checked.
struct Seal {
    digest: [u8; DIGEST],
    signed: bool,
    /// Bytes between the first line and the seal.
    body: u64,
}

impl Seal {
    fn check(file: &mut File, key: Option<&VerifyingKey>) -> Result<Self, ArchiveError> {
        let length = file.metadata()?.len();
        let mut form = vec![0; FORM.len()];
        file.seek(SeekFrom::Start(0))?;
        let no_export = || refused("it is no export of a mirror");
        file.read_exact(&mut form).map_err(|_| no_export())?;
        if form != FORM {
            return Err(if form.starts_with(NAME) {
                refused("a newer version of gti wrote it")
            } else {
                no_export()
            });
        }
        file.seek(SeekFrom::End(-1))?;
        let mut flag = [0];
        file.read_exact(&mut flag)?;
        let signed = match flag {
            [0] => false,
            [1] => true,
            _ => return Err(refused("its end is damaged")),
        };
        let tail = DIGEST + if signed { signature::LENGTH } else { 0 };
        let body = length.checked_sub((FORM.len() + tail + 1) as u64);
        let body = body.ok_or_else(|| refused("it is cut short"))?;
        file.seek(SeekFrom::Start(0))?;
        let mut hash = Hashed::new(io::Read::by_ref(file).take(FORM.len() as u64 + body));
        io::copy(
            &mut BufReader::with_capacity(1 << 16, &mut hash),
            &mut io::sink(),
        )?;
        let digest: [u8; DIGEST] = hash.hash.finalize().into();
        let mut seal = vec![0; tail];
        file.read_exact(&mut seal)?;
        let (told, signature) = seal.split_at(DIGEST);
        if told != digest {
            return Err(refused(
                "its checksum is wrong: it is damaged, or was changed",
            ));
        }
        match key {
            Some(_) if !signed => return Err(refused("it is not signed")),
            Some(key) if !key.has_signed(&to_sign(&digest), signature) => {
                return Err(refused("its signature is not that of this key"));
            }
            _ => {}
        }
        Ok(Self {
            digest,
            signed,
            body,
        })
    }
}

fn to_sign(digest: &[u8; DIGEST]) -> Vec<u8> {
    [SIGNED, digest].concat()
}

/// Fills a mirror with the lines of a file.
fn load(
    lines: &mut Lines<impl io::Read>,
    filling: &mut Filling<'_>,
) -> Result<(Head, u64), ArchiveError> {
    let head: Head = lines.next()?;
    if head.sources.len() > MOST_SOURCES {
        return Err(refused("it names too many feeds"));
    }
    for source in &head.sources {
        filling.source(&checkpoint(source)?)?;
    }
    filling.changed_at(head.changed_at)?;
    let mut order = Order::default();
    for _ in 0..head.entries {
        let line: EntryLine = lines.next()?;
        let entry = entry(line)?;
        order.follows(entry.kind, &entry.value)?;
        filling.entry(&entry)?;
    }
    let mut order = Order::default();
    for _ in 0..head.other_hashes {
        let HashLine { hash, same_as } = lines.next()?;
        spelt(Kind::File, &hash)?;
        spelt(Kind::File, &same_as)?;
        order.follows(Kind::File, &hash)?;
        filling.other_hash(&hash, &same_as, head.changed_at)?;
    }
    let entries = head.entries;
    Ok((head, entries))
}

fn entry(line: EntryLine) -> Result<Entry, ArchiveError> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == line.kind);
    let kind = kind.ok_or_else(|| refused(format!("an entry has the type `{}`", line.kind)))?;
    spelt(kind, &line.value)?;
    Ok(Entry {
        value: line.value,
        kind,
        updated: line.updated,
        details: line.told.bounded(),
    })
}

/// An indicator has one spelling.
fn spelt(kind: Kind, value: &str) -> Result<(), ArchiveError> {
    let indicator = Indicator::asked(value, Some(kind)).ok();
    if indicator.is_some_and(|indicator| indicator.value() == value) {
        return Ok(());
    }
    let kind = kind.name();
    Err(refused(format!("`{value}` is not spelt as a {kind} is")))
}

fn checkpoint(source: &Source) -> Result<Checkpoint, ArchiveError> {
    let time = |seconds: i64| {
        Timestamp::from_second(seconds).map_err(|_| refused(format!("{seconds} is no time")))
    };
    Ok(Checkpoint::from(SharedRow {
        name: source.name.clone(),
        belongings: source.belongings.clone(),
        position: source.position.clone(),
        mark: source.mark.map(time).transpose()?,
        emitted: source.emitted,
        round: 0,
        created_at: time(source.created_at)?,
        updated_at: time(source.updated_at)?,
    }))
}

/// Sees to it that each value comes once, and in order.
#[derive(Default)]
struct Order(Option<(i64, String)>);

impl Order {
    fn follows(&mut self, kind: Kind, value: &str) -> Result<(), ArchiveError> {
        let next = (
            Key::of_indicator(kind, value).cast_signed(),
            value.to_owned(),
        );
        if self.0.as_ref().is_some_and(|before| *before >= next) {
            return Err(refused(format!("`{value}` is out of order")));
        }
        self.0 = Some(next);
        Ok(())
    }
}

/// The lines of the content.
struct Lines<R> {
    reader: BufReader<DeflateDecoder<R>>,
    text: Vec<u8>,
}

impl<R: io::Read> Lines<R> {
    fn new(content: R) -> Self {
        Self {
            reader: BufReader::new(DeflateDecoder::new(content)),
            text: Vec::new(),
        }
    }

    fn next<T: for<'de> Deserialize<'de>>(&mut self) -> Result<T, ArchiveError> {
        self.text.clear();
        let mut line = io::Read::by_ref(&mut self.reader).take(LONGEST_LINE);
        line.read_until(b'\n', &mut self.text)
            .map_err(|error| refused(format!("it is damaged: {error}")))?;
        let Some(text) = self.text.strip_suffix(b"\n") else {
            return Err(refused("a line of it does not end"));
        };
        serde_json::from_slice(text).map_err(|error| refused(format!("a line of it: {error}")))
    }

    fn end(&mut self) -> Result<(), ArchiveError> {
        let mut more = [0];
        match self.reader.read(&mut more) {
            Ok(0) => Ok(()),
            Ok(_) => Err(refused("it has more lines than it says")),
            Err(error) => Err(refused(format!("it is damaged: {error}"))),
        }
    }
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Result<(), ArchiveError> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// What passes through it, hashed.
struct Hashed<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> Hashed<T> {
    fn new(inner: T) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: io::Read> io::Read for Hashed<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hash.update(&bytes[..read]);
        Ok(read)
    }
}
