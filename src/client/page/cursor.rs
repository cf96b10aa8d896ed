//! The standard style: `data`, `meta.cursor`, `?cursor=`.

use std::ops::Range;

use serde::Deserialize;

use super::{Content, Paging, ReadItem, among_objects, token_in};
use crate::client::envelope::{Answer, Envelope, Flaw, object_item};
use crate::client::request::Request;
use crate::model::json::{Scan, last_member};
use crate::model::lenient;

/// The parameter that carries the cursor, in addresses of next pages and in
/// requests for them.
const TOKEN: &str = "cursor";

/// The standard style: `data`, `meta.cursor`, `?cursor=` (API notes, section 1.6).
#[derive(Debug, Clone)]
pub struct CursorPaging {
    request: Request,
    items: Items,
}

/// What stands under `data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Items {
    /// A list of objects.
    Objects,
    /// The same, or texts: some lists of names have no objects.
    ObjectsOrTexts,
    /// A list of objects, or one object in place of a list of one.
    OneOrMany,
    /// The same, or null for none.
    OneManyOrNone,
}

impl CursorPaging {
    /// Pages of the list that `request` asks for.
    pub fn new(request: Request) -> Self {
        Self {
            request,
            items: Items::Objects,
        }
    }

    /// Pages whose items may be texts.
    #[must_use]
    pub fn or_texts(self) -> Self {
        Self {
            items: Items::ObjectsOrTexts,
            ..self
        }
    }

    /// Pages of what an object relates to: where that is one thing by nature
    /// (`last_serving_ip_address`, `immediate_parent`), `data` is that object and
    /// not a list of it; where `may_be_none`, it is null for none.
    pub fn of_relationship(request: Request, may_be_none: bool) -> Self {
        let items = if may_be_none {
            Items::OneManyOrNone
        } else {
            Items::OneOrMany
        };
        Self { request, items }
    }
}

impl Items {
    fn read(
        self,
        data: &mut Scan<'_>,
        item: &mut ReadItem<'_>,
    ) -> Result<Vec<Range<usize>>, String> {
        match (self, data.peek()) {
            (Self::OneOrMany | Self::OneManyOrNone, Some(b'{')) => Ok(vec![data.item(|one| {
                identified(one)?;
                item(one)
            })?]),
            (Self::OneManyOrNone, Some(b'n')) => data.skip().map(|()| vec![]),
            (Self::ObjectsOrTexts, _) => data.list(|one| match one.peek() {
                Some(b'"') => item(one),
                _ => object_item(one, item),
            }),
            _ => among_objects(data, item),
        }
    }
}

/// Checks that an object says what it is: in place of a list it could be anything.
fn identified(object: &Scan<'_>) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Descriptor {
        #[serde(rename = "type", default, deserialize_with = "lenient::text")]
        kind: Option<String>,
        #[serde(default, deserialize_with = "lenient::text")]
        id: Option<String>,
    }
    match object.clone().value()? {
        Descriptor {
            kind: Some(_),
            id: Some(_),
        } => Ok(()),
        _ => Err("`data` is an object without type and id instead of a list".to_owned()),
    }
}

impl Paging for CursorPaging {
    fn request(&self, token: Option<&str>) -> Request {
        let query = self.request.query.clone().with_some(TOKEN, token);
        self.request.clone().query(query)
    }

    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, Flaw> {
        let (mut meta, mut links) = (None::<Meta>, None::<Links>);
        let items = Envelope::Data.open(
            answer,
            |data| Ok(self.items.read(data, item)?),
            |member, value| {
                match member {
                    "meta" => meta = value.value()?,
                    "links" => links = value.value()?,
                    _ => value.skip()?,
                }
                Ok(())
            },
        )?;
        let meta = meta.unwrap_or_default();
        let next = match meta.cursor.filter(|cursor| leads_on(cursor)) {
            Some(cursor) => Some(cursor),
            None => links
                .and_then(|links| links.next.filter(|next| leads_on(next)))
                .map_or(Ok(None), |next| {
                    let token = token_in(&next, TOKEN);
                    token
                        .map(Some)
                        .ok_or_else(|| "the link to the next page has no cursor".to_owned())
                })?,
        };
        Ok(Content {
            items,
            next,
            count: meta.count.or(meta.total_hits),
        })
    }

    fn glance(&self, answer: &Answer) -> Option<String> {
        let meta: Meta = last_member(answer.bytes(), "\"meta\"")?;
        meta.cursor.filter(|cursor| leads_on(cursor))
    }
}

#[derive(Default, Deserialize)]
struct Links {
    // What can't be read is not the end of the list.
    #[serde(default)]
    next: Option<String>,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    count: Option<u64>,
    // Searches say it by this name.
    #[serde(default, deserialize_with = "lenient::unsigned")]
    total_hits: Option<u64>,
}

