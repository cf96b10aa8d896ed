//! The standard style: `data`, `meta.cursor`, `?cursor=`.

use serde::Deserialize;

use super::{Content, Paging, ReadItem};
use crate::client::request::Request;
use crate::client::transport::Answer;
use crate::model::json::{Scan, last_member};
use crate::model::lenient;

/// The standard style: `data`, `meta.cursor`, `?cursor=` (API notes, section 1.6).
#[derive(Debug, Clone)]
pub struct CursorPaging {
    request: Request,
    takes_one: bool,
}

impl CursorPaging {
    /// Pages of the list that `request` asks for.
    pub fn new(request: Request) -> Self {
        Self {
            request,
            takes_one: false,
        }
    }

    /// Pages of what an object relates to: where that is one thing by nature
    /// (`last_serving_ip_address`, `immediate_parent`), `data` is that object and
    /// not a list of it.
    pub fn of_relationship(request: Request) -> Self {
        Self {
            takes_one: true,
            ..Self::new(request)
        }
    }
}

impl Paging for CursorPaging {
    fn request(&self, token: Option<&str>) -> Request {
        let query = self.request.query.clone().with_some("cursor", token);
        self.request.clone().query(query)
    }

    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, String> {
        let mut items = Vec::new();
        let mut meta = None::<Meta>;
        let mut body = Scan::of(answer.text()?);
        body.object(|key, value| {
            match key {
                "data" if self.takes_one && value.peek() == Some(b'{') => {
                    items = vec![value.item(&mut *item)?];
                }
                "data" => items = value.list(&mut *item)?,
                "meta" => meta = value.value()?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        body.end()?;
        let (cursor, count) = meta.map_or((None, None), |meta| {
            (meta.cursor, meta.count.or(meta.total_hits))
        });
        Ok(Content {
            items,
            next: cursor.filter(|cursor| leads_on(cursor)),
            count,
            refusal: None,
        })
    }

    fn glance(&self, answer: &Answer) -> Option<String> {
        let meta: Meta = last_member(&answer.body, "\"meta\"")?;
        meta.cursor.filter(|cursor| leads_on(cursor))
    }
}

#[derive(Deserialize)]
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

    #[test]
    fn a_relationship_to_one_thing_is_a_list_of_one() {
        let read = |paging: CursorPaging, body: &'static str| {
            let answer = Answer::without_headers(Bytes::from_static(body.as_bytes()));
            paging.read(&answer, &mut |item: &mut Scan<'_>| item.skip())
        };
        let request = || Request::get(Path::to("urls"));
        let body = r#"{"data": {"id":"203.0.113.34","n":1.10} ,"links":{}}"#;
        let content = read(CursorPaging::of_relationship(request()), body).expect("a page");
        assert_eq!(
            &body[content.items[0].clone()],
            r#"{"id":"203.0.113.34","n":1.10}"#
        );
        assert_eq!((content.items.len(), content.next), (1, None));
        let list = read(
            CursorPaging::of_relationship(request()),
            r#"{"data":[{},{}]}"#,
        );
        assert_eq!(list.expect("a page").items.len(), 2);
        // A list proper is one.
        assert!(read(CursorPaging::new(request()), body).is_err());
    }

    #[test]
    fn items_are_the_bytes_that_were_sent() {
        let paging = CursorPaging::new(Request::get(Path::to("ioc_stream")));
        let read = |body: &'static str| {
            let answer = Answer::without_headers(Bytes::from_static(body.as_bytes()));
            paging.read(&answer, &mut |item: &mut Scan<'_>| item.skip())
        };
        let body = r#"{"data": [ {"id": 1.10} , {"id":2}], "meta":{"cursor":"c=","count":2}}"#;
        let content = read(body).expect("a page");
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
        let found = read(r#"{"data":[],"meta":{"total_hits":812}}"#);
        assert_eq!(found.expect("a page").count, Some(812));
        for end in [
            r#"{"data":[]}"#,
            r#"{"data":null,"meta":null}"#,
            r#"{"meta":{"cursor":""}}"#,
            r#"{"data":[],"meta":{"cursor":null}}"#,
        ] {
            assert_eq!(read(end), Ok(Content::default()), "{end}");
        }
        assert!(read(r#"{"data":[{"id":1}"#).is_err());
    }
}
