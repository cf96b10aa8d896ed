//! The style of attack surface management: `result.hits`, and a token of the next
//! page beside them (API notes, section 6.2).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Content, Paging, ranges};
use crate::client::request::Request;
use crate::client::transport::Answer;
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

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    success: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Found<'a> {
    #[serde(borrow, default)]
    hits: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    more: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    next_page_token: Option<String>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    total_hits: Option<u64>,
}

impl Paging for TokenPaging {
    fn request(&self, token: Option<&str>) -> Request {
        let query = self.request.query.clone().with_some("page_token", token);
        self.request.clone().query(query)
    }

    fn read(&self, answer: &Answer) -> Result<Content, String> {
        // Serde takes a list for an object whose members come in order.
        if !answer.body.trim_ascii_start().starts_with(b"{") {
            return Err("the answer is no object".to_owned());
        }
        let envelope: Envelope<'_> =
            serde_json::from_str(answer.text()?).map_err(|error| error.to_string())?;
        if envelope.success == Some(false) {
            let said = envelope.message;
            return Ok(Content {
                refusal: Some(said.unwrap_or_else(|| "no reason given".to_owned())),
                ..Content::default()
            });
        }
        let found: Found<'_> = match envelope.result.map(RawValue::get) {
            None | Some("null" | "[]") => Found::default(),
            Some(result) => serde_json::from_str(result).map_err(|error| error.to_string())?,
        };
        let hits = found.hits.unwrap_or_default();
        // A page without hits is the end even with a token (API notes, section 6.2).
        let over = found.more == Some(false) || hits.is_empty();
        Ok(Content {
            items: ranges(&answer.body, hits),
            next: found.next_page_token.filter(|_| !over),
            count: found.total_hits,
            refusal: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;
    use reqwest::header::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::client::path::{Path, Query};

    fn paging() -> TokenPaging {
        let query = Query::new().with("page_size", "1000");
        TokenPaging::new(Request::get(Path::to("asm")).query(query))
    }

    fn read(body: &str) -> Result<Content, String> {
        paging().read(&Answer {
            body: Bytes::copy_from_slice(body.as_bytes()),
            headers: HeaderMap::new(),
        })
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
            (r#"{"hits":null,"more":true,"next_page_token":"t"}"#, None),
            ("{}", None),
            ("null", None),
            ("[]", None),
        ] {
            let content = read(&format!(
                r#"{{"success":true,"message":"Search completed!","result":{result}}}"#
            ));
            assert_eq!(content.expect(result).next.as_deref(), token, "{result}");
        }
        assert_eq!(read(r#"{"success":true}"#), Ok(Content::default()));
    }

    #[test]
    fn what_is_no_page_is_no_end() {
        for body in ["", "[]", r#"{"result":5}"#, r#"{"result":{"hits":{}}}"#] {
            assert!(read(body).is_err(), "{body}");
        }
    }

    #[test]
    fn a_success_that_says_it_is_none_is_a_refusal() {
        let content = read(r#"{"success":false,"message":"Bad query","result":null}"#);
        assert_eq!(
            content.map(|content| content.refusal),
            Ok(Some("Bad query".to_owned()))
        );
        let content = read(r#"{"success":false}"#).expect("a page");
        assert!(content.refusal.is_some());
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
