//! The records of a run on their way out, counted.

use std::time::{Duration, Instant};

use super::record::{Answer, Fate};
use super::run::Consumer;
use super::tally::Tally;
use crate::model::error::{Error, ErrorKind};
use crate::model::fail_on::FailOn;
use crate::output::{self, Output, OutputError, sanitize_block};
use crate::ui::Stderr;
use crate::ui::progress::Progress;
use crate::ui::style::Style;

/// Where the records of a run go.
pub(crate) trait RecordSink<R> {
    /// Takes a record.
    ///
    /// # Errors
    /// One that [concerns this record](OutputError::concerns_one_record), or one
    /// that would meet every further record.
    fn record(&mut self, record: &R) -> Result<(), OutputError>;

    /// Hands on what is ready, before a wait.
    ///
    /// # Errors
    /// Nothing more arrives.
    fn rest(&mut self) -> Result<(), OutputError>;

    /// Makes durable what was taken, for one who commits it.
    ///
    /// # Errors
    /// Nothing more arrives.
    fn flush(&mut self) -> Result<(), OutputError> {
        self.rest()
    }

    /// What was made durable is committed. Whether it goes on in a new file.
    ///
    /// # Errors
    /// The file is not as it was left.
    fn committed(&mut self) -> Result<bool, OutputError> {
        Ok(false)
    }

    /// Closes it. What is not complete replaces no file.
    ///
    /// # Errors
    /// What was written did not arrive.
    fn close(self: Box<Self>, complete: bool) -> Result<(), OutputError>;
}

impl<R: output::Record> RecordSink<R> for Output {
    fn record(&mut self, record: &R) -> Result<(), OutputError> {
        Output::record(self, record)
    }

    fn rest(&mut self) -> Result<(), OutputError> {
        Output::rest(self)
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        Output::flush(self)
    }

    fn committed(&mut self) -> Result<bool, OutputError> {
        Output::committed(self)
    }

    fn close(self: Box<Self>, complete: bool) -> Result<(), OutputError> {
        if complete {
            self.finish()
        } else {
            self.abandon()
        }
    }
}

/// Prints the objects of the service alone; a record without one stays as it is.
pub(crate) struct Raw(pub Output);

impl<R: output::Record + Answer> RecordSink<R> for Raw {
    fn record(&mut self, record: &R) -> Result<(), OutputError> {
        match record.object() {
            Some(object) => self.0.record(&Object(object)),
            None => self.0.record(record),
        }
    }

    fn rest(&mut self) -> Result<(), OutputError> {
        self.0.rest()
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        self.0.flush()
    }

    fn committed(&mut self) -> Result<bool, OutputError> {
        self.0.committed()
    }

    fn close(self: Box<Self>, complete: bool) -> Result<(), OutputError> {
        RecordSink::<R>::close(Box::new(self.0), complete)
    }
}

struct Object<'a>(&'a str);

impl output::Record for Object<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn text(&self, _: &Style) -> Option<String> {
        Some(sanitize_block(self.0).into_owned())
    }
}

/// Prints records, counts how their inputs fared, and keeps the first failure.
pub(crate) struct Printer<R> {
    destination: Box<dyn RecordSink<R>>,
    progress: Progress,
    fail_on: Vec<FailOn>,
    teller: Option<Teller>,
    /// What was said not to be confirmed, and what was not, as its records say it.
    told: usize,
    untold: usize,
    begun: Instant,
    printed: Printed,
}

/// So many that are not confirmed are said each, where records say it too.
const SAID_EACH: usize = 5;

/// Says on standard error what records have submitted or changed.
pub(crate) struct Teller {
    /// Where it is said.
    pub stderr: Stderr,
    /// Whether a program, or a choice of fields, may hide it from records that are
    /// printed well.
    pub hidden: bool,
}

/// What to say of a run when its records are out.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// Of one without any input.
    pub empty: Option<&'static str>,
    /// Of a long one: what was done with its inputs, `looked up`.
    pub done: Option<&'static str>,
    /// Of what was begun and not waited for: how to take it up again.
    pub resume: Option<String>,
}

/// What was printed.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    /// How the inputs fared.
    pub tally: Tally,
    /// How long it took.
    pub took: Duration,
    /// The first failure.
    pub first: Option<Error>,
    /// Why the first record that could not be printed as asked could not.
    pub unprinted: Option<OutputError>,
    /// What else there is to say.
    pub remarks: Remarks,
}

