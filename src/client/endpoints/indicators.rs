//! Reports on indicators, what they relate to, and how files behave (API notes,
//! section 2).

use std::ops::Range;

use bytes::Bytes;
use futures::{Stream, StreamExt, pin_mut};
use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::client::envelope::{Answer, Asked, Envelope, Subject};
use crate::client::page::{CursorPaging, Page};
use crate::client::path::{Path, Query, RefusedSegment};
use crate::client::request::Request;
use crate::client::{Client, Fetched};
use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;
use crate::model::mitre::{self, SandboxTactics};
use crate::model::view::{Decoded, Unread, View};

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

impl Selection {
    /// Whether some attributes are not to be sent.
    fn is_of_attributes(&self) -> bool {
        self.attributes.is_some() || self.exclude_attributes.is_some()
    }
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

    /// The object that lives here.
    pub(super) fn subject(&self) -> Subject<'_> {
        let (kinds, asked): (&[&str], _) = match self.collection {
            "ip_addresses" => (&["ip_address"], Asked::Ip(self.id)),
            "domains" => (&["domain"], Asked::Domain(self.id)),
            "files" => (&["file"], Asked::File(self.id)),
            "private/files" => (&["private_file", "file"], Asked::File(self.id)),
            "urls" => (&["url"], Asked::Url(self.id)),
            "private/urls" => (&["private_url", "url"], Asked::Url(self.id)),
            "collections" => (&["collection"], Asked::Text(self.id)),
            _ => (&[], Asked::Text(self.id)),
        };
        Subject::asked(asked).of(kinds)
    }
}

/// Relationships to one object at most, which are null where there is none.
const TO_ONE: [&str; 4] = [
    "immediate_parent",
    "last_serving_ip_address",
    "network_location",
    "parent",
];

/// The request of a report.
fn report_of(place: Place<'_>, selection: &Selection) -> Result<Request, RefusedSegment> {
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
    Ok(Request::get(place.path()?).query(query).cacheable())
}

impl Client {
    /// Whether a kept answer would stand for a report.
    pub async fn keeps_report(&self, place: Place<'_>, selection: &Selection) -> bool {
        match report_of(place, selection) {
            Ok(request) => self.keeps(&request).await,
            Err(_) => false,
        }
    }

    /// The report on an indicator, and a view of it, which is read in the pass that
    /// checks the answer. It has to have attributes, which may be empty, unless the
    /// selection can have left none of them.
    pub async fn report<V: View>(
        &self,
        place: Place<'_>,
        selection: &Selection,
    ) -> Result<(Object, Decoded<V>), Error> {
        let request = report_of(place, selection)?;
        let subject = if selection.is_of_attributes() {
            place.subject()
        } else {
            place.subject().described()
        };
        self.decoded(&request, Envelope::Data, &subject).await
    }

    /// What an indicator relates to: whole objects, or only type and id.
    pub fn related<'a>(
        &'a self,
        place: Place<'_>,
        relationship: &str,
        whole: bool,
        page_size: usize,
    ) -> Result<impl Stream<Item = Result<Page, Error>> + 'a, Error> {
        let path = place.path()?;
        let path = if whole {
            path
        } else {
            path.then("relationships")
        };
        let request = Request::get(path.part(relationship)?)
            .query(Query::new().with("limit", &page_size.min(LARGEST_PAGE).to_string()))
            .cacheable();
        let paging = CursorPaging::of_relationship(request, TO_ONE.contains(&relationship));
        Ok(self.pages(paging, None))
    }

    /// ATT&CK tactics and techniques of a file, sandbox by sandbox; none for a
    /// file that no sandbox ran.
    pub async fn mitre(&self, file: Place<'_>) -> Result<Decoded<Vec<SandboxTactics>>, Error> {
        let path = file.path()?.then("behaviour_mitre_trees");
        let read = |trees: &mut Scan<'_>| mitre::read(trees.raw()?);
        let trees = |answer: &Answer| Envelope::Data.read(answer, read);
        let request = Request::get(path).cacheable();
        match self.fetch_checked(&request, trees).await {
            Ok((_, tactics)) => Ok(tactics),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Decoded {
                view: vec![],
                unread: Unread::default(),
            }),
            Err(error) => Err(error),
        }
    }

    /// The sandbox reports of a file as sent; none for a file that no sandbox
    /// ran.
    pub async fn behaviours(&self, file: Place<'_>) -> Result<Vec<Box<RawValue>>, Error> {
        let pages = self.related(file, "behaviours", true, LARGEST_PAGE)?;
        pin_mut!(pages);
        let mut reports = vec![];
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => reports.extend(
                    page.items()
                        .filter_map(|item| RawValue::from_string(item.to_owned()).ok()),
                ),
                Err(error) if error.kind == ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        Ok(reports)
    }

    /// The object that an answer has to be about.
    pub(super) async fn object(
        &self,
        request: &Request,
        envelope: Envelope,
        subject: &Subject<'_>,
    ) -> Result<Object, Error> {
        let read = |answer: &Answer| envelope.object(answer, subject, Scan::skip);
        let (fetched, (range, ())) = self.fetch_checked(request, read).await?;
        Ok(Object::cut(fetched, range))
    }

    /// The same, and a view of it.
    pub(super) async fn decoded<V: View>(
        &self,
        request: &Request,
        envelope: Envelope,
        subject: &Subject<'_>,
    ) -> Result<(Object, Decoded<V>), Error> {
        let read = |answer: &Answer| envelope.object(answer, subject, Scan::decode);
        let (fetched, (range, decoded)) = self.fetch_checked(request, read).await?;
        Ok((Object::cut(fetched, range), decoded))
    }
}
