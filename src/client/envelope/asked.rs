//! The forms in which the service may give back an id that it was asked for.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

use crate::model::indicator::{Indicator, Kind};
use crate::model::view::{decode, view};

/// An id as it was asked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::client) enum Asked<'a> {
    /// An address, which may be spelled in several ways.
    Ip(&'a str),
    /// A name in A-labels.
    Domain(&'a str),
    /// A hash of any kind; the service answers with the SHA-256.
    File(&'a str),
    /// The id of a URL: its SHA-256, or itself in Base64. The service answers with
    /// the SHA-256 of its own spelling of it.
    Url(&'a str),
    /// An id without other forms, in any case.
    Text(&'a str),
    /// The id of a resource, which is the last part of its name.
    Resource(&'a str),
    /// An id in Base64, with its padding or without.
    Opaque(&'a str),
}

/// The length of a SHA-256 in hexadecimal.
const SHA256: usize = 64;

impl Asked<'_> {
    /// Whether an object with this id is what was asked for. The object's
    /// attributes are read only where the id alone cannot tell.
    pub(in crate::client) fn is_met(self, id: &str, object: &str) -> bool {
        match self {
            Self::Ip(asked) => address(asked) == address(id) || asked.eq_ignore_ascii_case(id),
            Self::Domain(asked) => {
                name(asked) == name(id) || asked.eq_ignore_ascii_case(id.trim_end_matches('.'))
            }
            Self::File(asked) => {
                asked.eq_ignore_ascii_case(id)
                    || (asked.len() != SHA256 && is_sha256(id) && has_hash(object, asked))
            }
            Self::Url(asked) => {
                asked.eq_ignore_ascii_case(id)
                    || (!is_sha256(asked)
                        && decoded(asked).is_some_and(|url| is_url(&url, id, object)))
            }
            Self::Text(asked) => asked.eq_ignore_ascii_case(id),
            Self::Resource(asked) => asked == crate::model::gti_alert::id_of(id),
            Self::Opaque(asked) => asked.trim_end_matches('=') == id.trim_end_matches('='),
        }
    }
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

fn name(text: &str) -> Option<String> {
    let name = Indicator::parse(text, Some(Kind::Domain)).ok()?;
    Some(name.value().to_owned())
}

fn is_sha256(text: &str) -> bool {
    text.len() == SHA256 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the object of a file has this MD5 or SHA-1, or says nothing of it.
fn has_hash(object: &str, hash: &str) -> bool {
    // A search is much faster than reading a whole report once more.
    let quoted = format!("\"{}\"", hash.to_ascii_lowercase());
    if memchr::memmem::find(object.as_bytes(), quoted.as_bytes()).is_some() {
        return true;
    }
    let attributes = Attributes::of(object);
    let said = attributes.and_then(|attributes| match hash.len() {
        32 => attributes.md5,
        _ => attributes.sha1,
    });
    said.is_none_or(|said| said.eq_ignore_ascii_case(hash))
}

fn decoded(id: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(id.trim_end_matches('=')).ok()?;
    String::from_utf8(bytes).ok()
}

/// Whether an object is about this URL, of which the service may have a spelling
/// of its own.
fn is_url(asked: &str, id: &str, object: &str) -> bool {
    let canonical = Url::parse(asked).map(String::from);
    let spellings = [asked, canonical.as_deref().unwrap_or(asked)];
    if spellings
        .iter()
        .any(|url| hash(url).eq_ignore_ascii_case(id) || *url == id)
    {
        return true;
    }
    match Attributes::of(object).and_then(|attributes| attributes.url) {
        Some(said) => same(asked, &said),
        None => is_sha256(id),
    }
}

fn hash(text: &str) -> String {
    base16ct::lower::encode_string(&Sha256::digest(text))
}

/// Whether two spellings stand for one URL. How the service spells URLs is not
/// documented, so whatever a browser takes for the same counts, and more: escapes,
/// repeated and trailing slashes, the fragment.
fn same(left: &str, right: &str) -> bool {
    let (Ok(left), Ok(right)) = (Url::parse(left), Url::parse(right)) else {
        return left == right;
    };
    let origin = |url: &Url| {
        let host = url
            .host_str()
            .map(|host| host.trim_end_matches('.').to_owned());
        (url.scheme().to_owned(), host, url.port_or_known_default())
    };
    origin(&left) == origin(&right) && rest(&left) == rest(&right)
}

/// Path and query, as plain as can be.
fn rest(url: &Url) -> (Vec<Vec<u8>>, Vec<u8>) {
    // Escapes of escapes too, as block lists of browsers have it.
    let plain = |text: &str| unescaped(&unescaped(text.as_bytes()));
    let path = plain(url.path());
    let segments = path.split(|byte| *byte == b'/');
    let segments = segments.filter(|segment| !segment.is_empty());
    let query = url.query().unwrap_or_default().replace('+', " ");
    (segments.map(<[u8]>::to_vec).collect(), plain(&query))
}

/// The bytes, with those that are escaped (`%2e`) as themselves.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, onward @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        plain.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() {
            &rest[3..]
        } else {
            onward
        };
    }
    plain
}

view! {
    // An object, by what says more than its id.
    struct Identity {
        attributes: Attributes,
    }

    // The attributes that say what an id does not.
    struct Attributes {
        md5: Option<String>,
        sha1: Option<String>,
        url: Option<String>,
    }
}

impl Attributes {
    /// Those of an object; none of what is no object.
    fn of(object: &str) -> Option<Self> {
        let identity = decode::<Identity>(object).ok()?;
        Some(identity.view.attributes)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHA256: &str = "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed";
    const MD5: &str = "0123456789abcdef0123456789abcdef";
    const SHA1: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn one_id_has_several_spellings() {
        for (asked, id, met) in [
            (Asked::Ip("203.0.113.7"), "203.0.113.7", true),
            (Asked::Ip("203.0.113.7"), "203.0.113.8", false),
            (Asked::Ip("2001:db8::1"), "2001:0DB8:0:0:0:0:0:1", true),
            (Asked::Ip("2001:db8::1"), "2001:db8::2", false),
            (Asked::Ip("203.0.113.7"), "evil.example", false),
            (Asked::Domain("evil.example"), "EVIL.example.", true),
            (
                Asked::Domain("xn--bcher-kva.example"),
                "b\u{fc}cher.example",
                true,
            ),
            (
                Asked::Domain("_dmarc.evil.example"),
                "_dmarc.evil.example",
                true,
            ),
            (Asked::Domain("evil.example"), "www.evil.example", false),
            (Asked::Text("report--AB"), "report--ab", true),
            (Asked::Text("report--ab"), "report--abc", false),
            (Asked::Opaque("MTIz"), "MTIz=", true),
            (Asked::Opaque("MTIz="), "mtiz=", false),
        ] {
            assert_eq!(asked.is_met(id, "{}"), met, "{asked:?} {id}");
        }
    }

    #[test]
    fn a_file_answers_to_any_of_its_hashes() {
        let other = SHA256.replace('d', "e");
        let file = |md5: Option<&str>, sha1: Option<&str>| {
            json!({"id": SHA256, "attributes": {"md5": md5, "sha1": sha1}}).to_string()
        };
        let (right, silent) = (file(Some(MD5), Some(SHA1)), file(None, None));
        let wrong = file(Some(&MD5.replace('0', "1")), Some(&SHA1.replace('0', "1")));
        for (asked, id, object, met) in [
            (SHA256, SHA256, &right, true),
            (&SHA256.to_uppercase(), SHA256, &right, true),
            (&other, SHA256, &right, false),
            (MD5, SHA256, &right, true),
            (&MD5.to_uppercase(), SHA256, &right, true),
            (SHA1, SHA256, &right, true),
            (MD5, SHA256, &silent, true),
            (MD5, SHA256, &wrong, false),
            (SHA1, SHA256, &wrong, false),
            (MD5, "evil.example", &silent, false),
        ] {
            assert_eq!(
                Asked::File(asked).is_met(id, object),
                met,
                "{asked} {id} {object}"
            );
        }
    }

    #[test]
    fn a_url_answers_to_its_hash_in_the_spelling_of_the_service() {
        let asked = "http://Evil.example:80/a/%7Eb?x=1%202#top";
        let id = URL_SAFE_NO_PAD.encode(asked);
        let object = |url: Option<&str>| json!({"attributes": {"url": url}}).to_string();
        let strange = hash("something else");
        for (answered, url, met) in [
            (hash(asked), None, true),
            (hash("http://evil.example/a/%7Eb?x=1%202#top"), None, true),
            (id.clone(), None, true),
            (asked.to_owned(), None, true),
            // In a spelling that nobody can foresee, unless it says otherwise.
            (strange.clone(), None, true),
            (
                strange.clone(),
                Some("http://evil.example/a/~b/?x=1+2"),
                true,
            ),
            (
                strange.clone(),
                Some("http://evil.example//a/%257Eb?x=1%202"),
                true,
            ),
            (
                strange.clone(),
                Some("http://other.example/a/~b?x=1%202"),
                false,
            ),
            (
                strange.clone(),
                Some("https://evil.example/a/~b?x=1%202"),
                false,
            ),
            (
                strange.clone(),
                Some("http://evil.example/a/c?x=1%202"),
                false,
            ),
            (strange.clone(), Some("http://evil.example/a/~b?x=2"), false),
            ("evil.example".to_owned(), None, false),
        ] {
            let met_by = Asked::Url(&id).is_met(&answered, &object(url));
            assert_eq!(met_by, met, "{answered} {url:?}");
        }
        let by_hash = Asked::Url(SHA256);
        assert!(by_hash.is_met(&SHA256.to_uppercase(), "{}"));
        assert!(!by_hash.is_met(&strange, "{}"));
    }
}
