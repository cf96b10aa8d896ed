//! The thread that reads lines, and looks them up in the mirror.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Instant;

use tokio::sync::mpsc;

use super::line::{Batch, Form, Line, Origin, Told, Unknown};
use super::object;
use crate::local::extract::{Names, ValueType, scan_sieved};
use crate::local::matching::{Against, Sieve, each_name};
use crate::model::indicator::{Indicator, Kind};

/// Bytes that are read at once.
const CHUNK: usize = 256 * 1024;
/// The longest line that is looked at; a longer one passes as it is.
const LONGEST: usize = 4 * 1024 * 1024;
/// Batches that are read ahead.
const AHEAD: usize = 2;
/// Indicators of a line that are asked about, at most.
const MOST_UNKNOWN: usize = 32;
/// Indicators of a line that are told, at most.
const MOST_TOLD: usize = 256;

/// What is looked at, and where.
pub(crate) struct Looking {
    /// The mirror, where it is asked.
    pub mirror: Option<Arc<Against>>,
    /// Whether what the mirror does not know is asked elsewhere.
    pub asks: bool,
    /// The paths of the texts that are looked at; all where none is named.
    pub fields: Vec<String>,
    /// The name of the member that lines get.
    pub member: String,
    /// Whether lines that are no JSON object are texts.
    pub text: bool,
}

/// What comes of reading.
pub(super) enum Came {
    Batch(Batch),
    /// A line that is too long, piece by piece: it passes as it is.
    Piece(Vec<u8>),
    Failed(io::Error),
}

/// Lines that a thread reads.
pub(crate) struct Reading {
    pub(super) came: mpsc::Receiver<Came>,
    pub(super) reader: Arc<Reader>,
}

/// What the one who takes lines knows of the thread that reads them.
#[derive(Default)]
pub(super) struct Reader {
    /// Whether it has whole lines in hand that it has not passed on.
    busy: AtomicBool,
    stop: AtomicBool,
    /// What was read of a line that has no end yet.
    held: Mutex<Vec<u8>>,
}

impl Reader {
    /// Asks it to read no more.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Whether all lines that were read have been passed on.
    pub(super) fn is_idle(&self) -> bool {
        !self.busy.load(Ordering::SeqCst)
    }

    /// What was read of a line that has no end yet.
    pub(super) fn take_held(&self) -> Vec<u8> {
        std::mem::take(&mut *self.held())
    }

    fn held(&self) -> MutexGuard<'_, Vec<u8>> {
        self.held.lock().expect("nobody panics with it")
    }
}

/// Reads lines on a thread of its own.
pub(crate) fn read(mut from: Box<dyn Read + Send>, looking: Looking) -> Reading {
    let (sender, came) = mpsc::channel(AHEAD);
    let reader = Arc::new(Reader::default());
    let mut lines = Lines {
        looking,
        reader: Arc::clone(&reader),
        passing: false,
    };
    thread::spawn(move || {
        // Nobody may wait for more.
        let _ = pass_on(&mut *from, &mut lines, &sender);
        lines.reader.busy.store(false, Ordering::SeqCst);
    });
    Reading { came, reader }
}

/// Reads to the end, and passes on what comes.
fn pass_on(
    from: &mut dyn Read,
    lines: &mut Lines,
    sender: &mpsc::Sender<Came>,
) -> Result<(), mpsc::error::SendError<Came>> {
    let reader = Arc::clone(&lines.reader);
    let mut chunk = vec![0; CHUNK];
    while !reader.stop.load(Ordering::SeqCst) {
        let read = from.read(&mut chunk);
        reader.busy.store(true, Ordering::SeqCst);
        match read {
            Ok(0) => break,
            Ok(length) => reader.held().extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                sender.blocking_send(Came::Failed(error))?;
                break;
            }
        }
        while let Some(came) = lines.whole() {
            sender.blocking_send(came)?;
        }
        reader.busy.store(false, Ordering::SeqCst);
    }
    reader.busy.store(true, Ordering::SeqCst);
    if let Some(came) = lines.rest() {
        sender.blocking_send(came)?;
    }
    Ok(())
}

/// Bytes that are cut into lines.
struct Lines {
    looking: Looking,
    reader: Arc<Reader>,
    /// Whether what is held is of a line that is too long.
    passing: bool,
}

impl Lines {
    /// The whole lines of what is held.
    fn whole(&mut self) -> Option<Came> {
        let mut held = self.reader.held();
        if held.is_empty() {
            return None;
        }
        if self.passing {
            let end = memchr::memchr(b'\n', &held);
            self.passing = end.is_none();
            let length = end.map_or(held.len(), |end| end + 1);
            let rest = held.split_off(length);
            return Some(Came::Piece(std::mem::replace(&mut *held, rest)));
        }
        match memchr::memrchr(b'\n', &held) {
            Some(end) => {
                let rest = held.split_off(end + 1);
                let bytes = std::mem::replace(&mut *held, rest);
                drop(held);
                Some(Came::Batch(self.batch(bytes)))
            }
            None if held.len() > LONGEST => {
                self.passing = true;
                Some(Came::Piece(std::mem::take(&mut *held)))
            }
            None => None,
        }
    }

