//! Where a webhook is.

use std::fmt;

use sha2::{Digest, Sha256};
use url::Url;

use crate::client::key::Secret;
use crate::client::loopback::is_loopback;
use crate::model::error::Error;

/// The address of a webhook: https, or http to loopback. Whoever has it may post
/// there, so that only its origin is ever shown.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl(Url);

impl HookUrl {
    /// Takes an address that records may be sent to.
    ///
    /// # Errors
    /// Usage; it does not repeat the address.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid =
            |message| Error::usage(message).hint("use an https URL, or http to a loopback address");
        let url = Url::parse(text.trim()).map_err(|error| {
            invalid(format!(
                "invalid webhook URL ({error}): write one like https://soar.example/hook"
            ))
            .caused_by(error)
        })?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return Err(invalid(format!(
                    "{} would receive the records unencrypted: use https (http is accepted for 127.0.0.1, [::1] and localhost)",
                    url.origin().ascii_serialization()
                )));
            }
            scheme => {
                return Err(invalid(format!(
                    "invalid webhook URL: the scheme must be https, not {scheme}"
                )));
            }
        }
        if url.fragment().is_some() {
            return Err(invalid(
                "invalid webhook URL: remove the fragment".to_owned(),
            ));
        }
        Ok(Self(url))
    }

    pub(in crate::client) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The path, by which some endpoints are known.
    pub fn path(&self) -> &str {
        self.0.path()
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// What of it no answer may be quoted with.
    pub(super) fn secrets(&self) -> impl Iterator<Item = Secret> {
        let path = Some(self.0.path()).filter(|path| path.len() > 1);
        [self.0.password(), self.0.query(), path]
            .into_iter()
            .flatten()
            .map(Secret::new)
    }

    /// The address, if nothing in it says that it is a secret: no user, no
    /// password, no query.
    pub fn recordable(&self) -> Option<&str> {
        let plain =
            self.0.username().is_empty() && self.0.password().is_none() && self.0.query().is_none();
        plain.then(|| self.0.as_str())
    }

    /// Its origin, which is no secret.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Tells it from other addresses of its origin, and does not lead back to it.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"gti webhook\0")
            .chain_update(self.0.as_str())
            .finalize();
        base16ct::lower::encode_string(&digest[..4])
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhook {}", self.origin())
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HookUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_addresses_and_this_machine_are_taken() {
        for text in [
            "https://soar.example/hook",
            "https://user:word@soar.example:8443/hook?token=abcd",
            "http://127.0.0.1:8080/",
            "http://[::1]/hook",
            "http://localhost/hook",
        ] {
            assert!(HookUrl::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "soar.example/hook",
            "http://soar.example/s3cret",
            "http://user:s3cret@192.0.2.1/",
            "ftp://soar.example/s3cret",
            "file:///s3cret",
            "https://soar.example/s3cret#s3cret",
        ] {
            let error = HookUrl::parse(text).expect_err(text);
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn only_the_origin_is_shown() {
        let text = "https://user:s3cret@soar.example/s3cret?s3cret";
        let url = HookUrl::parse(text).expect("a URL");
        assert_eq!(url.to_string(), "webhook https://soar.example");
        assert!(!format!("{url:?}").contains("s3cret"));
        assert_eq!(url.recordable(), None);
        let plain = HookUrl::parse("https://soar.example/hook").expect("a URL");
        assert_eq!(plain.recordable(), Some("https://soar.example/hook"));
        assert_ne!(plain.fingerprint(), url.fingerprint());
    }
}
