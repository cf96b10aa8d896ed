//! Records in, encoded bytes out: format and destination joined.

use super::encoder::{
    Array, Bare, Bulk, Cef, Csv, Ecs, Encoder, Hec, Item, JsonLines, Lines, Markdown, Misp,
    Navigator, Single, Stix, Suricata, Text, Values, Zeek, json,
};
use super::error::OutputError;
use super::export::Choice;
use super::fields::Fields;
use super::format::{Format, Growth};
use super::html::Objects;
use super::jq::Filter;
use super::members::Members;
use super::record::{Columns, Layout, Record};
use super::shape::{self, Shape, Shaped};
use super::sink::Sink;
use super::stix::{Policy, Profile};
use super::subject::Subject;
use crate::ui::style::Style;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// What the user asked of the output.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The format.
    pub format: Format,
    /// `--fields`: dotted paths in the order in which they are wanted.
    pub fields: Option<Vec<String>>,
    /// `--jq`: a program that each record runs through.
    pub jq: Option<String>,
    /// `--shape`: what records are.
    pub shape: Shape,
    /// `--raw-output`: whether strings that the program yields are printed bare.
    pub raw: bool,
    /// `--wide`: whether tables show all their columns.
    pub wide: bool,
    /// What is wanted of STIX.
    pub stix: Policy,
    /// What is wanted of formats of other programs.
    pub export: Choice,
    /// The look of text.
    pub style: Style,
    /// Whether a person watches the destination: each record is then shown at
    /// once, and tables stay within the page.
    pub terminal: bool,
}

impl Options {
    /// A format, and nothing else.
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            fields: None,
            jq: None,
            shape: Shape::Raw,
            raw: false,
            wide: false,
            stix: Policy::default(),
            export: Choice::new(|| jiff::Timestamp::UNIX_EPOCH),
            style: Style::PLAIN,
            terminal: false,
        }
    }
}

/// An open output: takes records, one after another, and writes one document.
///
/// Nothing is written before the first record or the end, so a command that
/// fails early leaves its output empty.
pub(crate) struct Output {
    encoder: Box<dyn Encoder>,
    sink: Box<dyn Sink>,
    shape: Shape,
    growth: Growth,
    /// The condition that records have to meet.
    condition: Option<Filter>,
    /// How many did not.
    left_out: u64,
    filter: Option<Filter>,
    terminal: bool,
    begun: bool,
    records: u64,
    piece: Vec<u8>,
}

impl Output {
    /// Joins a format to a destination.
    ///
    /// With both `--jq` and `--fields` the program runs first, and the fields are
    /// picked from the objects that it yields.
    ///
    /// # Errors
    /// Usage errors only: a program that does not compile, an empty field, a format
    /// of another program for records that have no meaning there or together with an
    /// option that shapes JSON.
    pub(crate) fn open(
        options: &Options,
        layout: Layout,
        sink: Box<dyn Sink>,
    ) -> Result<Self, OutputError> {
        let chosen = options.fields.as_deref().map(Fields::chosen).transpose()?;
        let filter = options.jq.as_deref().map(Filter::compile).transpose()?;
        let shaping = [("--jq", filter.is_some()), ("--fields", chosen.is_some())];
        check(options.format, layout, shaping)?;
        let page = (options.terminal && !options.wide).then_some(options.style.width);
        let columns = || match options.shape {
            Shape::Raw => Fields::fixed(layout.columns.0),
            Shape::Record => Fields::fixed(shape::COLUMNS),
        };
        let encoder: Box<dyn Encoder> = match options.format {
            _ if options.raw => Box::new(Bare { fields: chosen }),
            Format::Text => {
                let tabular = chosen.is_some();
                let fields = chosen.unwrap_or_else(columns);
                Box::new(Text::new(fields, tabular, options.style, page))
            }
            Format::Json if layout.single => Box::new(Single { fields: chosen }),
            Format::Json => Box::new(Array::new(chosen)),
            Format::Jsonl => Box::new(JsonLines { fields: chosen }),
            Format::Csv if filter.is_some() => Box::new(Csv::new(chosen)),
            Format::Csv => Box::new(Csv::new(Some(chosen.unwrap_or_else(columns)))),
            format => export(format, options),
        };
        Ok(Self {
            encoder,
            sink,
            shape: options.shape,
            growth: options.format.growth(),
            condition: None,
            left_out: 0,
            filter,
            terminal: options.terminal,
            begun: false,
            records: 0,
            piece: Vec::new(),
        })
    }