    /// What is held, whole or not.
    fn rest(&mut self) -> Option<Came> {
        let bytes = self.reader.take_held();
        if bytes.is_empty() {
            return None;
        }
        Some(if self.passing {
            Came::Piece(bytes)
        } else {
            Came::Batch(self.batch(bytes))
        })
    }

    fn batch(&self, bytes: Vec<u8>) -> Batch {
        let read_at = Instant::now();
        let mut lines = Vec::new();
        let mut start = 0;
        let finder = Finder::new(&self.looking);
        while start < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[start..]);
            let end = end.map_or(bytes.len(), |end| start + end + 1);
            lines.push(finder.line(&bytes[start..end], start));
            start = end;
        }
        // The pipe goes on: what is not looked up is not told.
        if let Some(failure) = self.looking.mirror.as_ref().and_then(|it| it.failure()) {
            tracing::warn!("the mirror is not read: {failure}");
        }
        Batch {
            bytes,
            lines,
            read_at,
        }
    }
}

/// Looks at lines.
struct Finder<'l> {
    looking: &'l Looking,
    sieve: Option<Arc<Sieve>>,
}

impl<'l> Finder<'l> {
    fn new(looking: &'l Looking) -> Self {
        let sieve = looking.mirror.as_ref().map(|mirror| mirror.sieve());
        Self { looking, sieve }
    }

    fn line(&self, bytes: &[u8], start: usize) -> Line {
        let ending = if bytes.ends_with(b"\r\n") {
            2
        } else {
            usize::from(bytes.ends_with(b"\n"))
        };
        let text = &bytes[..bytes.len() - ending];
        let mut found = Found::default();
        let gap = object::read(text, &self.looking.member, &mut |field, text| {
            if self.is_looked_at(field) {
                self.text(text, field, &mut found);
            }
        });
        let form = if let Some(gap) = gap {
            Form::Object(gap)
        } else {
            // What a broken object began with counts for nothing.
            found = Found::default();
            // An object that has the member already is no text.
            let is_object = text.trim_ascii_start().first() == Some(&b'{')
                && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok();
            if self.looking.text && !is_object && !text.is_empty() {
                self.text(&String::from_utf8_lossy(text), "message", &mut found);
                Form::Text
            } else {
                Form::Other
            }
        };
        Line {
            range: start..start + bytes.len(),
            ending,
            form,
            told: found.told,
            unknown: found.unknown,
        }
    }

    fn is_looked_at(&self, path: &str) -> bool {
        let fields = &self.looking.fields;
        fields.is_empty()
            || fields.iter().any(|field| {
                path.strip_prefix(field.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
    }

    fn text(&self, text: &str, field: &str, found: &mut Found) {
        if self.looking.asks {
            scan_sieved(text, Names::Taken, &|_, _| true, &mut |place| {
                let (value, kind) = (place.value.value.as_str(), place.value.kind);
                let known = self.look(value, kind, field, found);
                if !known && !place.value.private {
                    found.unknown(value, kind, field);
                }
            });
        } else if let Some(sieve) = &self.sieve {
            let passes = |token: &[u8], seen| sieve.passes(token, seen);
            scan_sieved(text, Names::Taken, &passes, &mut |place| {
                self.look(&place.value.value, place.value.kind, field, found);
            });
        }
    }

    /// Looks a value up under all its names; whether the mirror knows the value itself.
    fn look(&self, value: &str, kind: ValueType, field: &str, found: &mut Found) -> bool {
        let Some(mirror) = &self.looking.mirror else {
            return false;
        };
        let mut itself = false;
        each_name(value, kind, true, &mut |name, kind, _| {
            if let Some(known) = mirror.find(name, kind) {
                itself |= name == value;
                let told = |told: &Told| told.is_of(&known.value, known.value_type, field);
                if found.told.len() < MOST_TOLD && !found.told.iter().any(told) {
                    found.told.push(Told {
                        known,
                        field: field.to_owned(),
                        from: Origin::Mirror,
                    });
                }
            }
        });
        itself
    }
}

#[derive(Default)]
struct Found {
    told: Vec<Told>,
    unknown: Vec<Unknown>,
}

impl Found {
    fn unknown(&mut self, value: &str, kind: ValueType, field: &str) {
        let kind = match kind {
            ValueType::Ip => Kind::Ip,
            ValueType::Domain => Kind::Domain,
            ValueType::Url => Kind::Url,
            ValueType::File => Kind::File,
            ValueType::Email | ValueType::Cve => return,
        };
        if self.unknown.len() == MOST_UNKNOWN
            || self.unknown.iter().any(|it| it.indicator.value() == value)
        {
            return;
        }
        if let Ok(indicator) = Indicator::parse(value, Some(kind)) {
            self.unknown.push(Unknown {
                indicator,
                field: field.to_owned(),
            });
        }
    }
}
