//! Reports on indicators, what they relate to, and how files behave (API notes,
//! section 2).

use std::ops::Range;

use bytes::Bytes;
use futures::{Stream, StreamExt, pin_mut};
use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::client::page::{CursorPaging, Page};
use crate::client::path::{Path, Query, RefusedSegment};
use crate::client::request::Request;
use crate::client::{Answer, Client, ClientError, Fetched};
use crate::model::json::Scan;
use crate::model::mitre::{self, SandboxTactics};
use crate::model::problem::ProblemKind;
use crate::model::view::{Decoded, View};

/// The largest page of a relationship (API notes, section 1.6).
pub const LARGEST_PAGE: usize = 40;

/// One object of the service, as it was sent.
#[derive(Debug, Clone)]
pub struct Object {
    body: Bytes,
    data: Range<usize>,
    /// When the service gave it.
    pub fetched_at: Timestamp,
    /// Whether it came from the cache.
    pub cached: bool,
}

impl Object {
    /// A part of an answer.
    pub(super) fn cut(fetched: Fetched, data: Range<usize>) -> Self {
        let Fetched {
            body,
            fetched_at,
            cached,
        } = fetched;
        Self {
            body,
            data,
            fetched_at,
            cached,
        }
    }

    /// The object's JSON, byte for byte.
    pub fn json(&self) -> &str {
        // The range was cut out of checked text.
        simdutf8::basic::from_utf8(&self.body[self.data.clone()]).unwrap_or_default()
    }
}

/// Which attributes to send, and what to embed.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Relationships to embed as descriptors.
    pub relationships: Vec<String>,
    /// Only these attributes.
    pub attributes: Option<String>,
    /// All but these attributes.
    pub exclude_attributes: Option<String>,
}

/// Where an indicator lives: its collection and its id there.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// `ip_addresses`, `domains`, `urls`, `files`, or a private twin of them.
    pub collection: &'static str,
    /// The id in the path, not yet escaped.
    pub id: &'a str,
}

impl Place<'_> {
    pub(super) fn path(&self) -> Result<Path, RefusedSegment> {
        Path::to(self.collection).segment(self.id)
    }
}

impl Client {
    /// The report on an indicator, and a view of it, which is read in the pass that
    /// checks the answer.
    pub async fn report<V: View>(
        &self,
        place: Place<'_>,
        selection: &Selection,
    ) -> Result<(Object, Decoded<V>), ClientError> {
        let mut query = Query::new();
        if !selection.relationships.is_empty() {
            query = query
                .with("relationships", &selection.relationships.join(","))
                // Names cost nothing here and a request each elsewhere.
                .with("relationship_attributes", "name,host_name,ip_address,url");
        }
        let query = query
            .with_some("attributes", selection.attributes.as_deref())
            .with_some(
                "exclude_attributes",
                selection.exclude_attributes.as_deref(),
            );
        let request = Request::get(place.path()?).query(query);
        self.read_object(request, decoded).await
    }

    /// What an indicator relates to: whole objects, or only type and id.
    pub fn related<'a>(
        &'a self,
        place: Place<'_>,
        relationship: &str,
        whole: bool,
        page_size: usize,
    ) -> Result<impl Stream<Item = Result<Page, ClientError>> + 'a, ClientError> {
        let path = place.path()?;
        let path = if whole {
            path
        } else {
            path.then("relationships")
        };
        let request = Request::get(path.part(relationship)?)
            .query(Query::new().with("limit", &page_size.min(LARGEST_PAGE).to_string()))
            .cacheable();
        Ok(self.pages(CursorPaging::of_relationship(request), None))
    }

    /// ATT&CK tactics and techniques of a file, sandbox by sandbox; none for a
    /// file that no sandbox ran.
    pub async fn mitre(&self, file: Place<'_>) -> Result<Vec<SandboxTactics>, ClientError> {
        let path = file.path()?.then("behaviour_mitre_trees");
        match self.object(Request::get(path)).await {
            Ok(tree) => mitre::read(tree.json())
                .map_err(|reason| ClientError::new(ProblemKind::Decode, reason)),
            Err(error) if error.kind == ProblemKind::NotFound => Ok(vec![]),
            Err(error) => Err(error),
        }
    }

    /// The sandbox reports of a file as sent; none for a file that no sandbox
    /// ran.
    pub async fn behaviours(&self, file: Place<'_>) -> Result<Vec<Box<RawValue>>, ClientError> {
        let pages = self.related(file, "behaviours", true, LARGEST_PAGE)?;
        pin_mut!(pages);
        let mut reports = vec![];
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => reports.extend(
                    page.items()
                        .filter_map(|item| RawValue::from_string(item.to_owned()).ok()),
                ),
                Err(error) if error.kind == ProblemKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        Ok(reports)
    }

    /// One answer in the standard envelope, its `data` cut out.
    pub(super) async fn object(&self, request: Request) -> Result<Object, ClientError> {
        let (object, ()) = self.read_object(request, passed_over).await?;
        Ok(object)
    }

    /// The same, and what `read` makes of it.
    async fn read_object<T>(
        &self,
        request: Request,
        read: impl Fn(&mut Scan<'_>) -> Result<T, String>,
    ) -> Result<(Object, T), ClientError> {
        let request = request.cacheable();
        let data = |answer: &Answer| data(answer, &read);
        let (fetched, (range, value)) = self.fetch_checked(&request, data).await?;
        Ok((Object::cut(fetched, range), value))
    }
}

fn decoded<V: View>(value: &mut Scan<'_>) -> Result<Decoded<V>, String> {
    value.decode()
}

fn passed_over(value: &mut Scan<'_>) -> Result<(), String> {
    value.skip()
}

/// Where `data` lies in a body of the standard envelope, and what `read` makes of
/// it; the whole body is checked to be JSON on the way.
fn data<T>(
    answer: &Answer,
    read: impl Fn(&mut Scan<'_>) -> Result<T, String>,
) -> Result<(Range<usize>, T), String> {
    let mut body = Scan::of(answer.text()?);
    let mut found = None;
    body.object(|key, value| {
        if key != "data" {
            return value.skip();
        }
        let start = value.position();
        let (text, read) = value.with_text(&read)?;
        match found.replace((start..start + text.len(), read)) {
            None => Ok(()),
            Some(_) => Err("`data` comes twice".to_owned()),
        }
    })?;
    body.end()?;
    found.ok_or_else(|| "no data".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::view::view;

    view! {
        struct Sample {
            id: Option<u64>,
        }
    }

    #[test]
    fn the_data_is_the_bytes_that_were_sent() {
        let read = |body: &'static str| {
            let answer = Answer::without_headers(Bytes::from_static(body.as_bytes()));
            let data = data(&answer, decoded::<Sample>);
            data.map(|(range, decoded)| (&body[range], decoded.view.id))
        };
        let sent = r#"{"links":{"data":1}, "data" : {"a": 1.10, "id":7} , "meta":null}"#;
        assert_eq!(read(sent), Ok((r#"{"a": 1.10, "id":7}"#, Some(7))));
        let odd = r#"{"\ud83d":1,"data":{"id":"x","\ude00":"\ud83d"}}"#;
        assert_eq!(read(odd), Ok((r#"{"id":"x","\ude00":"\ud83d"}"#, None)));
        for body in [
            "{}",
            "[{}]",
            r#"{"data":{}}}"#,
            r#"{"data":{"id":7,}}"#,
            r#"{"data":{}"#,
            r#"{"data":{"id":1},"data":{"id":2}}"#,
            r#"{"data":null}"#,
            r#"{"data":[]}"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }
}
