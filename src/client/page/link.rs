//! The style of digital threat monitoring: the next page stands in the `Link`
//! header, as an address of some host of the service's own (API notes, section 7.2).
//!
//! Only the token is taken out of that address, and used against our own base
//! URL: the key goes to no other host, whatever a header names.

use reqwest::header::{HeaderMap, LINK};

use super::{Content, Paging, ReadItem, among_objects, token_in};
use crate::client::envelope::{Answer, Envelope, Flaw};
use crate::client::path::Query;
use crate::client::request::Request;

/// The parameter that carries the token, in addresses of next pages and in
/// requests for them.
const TOKEN: &str = "page";

/// Pages of a list whose items stand under a key: `alerts`, `monitors`, `docs`.
#[derive(Debug, Clone)]
pub struct LinkPaging {
    request: Request,
    key: &'static str,
}

impl LinkPaging {
    /// Pages of the list that `request` asks for, with its items under `key`.
    pub fn new(request: Request, key: &'static str) -> Self {
        Self { request, key }
    }
}

impl Paging for LinkPaging {
    fn request(&self, token: Option<&str>) -> Request {
        let request = self.request.clone();
        match token {
            None => request,
            // The token stands for everything else that was asked.
            Some(token) => request.query(Query::new().with(TOKEN, token)),
        }
    }

    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, Flaw> {
        Ok(Content {
            items: Envelope::Named(self.key).open(
                answer,
                |list| Ok(among_objects(list, item)?),
                |_, value| value.skip(),
            )?,
            next: next_token(&answer.headers)?,
            ..Content::default()
        })
    }
}

/// The token of the next page; none without a link to one.
fn next_token(headers: &HeaderMap) -> Result<Option<String>, String> {
    for header in headers.get_all(LINK) {
        let text = String::from_utf8_lossy(header.as_bytes());
        if let Some(target) = next_target(&text) {
            return match token_in(target, TOKEN) {
                Some(token) => Ok(Some(token)),
                None => Err("the link to the next page has no page token".to_owned()),
            };
        }
    }
    Ok(None)
}

/// The target of the first link of a header whose relation is `next` (RFC 8288,
/// section 3).
fn next_target(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let (_, opened) = rest.split_once('<')?;
        let (target, after) = opened.split_once('>')?;
        let (parameters, onward) = split_unquoted(after, ',');
        if is_next(parameters) {
            return Some(target);
        }
        rest = onward?;
    }
}

/// Whether the parameters of a link say that it leads to the next page. Of
/// several relations parameters only the first counts; one may name several.
fn is_next(parameters: &str) -> bool {
    let mut rest = Some(parameters);
    while let Some(text) = rest {
        let (parameter, onward) = split_unquoted(text, ';');
        rest = onward;
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name.trim().eq_ignore_ascii_case("rel") {
            let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
            return relations.any(|relation| relation.eq_ignore_ascii_case("next"));
        }
    }
    false
}

