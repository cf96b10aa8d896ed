//! How analyses are getting on (API notes, section 3.4).

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::submissions::ANALYSIS;
use crate::client::Client;
use crate::client::envelope::{Answer, Asked, Envelope, Flaw, Subject};
use crate::client::request::Request;
use crate::model::error::Error;
use crate::model::indicator::Kind;
use crate::model::json::Scan;
use crate::model::view::view;
use crate::model::visibility::Visibility;

/// What the service says of an analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// `queued`, `in-progress`, `completed`; the list is open.
    pub status: String,
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
    /// How an analysis is getting on. Who submitted its item knows of what kind
    /// that was.
    pub async fn analysis(
        &self,
        visibility: Visibility,
        id: &str,
        submitted: Option<Kind>,
    ) -> Result<Analysis, Error> {
        let request = Request::get(visibility.analyses_path().segment(id)?);
        let subject = subject(id);
        let read = |answer: &Answer| read(answer, &subject, id, submitted);
        let (_, analysis) = self.fetch_checked(&request, read).await?;
        Ok(analysis)
    }
}

/// The analysis of an id. A number is an id that the service gives once and does
/// not know itself by.
fn subject(id: &str) -> Subject<'_> {
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    let subject = if is_number {
        Subject::any()
    } else {
        Subject::asked(Asked::Opaque(id))
    };
    subject.of(ANALYSIS)
}

view! {
    struct Data {
        attributes: Attributes,
        links: Links,
    }

    struct Attributes {
        status: Option<String>,
    }

    struct Links {
        item: Option<String>,
    }

    struct Meta {
        file_info: FileInfo,
        url_info: UrlInfo,
    }

    struct FileInfo {
        sha256: Option<String>,
    }

    struct UrlInfo {
        id: Option<String>,
    }
}

/// Reads the status of the analysis `id`, and what it is about.
///
/// An analysis of a URL tells of two things, the URL and the body that was
/// downloaded from it, so what stands in `meta` does not say which of them was
/// submitted. Who submitted it knows; else the link to the item tells, and else
/// the id.
fn read(
    answer: &Answer,
    subject: &Subject<'_>,
    id: &str,
    submitted: Option<Kind>,
) -> Result<Analysis, Flaw> {
    let mut meta = Meta::default();
    let decode = Scan::decode::<Data>;
    let (_, data) = Envelope::Data.object_beside(answer, subject, decode, |member, value| {
        if member == "meta" {
            let (_, read) = value.view()?;
            meta = read.unwrap_or_default();
            return Ok(());
        }
        value.skip()
    })?;
    // Without a status that can be read one would wait for ever.
    if let Some(unread) = data.unread.of("attributes.status") {
        return Err(Flaw::Unfit(unread.to_string()));
    }
    let data = data.view;
    let no_status = || Flaw::Unfit("the analysis has no `status`".to_owned());
    let status = data.attributes.status.ok_or_else(no_status)?;
    let (file, url) = (meta.file_info.sha256, meta.url_info.id);
    let link = data.links.item;
    let linked = link.as_deref().and_then(linked_item);
    let kind = submitted
        .or(linked.as_ref().map(|item| item.kind))
        .or_else(|| kind_of(id))
        // Only a URL's analysis can tell of a URL.
        .or(url.as_ref().map(|_| Kind::Url))
        .or(file.as_ref().map(|_| Kind::File));
    let told = match kind {
        Some(Kind::Url) => url,
        _ => file,
    };
    let item = kind.and_then(|kind| {
        let linked = linked.filter(|item| item.kind == kind).map(|item| item.id);
        let id = told.or(linked).or_else(|| hash_in(id))?;
        Some(Item { kind, id })
    });
    Ok(Analysis { status, item })
}

