//! Alerts of Digital Threat Monitoring and the monitors that raise them (API
//! notes, sections 7.4 and 7.5).

use std::collections::BTreeSet;

use futures::Stream;
use serde::Serialize;

use super::indicators::Object;
use crate::client::Client;
use crate::client::change::{found, shows};
use crate::client::envelope::{Answer, Asked, Envelope, Subject};
use crate::client::page::{LinkPaging, Page};
use crate::client::path::{Path, Query, RefusedSegment};
use crate::client::request::Request;
use crate::model::alert::AlertState;
use crate::model::error::Error;
use crate::model::json::Scan;
use crate::model::view::Exact;

/// Monitors on a page: what is safe for every list of this area.
const PAGE: &str = "25";

/// What an alert is changed to; nothing for what stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AlertChange {
    /// The status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// All tags: the service replaces the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
}

impl Client {
    /// An alert: whole, with its document and its monitor's name, to be shown; or
    /// what is needed to change it.
    ///
    /// # Errors
    /// What the request came to; kind `invalid` for an id that no path can have.
    pub async fn alert(&self, id: &str, whole: bool) -> Result<Object, Error> {
        let request = alert(id, whole)?;
        self.object(&request, Envelope::Bare, &subject(id)).await
    }

    /// Changes an alert. It is changed when the service shows it so: in the answer,
    /// or when it is asked again.
    ///
    /// # Errors
    /// As [`alert`](Self::alert).
    ///
    /// # Panics
    /// Never: texts always serialise.
    pub async fn change_alert(&self, id: &str, change: &AlertChange) -> Result<(), Error> {
        let body = serde_json::to_vec(change).expect("a change is JSON");
        let request = Request::patch(path(id)?).json(body);
        let subject = subject(id);
        let shown = |answer: &Answer| {
            let (_, alert) = Envelope::Bare.object(answer, &subject, Scan::decode)?;
            shows(is_made(change, &alert.view))
        };
        let look = async {
            let request = alert(id, false)?;
            let (_, alert) = self.decoded(&request, Envelope::Bare, &subject).await?;
            found(is_made(change, &alert.view), "the alert")
        };
        self.change(&request, shown, look).await
    }

    /// The monitors, in pages.
    pub fn monitors(&self) -> impl Stream<Item = Result<Page, Error>> + '_ {
        let request =
            Request::get(Path::to("dtm").then("monitors")).query(Query::new().with("size", PAGE));
        self.pages(LinkPaging::new(request, "monitors"), None)
    }
}

/// The request for an alert, or for what there is to change about it.
fn alert(id: &str, whole: bool) -> Result<Request, RefusedSegment> {
    let query = if whole {
        Query::new().with("monitor_name", "true")
    } else {
        Query::new().with("refs", "false")
    };
    Ok(Request::get(path(id)?).query(query))
}

fn subject(id: &str) -> Subject<'_> {
    Subject::asked(Asked::Text(id))
}

/// Whether an alert is as a change wants it. The order of tags means nothing.
fn is_made(change: &AlertChange, alert: &AlertState) -> bool {
    let status = alert.status.as_ref().map(|Exact(status)| status);
    let sent = alert.tags.as_ref();
    let sent = sent.map(|tags| tags.iter().map(|Exact(tag)| tag).collect::<BTreeSet<_>>());
    let as_due = |due: &Vec<String>| sent == Some(due.iter().collect());
    (change.status.is_none() || change.status.as_ref() == status)
        && change.tags.as_ref().is_none_or(as_due)
}

fn path(id: &str) -> Result<Path, RefusedSegment> {
    Path::to("dtm").then("alerts").segment(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::view::decode;

    #[test]
    fn only_what_changes_is_sent() {
        let body = |change: &AlertChange| serde_json::to_string(change).expect("JSON");
        let mut change = AlertChange {
            status: Some("read".to_owned()),
            tags: None,
        };
        assert_eq!(body(&change), r#"{"status":"read"}"#);
        change.tags = Some(vec![]);
        assert_eq!(body(&change), r#"{"status":"read","tags":[]}"#);
    }

    #[test]
    fn a_change_is_made_when_all_of_it_shows() {
        let change = AlertChange {
            status: Some("read".to_owned()),
            tags: Some(vec!["a".to_owned(), "b".to_owned()]),
        };
        for (alert, made) in [
            (r#"{"status":"read","tags":["b","a"]}"#, true),
            (r#"{"status":"read","tags":["a"]}"#, false),
            (r#"{"status":"new","tags":["a","b"]}"#, false),
            (r#"{"status":"read"}"#, false),
            ("{}", false),
        ] {
            let decoded = decode(alert).expect("an alert");
            assert_eq!(is_made(&change, &decoded.view), made, "{alert}");
        }
        let bare = AlertChange {
            status: None,
            tags: Some(vec![]),
        };
        for (alert, made) in [
            (r#"{"tags":[]}"#, true),
            (r#"{"tags":null}"#, false),
            ("{}", false),
        ] {
            let decoded = decode(alert).expect("an alert");
            assert_eq!(is_made(&bare, &decoded.view), made, "{alert}");
        }
    }
}
