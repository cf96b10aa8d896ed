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
    /// Records become rows of a table.
    #[cfg(feature = "postgres")]
    Table(Box<super::postgres::OpenTable>),
    /// Records become entries of the mirror, in the transaction of their checkpoint.
    Mirror(super::mirror::Mirror),
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
                #[cfg(feature = "postgres")]
                Taker::Table(table) => table.flush()?,
                Taker::Mirror(_) => {}
            }
        }
        Ok(())
    }

    /// Takes out of what waits for the checkpoint's transaction the rows that the server
    /// does not take; how many.
    #[cfg(feature = "postgres")]
    pub(crate) fn sift(&mut self) -> Result<usize, DeliverError> {
        let mut count = 0;
        for taker in self.each() {
            if let Taker::Table(table) = taker {
                count += table.sift()?;
            }
        }
        Ok(count)
    }

    /// The rows that servers did not take, and what a dead letter says of where they
    /// were to go.
    #[cfg(feature = "postgres")]
    pub(crate) fn refused(&mut self) -> Vec<(super::postgres::RefusedRow, Addressed)> {
        let named = self.named.iter_mut().map(|(_, open)| open);
        let mut all = Vec::new();
        for open in named.chain(&mut self.main) {
            if let Taker::Table(table) = &mut open.taker {
                let rows = table.refused().into_iter();
                all.extend(rows.map(|row| (row, open.addressed.clone())));
            }
        }
        all
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
                #[cfg(feature = "postgres")]
                Taker::Table(table) => table.take_back()?,
                // Its checkpoint takes it back.
                Taker::Mirror(_) => {}
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
            #[cfg(feature = "postgres")]
            Self::Table(table) => return table.take(record),
            Self::Mirror(mirror) => return mirror.take(record),
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

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::{Arc, Mutex};

    use jiff::Timestamp;
    use tokio::sync::Notify;

    use super::*;
    use crate::client::hook::Undelivered;
    use crate::deliver::delivery::{Delivered, Receiver, Sender};
    use crate::deliver::halt::Halt;
    use crate::model::error::{Error, ErrorKind};
    use crate::output::OutputError;
    use crate::output::sink::Sink;
    use crate::state::dead_letters::{Addressee, DeadLetters};

    /// Writes down what happens to it.
    #[derive(Clone)]
    struct Diary(&'static str, Arc<Mutex<Vec<String>>>);

    impl Diary {
        fn write(&self, what: &str) {
            let mut entries = self.1.lock().expect("lock");
            entries.push(format!("{} {what}", self.0));
        }
    }

    impl Sink for Diary {
        fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
            Self::write(self, String::from_utf8_lossy(piece).trim_end());
            Ok(())
        }

        fn flush(&mut self) -> Result<(), OutputError> {
            Self::write(self, "flush");
            Ok(())
        }

        fn take_back(&mut self) -> Result<(), OutputError> {
            Self::write(self, "take back");
            Ok(())
        }

        fn finish(self: Box<Self>) -> Result<(), OutputError> {
            Self::write(&self, "finish");
            Ok(())
        }

        fn abandon(self: Box<Self>) -> Result<(), OutputError> {
            Self::write(&self, "abandon");
            Ok(())
        }
    }

    /// Takes deliveries once it is let go on; is in trouble for good with `[broken]`.
    struct Service(Diary, Arc<Notify>);

    impl Receiver for Service {
        fn to(&self) -> String {
            self.0.0.to_owned()
        }

        fn form(&self) -> &'static str {
            "ndjson"
        }

        fn parts(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
            Ok(vec![json.to_owned()])
        }

        fn deliver<'a>(&'a self, _: &'a str, records: &'a [Vec<String>]) -> Delivered<'a> {
            Box::pin(async move {
                self.1.notified().await;
                let records = records.concat().join("+");
                self.0.write(&records);
                if records == "[broken]" {
                    let error = Error::new(ErrorKind::Server, "no");
                    return Err(Undelivered::Failed(error));
                }
                self.1.notify_one();
                Ok(vec![])
            })
        }
    }

    fn delivery(service: Service) -> Taker {
        let sender = Sender {
            feed: "ioc-stream",
            checkpoint: None,
            persistence: None,
            halt: Halt::default(),
            clock: || Timestamp::UNIX_EPOCH,
        };
        let addressee = Addressee {
            sink: None,
            url: None,
            mapped: false,
            signed: false,
            headers: vec![],
        };
        let letters = DeadLetters::of(std::path::Path::new(""), &"c".parse().expect("a name"));
        let most = NonZeroUsize::new(2).expect("a number");
        let delivery = Delivery::new(
            Box::new(service),
            most,
            NonZeroUsize::MIN,
            sender,
            addressee,
            letters,
        );
        Taker::Delivery(Box::new(delivery))
    }

    fn record(json: &str) -> Emitted<'_> {
        Emitted {
            json,
            identity: None,
            view: crate::output::row::object,
        }
    }

    #[tokio::test]
    async fn each_record_goes_where_it_is_to_and_all_destinations_move_together() {
        let entries = Arc::new(Mutex::new(Vec::new()));
        let diary = |name| Diary(name, Arc::clone(&entries));
        let output = |name| {
            Taker::Output(Box::new(
                Output::lines("ingest", Box::new(diary(name))).expect("output"),
            ))
        };
        let go_on = Arc::new(Notify::new());
        let hook = delivery(Service(diary("hook"), Arc::clone(&go_on)));
        let mut all = Destinations::default()
            .with(hook, Addressed::default())
            .with(output("file"), Addressed::default())
            .with_sink("soc", output("soc"), Addressed::default());
        assert_eq!(all.sink("nobody"), None);
        let soc = all.sink("soc");
        for json in ["1", "2", "3"] {
            assert!(all.take(None, record(json)).expect("taken").0);
        }
        all.take(soc, record("4")).expect("taken");
        // Full batches alone, and without keeping others of the runtime from running.
        let (delivered, ()) = tokio::join!(all.deliver(false), async { go_on.notify_one() });
        delivered.expect("delivered");
        all.deliver(true).await.expect("delivered");
        all.flush(&mut Failures::default()).expect("flushed");
        all.take(None, record("[broken]")).expect("taken");
        let failed = all.deliver(true).await.expect_err("a failure");
        assert_eq!(failed.to_string(), "hook: no");
        all.take_back().expect("taken back");
        all.deliver(true).await.expect("nothing is left");
        all.close(false).expect("closed");
        assert_eq!(
            entries.lock().expect("lock").join(", "),
            "file 1, file 2, file 3, soc 4, hook 1+2, hook 3, soc flush, file flush, \
             file [broken], hook [broken], soc take back, file take back, \
             soc abandon, file abandon"
        );
    }
}