/// What an analysis is about, by its id: `u-<sha256>-<time>` is of a URL,
/// `f-<sha256>-<time>` and Base64 of `<md5>:<time>` are of a file.
fn kind_of(id: &str) -> Option<Kind> {
    if hash_in(id).is_some() {
        return Some(if id.starts_with('u') {
            Kind::Url
        } else {
            Kind::File
        });
    }
    let decoded = BASE64.iter().find_map(|engine| engine.decode(id).ok())?;
    let text = String::from_utf8(decoded).ok()?;
    let names_file = |part: &str| {
        let is_hexadecimal = part.bytes().all(|byte| byte.is_ascii_hexdigit());
        part.len() == 32 && is_hexadecimal
    };
    if text.split(':').any(names_file) {
        return Some(Kind::File);
    }
    // No deeper: what it decodes to is never encoded again.
    hash_in(&text).and_then(|_| kind_of(&text))
}

/// The hash in an id that shows one.
fn hash_in(id: &str) -> Option<String> {
    let rest = id.strip_prefix("u-").or_else(|| id.strip_prefix("f-"))?;
    let (hash, _) = rest.split_once('-')?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| hash.to_owned())
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Both alphabets, padded or not: copies of an id lose their `=` easily.
const BASE64: [GeneralPurpose; 2] = [
    GeneralPurpose::new(&STANDARD, LENIENT),
    GeneralPurpose::new(&URL_SAFE, LENIENT),
];

