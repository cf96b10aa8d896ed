//! Where work is done: alerts here, issues there.

use serde::Deserialize;

use super::change::{State, Write};
use crate::client::endpoints::asm::Project;
use crate::client::endpoints::dtm::AlertChange;
use crate::client::endpoints::indicators::Object;
use crate::client::{Client, ClientError};
use crate::model::lenient;

/// The kind of items that a run is about.
#[derive(Debug, Clone)]
pub enum Desk {
    /// Alerts of digital threat monitoring.
    Alerts,
    /// Issues of the attack surface, in a project.
    Issues(Option<Project>),
}

impl Desk {
    /// An item, whole.
    pub(super) async fn item(&self, client: &Client, id: &str) -> Result<Object, ClientError> {
        match self {
            Self::Alerts => client.alert(id, true).await,
            Self::Issues(project) => client.issue(project.as_ref(), id).await,
        }
    }

    /// What an item is like; its tags only where they are asked for.
    pub(super) async fn state(
        &self,
        client: &Client,
        id: &str,
        tags: bool,
    ) -> Result<State, ClientError> {
        match self {
            Self::Alerts => Ok(read(client.alert(id, false).await?.json())),
            Self::Issues(project) => {
                let project = project.as_ref();
                let mut state = read(client.issue(project, id).await?.json());
                // The list that adding and removing work on has its own address.
                if tags {
                    state.tags = client.issue_tags(project, id).await?;
                }
                Ok(state)
            }
        }
    }

    /// Writes what differs, and tells what the item is like then. The status of
    /// an issue is set last, when its tags are as they shall be: a run that is
    /// made again with `--if-status` then still finds what it left half done.
    pub(super) async fn write(
        &self,
        client: &Client,
        id: &str,
        before: &State,
        write: &Write,
    ) -> Result<State, ClientError> {
        match self {
            Self::Alerts => {
                let change = AlertChange {
                    status: write.status.clone(),
                    tags: write.tags.as_ref().map(|tags| tags.all.clone()),
                };
                let told = read(client.change_alert(id, &change).await?.json());
                let status = told.status;
                let after = before.after(write);
                Ok(State {
                    status: status.or(after.status),
                    tags: after.tags,
                })
            }
            Self::Issues(project) => {
                let project = project.as_ref();
                if let Some(tags) = &write.tags {
                    for tag in &tags.removed {
                        client.remove_issue_tag(project, id, tag).await?;
                    }
                    for tag in &tags.added {
                        client.add_issue_tag(project, id, tag).await?;
                    }
                }
                if let Some(status) = &write.status {
                    client.set_issue_status(project, id, status).await?;
                }
                Ok(before.after(write))
            }
        }
    }
}

/// Status and tags of an alert or an issue; what can't be read counts as absent.
fn read(json: &str) -> State {
    #[derive(Default, Deserialize)]
    struct View {
        #[serde(default, deserialize_with = "lenient::text")]
        status: Option<String>,
        #[serde(default, deserialize_with = "lenient::part")]
        tags: Option<Vec<String>>,
        #[serde(default, deserialize_with = "lenient::part")]
        summary: Option<Summary>,
    }
    #[derive(Deserialize)]
    struct Summary {
        #[serde(default, deserialize_with = "lenient::text")]
        status: Option<String>,
    }
    let view: View = serde_json::from_str(json).unwrap_or_default();
    State {
        status: view
            .summary
            .and_then(|summary| summary.status)
            .or(view.status),
        tags: view.tags.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_wherever_they_stand() {
        for (json, status, tags) in [
            (r#"{"status":"new","tags":["a"]}"#, Some("new"), &["a"][..]),
            (
                r#"{"summary":{"status":"open_new"},"tags":[]}"#,
                Some("open_new"),
                &[],
            ),
            (r#"{"status":null,"tags":null,"summary":null}"#, None, &[]),
            ("{}", None, &[]),
        ] {
            let state = read(json);
            assert_eq!(state.status.as_deref(), status, "{json}");
            assert_eq!(state.tags, tags, "{json}");
        }
    }
}
