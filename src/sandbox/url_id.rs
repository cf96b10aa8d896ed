//! The ids of URLs: what the service accepts, and what it makes of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use url::Url;

/// Lower-case SHA-256 of a text.
pub(super) fn digest(text: &str) -> String {
    base16ct::lower::encode_string(&Sha256::digest(text))
}

/// The URL as the service stores it: a scheme (`http` where none was said),
/// lower-case host, no default port, a path of at least `/`, no fragment.
/// `None` for what is no web address.
pub(super) fn canonical(text: &str) -> Option<Url> {
    let with_scheme;
    let text = if text.contains("://") {
        text
    } else {
        with_scheme = format!("http://{text}");
        &with_scheme
    };
    let mut url = Url::parse(text).ok()?;
    url.host_str().filter(|host| !host.is_empty())?;
    url.set_fragment(None);
    Some(url)
}

/// The URL behind an id of the base64 form: URL-safe alphabet, no padding.
pub(super) fn decode(id: &str) -> Option<Url> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    canonical(std::str::from_utf8(&bytes).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_decides_the_id() {
        for (text, stored) in [
            ("https://www.example.org", "https://www.example.org/"),
            (
                "HTTP://Evil.Example:80/A?b=C#d",
                "http://evil.example/A?b=C",
            ),
            ("evil.example/a", "http://evil.example/a"),
        ] {
            let id = URL_SAFE_NO_PAD.encode(text);
            assert_eq!(decode(&id).as_ref().map(Url::as_str), Some(stored));
        }
    }

    #[test]
    fn what_is_no_id_is_none() {
        let padded = base64::engine::general_purpose::URL_SAFE.encode("http://a.example/");
        assert!(padded.ends_with('='));
        for id in [
            padded.as_str(),
            "%%%",
            "a b",
            &URL_SAFE_NO_PAD.encode("http://"),
        ] {
            assert_eq!(decode(id), None, "{id}");
        }
    }
}
