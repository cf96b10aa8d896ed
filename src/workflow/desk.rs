//! Where work is done: alerts here, issues there, and GTI Alerts with a service of
//! their own.

use super::change::{Needs, State, Version, Write};
use super::record::Done;
use crate::client::Client;
use crate::client::endpoints::asm::Project;
use crate::client::endpoints::dtm::AlertChange;
use crate::client::endpoints::indicators::Object;
use crate::model::alert::AlertState;
use crate::model::error::{Error, ErrorKind};
use crate::model::gti_alert::{self, Audit, GtiAlertState, id_of};
use crate::model::issue::IssueState;
use crate::model::view::{Decoded, Exact, View, decode};

/// The kind of items that a run is about.
#[derive(Debug, Clone)]
pub(crate) enum Desk {
    /// Alerts of Digital Threat Monitoring.
    Alerts,
    /// Issues of the attack surface, in a project.
    Issues(Option<Project>),
    /// Alerts of GTI Alerts, in a project.
    GtiAlerts(gti_alert::Project),
    /// Documents of one of these alerts.
    Documents {
        /// The project of the alert.
        project: gti_alert::Project,
        /// The alert's id.
        alert: String,
    },
    /// Findings, in a project.
    Findings(gti_alert::Project),
}

impl Desk {
    /// The id of an item that is named so.
    ///
    /// # Errors
    /// Kind `invalid`, for a name in another project.
    pub(crate) fn id(&self, named: &str) -> Result<String, Error> {
        let (project, list) = match self {
            Self::Alerts | Self::Issues(_) => return Ok(named.to_owned()),
            Self::GtiAlerts(project) => (project, "alerts"),
            Self::Documents { project, .. } => (project, "documents"),
            Self::Findings(project) => (project, "findings"),
        };
        let Some(rest) = named.strip_prefix("projects/") else {
            return Ok(named.to_owned());
        };
        let parts: Vec<&str> = rest.split('/').collect();
        let (other, kind) = (parts[0], parts.iter().rev().nth(1).copied());
        if kind != Some(list) {
            let message = format!("`{named}` is not the name of one of the {list}");
            return Err(Error::new(ErrorKind::Invalid, message));
        }
        // The service may call a project by its number.
        let is_number = other.bytes().all(|byte| byte.is_ascii_digit());
        if other != project.id() && !is_number {
            let message = format!(
                "`{named}` belongs to another project than `{}`",
                project.id()
            );
            return Err(
                Error::new(ErrorKind::Invalid, message).hint("name its project with --project")
            );
        }
        Ok(id_of(named).to_owned())
    }

    /// Whether the service tells versions of an item apart.
    pub(super) fn has_versions(&self) -> bool {
        matches!(self, Self::GtiAlerts(_))
    }