/// Absent, null and empty all mean the end.
fn leads_on(cursor: &str) -> bool {
    !cursor.is_empty()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::client::path::Path;

    fn paging() -> CursorPaging {
        CursorPaging::new(Request::get(Path::to("ioc_stream")))
    }

    fn read(paging: &CursorPaging, body: &str) -> Result<Content, Flaw> {
        let answer = Answer::without_headers(Bytes::copy_from_slice(body.as_bytes()));
        paging.read(&answer, &mut |item: &mut Scan<'_>| item.skip())
    }

    #[test]
    fn items_are_the_bytes_that_were_sent() {
        let paging = paging();
        let body = r#"{"data": [ {"id": 1.10} , {"id":2}], "meta":{"cursor":"c=","count":2}}"#;
        let content = read(&paging, body).expect("a page");
        let items: Vec<_> = content
            .items
            .iter()
            .map(|range| &body[range.clone()])
            .collect();
        assert_eq!(items, [r#"{"id": 1.10}"#, r#"{"id":2}"#]);
        assert_eq!(
            (content.next.as_deref(), content.count),
            (Some("c="), Some(2))
        );
        let found = read(&paging, r#"{"data":[],"meta":{"total_hits":812}}"#);
        assert_eq!(found.expect("a page").count, Some(812));
        for end in [
            r#"{"data":[]}"#,
            r#"{"data":[],"meta":null,"links":null}"#,
            r#"{"data":[],"meta":{"cursor":""},"error":null}"#,
            r#"{"data":[],"meta":{"cursor":null},"links":{"self":"x","next":null}}"#,
        ] {
            assert_eq!(read(&paging, end), Ok(Content::default()), "{end}");
        }
        for none in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"data":null}"#,
            r#"{"data":{}}"#,
            r#"{"data":{"type":"domain","id":"evil.example"}}"#,
            r#"{"data":"x"}"#,
            r#"{"data":[1]}"#,
            r#"{"data":["x"]}"#,
            r#"{"data":[null]}"#,
            r#"{"data":[{"id":1}"#,
            r#"{"data":[],"error":{"code":"NotFoundError"}}"#,
            r#"{"data":[],"data":[]}"#,
            r#"{"message":"x"}"#,
        ] {
            assert!(read(&paging, none).is_err(), "{none}");
        }
    }

    #[test]
    fn a_link_leads_on_where_there_is_no_cursor() {
        for (rest, next) in [
            (
                r#""links":{"next":"https://other.example/x?limit=1&cursor=a%2Bb%3D"}"#,
                Some("a+b="),
            ),
            (r#""meta":{},"links":{"next":"/x?cursor=c"}"#, Some("c")),
            (
                r#""meta":{"cursor":"m"},"links":{"next":"/x?cursor=c"}"#,
                Some("m"),
            ),
            (
                r#""meta":{"cursor":""},"links":{"next":"/x?cursor=c"}"#,
                Some("c"),
            ),
            (r#""links":{"next":""}"#, None),
        ] {
            let content = read(&paging(), &format!(r#"{{"data":[],{rest}}}"#)).expect(rest);
            assert_eq!(content.next.as_deref(), next, "{rest}");
        }
        for odd in [
            r#""links":{"next":"/x?page=2"}"#,
            r#""links":{"next":["/x?cursor=c"]}"#,
            r#""meta":{"cursor":{"next":"c"}}"#,
            r#""meta":{"cursor":true}"#,
        ] {
            let read = read(&paging(), &format!(r#"{{"data":[],{odd}}}"#));
            assert!(read.is_err(), "{odd}");
        }
    }

    #[test]
    fn a_relationship_to_one_thing_is_a_list_of_one() {
        let request = || Request::get(Path::to("urls"));
        let some = CursorPaging::of_relationship(request(), false);
        let maybe = CursorPaging::of_relationship(request(), true);
        let one = r#"{"data": {"id":"203.0.113.34","type":"ip_address","n":1.10} ,"links":{}}"#;
        let null = r#"{"data":null}"#;
        let content = read(&some, one).expect("a page");
        assert_eq!(
            &one[content.items[0].clone()],
            r#"{"id":"203.0.113.34","type":"ip_address","n":1.10}"#
        );
        assert_eq!((content.items.len(), content.next), (1, None));
        let items = |paging: &CursorPaging, body| read(paging, body).map(|page| page.items.len());
        assert_eq!(items(&some, r#"{"data":[{},{}]}"#), Ok(2));
        assert_eq!(items(&maybe, null), Ok(0));
        for body in [
            null,
            r#"{"data":{}}"#,
            r#"{"data":{"id":"a"}}"#,
            r#"{"data":["x"]}"#,
        ] {
            assert!(items(&some, body).is_err(), "{body}");
        }
        // A list proper is one.
        assert!(items(&paging(), one).is_err());
    }

    #[test]
    fn only_some_lists_have_texts() {
        let texts = paging().or_texts();
        let items = |body| read(&texts, body).map(|page| page.items.len());
        assert_eq!(items(r#"{"data":["x",{}]}"#), Ok(2));
        assert!(items(r#"{"data":[1]}"#).is_err());
    }
}
