//! Observables as STIX patterns and as observable objects.

use std::net::IpAddr;

use super::fact::Observable;
use super::id::Id;
use super::object::{Object, quoted};
use super::syntax::{as_uri, is_host_name};
use crate::model::indicator::Kind;

impl Observable {
    /// The pattern that finds it: `[url:value = 'http://evil.example/']`.
    pub(super) fn pattern(&self) -> String {
        let Self::File { .. } = self else {
            return format!("[{}:value = '{}']", self.type_name(), escape(&self.value()));
        };
        let terms: Vec<_> = self
            .hashes()
            .into_iter()
            .map(|(name, hash)| {
                // A key with a hyphen has to be quoted.
                let quote = if name.contains('-') { "'" } else { "" };
                format!("file:hashes.{quote}{name}{quote} = '{}'", escape(hash))
            })
            .collect();
        format!("[{}]", terms.join(" OR "))
    }

    /// What people call it: the value, or the strongest hash.
    pub(super) fn value(&self) -> String {
        match self {
            Self::Ip(address) => address.to_string(),
            Self::Domain(value) | Self::Url(value) => value.clone(),
            Self::File { .. } => self
                .hashes()
                .first()
                .map_or_else(String::new, |(_, hash)| (*hash).to_owned()),
        }
    }

    /// The observable as an object of its own; `None` for a value that the standard
    /// does not take for what it is.
    pub(super) fn object(&self) -> Option<Object> {
        let of = |value: &str| {
            let properties = format!("{{\"value\":{}}}", quoted(value));
            let id = Id::observable(self.type_name(), &properties);
            Some(Object::new(id).with("value", value))
        };
        match self {
            Self::Ip(address) => of(&address.to_string()),
            Self::Domain(name) if is_host_name(name) => of(name),
            Self::Domain(_) => None,
            Self::Url(url) => of(&as_uri(url)?),
            Self::File { .. } => self.file(),
        }
    }

    fn file(&self) -> Option<Object> {
        // Of several hashes the standard takes the first in this order.
        let hashes = self.hashes();
        let (name, hash) = ["MD5", "SHA-1", "SHA-256"]
            .into_iter()
            .find_map(|wanted| hashes.iter().find(|(name, _)| *name == wanted))?;
        let properties = format!("{{\"hashes\":{{\"{name}\":{}}}}}", quoted(hash));
        let members: Vec<_> = hashes
            .iter()
            .map(|(name, hash)| format!("\"{name}\":{}", quoted(hash)))
            .collect();
        let members = format!("{{{}}}", members.join(","));
        let id = Id::observable(self.type_name(), &properties);
        Some(Object::new(id).with_json("hashes", &members))
    }

    /// What kind of indicator it is.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Ip(_) => Kind::Ip,
            Self::Domain(_) => Kind::Domain,
            Self::Url(_) => Kind::Url,
            Self::File { .. } => Kind::File,
        }
    }

    /// What `OpenCTI` calls it.
    pub(super) fn opencti_type(&self) -> &'static str {
        match self {
            Self::Ip(IpAddr::V4(_)) => "IPv4-Addr",
            Self::Ip(IpAddr::V6(_)) => "IPv6-Addr",
            Self::Domain(_) => "Domain-Name",
            Self::Url(_) => "Url",
            Self::File { .. } => "StixFile",
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Ip(IpAddr::V4(_)) => "ipv4-addr",
            Self::Ip(IpAddr::V6(_)) => "ipv6-addr",
            Self::Domain(_) => "domain-name",
            Self::Url(_) => "url",
            Self::File { .. } => "file",
        }
    }

    /// The known hashes under their names in STIX, the strongest first, and then in
    /// the order that other exports of this service have: consumers tell patterns
    /// apart by their text. What is no hash of that kind is not known.
    fn hashes(&self) -> Vec<(&'static str, &str)> {
        let Self::File { md5, sha1, sha256 } = self else {
            return Vec::new();
        };
        [
            ("SHA-256", 64, sha256),
            ("MD5", 32, md5),
            ("SHA-1", 40, sha1),
        ]
        .into_iter()
        .filter_map(|(name, digits, hash)| {
            let hash = hash.as_deref()?;
            let is_hash = hash.len() == digits && is_hexadecimal(hash);
            is_hash.then_some((name, hash))
        })
        .collect()
    }
}

/// The text inside the quotes of a pattern.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_by_kind() {
        let ip = |text: &str| Observable::Ip(text.parse().expect("an address"));
        let hash = |digits: usize| Some("a".repeat(digits));
        let file = |md5, sha1, sha256| Observable::File { md5, sha1, sha256 };
        let (md5, sha1, sha256) = ("a".repeat(32), "a".repeat(40), "a".repeat(64));
        let one = format!("[file:hashes.'SHA-256' = '{sha256}']");
        let all = format!(
            "[file:hashes.'SHA-256' = '{sha256}' OR file:hashes.MD5 = '{md5}' \
             OR file:hashes.'SHA-1' = '{sha1}']"
        );
        for (observable, expected) in [
            (ip("198.51.100.7"), "[ipv4-addr:value = '198.51.100.7']"),
            (ip("2001:db8::1"), "[ipv6-addr:value = '2001:db8::1']"),
            (
                Observable::Domain("xn--mnchen-3ya.example".into()),
                "[domain-name:value = 'xn--mnchen-3ya.example']",
            ),
            (
                Observable::Url(r"http://x.example/it's\a'] OR [".into()),
                r"[url:value = 'http://x.example/it\'s\\a\'] OR [']",
            ),
            (file(None, None, hash(64)), &one),
            (file(hash(32), hash(40), hash(64)), &all),
            // Neither of these is what its name says.
            (file(hash(31), Some("x".repeat(40)), hash(64)), &one),
        ] {
            assert_eq!(observable.pattern(), expected);
        }
    }
}
