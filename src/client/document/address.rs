//! Where the storage is.

use std::fmt;

use url::Url;

use crate::client::key::Secret;
use crate::client::loopback::is_loopback;
use crate::model::error::{Error, ErrorKind};

/// An address that the service, or its storage, redirects to or names: https, or http to
/// loopback. It is signed, and whoever has it may use it, so that only its origin is
/// ever shown.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::client) struct StorageUrl(Url);

impl StorageUrl {
    /// Takes the `Location` of an answer that came from `from`, or another address in
    /// it; `what` it is, messages say.
    ///
    /// # Errors
    /// Network; it shows no more than the origin.
    pub(in crate::client) fn admit(what: &str, location: &str, from: &Url) -> Result<Self, Error> {
        let refused = |message| Error::new(ErrorKind::Network, message);
        let url = from.join(location.trim()).map_err(|error| {
            refused(format!("the {what} has an invalid URL ({error})")).caused_by(error)
        })?;
        let origin = url.origin().ascii_serialization();
        match url.scheme() {
            _ if !url.username().is_empty() || url.password().is_some() => Err(refused(format!(
                "the {what} to {origin} contains a user name: not followed"
            ))),
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            "http" => Err(refused(format!(
                "the {what} to {origin} is not encrypted: not followed"
            ))),
            scheme => Err(refused(format!(
                "the {what} has the scheme `{scheme}`, not https: not followed"
            ))),
        }
    }

    pub(in crate::client) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    pub(super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// What of it no answer may be quoted with.
    pub(super) fn secrets(&self) -> impl Iterator<Item = Secret> {
        let path = Some(self.0.path()).filter(|path| path.len() > 1);
        [self.0.query(), path]
            .into_iter()
            .flatten()
            .map(Secret::new)
    }
}

impl fmt::Debug for StorageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StorageUrl({})", self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_to_encrypted_addresses_and_to_this_machine() {
        let from =
            Url::parse("https://www.service.example/api/v3/files/x/download").expect("a URL");
        for (location, admitted) in [
            (
                "https://storage.example/o?sig=s",
                Some("https://storage.example/o?sig=s"),
            ),
            ("//storage.example/o", Some("https://storage.example/o")),
            ("/o?sig=s", Some("https://www.service.example/o?sig=s")),
            ("http://127.0.0.1:8080/o", Some("http://127.0.0.1:8080/o")),
            ("http://[::1]/o", Some("http://[::1]/o")),
            ("http://localhost/o", Some("http://localhost/o")),
            ("http://storage.example/s3cret", None),
            ("http://192.0.2.1/s3cret", None),
            ("http://127.0.0.1.example/s3cret", None),
            ("https://user@storage.example/s3cret", None),
            ("https://:s3cret@storage.example/", None),
            ("ftp://storage.example/s3cret", None),
            ("file:///s3cret", None),
            ("data:text/plain,s3cret", None),
            ("https://", None),
        ] {
            let url = StorageUrl::admit("redirect", location, &from);
            assert_eq!(
                url.as_ref().ok().map(StorageUrl::as_str),
                admitted,
                "{location}"
            );
            if let Err(error) = url {
                assert!(!error.to_string().contains("s3cret"), "{error}");
            }
        }
    }
}
