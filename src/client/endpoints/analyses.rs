//! How analyses are getting on (API notes, section 3.4).

use serde::Deserialize;

use crate::client::request::Request;
use crate::client::{Answer, Client, ClientError};
use crate::model::indicator::Kind;
use crate::model::lenient;
use crate::model::visibility::Visibility;

/// What the service says of an analysis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analysis {
    /// `queued`, `in-progress`, `completed`; the list is open.
    pub status: Option<String>,
    /// What is analysed, once the service says so.
    pub item: Option<Item>,
}

/// What is analysed: the object that the final report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A file or a URL.
    pub kind: Kind,
    /// SHA-256 of a file, id of a URL.
    pub id: String,
}

impl Client {
    /// How an analysis is getting on.
    pub async fn analysis(
        &self,
        visibility: Visibility,
        id: &str,
    ) -> Result<Analysis, ClientError> {
        let request = Request::get(visibility.analyses_path().segment(id)?);
        let (_, analysis) = self.fetch_checked(&request, read).await?;
        Ok(analysis)
    }
}

#[derive(Deserialize)]
struct Envelope {
    data: Data,
    #[serde(default)]
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    attributes: Option<Attributes>,
    #[serde(default)]
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Attributes {
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
}

#[derive(Deserialize)]
struct Links {
    #[serde(default, deserialize_with = "lenient::text")]
    item: Option<String>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    file_info: Option<FileInfo>,
    #[serde(default)]
    url_info: Option<UrlInfo>,
}

#[derive(Deserialize)]
struct FileInfo {
    #[serde(default, deserialize_with = "lenient::text")]
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct UrlInfo {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
}

fn read(answer: &Answer) -> Result<Analysis, String> {
    let Envelope { data, meta } =
        serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let (file, url) = meta.map_or((None, None), |meta| (meta.file_info, meta.url_info));
    let file = file.and_then(|file| file.sha256).map(|id| (Kind::File, id));
    let url = url.and_then(|url| url.id).map(|id| (Kind::Url, id));
    let linked = || data.links.and_then(|links| linked_item(&links.item?));
    Ok(Analysis {
        status: data.attributes.and_then(|attributes| attributes.status),
        item: file
            .or(url)
            .or_else(linked)
            .map(|(kind, id)| Item { kind, id }),
    })
}

/// The item that a link leads to: `…/files/<sha256>`, `…/private/urls/<id>`.
fn linked_item(link: &str) -> Option<(Kind, String)> {
    let mut segments = link.rsplit('/');
    let id = segments.next().filter(|id| !id.is_empty())?;
    let kind = match segments.next()? {
        "files" => Kind::File,
        "urls" => Kind::Url,
        _ => return None,
    };
    Some((kind, id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysis(body: &str) -> Result<Analysis, String> {
        read(&Answer {
            body: body.to_owned().into(),
            headers: reqwest::header::HeaderMap::new(),
        })
    }

    #[test]
    fn the_item_is_found_wherever_it_is_said() {
        let file = Some(Item {
            kind: Kind::File,
            id: "aa".to_owned(),
        });
        let url = Some(Item {
            kind: Kind::Url,
            id: "bb".to_owned(),
        });
        for (body, status, item) in [
            (
                r#"{"data":{"attributes":{"status":"queued"}},"meta":{"file_info":{"sha256":"aa","size":1}}}"#,
                Some("queued"),
                &file,
            ),
            (
                r#"{"data":{"attributes":{"status":"completed"}},"meta":{"url_info":{"id":"bb"}}}"#,
                Some("completed"),
                &url,
            ),
            (
                r#"{"data":{"attributes":{"status":"x"},"links":{"item":"https://h.example/api/v3/private/files/aa"}}}"#,
                Some("x"),
                &file,
            ),
            (
                r#"{"data":{"links":{"item":"https://h.example/api/v3/urls/bb"}},"meta":{}}"#,
                None,
                &url,
            ),
            (
                r#"{"data":{"attributes":{"status":null},"links":{"item":"nonsense"}}}"#,
                None,
                &None,
            ),
        ] {
            let read = analysis(body).expect(body);
            assert_eq!(
                (read.status.as_deref(), &read.item),
                (status, item),
                "{body}"
            );
        }
        assert!(analysis("{}").is_err());
    }
}
