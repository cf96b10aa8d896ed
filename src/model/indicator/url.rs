//! URLs: where their parts begin, and how far a client may respell them.
//!
//! The server canonicalises URLs by rules of its own, and the client must not
//! anticipate it (API notes, section 2.1). Yet `HTTP://Evil.example` and
//! `http://evil.example/` should be one look-up. So exactly those spellings
//! become one that HTTP itself declares equal (RFC 9110, section 4.2.3): the
//! case of scheme and host, a default port, an empty path. A host is written as
//! everywhere in this program: A-labels, RFC 5952, no dot of the root.
//! Credentials, path, query and fragment keep every byte.
//!
//! Only `http` and `https` are looked up, and a host with something behind it
//! (`evil.example/a`) is read as `http`, which is how the field writes it.

use std::borrow::Cow;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::domain::SingleLabel;
use super::host::{self, Host};
use super::invalid::Fault;

/// A text cut where a URL has its seams. Joined, they are the text again, but
/// for the `://` behind a scheme.
pub(super) struct Parts<'a> {
    /// What stands before `://`.
    pub(super) scheme: Option<&'a str>,
    /// Name and password with the `@` behind them. Only a URL that has a scheme
    /// has them: `user@evil.example` is an e-mail address.
    pub(super) credentials: &'a str,
    /// Host and port, not yet looked at.
    pub(super) host: &'a str,
    /// Path, query and fragment.
    pub(super) rest: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (scheme, text) = match text.split_once("://") {
            Some((scheme, behind)) if is_scheme(scheme) => (Some(scheme), behind),
            _ => (None, text),
        };
        let (authority, rest) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
        let host = match authority.rfind('@') {
            Some(at) if scheme.is_some() => at + 1,
            _ => 0,
        };
        let (credentials, host) = authority.split_at(host);
        Self {
            scheme,
            credentials,
            host,
            rest,
        }
    }

    /// Whether there is a host and nothing that makes it a URL.
    pub(super) fn is_bare_host(&self) -> bool {
        self.scheme.is_none() && self.rest.is_empty()
    }

    /// Whether this is an address with the length of a network's prefix, or with
    /// its mask, rather than with a path.
    pub(super) fn is_network(&self) -> bool {
        let Some(prefix) = self.rest.strip_prefix('/') else {
            return false;
        };
        let Ok((Host::Address(address), None)) = host::parse(self.host, SingleLabel::Refused)
        else {
            return false;
        };
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let is_prefix = prefix.parse::<u8>().is_ok_and(|bits| bits <= longest);
        let is_mask = prefix.parse::<IpAddr>().is_ok();
        self.scheme.is_none() && (is_prefix || is_mask)
    }

    /// The URL in its one spelling. Without a scheme, what stands behind a single
    /// label is the rest of a path (`etc/hosts`) and not of a URL.
    pub(super) fn canonical(&self, single: SingleLabel) -> Result<String, Fault> {
        let (scheme, default_port) = self.scheme.map_or(Ok(("http", 80)), web_scheme)?;
        // A browser ends the host at a backslash, other programs don't: with one
        // among the credentials nobody can say which host is meant.
        if self.credentials.contains('\\') {
            return Err(Fault::Character('\\'));
        }
        if host::is_unbracketed_ipv6(self.host) {
            return Err(Fault::Unbracketed);
        }
        let single = match self.scheme {
            Some(_) => single,
            None => SingleLabel::Refused,
        };
        let (host, port) = host::parse(self.host, single)?;
        let host = match host {
            Host::Name(name) => name,
            Host::Address(IpAddr::V4(address)) => Cow::Owned(address.to_string()),
            Host::Address(IpAddr::V6(address)) => Cow::Owned(format!("[{address}]")),
        };
        let port = match port {
            Some(port) if port != default_port => format!(":{port}"),
            _ => String::new(),
        };
        let slash = if self.rest.starts_with('/') { "" } else { "/" };
        let (credentials, rest) = (self.credentials, self.rest);
        Ok(format!("{scheme}://{credentials}{host}{port}{slash}{rest}"))
    }
}

/// The API's identifier of a URL: unpadded base64url.
pub(super) fn id(url: &str) -> String {
    URL_SAFE_NO_PAD.encode(url)
}

/// The host of a URL in its one spelling.
pub(super) fn host(url: &str) -> Option<Host<'_>> {
    let host = host::parse(Parts::of(url).host, SingleLabel::Taken);
    host.ok().map(|(host, _)| host)
}

/// Whether a text can be a scheme, asterisks of `h**p` included.
fn is_scheme(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '*');
    !text.is_empty() && text.chars().all(fits)
}

/// A scheme and its default port. The disguises are `hxxp` and `h**p`, with an
/// `s` or without; any other scheme is another scheme and never turned into one
/// of these.
fn web_scheme(scheme: &str) -> Result<(&'static str, u16), Fault> {
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    if is("http") || is("hxxp") || is("h**p") {
        Ok(("http", 80))
    } else if is("https") || is("hxxps") || is("h**ps") {
        Ok(("https", 443))
    } else {
        Err(Fault::Scheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_what_http_declares_equal() {
        for text in [
            "http://evil.example/",
            "HTTP://EVIL.example",
            "http://evil.example:80",
            "http://evil.example:/",
            "http://evil.example./",
            "hXXp://evil.example",
            "h**p://evil.example",
            "evil.example/",
        ] {
            let url = Parts::of(text).canonical(SingleLabel::Refused);
            assert_eq!(url.as_deref(), Ok("http://evil.example/"), "{text}");
        }
    }

    #[test]
    fn what_the_server_has_to_judge_stays() {
        for text in [
            "https://evil.example/A/../b//c?Q=%7e&R=ü#Frag",
            "http://evil.example:443/",
            "http://User:Pa:ss@x@evil.example/",
            "http://evil.example/a\\b",
            "http://evil.example//",
        ] {
            let url = Parts::of(text).canonical(SingleLabel::Refused);
            assert_eq!(url.as_deref(), Ok(text));
        }
    }

    #[test]
    fn identifiers_are_unpadded_and_safe_in_a_path() {
        assert_eq!(id("http://evil.example/"), "aHR0cDovL2V2aWwuZXhhbXBsZS8");
        assert_eq!(
            id("http://evil.example/?>>?"),
            "aHR0cDovL2V2aWwuZXhhbXBsZS8_Pj4_"
        );
    }
}