    /// Records as they are, a line each.
    pub(crate) fn lines(command: &'static str, sink: Box<dyn Sink>) -> Result<Self, OutputError> {
        let layout = Layout {
            command,
            columns: Columns(&[]),
            members: Members::Object,
            single: false,
            subject: Subject::Program,
        };
        Self::open(&Options::new(Format::Jsonl), layout, sink)
    }

    /// Says whether the records can have what was asked for, before any is at hand.
    ///
    /// # Errors
    /// [`OutputError::UnknownField`].
    pub(crate) fn check(options: &Options, layout: Layout) -> Result<(), OutputError> {
        match &options.fields {
            // What a program yields is its own affair.
            Some(fields) if options.jq.is_none() => layout.check_fields(fields, options.shape),
            _ => Ok(()),
        }
    }

    /// Leaves out the records that do not meet a condition.
    #[must_use]
    pub(crate) fn keeping(mut self, condition: Option<Filter>) -> Self {
        self.condition = condition;
        self
    }

    fn continued(mut self) -> Self {
        self.begun = true;
        self
    }

    /// Goes on with a file that an earlier run has written: there is no second header,
    /// and what must not be there twice is known.
    ///
    /// # Errors
    /// [`OutputError::Open`]: it cannot be read.
    pub(crate) fn continuing(mut self, path: &Path) -> Result<Self, OutputError> {
        if self.growth == Growth::UniqueLines {
            let name = path.display().to_string();
            let failed = |cause| OutputError::open(&name, cause);
            let file = File::open(path).map_err(failed)?;
            for line in BufReader::new(file).lines() {
                self.encoder.remember(&line.map_err(failed)?);
            }
            self.encoder.committed(false);
        }
        Ok(self.continued())
    }

    /// Shows people the most severe records first, as far as they can be held
    /// back: all of them must be worth waiting for.
    #[must_use]
    pub(crate) fn most_severe_first(mut self) -> Self {
        self.encoder.rank_rows();
        self
    }

    /// Writes a record.
    ///
    /// # Errors
    /// What [concerns one record](OutputError::concerns_one_record): nothing of
    /// it is written, and the next record may follow. After
    /// [`OutputError::Closed`] and [`OutputError::Write`] nothing more arrives.
    pub(crate) fn record(&mut self, record: &dyn Record) -> Result<(), OutputError> {
        self.records += 1;
        self.begin();
        let encoded = self.encode(record);
        self.hand_on()?;
        if self.terminal {
            self.sink.flush()?;
        }
        encoded
    }

    /// Hands on everything so far: what was taken is then where it is to be.
    ///
    /// # Errors
    /// [`OutputError::Closed`] or [`OutputError::Write`].
    pub(crate) fn flush(&mut self) -> Result<(), OutputError> {
        self.encoder.flush(&mut self.piece);
        self.hand_on()?;
        self.sink.flush()
    }

    /// Hands on what is ready, before a wait that somebody may watch. A table in a
    /// pipe keeps its rows back, so that its columns don't depend on how fast the
    /// answers come.
    ///
    /// # Errors
    /// [`OutputError::Closed`] or [`OutputError::Write`].
    pub(crate) fn rest(&mut self) -> Result<(), OutputError> {
        if self.terminal {
            self.encoder.flush(&mut self.piece);
        }
        self.hand_on()?;
        self.sink.flush()
    }

    /// Tells the destination that everything flushed so far is committed. Whether it
    /// goes on in a new file, which begins with a header of its own.
    ///
    /// # Errors
    /// [`OutputError`]: the file is not as it was left.
    pub(crate) fn committed(&mut self) -> Result<bool, OutputError> {
        let renewed = self.sink.committed()?;
        self.encoder.committed(renewed);
        if renewed {
            self.begun = false;
        }
        Ok(renewed)
    }

    /// Takes back what was written since the last commit, where the destination can:
    /// the records will come again.
    ///
    /// # Errors
    /// [`OutputError::Closed`] or [`OutputError::Write`].
    pub(crate) fn take_back(&mut self) -> Result<(), OutputError> {
        self.piece.clear();
        self.encoder.taken_back();
        self.sink.take_back()
    }

