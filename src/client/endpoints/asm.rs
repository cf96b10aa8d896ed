//! Issues of the attack surface, their tags, and projects (API notes, sections
//! 6.1 and 6.4).
//!
//! An answer of this area is a success when both its HTTP status and its member
//! `success` say so.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::indicators::Object;
use crate::client::error::refused;
use crate::client::page::ranges;
use crate::client::path::{Path, RefusedSegment};
use crate::client::request::Request;
use crate::client::{Answer, Client, ClientError};
use crate::model::lenient;
use crate::model::problem::ProblemKind;

/// The statuses that an issue can be given (API notes, section 6.4).
pub const ISSUE_STATUSES: [&str; 13] = [
    "open_new",
    "open_triaged",
    "open_in_progress",
    "closed",
    "closed_mitigated",
    "closed_resolved",
    "closed_duplicate",
    "closed_out_of_scope",
    "closed_benign",
    "closed_risk_accepted",
    "closed_false_positive",
    "closed_no_repro",
    "closed_tracked_externally",
];

/// The project that a request is about, instead of the account's own choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project(HeaderValue);

impl FromStr for Project {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        HeaderValue::from_str(text)
            .ok()
            .filter(|_| plain)
            .map(Self)
            .ok_or_else(|| {
                format!("`{text}` is not the id of a project: `gti asm projects` lists them")
            })
    }
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

impl Project {
    /// The request, about this project.
    pub(super) fn of(&self, request: Request) -> Request {
        request.header(HeaderName::from_static("project-id"), self.0.clone())
    }
}

impl Client {
    /// An issue with its details.
    ///
    /// # Errors
    /// What the request came to; kind `not_found` for a success without an issue.
    pub async fn issue(&self, project: Option<&Project>, id: &str) -> Result<Object, ClientError> {
        let path = Path::to("asm").then("issues").segment(id)?;
        self.result(Request::get(path), project)
            .await?
            .ok_or_else(|| ClientError::new(ProblemKind::NotFound, "there is no such issue"))
    }

    /// Sets the status of an issue.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn set_issue_status(
        &self,
        project: Option<&Project>,
        id: &str,
        status: &str,
    ) -> Result<(), ClientError> {
        let path = Path::to("asm").then("issues").segment(id)?.then("status");
        // The status is stated as a whole: stating it twice sets it once.
        let request = Request::post(path)
            .json(json!({ "status": status }).to_string())
            .harmless_twice();
        self.result(request, project).await.map(drop)
    }

    /// The tags of an issue.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn issue_tags(
        &self,
        project: Option<&Project>,
        id: &str,
    ) -> Result<Vec<String>, ClientError> {
        let result = self.result(Request::get(tags(id)?), project).await?;
        let Some(result) = result else {
            return Ok(vec![]);
        };
        let tags: Vec<Tag> = serde_json::from_str(result.json())
            .map_err(|error| ClientError::new(ProblemKind::Decode, error.to_string()))?;
        Ok(tags.into_iter().map(Tag::name).collect())
    }

    /// Adds a tag to an issue.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn add_issue_tag(
        &self,
        project: Option<&Project>,
        id: &str,
        tag: &str,
    ) -> Result<(), ClientError> {
        // An issue has a tag or has it not: there is nothing to have twice.
        let request = Request::post(tags(id)?)
            .json(json!({ "tag_name": tag }).to_string())
            .harmless_twice();
        self.result(request, project).await.map(drop)
    }

    /// Removes a tag from an issue. One that is gone already was removed, by an
    /// earlier try or by somebody else.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn remove_issue_tag(
        &self,
        project: Option<&Project>,
        id: &str,
        tag: &str,
    ) -> Result<(), ClientError> {
        let path = tags(id)?.segment(tag)?;
        match self.result(Request::delete(path), project).await {
            Err(error) if error.kind != ProblemKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// All projects of the account.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn projects(&self) -> Result<Vec<Box<RawValue>>, ClientError> {
        let request = Request::get(Path::to("asm").then("projects"));
        match self.result(request, None).await? {
            None => Ok(vec![]),
            Some(result) => serde_json::from_str(result.json())
                .map_err(|error| ClientError::new(ProblemKind::Decode, error.to_string())),
        }
    }

    /// `result` of an answer that is a success; none where it is null or absent.
    async fn result(
        &self,
        request: Request,
        project: Option<&Project>,
    ) -> Result<Option<Object>, ClientError> {
        let request = match project {
            None => request,
            Some(project) => project.of(request),
        };
        let (fetched, result) = self.fetch_checked(&request, read).await?;
        Ok(result?.map(|result| Object::cut(fetched, result)))
    }
}

fn tags(id: &str) -> Result<Path, RefusedSegment> {
    Path::to("asm").then("tags").then("issue").segment(id)
}

/// A tag, as a name or as an object that has one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tag {
    Name(String),
    Object {
        #[serde(alias = "tag_name")]
        name: String,
    },
}

impl Tag {
    fn name(self) -> String {
        match self {
            Self::Name(name) | Self::Object { name } => name,
        }
    }
}

/// Where `result` lies, or what the service says instead. A refusal is an answer:
/// asking again would not change it.
fn read(answer: &Answer) -> Result<Result<Option<Range<usize>>, ClientError>, String> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(default)]
        success: Option<bool>,
        #[serde(default, deserialize_with = "lenient::text")]
        message: Option<String>,
        #[serde(borrow, default)]
        result: Option<&'a RawValue>,
    }
    // Serde takes a list for an object whose members come in order.
    if !answer.body.trim_ascii_start().starts_with(b"{") {
        return Err("the answer is no object".to_owned());
    }
    let envelope: Envelope<'_> =
        serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    if envelope.success == Some(false) {
        let said = envelope.message.as_deref().unwrap_or("no reason given");
        return Ok(Err(refused(said)));
    }
    let result = envelope.result.filter(|result| result.get() != "null");
    Ok(Ok(ranges(&answer.body, result.into_iter().collect()).pop()))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn a_success_needs_both_and_a_result_may_be_missing() {
        let answer = |body: &str| Answer {
            body: Bytes::copy_from_slice(body.as_bytes()),
            headers: HeaderMap::new(),
        };
        let body = r#"{"success":true,"message":"x","result": {"id": 1.10} }"#;
        let range = read(&answer(body)).expect("read").expect("a success");
        assert_eq!(&body[range.expect("a result")], r#"{"id": 1.10}"#);
        for body in [r#"{"success":true,"result":null}"#, "{}"] {
            assert_eq!(read(&answer(body)), Ok(Ok(None)), "{body}");
        }
        let refusal = read(&answer(r#"{"success":false,"message":"no such status"}"#));
        let error = refusal.expect("read").expect_err("a refusal");
        assert_eq!(error.to_string(), "200 refused: no such status");
        assert_eq!(error.kind, ProblemKind::Invalid);
        for body in ["", "[true]", "<html>"] {
            assert!(read(&answer(body)).is_err(), "{body}");
        }
    }

    #[test]
    fn tags_come_in_two_shapes() {
        let tags: Vec<Tag> =
            serde_json::from_str(r#"["a",{"name":"b","id":1},{"tag_name":"c"}]"#).expect("tags");
        let names: Vec<String> = tags.into_iter().map(Tag::name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn a_project_is_one_plain_word() {
        for (text, good) in [
            ("1001", true),
            ("a-b", true),
            ("", false),
            ("1 2", false),
            ("1\n", false),
            ("é", false),
        ] {
            assert_eq!(text.parse::<Project>().is_ok(), good, "{text:?}");
        }
    }
}
