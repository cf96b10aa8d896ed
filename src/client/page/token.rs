//! The style of attack surface management: `result.hits`, and a token of the next
//! page beside them (API notes, section 6.2).

use std::ops::Range;

use serde::Deserialize;

use super::{Content, Paging, ReadItem, among_objects};
use crate::client::envelope::{Answer, Envelope, Flaw};
use crate::client::request::Request;
use crate::model::json::Scan;
use crate::model::lenient;

/// Pages of a search.
#[derive(Debug, Clone)]
pub struct TokenPaging {
    request: Request,
}

impl TokenPaging {
    /// Pages of the search that `request` asks for.
    pub fn new(request: Request) -> Self {
        Self { request }
    }
}

/// What stands under `result`.
#[derive(Default)]
struct Found {
    hits: Option<Vec<Range<usize>>>,
    timed_out: bool,
    more: Option<bool>,
    next_page_token: Option<String>,
    total_hits: Option<u64>,
}

impl Found {
    fn read(result: &mut Scan<'_>, item: &mut ReadItem<'_>) -> Result<Self, String> {
        let mut found = Self::default();
        if result.peek() != Some(b'{') {
            return Err("`result` is not an object".to_owned());
        }
        result.object(|key, value| {
            match key {
                "hits" => found.hits = Some(among_objects(value, item)?),
                "timed_out" => found.timed_out = value.value::<Option<bool>>()? == Some(true),
                "more" => found.more = value.value()?,
                "next_page_token" => {
                    found.next_page_token = value.value::<Option<Token>>()?.and_then(Token::text);
                }
                "total_hits" => found.total_hits = value.value::<Count>()?.0,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn content(self) -> Result<Content, Flaw> {
        if self.timed_out {
            let reason = "the search timed out at the service, and its answer is not complete";
            return Err(Flaw::Incomplete(reason.to_owned()));
        }
        let Some(hits) = self.hits else {
            return Err(Flaw::Unfit("no `hits` in `result`".to_owned()));
        };
        // A page without hits is the end even with a token (API notes, section 6.2).
        let over = self.more == Some(false) || hits.is_empty();
        Ok(Content {
            items: hits,
            next: self.next_page_token.filter(|_| !over),
            count: self.total_hits,
        })
    }
}

/// A token. What can't be read as one is not the end of the list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Token {
    Text(String),
    Number(serde_json::Number),
}

impl Token {
    fn text(self) -> Option<String> {
        let text = match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        };
        (!text.is_empty()).then_some(text)
    }
}

#[derive(Deserialize)]
struct Count(#[serde(deserialize_with = "lenient::unsigned")] Option<u64>);

impl Paging for TokenPaging {
    fn request(&self, token: Option<&str>) -> Request {
        let query = self.request.query.clone().with_some("page_token", token);
        self.request.clone().query(query)
    }

    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, Flaw> {
        let found = |result: &mut Scan<'_>| Found::read(result, item)?.content();
        Envelope::Result.open(answer, found, |_, value| value.skip())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::client::path::{Path, Query};

    fn paging() -> TokenPaging {
        let query = Query::new().with("page_size", "1000");
        TokenPaging::new(Request::get(Path::to("asm")).query(query))
    }

    fn read(body: &str) -> Result<Content, Flaw> {
        let answer = Answer::without_headers(Bytes::copy_from_slice(body.as_bytes()));
        paging().read(&answer, &mut |item: &mut Scan<'_>| item.skip())
    }

    #[test]
    fn the_token_goes_with_everything_else_that_was_asked() {
        let target = |token| paging().request(token).target();
        assert_eq!(target(None), "/asm?page_size=1000");
        assert_eq!(target(Some("a=")), "/asm?page_size=1000&page_token=a%3D");
    }

    #[test]
    fn the_end_has_many_faces() {
        for (result, token) in [
            (
                r#"{"hits":[{}],"more":true,"next_page_token":"t"}"#,
                Some("t"),
            ),
            (
                r#"{"hits":[{}],"more":null,"next_page_token":"t"}"#,
                Some("t"),
            ),
            (r#"{"hits":[{}],"next_page_token":"t"}"#, Some("t")),
            (r#"{"hits":[{}],"more":false,"next_page_token":"t"}"#, None),
            (r#"{"hits":[{}],"more":true,"next_page_token":""}"#, None),
            (r#"{"hits":[{}],"more":true,"next_page_token":null}"#, None),
            (r#"{"hits":[{}],"more":true}"#, None),
            (r#"{"hits":[],"more":true,"next_page_token":"t"}"#, None),
            (r#"{"hits":[],"timed_out":false}"#, None),
        ] {
            let content = read(&format!(
                r#"{{"success":true,"message":"Search completed!","result":{result}}}"#
            ));
            assert_eq!(content.expect(result).next.as_deref(), token, "{result}");
        }
    }

    #[test]
    fn what_is_no_page_is_no_end() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"success":true}"#,
            r#"{"success":true,"result":null}"#,
            r#"{"success":true,"result":[]}"#,
            r#"{"success":true,"result":{}}"#,
            r#"{"result":5}"#,
            r#"{"result":{"hits":{}}}"#,
            r#"{"result":{"hits":null}}"#,
            r#"{"result":{"hits":[1]}}"#,
            r#"{"result":{"hits":[]},"error":{"code":"x"}}"#,
        ] {
            assert!(matches!(read(body), Err(Flaw::Unfit(_))), "{body}");
        }
        let timed_out = read(r#"{"success":true,"result":{"hits":[{}],"timed_out":true}}"#);
        assert!(
            matches!(timed_out, Err(Flaw::Incomplete(_))),
            "{timed_out:?}"
        );
    }

    #[test]
    fn a_success_that_says_it_is_none_is_a_refusal() {
        let content = read(r#"{"success":false,"message":"Bad query","result":null}"#);
        assert_eq!(content, Err(Flaw::Refused("Bad query".to_owned())));
        for body in [
            r#"{"success":false}"#,
            r#"{"result":{"hits":[{},{"a":5}]},"success":false}"#,
            r#"{"result":"none","success":false}"#,
        ] {
            assert!(matches!(read(body), Err(Flaw::Refused(_))), "{body}");
        }
    }

    proptest! {
        #[test]
        fn hits_are_the_bytes_that_were_sent(hits in prop::collection::vec("[a-z\"\\\\{},]*", 1..9), token in "\\PC+") {
            let sent: Vec<String> = hits.iter().map(|hit| json!({ "x y": hit }).to_string()).collect();
            let body = format!(
                "{{\"result\": {{ \"next_page_token\": {}, \"hits\" : [ {} ]}} , \"success\":true}}",
                json!(token),
                sent.join(" , ")
            );
            let content = read(&body).expect("a page");
            let items: Vec<_> = content.items.iter().map(|range| &body[range.clone()]).collect();
            prop_assert_eq!(items, sent);
            prop_assert_eq!(content.next, Some(token));
        }
    }
}
