//! All the ways out of a run: the main one, and sinks that have names.

use super::error::DeliverError;
use super::letters::Addressed;
use super::outlet::{Emitted, Failures, Outlet};
use super::unprocessed::{NotTaken, Unprocessed};

/// The outlets of a run.
#[derive(Default)]
pub(crate) struct Outlets {
    /// What gets every record that is not directed elsewhere. A webhook stands
    /// before a file: the file is not to keep what was not delivered.
    main: Vec<Way>,
    named: Vec<(String, Way)>,
}

/// An outlet, and what a dead letter says of it.
struct Way {
    outlet: Box<dyn Outlet>,
    addressed: Addressed,
}

/// A record that an outlet could not take as it was asked for.
pub(crate) type Untaken<'a> = (Unprocessed, &'a Addressed);

/// Which way a record takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Where records go.
    Main,
    /// The named sink with this place in the list.
    Sink(usize),
}

impl Outlets {
    /// Adds an outlet to the main way. Those added first are flushed first.
    #[must_use]
    pub(crate) fn with(mut self, outlet: Box<dyn Outlet>, addressed: Addressed) -> Self {
        self.main.push(Way { outlet, addressed });
        self
    }

    /// Adds a named sink.
    #[must_use]
    pub(crate) fn with_sink(
        mut self,
        name: impl Into<String>,
        outlet: Box<dyn Outlet>,
        addressed: Addressed,
    ) -> Self {
        self.named.push((name.into(), Way { outlet, addressed }));
        self
    }

    /// The way to a named sink; none if there is no such sink.
    pub(crate) fn destination(&self, name: &str) -> Option<Destination> {
        let place = self.named.iter().position(|(named, _)| named == name);
        place.map(Destination::Sink)
    }

    /// Hands a record to where it is to go. Gives the outlets that could not take
    /// it, and whether any did.
    pub(crate) fn take(
        &mut self,
        destination: Destination,
        record: Emitted<'_>,
        failures: &mut Failures,
    ) -> Result<(bool, Vec<Untaken<'_>>), DeliverError> {
        let ways = match destination {
            Destination::Main => self.main.as_mut_slice(),
            Destination::Sink(place) => std::slice::from_mut(&mut self.named[place].1),
        };
        let (mut taken, mut untaken) = (false, Vec::new());
        for way in ways {
            match way.outlet.take(record, failures) {
                Ok(()) => taken = true,
                Err(NotTaken::Record(why)) => untaken.push((why, &way.addressed)),
                Err(NotTaken::Run(error)) => return Err(*error),
            }
        }
        Ok((taken, untaken))
    }

    /// Where a record goes that no rule was asked about.
    pub(crate) fn main(&self) -> impl Iterator<Item = &Addressed> {
        self.main.iter().map(|way| &way.addressed)
    }

    /// Makes durable what all of them took. Named sinks come first, as the main
    /// way may end in the file that the checkpoint counts.
    pub(crate) fn flush(&mut self, failures: &mut Failures) -> Result<(), DeliverError> {
        self.each()
            .try_for_each(|outlet| outlet.flush(&mut *failures))
    }

    /// Tells all of them that what was flushed is committed. Whether one goes on in a
    /// new file.
    pub(crate) fn committed(&mut self) -> Result<bool, DeliverError> {
        let mut renewed = false;
        for outlet in self.each() {
            renewed |= outlet.committed()?;
        }
        Ok(renewed)
    }

    /// Takes back what was taken since the last commit.
    pub(crate) fn take_back(&mut self) -> Result<(), DeliverError> {
        self.each().try_for_each(|outlet| outlet.take_back())
    }

    fn each(&mut self) -> impl Iterator<Item = &mut Box<dyn Outlet>> {
        let named = self.named.iter_mut().map(|(_, way)| way);
        named.chain(&mut self.main).map(|way| &mut way.outlet)
    }

    /// Ends all of them; the first failure is the one that is told.
    pub(crate) fn close(self, complete: bool) -> Result<(), DeliverError> {
        let named = self.named.into_iter().map(|(_, way)| way);
        let mut outcome = Ok(());
        for Way { outlet, .. } in named.chain(self.main) {
            let closed = if complete {
                outlet.finish()
            } else {
                outlet.abandon()
            };
            outcome = outcome.and(closed);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Writes down what happens to it.
    struct Diary(&'static str, Arc<Mutex<Vec<String>>>);

    impl Diary {
        fn write(&self, what: &str) {
            let mut entries = self.1.lock().expect("lock");
            entries.push(format!("{} {what}", self.0));
        }
    }

    impl Outlet for Diary {
        fn take(&mut self, record: Emitted<'_>, _: &mut Failures) -> Result<(), NotTaken> {
            self.write(record.json);
            Ok(())
        }

        fn flush(&mut self, _: &mut Failures) -> Result<(), DeliverError> {
            self.write("flush");
            Ok(())
        }

        fn take_back(&mut self) -> Result<(), DeliverError> {
            self.write("take back");
            Ok(())
        }

        fn finish(self: Box<Self>) -> Result<(), DeliverError> {
            self.write("finish");
            Ok(())
        }

        fn abandon(self: Box<Self>) -> Result<(), DeliverError> {
            self.write("abandon");
            Ok(())
        }
    }

    #[test]
    fn each_record_takes_its_way_and_all_outlets_move_together() {
        let entries = Arc::new(Mutex::new(Vec::new()));
        let diary = |name| Box::new(Diary(name, Arc::clone(&entries)));
        let mut outlets = Outlets::default()
            .with(diary("hook"), Addressed::default())
            .with(diary("file"), Addressed::default())
            .with_sink("soc", diary("soc"), Addressed::default());
        let mut failures = Failures::default();
        let record = |json| Emitted {
            json,
            identity: None,
            view: crate::output::row::object,
        };
        assert_eq!(outlets.destination("nobody"), None);
        let soc = outlets.destination("soc").expect("a sink");
        outlets
            .take(Destination::Main, record("1"), &mut failures)
            .expect("taken");
        outlets
            .take(soc, record("2"), &mut failures)
            .expect("taken");
        outlets.flush(&mut failures).expect("flushed");
        outlets.take_back().expect("taken back");
        outlets.close(false).expect("closed");
        assert_eq!(
            entries.lock().expect("lock").join(", "),
            "hook 1, file 1, soc 2, soc flush, hook flush, file flush, \
             soc take back, hook take back, file take back, \
             soc abandon, hook abandon, file abandon"
        );
    }
}
