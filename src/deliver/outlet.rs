//! Where records leave the engine, and what those that fail come to.

use super::error::DeliverError;
use super::unprocessed::{NotTaken, Step, Unprocessed};
use crate::output::row::View;
use crate::output::{Output, Record};

/// A record on its way out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Emitted<'a> {
    /// The API's own object.
    pub json: &'a str,
    /// What tells it from all others, where the feed knows.
    pub identity: Option<&'a str>,
    /// How people see it.
    pub view: View,
}

/// Something that takes records: an output, a file, a webhook.
///
/// What it took is durable or delivered once [`flush`](Self::flush) returns, and
/// may come again until then. All of it runs where blocking is no harm.
pub(crate) trait Outlet: Send {
    /// Takes a record; it may stay in memory until the next flush. Deliveries
    /// that are refused meanwhile are counted.
    ///
    /// # Errors
    /// A record that can't be shaped as it was asked for, of which nothing is
    /// taken; or what ends the run.
    fn take(&mut self, record: Emitted<'_>, failures: &mut Failures) -> Result<(), NotTaken>;

    /// Makes durable what was taken.
    ///
    /// # Errors
    /// What ends the run.
    fn flush(&mut self, failures: &mut Failures) -> Result<(), DeliverError>;

    /// Hears that everything flushed so far is committed. Whether it goes on in a new
    /// file, which is then to be committed as well.
    ///
    /// # Errors
    /// What ends the run.
    fn committed(&mut self) -> Result<bool, DeliverError> {
        Ok(false)
    }

    /// Takes back what was taken since the last commit, where that can be.
    ///
    /// # Errors
    /// What ends the run.
    fn take_back(&mut self) -> Result<(), DeliverError>;

    /// Ends a complete run, whose last records were flushed.
    ///
    /// # Errors
    /// What keeps the end from being durable.
    fn finish(self: Box<Self>) -> Result<(), DeliverError>;

    /// Ends a run that is cut short.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    fn abandon(self: Box<Self>) -> Result<(), DeliverError>;
}

/// Counts the records that failed. The first one is told; the rest would say the
/// same ten thousand times over.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    count: u64,
    told: bool,
}

impl Failures {
    /// How many there are.
    pub(crate) fn total(&self) -> u64 {
        self.count
    }

    /// Counts so many records that failed for one reason.
    pub(crate) fn add(&mut self, records: u64, reason: &str) {
        self.count(records);
        self.tell(reason);
    }

    /// Counts so many records, before it is known what becomes of them.
    pub(crate) fn count(&mut self, records: u64) {
        self.count += records;
    }

    /// Says why records failed.
    pub(crate) fn tell(&mut self, reason: &str) {
        if self.told {
            tracing::debug!("{reason}");
        } else {
            self.told = true;
            tracing::warn!("{reason}");
        }
    }
}

impl Outlet for Output {
    fn take(&mut self, record: Emitted<'_>, _: &mut Failures) -> Result<(), NotTaken> {
        self.record(&Raw(record)).map_err(|error| {
            if error.concerns_one_record() {
                NotTaken::Record(Unprocessed::new(Step::Shape, error.to_string()))
            } else {
                error.into()
            }
        })
    }

    fn flush(&mut self, _: &mut Failures) -> Result<(), DeliverError> {
        Ok(Self::flush(self)?)
    }

    fn committed(&mut self) -> Result<bool, DeliverError> {
        Ok(Self::committed(self)?)
    }

    fn take_back(&mut self) -> Result<(), DeliverError> {
        Ok(Self::take_back(self)?)
    }

    fn finish(self: Box<Self>) -> Result<(), DeliverError> {
        Ok(Self::finish(*self)?)
    }

    fn abandon(self: Box<Self>) -> Result<(), DeliverError> {
        Ok(Self::abandon(*self)?)
    }
}

/// The API's own object, and how people see it.
struct Raw<'a>(Emitted<'a>);

impl Record for Raw<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.json.as_bytes());
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        Some((self.0.view)(self.0.json).cells)
    }

    fn columns(&self) -> Vec<(&'static str, String)> {
        (self.0.view)(self.0.json).columns
    }

    fn rank(&self) -> u32 {
        (self.0.view)(self.0.json).rank
    }
}
