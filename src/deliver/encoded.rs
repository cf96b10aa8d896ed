//! Records in the formats of their receivers, one at a time: the encoders that `-f`
//! chooses, into memory.

use std::sync::{Arc, Mutex};

use super::record::{Emitted, Step, Unprocessed};
use crate::model::error::Error;
use crate::output::export::Choice;
use crate::output::sink::Sink;
use crate::output::{Columns, Format, Layout, Members, Options, Output, OutputError, Subject, row};

/// Encodes records, each by itself.
pub(super) struct Encoded {
    format: Format,
    output: Mutex<Output>,
    piece: Piece,
}

impl Encoded {
    /// An encoder for this format. `index` is the one of Elasticsearch or Splunk.
    pub(super) fn new(
        format: Format,
        index: Option<String>,
        clock: fn() -> jiff::Timestamp,
    ) -> Result<Self, Error> {
        let piece = Piece::default();
        let output = open(&options(format, index, clock), &piece)?;
        Ok(Self {
            format,
            output: Mutex::new(output),
            piece,
        })
    }

    /// The lines of a record.
    pub(super) fn lines(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
        let record = record(json);
        let mut output = self.output.lock().expect("nobody panics with it");
        let written = output.record(&record).and_then(|()| output.flush());
        let piece = self.piece.take();
        let failed = |why: String| Unprocessed::new(Step::Body, why);
        written.map_err(|error| failed(error.to_string()))?;
        let text = String::from_utf8(piece).map_err(|error| failed(error.to_string()))?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if lines.is_empty() {
            return Err(failed(format!(
                "the format {} has no place for it",
                self.format
            )));
        }
        Ok(lines)
    }
}

/// A record as a document of its own.
///
/// # Errors
/// Why nothing can be made of it.
pub(super) fn document(
    format: Format,
    clock: fn() -> jiff::Timestamp,
    json: &str,
) -> Result<String, Unprocessed> {
    let piece = Piece::default();
    let written = open(&options(format, None, clock), &piece).and_then(|mut output| {
        output.record(&record(json))?;
        output.finish()
    });
    let failed = |why: String| Unprocessed::new(Step::Body, why);
    written.map_err(|error| failed(error.to_string()))?;
    String::from_utf8(piece.take()).map_err(|error| failed(error.to_string()))
}

fn options(format: Format, index: Option<String>, clock: fn() -> jiff::Timestamp) -> Options {
    Options {
        export: Choice {
            index,
            ..Choice::new(clock)
        },
        ..Options::new(format)
    }
}

fn open(options: &Options, piece: &Piece) -> Result<Output, OutputError> {
    let layout = Layout {
        command: "ingest",
        columns: Columns(&[]),
        members: Members::Object,
        single: false,
        subject: Subject::Objects,
    };
    Output::open(options, layout, Box::new(piece.clone()))
}

fn record(json: &str) -> Emitted<'_> {
    Emitted {
        json,
        identity: None,
        view: row::object,
    }
}

/// What was written last.
#[derive(Clone, Default)]
struct Piece(Arc<Mutex<Vec<u8>>>);

impl Piece {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().expect("nobody panics with it"))
    }
}

impl Sink for Piece {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        let mut kept = self.0.lock().expect("nobody panics with it");
        kept.extend_from_slice(piece);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), OutputError> {
        Ok(())
    }

    fn abandon(self: Box<Self>) -> Result<(), OutputError> {
        Ok(())
    }
}