/// The item that a link leads to: `…/files/<sha256>`, `…/private/urls/<id>`.
pub(super) fn linked_item(link: &str) -> Option<Item> {
    let mut segments = link.rsplit('/');
    let id = segments.next().filter(|id| !id.is_empty())?;
    let kind = match segments.next()? {
        "files" => Kind::File,
        "urls" => Kind::Url,
        _ => return None,
    };
    Some(Item {
        kind,
        id: id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "ab01000000000000000000000000000000000000000000000000000000000000";

    fn analysis(body: &str, id: &str, submitted: Option<Kind>) -> Result<Analysis, Flaw> {
        // What an analysis is about is asked here, not whose it is.
        let body = body.replacen(r#"{"data":{"#, r#"{"data":{"id":"7","#, 1);
        let answer = Answer::without_headers(body.into());
        read(&answer, &subject("7"), id, submitted)
    }

    #[test]
    fn the_item_is_found_wherever_it_is_said() {
        let file = Some((Kind::File, "aa"));
        let url = Some((Kind::Url, "bb"));
        for (body, status, item) in [
            (
                r#"{"data":{"attributes":{"status":"queued"}},"meta":{"file_info":{"sha256":"aa","size":1}}}"#,
                "queued",
                file,
            ),
            (
                r#"{"data":{"attributes":{"status":"completed"}},"meta":{"url_info":{"id":"bb"}}}"#,
                "completed",
                url,
            ),
            (
                r#"{"data":{"type":"analysis","attributes":{"status":"x"},"links":{"item":"https://h.example/api/v3/private/files/aa"}}}"#,
                "x",
                file,
            ),
            (
                r#"{"data":{"links":{"item":"https://h.example/api/v3/urls/bb"},"attributes":{"status":"x"}},"meta":{}}"#,
                "x",
                url,
            ),
            (
                r#"{"data":{"attributes":{"status":"x"},"links":{"item":"nonsense"}}}"#,
                "x",
                None,
            ),
        ] {
            let read = analysis(body, "opaque", None).expect(body);
            let found = read.item.as_ref().map(|item| (item.kind, item.id.as_str()));
            assert_eq!((read.status.as_str(), found), (status, item), "{body}");
        }
        assert!(analysis("{}", "opaque", None).is_err());
        for odd in [
            r#"{"status":["completed"]}"#,
            r#"{"status":null}"#,
            "{}",
            "null",
            "17",
        ] {
            let body = format!(r#"{{"data":{{"attributes":{odd}}}}}"#);
            assert!(analysis(&body, "opaque", None).is_err(), "{odd}");
        }
    }

    /// Both infos side by side, as for a URL whose body was downloaded.
    #[test]
    fn of_two_things_the_one_that_was_submitted_counts() {
        let both = |link: &str| {
            format!(
                r#"{{"data":{{"attributes":{{"status":"completed"}},"links":{{"item":"{link}"}}}},
                "meta":{{"file_info":{{"sha256":"aa"}},"url_info":{{"id":"bb"}}}}}}"#
            )
        };
        let urls = "https://h.example/api/v3/urls/bb";
        let files = "https://h.example/api/v3/private/files/aa";
        let url_id = format!("u-{HASH}-1569484202");
        let file_id = format!("f-{HASH}-1569484202");
        let old = "MDAxMTIyMzM0NDU1NjY3Nzg4OTlhYWJiY2NkZGVlZmY6MTU2OTQ4NDIwMg==";
        for (submitted, link, id, kind) in [
            (Some(Kind::Url), files, file_id.as_str(), Kind::Url),
            (Some(Kind::File), urls, &url_id, Kind::File),
            (None, urls, &file_id, Kind::Url),
            (None, files, &url_id, Kind::File),
            (None, "", &url_id, Kind::Url),
            (None, "", &file_id, Kind::File),
            (None, "", old, Kind::File),
            (None, "", old.trim_end_matches('='), Kind::File),
            (None, "", "opaque", Kind::Url),
        ] {
            let read = analysis(&both(link), id, submitted).expect("an analysis");
            let expected = if kind == Kind::Url { "bb" } else { "aa" };
            let expected = Item {
                kind,
                id: expected.to_owned(),
            };
            assert_eq!(read.item, Some(expected), "{submitted:?} {link} {id}");
        }
    }

    #[test]
    fn an_analysis_is_the_one_that_was_asked_for() {
        let read = |body: &str, id: &str| {
            let answer = Answer::without_headers(body.to_owned().into());
            read(&answer, &subject(id), id, None).map(|analysis| analysis.status)
        };
        for (body, id) in [
            (
                r#"{"data":{"id":"u-a-1","type":"analysis","attributes":{"status":"x"}}}"#,
                "u-a-1",
            ),
            (
                r#"{"data":{"id":"MTIz=","type":"private_analysis","attributes":{"status":"x"}}}"#,
                "MTIz=",
            ),
            // A number is an id that was given once, and never again.
            (
                r#"{"data":{"id":"MTIz=","type":"analysis","attributes":{"status":"x"}}}"#,
                "17",
            ),
        ] {
            assert_eq!(read(body, id).as_deref(), Ok("x"), "{body}");
        }
        for body in [
            "{}",
            r#"{"data":{}}"#,
            r#"{"data":{"type":"analysis","attributes":{"status":"x"}}}"#,
            r#"{"data":{"id":"u-b-1","type":"analysis","attributes":{"status":"x"}}}"#,
            r#"{"data":{"id":"u-a-1","type":"url"}}"#,
        ] {
            assert!(read(body, "u-a-1").is_err(), "{body}");
        }
    }

    #[test]
    fn what_tells_of_the_other_thing_alone_leaves_the_id() {
        let body = r#"{"data":{"attributes":{"status":"x"},"links":{"item":"x/files/aa"}},"meta":{"file_info":{"sha256":"aa"}}}"#;
        let read = |id: &str| {
            analysis(body, id, Some(Kind::Url))
                .expect("an analysis")
                .item
        };
        let item = Item {
            kind: Kind::Url,
            id: HASH.to_owned(),
        };
        assert_eq!(read(&format!("u-{HASH}-1")), Some(item));
        assert_eq!(read("17"), None);
    }

    #[test]
    fn ids_tell_what_they_are_of() {
        let encoded = |text: &str| BASE64[0].encode(text);
        for (id, kind) in [
            (format!("u-{HASH}-1"), Some(Kind::Url)),
            (format!("f-{HASH}-1"), Some(Kind::File)),
            (encoded(&format!("{}:1", &HASH[..32])), Some(Kind::File)),
            (encoded(&format!("x:{}:1", &HASH[..32])), Some(Kind::File)),
            (encoded(&format!("u-{HASH}-1")), Some(Kind::Url)),
            (encoded("nothing:1"), None),
            ("u-1-2".to_owned(), None),
            ("23414702258".to_owned(), None),
        ] {
            assert_eq!(kind_of(&id), kind, "{id}");
        }
    }
}
