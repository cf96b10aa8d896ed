//! What an object is about, in a form that grammars of other programs can rely on.

use std::net::IpAddr;

use super::detail::Detail;
use crate::model::common::Common;
use crate::model::indicator::{Indicator, Kind};

/// What an object is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::output) enum Matter {
    /// An address.
    Address(IpAddr),
    /// A name in lower-case A-labels: letters, digits, hyphens, underscores, dots.
    Domain(String),
    /// A URL: one that can be parsed, without blanks and control characters.
    Url(String),
    /// A file by its hashes, in lower-case hexadecimal; one at least is known.
    File(Hashes),
    /// An id of CVE, as it is written.
    Vulnerability(String),
    /// Anything else, or a value that is not what its type says.
    Other,
}

/// The hashes of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::output) struct Hashes {
    pub(in crate::output) sha256: Option<String>,
    pub(in crate::output) sha1: Option<String>,
    pub(in crate::output) md5: Option<String>,
}

impl Hashes {
    /// The known ones, the strongest first.
    pub(in crate::output) fn known(&self) -> impl Iterator<Item = &str> {
        let all = [&self.sha256, &self.sha1, &self.md5];
        all.into_iter().filter_map(Option::as_deref)
    }
}

impl Matter {
    /// What the value is, if it is what the type says.
    pub(super) fn of(common: &Common, detail: &Detail) -> Self {
        let value = common.value.as_deref();
        let read = match (common.kind, common.object_type.as_deref()) {
            ("indicator", Some("ip")) => value.and_then(address),
            ("indicator", Some("domain")) => value.and_then(domain),
            ("indicator", Some("url")) => value.and_then(url),
            ("indicator", Some("file")) => file(value, detail),
            ("vulnerability", _) => value.filter(|id| is_cve(id)).map(cve),
            _ => None,
        };
        read.unwrap_or(Self::Other)
    }

    /// The indicator as one value: the strongest hash of a file.
    pub(in crate::output) fn value(&self) -> Option<String> {
        match self {
            Self::Address(address) => Some(address.to_string()),
            Self::Domain(value) | Self::Url(value) | Self::Vulnerability(value) => {
                Some(value.clone())
            }
            Self::File(hashes) => hashes.known().next().map(str::to_owned),
            Self::Other => None,
        }
    }
}

fn address(text: &str) -> Option<Matter> {
    let address: IpAddr = text.parse().ok()?;
    // What the network sees: packets have no IPv4 address in the form of IPv6.
    Some(Matter::Address(address.to_canonical()))
}

fn domain(text: &str) -> Option<Matter> {
    let name = text.to_ascii_lowercase();
    let read = Indicator::parse(&name, Some(Kind::Domain)).ok()?;
    // A name that has to be respelt beyond its case is in no dictionary of the
    // receiver; one in letters of other scripts is its A-labels.
    let value = read.value();
    is_name(value).then(|| Matter::Domain(value.to_owned()))
}

/// Whether resolvers and devices take it for a name: labels of letters, digits, hyphens
/// and underscores, a hyphen neither first nor last. A line that begins with one would
/// be an option to whoever hands it to a program.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && name.split('.').all(is_label) && top.len() > 1 && !top.contains('_')
}

fn url(text: &str) -> Option<Matter> {
    let is_clean = !text
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || is_unseen(c));
    let has_host = ::url::Url::parse(text).is_ok_and(|url| url.host().is_some());
    (is_clean && has_host).then(|| Matter::Url(text.to_owned()))
}

/// Characters that change how others look, or can't be seen.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn file(value: Option<&str>, detail: &Detail) -> Option<Matter> {
    let attributes = &detail.attributes;
    let hash = |sent: &Option<String>, digits: usize| {
        let known = [sent.as_deref(), value].into_iter().flatten();
        let mut known = known.filter(|text| text.len() == digits);
        let found = known.find(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        found.map(str::to_ascii_lowercase)
    };
    let hashes = Hashes {
        sha256: hash(&attributes.sha256, 64),
        sha1: hash(&attributes.sha1, 40),
        md5: hash(&attributes.md5, 32),
    };
    let is_known = hashes.known().next().is_some();
    is_known.then_some(Matter::File(hashes))
}

fn cve(id: &str) -> Matter {
    Matter::Vulnerability(id.to_owned())
}

/// Whether the text is an id of CVE: `CVE-2099-0001`.
fn is_cve(text: &str) -> bool {
    let parts = text
        .strip_prefix("CVE-")
        .and_then(|rest| rest.split_once('-'));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    parts.is_some_and(|(year, number)| {
        year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_resolvers_take() {
        for (text, name) in [
            ("Evil.Example", Some("evil.example")),
            ("a_b.example", Some("a_b.example")),
            ("m\u{fc}nchen.example", Some("xn--mnchen-3ya.example")),
            ("-x.example", None),
            ("x-.example", None),
            ("evil.e", None),
            ("evil.ex_ample", None),
            ("*.example", None),
            ("evil.example CNAME .", None),
        ] {
            let found = domain(text).and_then(|matter| matter.value());
            assert_eq!(found.as_deref(), name, "{text}");
        }
        let long = format!("{0}.{0}.{0}.{0}.example", "a".repeat(63));
        assert_eq!(domain(&long), None);
    }

    #[test]
    fn addresses_are_those_of_packets() {
        for (text, shown) in [
            ("::ffff:198.51.100.7", Some("198.51.100.7")),
            ("2001:DB8::7", Some("2001:db8::7")),
            ("198.51.100.007", None),
        ] {
            let found = address(text).and_then(|matter| matter.value());
            assert_eq!(found.as_deref(), shown);
        }
    }
}
