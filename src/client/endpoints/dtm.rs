//! Alerts of digital threat monitoring and the monitors that raise them (API
//! notes, sections 7.4 and 7.5).

use futures::Stream;
use serde::Serialize;
use serde_json::value::RawValue;

use super::indicators::Object;
use crate::client::page::{LinkPaging, Page, ranges};
use crate::client::path::{Path, Query, RefusedSegment};
use crate::client::request::Request;
use crate::client::{Answer, Client, ClientError};

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
    pub async fn alert(&self, id: &str, whole: bool) -> Result<Object, ClientError> {
        let query = if whole {
            Query::new().with("monitor_name", "true")
        } else {
            Query::new().with("refs", "false")
        };
        self.bare(&Request::get(path(id)?).query(query)).await
    }

    /// Changes an alert, and gives it as it is then.
    ///
    /// # Errors
    /// As [`alert`](Self::alert).
    ///
    /// # Panics
    /// Never: texts always serialise.
    pub async fn change_alert(
        &self,
        id: &str,
        change: &AlertChange,
    ) -> Result<Object, ClientError> {
        let body = serde_json::to_vec(change).expect("a change is JSON");
        self.bare(&Request::patch(path(id)?).json(body)).await
    }

    /// The monitors, in pages.
    pub fn monitors(&self) -> impl Stream<Item = Result<Page, ClientError>> + '_ {
        let request =
            Request::get(Path::to("dtm").then("monitors")).query(Query::new().with("size", PAGE));
        self.pages(LinkPaging::new(request, "monitors"), None)
    }

    async fn bare(&self, request: &Request) -> Result<Object, ClientError> {
        let (fetched, object) = self.fetch_checked(request, object).await?;
        Ok(Object::cut(fetched, object))
    }
}

fn path(id: &str) -> Result<Path, RefusedSegment> {
    Path::to("dtm").then("alerts").segment(id)
}

/// Where the object lies that is the whole answer.
fn object(answer: &Answer) -> Result<std::ops::Range<usize>, String> {
    let value: &RawValue =
        serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    if !value.get().starts_with('{') {
        return Err("the answer is no object".to_owned());
    }
    ranges(&answer.body, vec![value])
        .pop()
        .ok_or_else(|| "no data".to_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;

    use super::*;

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
    fn an_alert_is_the_whole_answer() {
        let read = |body: &'static str| {
            let answer = Answer {
                body: Bytes::from_static(body.as_bytes()),
                headers: HeaderMap::new(),
            };
            object(&answer).map(|range| &body[range])
        };
        assert_eq!(read(" {\"id\": 1.10 }\n"), Ok("{\"id\": 1.10 }"));
        for body in ["", "null", "[]", "<html>", "{} x"] {
            assert!(read(body).is_err(), "{body}");
        }
    }
}
