//! GTI Alerts: alerts, their verbs, findings and documents (API notes, second page,
//! section 1). Paths lie below `/v1beta`; a [`Client`] with a token leads there.

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::json;

use super::indicators::Object;
use crate::client::Client;
use crate::client::change::{found, shows};
use crate::client::envelope::{Answer, Asked, Envelope, Subject};
use crate::client::page::RpcPaging;
use crate::client::path::{Path, Query, RefusedSegment};
use crate::client::request::Request;
use crate::model::error::{Error, ErrorKind};
use crate::model::gti_alert::{GtiAlertState, Project, VERBS, id_of};
use crate::model::json::Scan;
use crate::model::view::{Decoded, Exact};

/// Most alerts on a page.
pub const LARGEST_PAGE: u16 = 1000;

/// Most findings on a page: the service does not say, and takes this much.
const FINDINGS: &str = "100";

/// Which alerts, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GtiAlerts {
    /// The project that they belong to.
    pub project: Project,
    /// The filter, as AIP-160 has it; empty for all.
    pub filter: String,
    /// The order: `audit.update_time asc`.
    pub order: &'static str,
    /// Alerts a page.
    pub page_size: u16,
}

impl GtiAlerts {
    /// The pages of alerts.
    pub fn pages(&self) -> RpcPaging {
        RpcPaging::new(self.request(), "alerts")
    }

    /// The request for the first of these pages.
    pub fn request(&self) -> Request {
        let filter = Some(self.filter.as_str()).filter(|filter| !filter.is_empty());
        let query = Query::new()
            .with_some("filter", filter)
            .with("orderBy", self.order)
            .with("pageSize", &self.page_size.to_string());
        ask(of(&self.project).then("alerts")).query(query)
    }
}

impl Client {
    /// An alert.
    ///
    /// # Errors
    /// What the request came to; kind `invalid` for an id that no path can have.
    pub async fn gti_alert(&self, project: &Project, id: &str) -> Result<Object, Error> {
        let request = ask(alert(project, id)?);
        self.object(&request, Envelope::Bare, &named(id)).await
    }

    /// A document of an alert.
    ///
    /// # Errors
    /// As [`gti_alert`](Self::gti_alert).
    pub async fn gti_document(
        &self,
        project: &Project,
        alert_id: &str,
        id: &str,
    ) -> Result<Object, Error> {
        let path = alert(project, alert_id)?.then("documents").segment(id)?;
        self.object(&ask(path), Envelope::Bare, &named(id)).await
    }

    /// A finding.
    ///
    /// # Errors
    /// As [`gti_alert`](Self::gti_alert).
    pub async fn gti_finding(&self, project: &Project, id: &str) -> Result<Object, Error> {
        let path = of(project).then("findings").segment(id)?;
        self.object(&ask(path), Envelope::Bare, &named(id)).await
    }

    /// Gives an alert a state, by the verb that there is for it, and tells what the
    /// alert is like then. Whether a verb may be done twice is not known: where an
    /// answer is lost, the alert is looked at before the verb is sent again. `other` is
    /// the alert that it repeats, for the state that says so.
    ///
    /// # Errors
    /// As [`gti_alert`](Self::gti_alert); kind `invalid` with the code `ABORTED` where
    /// somebody else was faster.
    pub async fn set_gti_state(
        &self,
        project: &Project,
        id: &str,
        state: &str,
        other: Option<&str>,
    ) -> Result<GtiAlertState, Error> {
        let verb = VERBS.iter().find(|(name, _)| *name == state);
        let (_, verb) = verb.ok_or_else(|| {
            Error::new(
                ErrorKind::Invalid,
                format!("no verb leads to the state `{state}`"),
            )
        })?;
        let path = of(project).then("alerts").segment_with_verb(id, verb)?;
        let body = other.map_or_else(
            || json!({}),
            |other| json!({ "duplicateOf": format!("{}/alerts/{other}", project.name()) }),
        );
        let request = Request::post(path).json(body.to_string());
        let subject = named(id);
        let is_made = |alert: &GtiAlertState| {
            let repeats = alert.duplicate_of.as_deref().map(id_of);
            alert.state.as_ref().is_some_and(|Exact(now)| now == state)
                // Whether answers name the other alert is not known.
                && (other.is_none() || repeats.is_none() || repeats == other)
        };
        let shown = |answer: &Answer| {
            let (_, alert) =
                Envelope::Bare.object(answer, &subject, Scan::decode::<GtiAlertState>)?;
            shows(is_made(&alert.view))?;
            Ok(alert.view)
        };
        let look = async || -> Result<GtiAlertState, Error> {
            let request = ask(alert(project, id)?);
            let (_, Decoded { view, .. }) =
                self.decoded(&request, Envelope::Bare, &subject).await?;
            Ok(view)
        };
        let send = async || {
            let made = async {
                let alert = look().await?;
                found(is_made(&alert), "the alert").map(|()| alert)
            };
            self.change(&request, shown, made).await
        };
        self.once(send, async |_| {
            let alert = look().await?;
            Ok(is_made(&alert).then_some(alert))
        })
        .await
    }
}

/// The findings of an alert, in pages.
pub fn findings_of(project: &Project, id: &str) -> RpcPaging {
    let name = format!("{}/alerts/{id}", project.name());
    let query = Query::new()
        .with("query", &format!(r#"has_alert("name=\"{name}\"")"#))
        .with("pageSize", FINDINGS);
    let request = ask(of(project).then("findings:search")).query(query);
    RpcPaging::new(request, "findings")
}

/// A question. The service's other clients say of what type their body is, also where
/// there is none.
fn ask(path: Path) -> Request {
    Request::get(path).header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
}

/// Where everything of a project lies. Its id was checked, and no part of a path is
/// refused that passes that.
fn of(project: &Project) -> Path {
    Path::to("projects")
        .part(project.id())
        .unwrap_or_else(|_| Path::to("projects"))
}

fn alert(project: &Project, id: &str) -> Result<Path, RefusedSegment> {
    of(project).then("alerts").segment(id)
}

/// The resource with an id, by the last part of its name: the part before it may
/// name the project by its number.
fn named(id: &str) -> Subject<'_> {
    Subject::asked(Asked::Resource(id_of(id))).known_by(&["name"])
}
