//! The open destinations of a run: the main ones, and sinks that rules route to.

use super::delivery::Delivery;
use super::error::DeliverError;
use super::letters::Addressed;
use super::record::{Emitted, Failures, Step, Unprocessed};
use crate::output::Output;

/// Where the records of a run go.
#[derive(Default)]
pub(crate) struct Destinations {
    /// What gets every record that is not routed elsewhere. What answers stands before
    /// a file: the file is not to keep what was not delivered.
    main: Vec<Open>,
    named: Vec<(String, Open)>,
}

/// A destination that takes records. What it took is durable or delivered once it was
/// flushed, and may come again until then.
pub(crate) enum Taker {
    /// Records are written: to a file, a stream, standard output.
    Output(Box<Output>),
    /// Records are delivered, and answered.
    Delivery(Box<Delivery>),
}

struct Open {
    taker: Taker,
    /// What a dead letter says of it.
    addressed: Addressed,
}

/// A record that a destination could not take as it was asked for.
pub(crate) type Untaken<'a> = (Unprocessed, &'a Addressed);

impl Destinations {
    /// Adds one to the main ones. Those added first are flushed first.
    #[must_use]
    pub(crate) fn with(mut self, taker: Taker, addressed: Addressed) -> Self {
        self.main.push(Open { taker, addressed });
        self
    }

    /// Adds a named sink.
    #[must_use]
    pub(crate) fn with_sink(
        mut self,
        name: impl Into<String>,
        taker: Taker,
        addressed: Addressed,
    ) -> Self {
        self.named.push((name.into(), Open { taker, addressed }));
        self
    }

    /// The place of a named sink; none if there is no such sink.
    pub(crate) fn sink(&self, name: &str) -> Option<usize> {
        self.named.iter().position(|(named, _)| named == name)
    }

    /// Hands a record to the main destinations, or to the sink of this place. Gives
    /// those that could not take it, and whether any did.
    pub(crate) fn take(
        &mut self,
        sink: Option<usize>,
        record: Emitted<'_>,
    ) -> Result<(bool, Vec<Untaken<'_>>), DeliverError> {
        let open = match sink {
            None => self.main.as_mut_slice(),
            Some(place) => std::slice::from_mut(&mut self.named[place].1),
        };
        let (mut taken, mut untaken) = (false, Vec::new());
        for Open { taker, addressed } in open {
            match taker.take(record)? {
                Ok(()) => taken = true,
                Err(why) => untaken.push((why, &*addressed)),
            }
        }
        Ok((taken, untaken))
    }

    /// Where a record goes that no rule was asked about.
    pub(crate) fn main(&self) -> impl Iterator<Item = &Addressed> {
        self.main.iter().map(|open| &open.addressed)
    }

    /// Delivers what is gathered: full batches, and at the end of a page the rest.
    pub(crate) async fn deliver(&mut self, whole: bool) -> Result<(), DeliverError> {
        for taker in self.each() {
            if let Taker::Delivery(delivery) = taker {
                delivery.deliver(whole).await?;
            }
        }
        Ok(())
    }

    /// Makes durable what all of them took, after the deliveries. Named sinks come
    /// first, as the main ones may end in the file that the checkpoint counts.
    pub(crate) fn flush(&mut self, failures: &mut Failures) -> Result<(), DeliverError> {
        for taker in self.each() {
            match taker {
                Taker::Output(output) => output.flush()?,
                Taker::Delivery(delivery) => delivery.settle(failures)?,
            }
        }
        Ok(())
    }

    /// Tells all of them that what was flushed is committed. Whether one goes on in a
    /// new file.
    pub(crate) fn committed(&mut self) -> Result<bool, DeliverError> {
        let mut renewed = false;
        for taker in self.each() {
            if let Taker::Output(output) = taker {
                renewed |= output.committed()?;
            }
        }
        Ok(renewed)
    }

    /// Takes back what was taken since the last commit.
    pub(crate) fn take_back(&mut self) -> Result<(), DeliverError> {
        for taker in self.each() {
            match taker {
                Taker::Output(output) => output.take_back()?,
                Taker::Delivery(delivery) => delivery.take_back(),
            }
        }
        Ok(())
    }

    fn each(&mut self) -> impl Iterator<Item = &mut Taker> {
        let named = self.named.iter_mut().map(|(_, open)| open);
        named.chain(&mut self.main).map(|open| &mut open.taker)
    }

    /// Ends all of them; the first failure is the one that is told.
    pub(crate) fn close(self, complete: bool) -> Result<(), DeliverError> {
        let named = self.named.into_iter().map(|(_, open)| open);
        let mut outcome = Ok(());
        for Open { taker, .. } in named.chain(self.main) {
            let Taker::Output(output) = taker else {
                continue;
            };
            let closed = if complete {
                output.finish()
            } else {
                output.abandon()
            };
            outcome = outcome.and(closed);
        }
        Ok(outcome?)
    }
}

impl Taker {
    /// Takes a record; it may stay in memory until the next flush. The inner error
    /// concerns this record alone.
    fn take(&mut self, record: Emitted<'_>) -> Result<Result<(), Unprocessed>, DeliverError> {
        let output = match self {
            Self::Delivery(delivery) => return Ok(delivery.take(record)),
            Self::Output(output) => output,
        };
        match output.record(&record) {
            Ok(()) => Ok(Ok(())),
            Err(error) if error.concerns_one_record() => {
                Ok(Err(Unprocessed::new(Step::Shape, error.to_string())))
            }
            Err(error) => Err(error.into()),
        }
    }
}