    /// What the state of the work is called.
    pub(super) fn status(&self) -> &'static str {
        match self {
            Self::Alerts | Self::Issues(_) => "status",
            Self::GtiAlerts(_) | Self::Documents { .. } | Self::Findings(_) => "state",
        }
    }

    /// An item, whole.
    pub(super) async fn item(&self, client: &Client, id: &str) -> Result<Done, Error> {
        match self {
            Self::Alerts => client.alert(id, true).await.map(Done::Alert),
            Self::Issues(project) => {
                let issue = client.issue(project.as_ref(), id).await;
                issue.map(Done::Issue)
            }
            Self::GtiAlerts(project) => {
                let alert = client.gti_alert(project, id).await;
                alert.map(Done::GtiAlert)
            }
            Self::Documents { project, alert } => {
                let document = client.gti_document(project, alert, id).await;
                document.map(Done::Document)
            }
            Self::Findings(project) => {
                let finding = client.gti_finding(project, id).await;
                finding.map(Done::Finding)
            }
        }
    }

    /// What an item is like; the tags of an issue only where they are needed.
    ///
    /// # Errors
    /// What the request came to, and what is needed and was not sent: to take it for
    /// none would write over what there is.
    pub(super) async fn state(
        &self,
        client: &Client,
        id: &str,
        needs: Needs,
    ) -> Result<State, Error> {
        let state = match self {
            Self::Alerts => {
                let (state, has_tags) = alert(&client.alert(id, false).await?)?;
                if needs.tags && !has_tags {
                    return Err(absent("tags"));
                }
                state
            }
            Self::Issues(project) => {
                let project = project.as_ref();
                let mut state = issue(&client.issue(project, id).await?)?;
                // The list that adding and removing work on has its own address.
                if needs.tags {
                    state.tags = client.issue_tags(project, id).await?;
                }
                state
            }
            Self::GtiAlerts(project) => gti_alert(&client.gti_alert(project, id).await?)?,
            Self::Documents { .. } | Self::Findings(_) => return Err(fixed()),
        };
        match state.status {
            _ if needs.version && state.version.etag.is_none() => Err(absent("etag")),
            None if needs.status => Err(absent(self.status())),
            _ => Ok(state),
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
    ) -> Result<State, Error> {
        match self {
            Self::Alerts => {
                let change = AlertChange {
                    status: write.status.clone(),
                    tags: write.tags.as_ref().map(|tags| tags.all.clone()),
                };
                client.change_alert(id, &change).await?;
                Ok(before.after(write))
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
            Self::GtiAlerts(project) => {
                let Some(status) = &write.status else {
                    return Ok(before.clone());
                };
                let other = write.duplicate_of.as_deref();
                if other == Some(id) {
                    let message = format!("`{id}` cannot be a duplicate of itself");
                    return Err(Error::new(ErrorKind::Invalid, message));
                }
                let alert = client.set_gti_state(project, id, status, other).await?;
                Ok(State {
                    status: said(alert.state),
                    version: version(said(alert.etag), alert.audit),
                    ..before.after(write)
                })
            }
            Self::Documents { .. } | Self::Findings(_) => Err(fixed()),
        }
    }
}

/// Status and tags of an alert, and whether the tags were sent. What of the two cannot
/// be read whole is an error: it would be written over.
fn alert(object: &Object) -> Result<(State, bool), Error> {
    let alert: AlertState = whole(object)?;
    let has_tags = alert.tags.is_some();
    let tags = alert.tags.into_iter().flatten();
    let state = State {
        status: said(alert.status),
        tags: tags.map(|Exact(tag)| tag).collect(),
        ..State::default()
    };
    Ok((state, has_tags))
}

/// The status of an issue, as of an alert. Its tags have an address of their own.
fn issue(object: &Object) -> Result<State, Error> {
    let issue: IssueState = whole(object)?;
    let status = issue.summary.status.or(issue.status);
    Ok(State {
        status: said(status),
        ..State::default()
    })
}

/// State and version of an alert of GTI Alerts.
fn gti_alert(object: &Object) -> Result<State, Error> {
    let alert: GtiAlertState = whole(object)?;
    Ok(State {
        status: said(alert.state),
        version: version(said(alert.etag), alert.audit),
        duplicate_of: alert
            .duplicate_of
            .as_deref()
            .map(|name| id_of(name).to_owned()),
        tags: vec![],
    })
}

fn version(etag: Option<String>, audit: Audit) -> Version {
    Version {
        etag,
        since: audit.updated,
        by: audit.updater,
    }
}

/// Findings and documents stay as they are.
fn fixed() -> Error {
    Error::new(ErrorKind::Invalid, "this cannot be changed")
}

/// A status, if it says something.
fn said(status: Option<Exact>) -> Option<String> {
    let Exact(status) = status?;
    (!status.is_empty()).then_some(status)
}

/// The error of an item that lacks what the service always sends.
fn absent(member: &str) -> Error {
    Error::unreadable(format!("the answer has no `{member}`"))
        .hint("nothing was changed: `show` prints what the service sends")
}

/// A view of an object of which everything can be read.
fn whole<V: View>(object: &Object) -> Result<V, Error> {
    let Decoded { view, unread: odd } = decode(object.json()).map_err(Error::unreadable)?;
    match odd.iter().next() {
        None => Ok(view),
        Some(member) => Err(Error::unreadable(member.to_string())),
    }
}
