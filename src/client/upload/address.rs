//! Where large files go: an address that the service gives for one upload.

use std::fmt;

use url::{Host, Url};

use crate::model::error::{Error, ErrorKind};

/// An address that the service gave for one upload, and that the key may be
/// sent to.
#[derive(Clone)]
pub struct UploadAddress(Url);

impl UploadAddress {
    /// Takes an address that the service sent, if it leads to the host of the
    /// base URL or to one below it, by the same way. An `http` address of a
    /// service that is reached by https is brought to https: the API's own
    /// examples show such ones (API notes, section 3.2).
    ///
    /// # Errors
    /// Decode; it does not repeat the address.
    pub fn admit(sent: &str, base: &Url) -> Result<Self, Error> {
        let refused = |message| Error::new(ErrorKind::Decode, message);
        let mut url = Url::parse(sent)
            .map_err(|error| refused(format!("invalid upload URL: {error}")).caused_by(error))?;
        if url.scheme() == "http" && base.scheme() == "https" {
            // Fails for schemes without a host only.
            let _ = url.set_scheme("https");
        }
        let below = match (url.host(), base.host()) {
            (Some(Host::Domain(host)), Some(Host::Domain(own))) => {
                host == own
                    || host
                        .strip_suffix(own)
                        .is_some_and(|rest| rest.ends_with('.'))
            }
            (host, own) => host.is_some() && host == own,
        };
        let same_way = url.scheme() == base.scheme()
            && url.port_or_known_default() == base.port_or_known_default();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if below && same_way && anonymous {
            return Ok(Self(url));
        }
        Err(refused(format!(
            "the upload URL leads to {}, which is not part of {}: neither key nor file was sent there",
            url.origin().ascii_serialization(),
            base.origin().ascii_serialization(),
        )))
    }

    pub(in crate::client) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for UploadAddress {
    /// Without the address: whoever has it may use it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_to_the_service_and_nowhere_else() {
        const LIVE: &str = "https://www.service.example/api/v3";
        const LOCAL: &str = "http://127.0.0.1:8080/api/v3";
        for (base, sent, admitted) in [
            (
                LIVE,
                "https://www.service.example/_ah/upload/x?y=z",
                Some("https://www.service.example/_ah/upload/x?y=z"),
            ),
            (
                LIVE,
                "http://www.service.example/_ah/upload/x",
                Some("https://www.service.example/_ah/upload/x"),
            ),
            (
                LIVE,
                "https://up.www.service.example/x",
                Some("https://up.www.service.example/x"),
            ),
            (
                LIVE,
                "https://WWW.Service.Example:443/x",
                Some("https://www.service.example/x"),
            ),
            (LIVE, "https://service.example/x", None),
            (LIVE, "https://evilwww.service.example/x", None),
            (LIVE, "https://www.service.example.evil.example/x", None),
            (LIVE, "https://www.service.example@evil.example/x", None),
            (LIVE, "https://user@www.service.example/x", None),
            (LIVE, "https://www.service.example:8443/x", None),
            (LIVE, "http://www.service.example:8080/x", None),
            (LIVE, "ftp://www.service.example/x", None),
            (LIVE, "file:///etc/passwd", None),
            (LIVE, "/_ah/upload/x", None),
            (LIVE, "", None),
            (
                LOCAL,
                "http://127.0.0.1:8080/_ah/upload/x",
                Some("http://127.0.0.1:8080/_ah/upload/x"),
            ),
            (LOCAL, "http://127.0.0.1:8081/x", None),
            (LOCAL, "http://127.0.0.2:8080/x", None),
            (LOCAL, "https://127.0.0.1:8080/x", None),
        ] {
            let base = Url::parse(base).expect("a URL");
            let address = UploadAddress::admit(sent, &base);
            assert_eq!(
                address.as_ref().ok().map(UploadAddress::as_str),
                admitted,
                "{sent}"
            );
            if let Err(reason) = address {
                assert!(
                    !reason.message.contains("/x") && !reason.message.contains("passwd"),
                    "{reason}"
                );
            }
        }
    }
}
