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
        let options = Options {
            export: Choice {
                index,
                ..Choice::new(clock)
            },
            ..Options::new(format)
        };
        let layout = Layout {
            command: "ingest",
            columns: Columns(&[]),
            members: Members::Object,
            single: false,
            subject: Subject::Objects,
        };
        let piece = Piece::default();
        let output = Output::open(&options, layout, Box::new(piece.clone()))?;
        Ok(Self {
            format,
            output: Mutex::new(output),
            piece,
        })
    }

    /// The lines of a record.
    pub(super) fn lines(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
        let record = Emitted {
            json,
            identity: None,
            view: row::object,
        };
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