    /// Ends a complete run: closes the document, and puts the file in its place.
    ///
    /// # Errors
    /// [`OutputError::Closed`] or [`OutputError::Write`].
    pub(crate) fn finish(mut self) -> Result<(), OutputError> {
        if self.left_out > 0 && self.left_out == self.records {
            tracing::warn!("--where kept none of {} records", self.records);
        }
        self.end()?;
        self.sink.finish()
    }

    /// Ends a run that is cut short: closes the document for those who read it as
    /// it came, and leaves a file as it was before.
    ///
    /// # Errors
    /// [`OutputError::Closed`] or [`OutputError::Write`].
    pub(crate) fn abandon(mut self) -> Result<(), OutputError> {
        self.end()?;
        self.sink.abandon()
    }

    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            self.encoder.begin(&mut self.piece);
        }
    }

    fn end(&mut self) -> Result<(), OutputError> {
        self.begin();
        self.encoder.end(&mut self.piece);
        self.hand_on()
    }

    fn encode(&mut self, record: &dyn Record) -> Result<(), OutputError> {
        let shaped = match self.shape {
            Shape::Raw => None,
            Shape::Record => Shaped::of(record),
        };
        let record = shaped
            .as_ref()
            .map_or(record, |shaped| shaped as &dyn Record);
        let number = self.records;
        let failed = |cause| OutputError::Jq {
            record: number,
            cause,
        };
        if let Some(condition) = &self.condition
            && !condition.truthy(&json(record)).map_err(failed)?
        {
            self.left_out += 1;
            return Ok(());
        }
        let Some(filter) = &self.filter else {
            self.encoder.item(Item::Record(record), &mut self.piece);
            return Ok(());
        };
        let values = filter.run(&json(record)).map_err(failed)?;
        self.encoder.fits(number, &values)?;
        for value in &values {
            self.encoder.item(Item::Value(value), &mut self.piece);
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), OutputError> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let written = self.sink.write(&self.piece);
        self.piece.clear();
        written
    }
}

/// Refuses a format in which the records have no meaning, and options that shape JSON
/// together with one that is none.
fn check(
    format: Format,
    layout: Layout,
    shaping: [(&'static str, bool); 2],
) -> Result<(), OutputError> {
    if !layout.subject.means_in(format) {
        return Err(OutputError::NoMeaning {
            format,
            command: layout.command,
            formats: layout.subject.formats().join(", "),
        });
    }
    let shaping = shaping.into_iter().find(|(_, is_there)| *is_there);
    match shaping {
        Some((option, _)) if format.is_export() => Err(OutputError::NotWith { format, option }),
        _ => Ok(()),
    }
}

/// The encoder of a format of another program.
fn export(format: Format, options: &Options) -> Box<dyn Encoder> {
    let (choice, policy) = (&options.export, &options.stix);
    let stix = |profile| -> Box<dyn Encoder> {
        Box::new(Stix::new(Policy { profile, ..*policy }, choice))
    };
    match format {
        Format::Misp => Box::new(Misp::document(*policy, choice)),
        Format::MispFeed => Box::new(Misp::lines(*policy, choice)),
        Format::Navigator => Box::new(Navigator::new(choice)),
        Format::Markdown => Box::new(Markdown::new(policy, choice)),
        Format::Html => Box::new(Objects::new(choice)),
        Format::Ecs => Box::new(Lines::events(Ecs::new(policy), choice)),
        Format::Bulk => Box::new(Lines::events(Bulk::new(policy, choice), choice)),
        Format::Hec => Box::new(Lines::events(Hec::new(choice), choice)),
        Format::Cef => Box::new(Lines::events(Cef::new(policy), choice)),
        Format::Zeek => Box::new(Lines::list(Zeek, choice, policy)),
        Format::Suricata => Box::new(Lines::list(Suricata::default(), choice, policy)),
        Format::Values => Box::new(Lines::list(Values::new(choice), choice, policy)),
        Format::StixOpenCti => stix(Profile::OpenCti),
        Format::StixSentinel => stix(Profile::Sentinel),
        Format::Stix | Format::Text | Format::Json | Format::Jsonl | Format::Csv => {
            stix(Profile::Standard)
        }
    }
}
