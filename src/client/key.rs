//! The API key: a secret that shows itself to one header and to nothing else.

use std::borrow::Cow;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// An API key. It has no `Display`; its `Debug` is redacted.
#[derive(Clone)]
pub struct ApiKey {
    text: SecretString,
    origin: Option<Arc<str>>,
}

/// Why a text can't be an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing but white space.
    #[error("the API key is empty")]
    Empty,
    /// Too short: cut out of what is said, as a key is, it would take words apart.
    #[error("the API key has {0} characters; a key has at least {SHORTEST_KEY}")]
    Short(usize),
    /// Holds white space or anything that can't stand in a header.
    #[error(
        "the API key contains a character that keys cannot contain (white space, control or non-ASCII)"
    )]
    Malformed,
}

/// In characters. Keys of users have 64, those of service accounts more.
const SHORTEST_KEY: usize = 16;

/// What does for a key where the sandbox answers, which takes any: it is no
/// secret, and is never cut out of anything.
const SANDBOX: &str = "any";

impl ApiKey {
    /// Takes the key from text, white space around it removed. The form is not
    /// checked further: service accounts have other keys than the 64 hex digits
    /// of a user's (API notes, section 1.1).
    pub fn new(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeyError::Malformed);
        }
        if text.len() < SHORTEST_KEY && text != SANDBOX {
            return Err(KeyError::Short(text.len()));
        }
        Ok(Self {
            text: SecretString::from(text),
            origin: None,
        })
    }

    /// The same key, which came from there: `GTI_API_KEY`.
    #[must_use]
    pub fn from_origin(self, origin: &str) -> Self {
        Self {
            origin: Some(origin.into()),
            ..self
        }
    }

    /// What to do about a key that the service refuses.
    pub(super) fn advice(&self) -> String {
        match &self.origin {
            Some(origin) => {
                format!("the key came from {origin}; `gti auth status` shows which key that is")
            }
            None => "`gti auth status` shows which key is used and where it came from".to_owned(),
        }
    }

    /// The header value, marked sensitive so that no debug print shows it.
    pub fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(self.text.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The key itself, for the one URL that must hold it (`/users/{key}`) and
    /// for writing the configuration. Never for a message.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// The last four characters, to tell keys apart; nothing of one that is no
    /// secret.
    pub fn last_four(&self) -> &str {
        let key = self.text.expose_secret();
        if key == SANDBOX {
            ""
        } else {
            &key[key.len() - 4..]
        }
    }

    /// The text without the key, wherever it is quoted there.
    pub fn cut_out<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let cut = Secret::new(self.expose()).cut_out(text);
        cut.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Sixteen hex digits that stand for the key where data is kept apart by
    /// customer; they don't lead back to it.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"gti key fingerprint\0")
            .chain_update(self.text.expose_secret())
            .finalize();
        base16ct::lower::encode_string(&digest[..8])
    }
}

/// A text that must not be quoted.
#[derive(Clone)]
pub(super) struct Secret(SecretString);

/// Shorter ones hide nothing, and cutting them out would tear words apart.
const SHORTEST: usize = 4;

impl Secret {
    pub(super) fn new(text: &str) -> Self {
        Self(SecretString::from(text))
    }

    /// The text with `[key]` wherever the secret stands in it; none if it
    /// doesn't.
    pub(super) fn cut_out(&self, text: &[u8]) -> Option<Vec<u8>> {
        let secret = self.0.expose_secret();
        if secret.len() < SHORTEST {
            return None;
        }
        let mut windows = text.windows(secret.len());
        windows
            .any(|window| window == secret.as_bytes())
            .then(|| String::from_utf8_lossy(text).replace(secret, "[key]"))
            .map(String::into_bytes)
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_shows_itself() {
        let key = ApiKey::new("  0123456789abcdef0123\n").expect("a key");
        assert_eq!(key.expose(), "0123456789abcdef0123");
        assert_eq!(key.last_four(), "0123");
        let header = key.header().expect("a header");
        for shown in [format!("{key:?}"), format!("{header:?}"), key.fingerprint()] {
            assert!(!shown.contains("0123456789"), "{shown}");
        }
    }

    #[test]
    fn a_secret_is_cut_out_of_what_quotes_it() {
        let secret = Secret::new("0123456789abcdef");
        for (text, expected) in [
            (
                "x-apikey: 0123456789abcdef, 0123456789abcdef",
                Some("x-apikey: [key], [key]"),
            ),
            ("0123456789abcde", None),
            ("", None),
        ] {
            let cut = secret.cut_out(text.as_bytes());
            assert_eq!(cut.as_deref(), expected.map(str::as_bytes));
        }
        assert_eq!(Secret::new("").cut_out(b"text"), None);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(ApiKey::new(" \n").err(), Some(KeyError::Empty));
        assert_eq!(ApiKey::new("a b").err(), Some(KeyError::Malformed));
        assert_eq!(ApiKey::new("a\nb").err(), Some(KeyError::Malformed));
        assert_eq!(ApiKey::new("ключ").err(), Some(KeyError::Malformed));
        assert_eq!(
            ApiKey::new("0123456789abcde").err(),
            Some(KeyError::Short(15))
        );
        assert!(ApiKey::new("0123456789abcdef").is_ok());
        assert_eq!(ApiKey::new("any").map(|key| key.last_four().len()), Ok(0));
    }
}
