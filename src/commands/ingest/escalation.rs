//! Statuses on their way back to the service.

use futures::stream::{self, StreamExt};
use tokio::runtime::Handle;

use crate::client::Client;
use crate::client::endpoints::asm::Project;
use crate::client::endpoints::dtm::AlertChange;
use crate::feed::{Escalation, SendBack};
use crate::model::error::Error;

/// Changes that are on their way at once.
const AT_ONCE: usize = 4;

/// Whose statuses they are.
#[derive(Debug, Clone)]
pub(super) enum Desk {
    /// Alerts of threat monitoring.
    Dtm,
    /// Issues of the attack surface, of this project.
    Asm(Option<Project>),
}

/// The client as the engine's worker uses it.
pub(super) struct Back {
    client: Client,
    desk: Desk,
    runtime: Handle,
}

impl Back {
    /// Sends by this client, on the runtime that the caller is in.
    pub(super) fn by(client: &Client, desk: Desk) -> Self {
        Self {
            client: client.clone(),
            desk,
            runtime: Handle::current(),
        }
    }

    async fn change(&self, Escalation { id, status }: &Escalation) -> Result<(), Error> {
        match &self.desk {
            Desk::Dtm => {
                let change = AlertChange {
                    status: Some(status.clone()),
                    tags: None,
                };
                self.client.change_alert(id, &change).await
            }
            Desk::Asm(project) => {
                let project = project.as_ref();
                self.client.set_issue_status(project, id, status).await
            }
        }
    }
}

impl SendBack for Back {
    fn send(&self, escalations: &[Escalation]) -> Vec<Result<(), Error>> {
        let changes = stream::iter(escalations).map(|escalation| self.change(escalation));
        self.runtime.block_on(changes.buffered(AT_ONCE).collect())
    }
}
