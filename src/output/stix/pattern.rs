//! Observables as STIX patterns and as observable objects.

use std::net::IpAddr;

use super::fact::Observable;
use super::id::Id;
use super::object::Object;

impl Observable {
    /// The pattern that finds it: `[url:value = 'http://evil.example/']`.
    pub(super) fn pattern(&self) -> String {
        let Self::File { .. } = self else {
            return format!("[{}:value = '{}']", self.kind(), escape(&self.value()));
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

    /// The observable as an object of its own.
    pub(super) fn object(&self) -> Object {
        let kind = self.kind();
        let Self::File { .. } = self else {
            let value = self.value();
            let properties = format!("{{\"value\":{}}}", quoted(&value));
            return Object::new(Id::observable(kind, &properties)).with("value", &value);
        };
        // Of several hashes the standard takes the first in this order.
        let hashes = self.hashes();
        let contributing = ["MD5", "SHA-1", "SHA-256"]
            .into_iter()
            .find_map(|wanted| hashes.iter().find(|(name, _)| *name == wanted));
        let properties = contributing.map_or_else(String::new, |(name, hash)| {
            format!("{{\"hashes\":{{\"{name}\":{}}}}}", quoted(hash))
        });
        let members: Vec<_> = hashes
            .iter()
            .map(|(name, hash)| format!("\"{name}\":{}", quoted(hash)))
            .collect();
        Object::new(Id::observable(kind, &properties))
            .with_json("hashes", &format!("{{{}}}", members.join(",")))
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Ip(IpAddr::V4(_)) => "ipv4-addr",
            Self::Ip(IpAddr::V6(_)) => "ipv6-addr",
            Self::Domain(_) => "domain-name",
            Self::Url(_) => "url",
            Self::File { .. } => "file",
        }
    }

    /// The known hashes under their names in STIX, the strongest first.
    fn hashes(&self) -> Vec<(&'static str, &str)> {
        let Self::File { md5, sha1, sha256 } = self else {
            return Vec::new();
        };
        [("SHA-256", sha256), ("SHA-1", sha1), ("MD5", md5)]
            .into_iter()
            .filter_map(|(name, hash)| Some((name, hash.as_deref()?)))
            .collect()
    }
}

/// The text inside the quotes of a pattern.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_by_kind() {
        let ip = |text: &str| Observable::Ip(text.parse().expect("an address"));
        let file = |md5: Option<&str>, sha1: Option<&str>, sha256: Option<&str>| Observable::File {
            md5: md5.map(str::to_owned),
            sha1: sha1.map(str::to_owned),
            sha256: sha256.map(str::to_owned),
        };
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
            (
                file(None, None, Some("ab")),
                "[file:hashes.'SHA-256' = 'ab']",
            ),
            (
                file(Some("md"), Some("s1"), Some("s2")),
                "[file:hashes.'SHA-256' = 's2' OR file:hashes.'SHA-1' = 's1' OR file:hashes.MD5 = 'md']",
            ),
        ] {
            assert_eq!(observable.pattern(), expected);
        }
    }
}
