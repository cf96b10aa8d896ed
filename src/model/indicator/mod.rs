//! Indicators of compromise: IP addresses, domains, URLs and file hashes, told
//! apart by their form and brought to the one spelling that is looked up.
//!
//! A text becomes an [`Indicator`] in three steps, each a pure function:
//!
//! 1. Refanging: invisible characters, quotes and sentence punctuation go, and
//!    defanged marks (`hxxp`, `[.]`, `(dot)`) become what they stand for.
//! 2. Recognition: a hash, else a URL (it has a scheme or something behind its
//!    host), else a host that is an address or a name. The forms don't overlap,
//!    so this is no guesswork but for a host with a path (`evil.example/a`),
//!    which is taken for an `http` URL.
//! 3. Spelling: what is equal to everybody is spelt alike (case of hosts and
//!    hashes, A-labels, RFC 5952), so that repeats are found; what only the
//!    server can judge stays as it was typed.
//!
//! A file a noun: each knows one form and nothing of the others, but for `url`,
//! which has a `host` in it.

mod defang;
mod domain;
mod hash;
mod host;
mod invalid;
mod ip;
mod kind;
mod lines;
mod refang;
pub(crate) mod relationships;
mod scope;
mod url;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use defang::defang;
pub use invalid::InvalidIndicator;
pub use kind::{Kind, UnknownKind};
pub use lines::clean_line;

use domain::SingleLabel;
use host::Host;
use invalid::Fault;

/// The longest value that is looked up, in bytes. A URL travels in the request
/// path, a third longer than it is, and servers refuse longer paths than this
/// makes.
const LONGEST_VALUE: usize = 8 * 1024;

/// The longest text that is looked at, in bytes: twice the longest value leaves
/// room for whatever defanging added, and bounds the work that a line can cause.
const LONGEST_TEXT: usize = 2 * LONGEST_VALUE;

/// Something to look up: a kind, and a value in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Indicator {
    kind: Kind,
    value: String,
}

impl Indicator {
    /// Recognises an indicator in any text, defanged or not. With a `kind`, only
    /// that is accepted, and a bare host counts as a URL when URLs are asked for.
    ///
    /// # Errors
    /// For a text that is none, or of another kind than asked for; the message
    /// names it, what is wrong with it, and what would be accepted.
    pub fn parse(text: &str, kind: Option<Kind>) -> Result<Self, InvalidIndicator> {
        Self::read(text, kind, SingleLabel::Refused)
    }

    /// As [`parse`](Self::parse), for what somebody asks about: a name without a
    /// dot is then a name in their own network (`localhost`, `http://intranet/`),
    /// where [`parse`](Self::parse) sees a word.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn asked(text: &str, kind: Option<Kind>) -> Result<Self, InvalidIndicator> {
        Self::read(text, kind, SingleLabel::Taken)
    }

    fn read(text: &str, kind: Option<Kind>, single: SingleLabel) -> Result<Self, InvalidIndicator> {
        read(text, kind, single).map_err(|fault| InvalidIndicator::new(text, fault, kind))
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The refanged value: an address as RFC 5952 writes it, a domain in
    /// lower-case A-labels, a hash in lower case. Of a URL only what HTTP itself
    /// declares equal is respelt: case of scheme and host, a default port, an
    /// empty path; everything behind the host keeps every byte.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The identifier that stands in the API's paths: the value itself, or for a
    /// URL its unpadded base64url (API notes, section 2.1). It still has to be
    /// escaped as a path segment: IPv6 addresses hold colons.
    pub fn id(&self) -> Cow<'_, str> {
        match self.kind {
            Kind::Url => Cow::Owned(url::id(&self.value)),
            Kind::Ip | Kind::Domain | Kind::File => Cow::Borrowed(&self.value),
        }
    }

    /// The page about it, for when the API gave no id of its own.
    pub fn link(&self) -> String {
        crate::model::gui::indicator(self.kind, &self.id())
    }

    /// Why nobody outside can know anything about this host, or about the host of
    /// this URL: it means something else in every network. `None` for everything
    /// worth a look-up.
    pub fn scope(&self) -> Option<&'static str> {
        let host = match self.kind {
            Kind::Ip => Host::Address(self.value.parse().ok()?),
            Kind::Domain => Host::Name(Cow::Borrowed(&self.value)),
            Kind::Url => url::host(&self.value)?,
            Kind::File => return None,
        };
        match host {
            Host::Address(address) => scope::of_address(address),
            Host::Name(name) => scope::of_name(&name),
        }
    }

    /// The value made harmless to click; [`Indicator::parse`] undoes it.
    pub fn defanged(&self) -> String {
        defang(self.kind, &self.value)
    }
}

/// Undoes the disguise, then recognises what is left.
fn read(text: &str, kind: Option<Kind>, single: SingleLabel) -> Result<Indicator, Fault> {
    if text.len() > LONGEST_TEXT {
        return Err(Fault::TooLong(LONGEST_VALUE));
    }
    let visible = refang::visible(text);
    let refanged = refang::refang(refang::undressed(&visible));
    // Once more, because `evil[.]example[.]` has its full stop only now.
    let plain = refang::undressed(&refanged);
    if plain.is_empty() {
        return Err(Fault::Empty);
    }
    if plain.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Fault::WhiteSpace);
    }
    // Readers put it where bytes were no UTF-8: what the text was is lost.
    if plain.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Fault::Undecoded);
    }
    if is_cve(plain) {
        return Err(Fault::Cve);
    }
    let found = match kind {
        // The one form that two kinds share: a bare host may be meant as a URL.
        Some(Kind::Url) if !hash::resembles(plain) => Indicator {
            kind: Kind::Url,
            value: url::Parts::of(plain).canonical(single)?,
        },
        _ => recognise(plain, single)?,
    };
    if found.value.len() > LONGEST_VALUE {
        return Err(Fault::TooLong(LONGEST_VALUE));
    }
    match kind {
        Some(kind) if kind != found.kind => Err(Fault::Is(found.kind)),
        _ => Ok(found),
    }
}

/// Whether this is the id of a vulnerability, which could as well be the name of a
/// machine in somebody's own network.
fn is_cve(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: Option<&str>| {
        part.is_some_and(|part| part.len() >= 4 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case("cve"))
        && digits(parts.next())
        && digits(parts.next())
}

/// Tells the four kinds apart by their form.
fn recognise(text: &str, single: SingleLabel) -> Result<Indicator, Fault> {
    if hash::resembles(text) {
        return Ok(Indicator {
            kind: Kind::File,
            value: hash::canonical(text)?,
        });
    }
    let parts = url::Parts::of(text);
    if parts.is_bare_host() {
        let (kind, value) = match host::parse(text, single)?.0 {
            Host::Address(address) => (Kind::Ip, address.to_string()),
            Host::Name(name) => (Kind::Domain, name.into_owned()),
        };
        return Ok(Indicator { kind, value });
    }
    if parts.is_network() {
        return Err(Fault::Network);
    }
    Ok(Indicator {
        kind: Kind::Url,
        value: parts.canonical(single)?,
    })
}