/// The text before the first `mark` outside quotes, and what follows that.
fn split_unquoted(text: &str, mark: char) -> (&str, Option<&str>) {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if character == mark && !quoted => {
                return (&text[..at], Some(&text[at + mark.len_utf8()..]));
            }
            _ => {}
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::client::path::Path;
    use crate::model::json::Scan;

    fn next(headers: &[&str]) -> Result<Option<String>, String> {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(LINK, header.parse().expect("a header"));
        }
        next_token(&map)
    }

    #[test]
    fn headers_are_read_as_rfc_8288_has_them() {
        for (header, token) in [
            (
                r#"<https://other.example/v4/dtm/alerts?page=T1>; rel="next""#,
                Some("T1"),
            ),
            (
                "<https://other.example/v4/dtm/alerts?page=T1>;rel=next",
                Some("T1"),
            ),
            ("<?page=T1> ; title=x ; REL = NEXT", Some("T1")),
            (r#"<?page=P>; rel="prev", <?page=N>; rel="next""#, Some("N")),
            (r#"<?page=N>; rel="next", <?page=P>; rel="prev""#, Some("N")),
            (r#"<?page=N>; rel="last next""#, Some("N")),
            (r#"<?page=N>; rel="nextish""#, None),
            ("<?page=P>; rel=prev; rel=next", None),
            (
                r#"<?page=P>; title="a, <?page=X>; rel=next"; rel=prev, <?page=N>; rel=next"#,
                Some("N"),
            ),
            (r#"<?page=P>; title="a \" ;rel=next, b"; rel=prev"#, None),
            (
                r#"<https://x.example/a,b;c?q=1,2;3&page=N>; rel="next""#,
                Some("N"),
            ),
            (
                "<?size=25&page=a%2Bb%3D%3D&life=10m#x>; rel=next",
                Some("a+b=="),
            ),
            ("<?page=a+b>; rel=next", Some("a+b")),
            ("", None),
            ("nonsense", None),
            ("<unclosed; rel=next", None),
            ("<?page=N>", None),
        ] {
            assert_eq!(next(&[header]), Ok(token.map(str::to_owned)), "{header}");
        }
        let two = next(&["<?page=P>; rel=prev", "<?page=N>; rel=next"]);
        assert_eq!(two, Ok(Some("N".to_owned())));
        assert_eq!(next(&[]), Ok(None));
    }

    #[test]
    fn a_next_page_without_a_token_is_no_end() {
        for header in [
            "<https://x.example/dtm/alerts>; rel=next",
            "<?page=>; rel=next",
            "<?cursor=T>; rel=next",
            "<#?x>; rel=next",
        ] {
            assert!(next(&[header]).is_err(), "{header}");
        }
    }

    #[test]
    fn a_next_page_is_asked_for_by_its_token_alone() {
        let query = Query::new().with("size", "25").with("status", "new");
        let paging = LinkPaging::new(
            Request::get(Path::to("dtm").then("alerts")).query(query),
            "alerts",
        );
        let target = |token| paging.request(token).target();
        assert_eq!(target(None), "/dtm/alerts?size=25&status=new");
        assert_eq!(target(Some("a+b==")), "/dtm/alerts?page=a%2Bb%3D%3D");
    }

    #[test]
    fn a_page_is_its_items_and_the_next_token() {
        let mut headers = HeaderMap::new();
        headers.insert(LINK, "<?page=N>; rel=next".parse().expect("a header"));
        let answer = Answer::new(Bytes::from_static(br#"{"alerts":[{"id":"a"}]}"#), headers);
        let paging = LinkPaging::new(Request::get(Path::to("dtm").then("alerts")), "alerts");
        let content = paging.read(&answer, &mut |item: &mut Scan<'_>| item.skip());
        let content = content.expect("a page");
        let items: Vec<_> = content
            .items
            .iter()
            .map(|at| &answer.bytes()[at.clone()])
            .collect();
        assert_eq!(items, [br#"{"id":"a"}"#]);
        assert_eq!(content.next.as_deref(), Some("N"));
    }

    #[test]
    fn items_stand_under_their_key_or_there_is_no_page() {
        let paging = LinkPaging::new(Request::get(Path::to("dtm").then("alerts")), "alerts");
        let read = |body: &'static str| {
            let answer = Answer::without_headers(Bytes::from_static(body.as_bytes()));
            let content = paging.read(&answer, &mut |item: &mut Scan<'_>| item.skip());
            content.map(|content| content.items.len())
        };
        assert_eq!(read(r#"{"docs":[1],"alerts":[{},{}]}"#), Ok(2));
        assert_eq!(read(r#"{"alerts":[]}"#), Ok(0));
        for body in [
            "",
            "{}",
            r#"{"alerts":null}"#,
            r#"{"alerts":["a"]}"#,
            r#"{"alerts":[],"error":{"code":"x"}}"#,
            "null",
            "[]",
            r#"{"alerts":{}}"#,
            r#"{"alerts":[{}"#,
            "{} x",
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_token_survives_the_header(token in "\\PC+", quoted in any::<bool>()) {
            let query = Query::new().with("size", "9,<>;").with(TOKEN, &token);
            let quote = if quoted { "\"" } else { "" };
            let header = format!(
                "<https://x.example/p>; rel=prev, <https://x.example/a{}>; rel={quote}next{quote}",
                query.as_str()
            );
            prop_assert_eq!(next(&[&header]), Ok(Some(token)));
        }

        #[test]
        fn no_header_is_too_odd(header in "[ -~]*") {
            let _ = next(&[&header]);
        }
    }
}
