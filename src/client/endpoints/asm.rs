//! Issues of the attack surface, their tags, and projects (API notes, sections
//! 6.1 and 6.4).
//!
//! An answer of this area is a success when both its HTTP status and its member
//! `success` say so.

use std::fmt;
use std::str::FromStr;

use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::indicators::Object;
use crate::client::Client;
use crate::client::change::{found, shows};
use crate::client::envelope::{Answer, Asked, Envelope, Flaw, Subject};
use crate::client::path::{Path, RefusedSegment};
use crate::client::request::Request;
use crate::model::error::{Error, ErrorKind};
use crate::model::issue::IssueState;
use crate::model::view::Exact;

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
    /// What the request came to.
    pub async fn issue(&self, project: Option<&Project>, id: &str) -> Result<Object, Error> {
        let request = issue(project, id)?;
        self.object(&request, Envelope::Result, &subject(id)).await
    }

    /// Sets the status of an issue. It is set when the service shows it so: in the
    /// answer, or when it is asked again.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn set_issue_status(
        &self,
        project: Option<&Project>,
        id: &str,
        status: &str,
    ) -> Result<(), Error> {
        let path = Path::to("asm").then("issues").segment(id)?.then("status");
        // The status is stated as a whole: stating it twice sets it once.
        let request = Request::post(path)
            .json(json!({ "status": status }).to_string())
            .harmless_twice();
        let shown = |answer: &Answer| shows(Envelope::Result.value::<String>(answer)? == status);
        let look = async {
            let request = issue(project, id)?;
            let (_, issue) = self
                .decoded::<IssueState>(&request, Envelope::Result, &subject(id))
                .await?;
            let issue = issue.view;
            let set = issue.summary.status.or(issue.status);
            found(set.is_some_and(|Exact(set)| set == status), "the issue")
        };
        self.change(&about(project, request), shown, look).await
    }

    /// The tags of an issue.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn issue_tags(
        &self,
        project: Option<&Project>,
        id: &str,
    ) -> Result<Vec<String>, Error> {
        let request = about(project, Request::get(tags(id)?));
        let (_, tags) = self.fetch_checked(&request, read_tags).await?;
        Ok(tags)
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
    ) -> Result<(), Error> {
        // An issue has a tag or has it not: there is nothing to have twice.
        let request = Request::post(tags(id)?)
            .json(json!({ "tag_name": tag }).to_string())
            .harmless_twice();
        self.change_tag(project, id, request, tag, true).await
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
    ) -> Result<(), Error> {
        let request = Request::delete(tags(id)?.segment(tag)?);
        match self.change_tag(project, id, request, tag, false).await {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Sends a change after which an issue has a tag, or has it not.
    async fn change_tag(
        &self,
        project: Option<&Project>,
        id: &str,
        request: Request,
        tag: &str,
        there: bool,
    ) -> Result<(), Error> {
        let is_made = |tags: &[String]| tags.iter().any(|other| other == tag) == there;
        let shown = |answer: &Answer| shows(is_made(&read_tags(answer)?));
        let look = async {
            let tags = self.issue_tags(project, id).await?;
            found(is_made(&tags), "the list of its tags")
        };
        self.change(&about(project, request), shown, look).await
    }

    /// All projects of the account.
    ///
    /// # Errors
    /// What the request came to.
    pub async fn projects(&self) -> Result<Vec<Box<RawValue>>, Error> {
        let request = Request::get(Path::to("asm").then("projects"));
        let read = |answer: &Answer| {
            let mut projects = Vec::new();
            Envelope::Result.list(answer, &mut |project| {
                projects.push(project.value()?);
                Ok(())
            })?;
            Ok(projects)
        };
        let (_, projects) = self.fetch_checked(&request, read).await?;
        Ok(projects)
    }
}

/// The request for an issue.
fn issue(project: Option<&Project>, id: &str) -> Result<Request, RefusedSegment> {
    let path = Path::to("asm").then("issues").segment(id)?;
    Ok(about(project, Request::get(path)))
}

/// In detail an issue has no `id` (API notes, section 6.4).
fn subject(id: &str) -> Subject<'_> {
    Subject::asked(Asked::Text(id)).known_by(&["id", "uid", "uuid", "dynamic_id"])
}

/// The request, about a project if one is named.
fn about(project: Option<&Project>, request: Request) -> Request {
    match project {
        None => request,
        Some(project) => project.of(request),
    }
}

fn tags(id: &str) -> Result<Path, RefusedSegment> {
    Path::to("asm").then("tags").then("issue").segment(id)
}

fn read_tags(answer: &Answer) -> Result<Vec<String>, Flaw> {
    let tags: Vec<Tag> = Envelope::Result.value(answer)?;
    Ok(tags.into_iter().map(Tag::name).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

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