impl<R: Answer> Printer<R> {
    /// Prints to a destination, and shows how many records it were.
    pub(crate) fn new(destination: impl RecordSink<R> + 'static, progress: Progress) -> Self {
        Self {
            destination: Box::new(destination),
            progress,
            fail_on: vec![],
            teller: None,
            told: 0,
            untold: 0,
            begun: Instant::now(),
            printed: Printed::default(),
        }
    }

    /// Notes whether a record meets one of these conditions.
    #[must_use]
    pub(crate) fn failing_on(self, fail_on: Vec<FailOn>) -> Self {
        Self { fail_on, ..self }
    }

    /// Says what lasts, where a record does not.
    #[must_use]
    pub(crate) fn telling(self, teller: Teller) -> Self {
        Self {
            teller: Some(teller),
            ..self
        }
    }

    /// Has something to say when the records are out.
    #[must_use]
    pub(crate) fn remarking(mut self, remarks: Remarks) -> Self {
        self.printed.remarks = remarks;
        self
    }

    /// Goes on counting where an earlier run has ended.
    #[must_use]
    pub(crate) fn counting_on(mut self, tally: Tally) -> Self {
        self.printed.tally = tally;
        self
    }

    /// How the inputs fared so far.
    pub(crate) fn tally(&self) -> &Tally {
        &self.printed.tally
    }

    /// Makes durable what was printed, for one who commits it.
    ///
    /// # Errors
    /// Nothing more arrives.
    pub(crate) fn flush(&mut self) -> Result<(), OutputError> {
        self.destination.flush()
    }

    /// What was made durable is committed. Whether the output goes on in a new file.
    ///
    /// # Errors
    /// The file is not as it was left.
    pub(crate) fn committed(&mut self) -> Result<bool, OutputError> {
        self.destination.committed()
    }

    /// Closes the destination. What is not complete replaces no file.
    ///
    /// # Errors
    /// What was printed did not arrive.
    pub(crate) fn close(self, complete: bool) -> Result<Printed, OutputError> {
        self.progress.finish();
        if let Some(teller) = self.teller
            && self.untold > 0
        {
            let more = self.untold;
            let said = format!("not confirmed: {more} more, whose records say `unconfirmed`");
            teller.stderr.say([("", said.as_str())]);
        }
        self.destination.close(complete)?;
        Ok(Printed {
            took: self.begun.elapsed(),
            ..self.printed
        })
    }

    /// Says what a record leaves behind; `hidden` is whether it is printed nowhere.
    fn tell(&mut self, record: &R, hidden: bool) {
        let Some(teller) = &self.teller else {
            return;
        };
        let hidden = hidden || teller.hidden;
        let said = match record.fate() {
            // Doing it again may double it, so that a record alone is not enough.
            Fate::Failed(problem) if problem.unconfirmed => {
                if !hidden && self.told >= SAID_EACH {
                    self.untold += 1;
                    return;
                }
                self.told += 1;
                let what = record.unconfirmed();
                what.map(|what| format!("not confirmed: {what}: {}", problem.message))
            }
            _ => record.lasting().filter(|_| hidden),
        };
        if let Some(said) = said {
            self.progress
                .aside(|| teller.stderr.say([("", said.as_str())]));
        }
    }

    fn count(&mut self, record: &R) {
        let fate = record.fate();
        self.printed.tally.count(fate);
        if let Some(judgement) = record.judgement() {
            self.printed.tally.judged(judgement.verdict);
        }
        if let Fate::Failed(problem) = fate {
            self.printed.first.get_or_insert_with(|| problem.clone());
        }
    }
}

impl<R: Answer> Consumer<R> for Printer<R> {
    type Error = OutputError;

    fn record(&mut self, record: R) -> Result<(), OutputError> {
        self.progress.step();
        // Whether it is printed or not: a gate must close on what is known.
        if let Some(judgement) = record.judgement()
            && self.fail_on.iter().any(|it| it.is_met(judgement))
        {
            self.printed.tally.condition_met();
        }
        let Self {
            destination,
            progress,
            ..
        } = self;
        let printed = progress.aside(|| destination.record(&record));
        self.tell(&record, printed.is_err());
        match printed {
            Ok(()) => self.count(&record),
            // The next record may be fine, and this one counts as failed.
            Err(error) if error.concerns_one_record() => {
                self.printed.tally.failed(ErrorKind::Usage);
                self.printed.unprinted.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn lost(&mut self, record: &R) {
        self.tell(record, true);
    }

    fn idle(&mut self) -> Result<(), OutputError> {
        let Self {
            destination,
            progress,
            ..
        } = self;
        progress.aside(|| destination.rest())
    }
}
