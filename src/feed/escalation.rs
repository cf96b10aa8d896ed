//! Statuses that go back to the service: after the records are durable, and
//! before the checkpoint says that they are done.

use crate::deliver::Failures;
use crate::model::error::{Error, ErrorKind};

/// A status for an object of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Escalation {
    /// The object's id.
    pub id: String,
    /// Its new status.
    pub status: String,
}

/// Whoever sends statuses back. It runs where blocking is no harm.
pub(crate) trait SendBack: Send {
    /// Sends each of them; the answers come in the same order.
    fn send(&self, escalations: &[Escalation]) -> Vec<Result<(), Error>>;
}

/// What is to be sent back with the next commit.
#[derive(Default)]
pub(super) struct Escalations {
    way: Option<Box<dyn SendBack>>,
    due: Vec<Escalation>,
}

impl Escalations {
    pub(super) fn by(way: Box<dyn SendBack>) -> Self {
        Self {
            way: Some(way),
            due: vec![],
        }
    }

    pub(super) fn add(&mut self, escalation: Escalation) {
        self.due.push(escalation);
    }

    /// Sends what is due. A refusal concerns one object and is counted; what
    /// would meet the others too, or may pass, ends the run: everything since the
    /// last commit comes again in the next one.
    pub(super) fn send(&mut self, failures: &mut Failures) -> Result<(), Error> {
        let due = std::mem::take(&mut self.due);
        let Some(way) = self.way.as_ref().filter(|_| !due.is_empty()) else {
            return Ok(());
        };
        for (escalation, answer) in due.iter().zip(way.send(&due)) {
            let Err(error) = answer else { continue };
            if !is_refusal(&error) {
                return Err(error);
            }
            let Escalation { id, status } = escalation;
            failures.add(1, &format!("`{id}` did not become {status}: {error}"));
        }
        Ok(())
    }

    /// Forgets what is due: its records come again.
    pub(super) fn take_back(&mut self) {
        self.due.clear();
    }
}

/// Whether the service said no to this one object.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error.kind,
        ErrorKind::Invalid | ErrorKind::NotFound | ErrorKind::Forbidden
    )
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Refuses, or fails, as the id says.
    struct Service(Arc<Mutex<Vec<String>>>);

    impl SendBack for Service {
        fn send(&self, escalations: &[Escalation]) -> Vec<Result<(), Error>> {
            let answer = |Escalation { id, status }: &Escalation| {
                let mut sent = self.0.lock().expect("lock");
                sent.push(format!("{id} {status}"));
                let failed = |kind, status| {
                    let mut error = Error::new(kind, "no");
                    error.status = Some(status);
                    Err(error)
                };
                match id.as_str() {
                    "unknown" => failed(ErrorKind::NotFound, 404),
                    "odd" => failed(ErrorKind::Invalid, 400),
                    "broken" => failed(ErrorKind::Server, 503),
                    "stranger" => failed(ErrorKind::Auth, 401),
                    "fast" => failed(ErrorKind::RateLimit, 429),
                    _ => Ok(()),
                }
            };
            escalations.iter().map(answer).collect()
        }
    }

    #[test]
    fn refusals_are_counted_and_trouble_ends_the_run() {
        for (ids, failed, ends) in [
            (&["a", "unknown", "odd", "b"][..], 2, false),
            (&["a", "broken"], 0, true),
            (&["stranger"], 0, true),
            (&["fast"], 0, true),
            (&[], 0, false),
        ] {
            let sent = Arc::default();
            let mut escalations = Escalations::by(Box::new(Service(Arc::clone(&sent))));
            for id in ids {
                escalations.add(Escalation {
                    id: (*id).to_owned(),
                    status: "escalated".to_owned(),
                });
            }
            let mut failures = Failures::default();
            let outcome = escalations.send(&mut failures);
            assert_eq!(
                (failures.total(), outcome.is_err()),
                (failed, ends),
                "{ids:?}"
            );
            assert_eq!(sent.lock().expect("lock").len(), ids.len());
            // Nothing is sent twice.
            escalations.send(&mut failures).expect("nothing is due");
            assert_eq!(sent.lock().expect("lock").len(), ids.len());
        }
    }
}
