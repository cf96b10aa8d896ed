//! The style of the alerts API: a list under its name, `nextPageToken`,
//! `?pageToken=` (API notes, second page, section 1.4).

use super::{Content, Paging, ReadItem, among_objects};
use crate::client::envelope::{Answer, Flaw, rpc_list};
use crate::client::request::Request;

/// Pages of a list.
#[derive(Debug, Clone)]
pub struct RpcPaging {
    request: Request,
    list: &'static str,
}

impl RpcPaging {
    /// Pages of the list that `request` asks for, under its name.
    pub fn new(request: Request, list: &'static str) -> Self {
        Self { request, list }
    }
}

impl Paging for RpcPaging {
    /// A token is good with the filter and the order that it was given for.
    fn request(&self, token: Option<&str>) -> Request {
        let query = self.request.query.clone().with_some("pageToken", token);
        self.request.clone().query(query)
    }

    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, Flaw> {
        let (items, next) = rpc_list(answer, self.list, |list| among_objects(list, item))?;
        Ok(Content {
            items,
            next,
            count: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::client::path::{Path, Query};
    use crate::model::json::Scan;

    fn paging() -> RpcPaging {
        let query = Query::new().with("filter", "state = \"NEW\"");
        RpcPaging::new(Request::get(Path::to("projects")).query(query), "alerts")
    }

    fn read(body: &str) -> Result<Content, Flaw> {
        let answer = Answer::without_headers(Bytes::copy_from_slice(body.as_bytes()));
        paging().read(&answer, &mut |item: &mut Scan<'_>| item.skip())
    }

    #[test]
    fn the_token_goes_with_everything_else_that_was_asked() {
        let target = |token| paging().request(token).target();
        assert_eq!(target(None), "/projects?filter=state%20%3D%20%22NEW%22");
        assert_eq!(
            target(Some("a=")),
            "/projects?filter=state%20%3D%20%22NEW%22&pageToken=a%3D"
        );
    }

    #[test]
    fn what_is_empty_may_be_absent() {
        for (body, count, next) in [
            ("{}", 0, None),
            (r#"{"alerts":[]}"#, 0, None),
            (r#"{"alerts":null,"nextPageToken":""}"#, 0, None),
            (r#"{"nextPageToken":"t"}"#, 0, Some("t")),
            (
                r#"{"alerts":[{},{}],"nextPageToken":"t","x":1}"#,
                2,
                Some("t"),
            ),
            (
                r#"{"alerts":[{}],"unreachable":[],"nextPageToken":null}"#,
                1,
                None,
            ),
        ] {
            let content = read(body).expect(body);
            assert_eq!(
                (content.items.len(), content.next.as_deref()),
                (count, next),
                "{body}"
            );
        }
        for body in [
            "",
            "null",
            "[]",
            "17",
            "<html>",
            "{",
            r#"{"error":{"code":500}}"#,
            r#"{"data":[]}"#,
            r#"{"alerts":{}}"#,
            r#"{"alerts":["a"]}"#,
            r#"{"alerts":[],"alerts":[]}"#,
            r#"{"alerts":[{}],"nextPageToken":7}"#,
            r#"{"findings":[{}]}"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }
}
