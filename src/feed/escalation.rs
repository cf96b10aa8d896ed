//! Statuses that go back to the service: after the records are durable, and
//! before the checkpoint says that they are done.

use futures::stream::{self, StreamExt};

use crate::client::Client;
use crate::client::endpoints::asm::Project;
use crate::client::endpoints::dtm::AlertChange;
use crate::deliver::Failures;
use crate::model::error::{Error, ErrorKind};
use crate::model::gti_alert::{self, GtiAlertState};
use crate::model::view::{Exact, decode};

/// A status for an object of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Escalation {
    /// The object's id.
    pub id: String,
    /// Its new status.
    pub status: String,
}

/// The way of statuses to the service.
pub(crate) struct SendBack {
    client: Client,
    of: Of,
}

/// Whose statuses they are.
#[derive(Debug, Clone)]
enum Of {
    /// Alerts of threat monitoring.
    Alerts,
    /// Issues of the attack surface, of this project.
    Issues(Option<Project>),
    /// Alerts of GTI Alerts, of this project.
    GtiAlerts(gti_alert::Project),
}

/// Changes that are on their way at once.
const AT_ONCE: usize = 4;

impl SendBack {
    /// Sends statuses of alerts of threat monitoring.
    pub(crate) fn of_alerts(client: &Client) -> Self {
        Self {
            client: client.clone(),
            of: Of::Alerts,
        }
    }

    /// Sends statuses of issues of the attack surface, of this project.
    pub(crate) fn of_issues(client: &Client, project: Option<Project>) -> Self {
        Self {
            client: client.clone(),
            of: Of::Issues(project),
        }
    }

    /// Sends states of alerts of GTI Alerts, of this project.
    pub(crate) fn of_gti_alerts(client: &Client, project: gti_alert::Project) -> Self {
        Self {
            client: client.clone(),
            of: Of::GtiAlerts(project),
        }
    }

    /// Sends each of them; the answers come in the same order.
    pub(super) async fn send(&self, escalations: &[Escalation]) -> Vec<Result<(), Error>> {
        let changes = stream::iter(escalations).map(|escalation| self.change(escalation));
        changes.buffered(AT_ONCE).collect().await
    }

    async fn change(&self, Escalation { id, status }: &Escalation) -> Result<(), Error> {
        match &self.of {
            Of::Alerts => {
                let change = AlertChange {
                    status: Some(status.clone()),
                    tags: None,
                };
                self.client.change_alert(id, &change).await
            }
            Of::Issues(project) => {
                let project = project.as_ref();
                self.client.set_issue_status(project, id, status).await
            }
            Of::GtiAlerts(project) => {
                // What is in that state already is left alone: the verb would make a new
                // version of it, which the feed would bring again.
                let alert = self.client.gti_alert(project, gti_alert::id_of(id)).await?;
                let alert: GtiAlertState = decode(alert.json()).map_err(Error::unreadable)?.view;
                if alert.state.is_some_and(|Exact(state)| state == *status) {
                    return Ok(());
                }
                let id = gti_alert::id_of(id);
                self.client
                    .set_gti_state(project, id, status, None)
                    .await
                    .map(drop)
            }
        }
    }
}

/// What the service says of statuses. A refusal concerns one object and is counted;
/// what would meet the others too, or may pass, ends the run: everything since the
/// last commit comes again in the next one.
///
/// # Errors
/// What ends the run.
pub(super) fn judge(
    escalations: &[Escalation],
    answers: Vec<Result<(), Error>>,
    failures: &mut Failures,
) -> Result<(), Error> {
    for (escalation, answer) in escalations.iter().zip(answers) {
        let Err(error) = answer else { continue };
        if !is_refusal(&error) {
            return Err(error);
        }
        let Escalation { id, status } = escalation;
        failures.add(1, &format!("`{id}` did not become {status}: {error}"));
    }
    Ok(())
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
    use super::*;

    /// Refuses, or fails, as the id says.
    fn answer(id: &str) -> Result<(), Error> {
        let failed = |kind, status| {
            let mut error = Error::new(kind, "no");
            error.status = Some(status);
            Err(error)
        };
        match id {
            "unknown" => failed(ErrorKind::NotFound, 404),
            "odd" => failed(ErrorKind::Invalid, 400),
            "broken" => failed(ErrorKind::Server, 503),
            "stranger" => failed(ErrorKind::Auth, 401),
            "fast" => failed(ErrorKind::RateLimit, 429),
            _ => Ok(()),
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
            let escalation = |id: &&str| Escalation {
                id: (*id).to_owned(),
                status: "escalated".to_owned(),
            };
            let escalations: Vec<_> = ids.iter().map(escalation).collect();
            let answers = ids.iter().map(|id| answer(id)).collect();
            let mut failures = Failures::default();
            let outcome = judge(&escalations, answers, &mut failures);
            assert_eq!(
                (failures.total(), outcome.is_err()),
                (failed, ends),
                "{ids:?}"
            );
        }
    }
}
