//! Keys of indicators, in filters and in the mirror.
//!
//! A key is a hash that is made from the end of a value to its beginning, so that one
//! pass over a name gives the keys of all its parent domains. Letters count in lower
//! case. Keys of different values may be equal: what a filter lets pass is compared.

use super::indicator::Kind;

/// What a value's key begins with, and what each byte is multiplied by: FNV-1a.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// A key that grows towards the beginning of its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key(u64);

impl Key {
    pub(crate) const EMPTY: Self = Self(OFFSET);

    /// The key with this byte before it.
    #[inline]
    pub(crate) fn before(self, byte: u8) -> Self {
        let byte = u64::from(byte.to_ascii_lowercase());
        Self((self.0 ^ byte).wrapping_mul(PRIME))
    }

    pub(crate) fn of(value: &[u8]) -> u64 {
        let key = value
            .iter()
            .rev()
            .fold(Self::EMPTY, |key, b| key.before(*b));
        key.value()
    }

    /// The key as filters and the mirror take it: mixed, so that values that are alike
    /// are spread evenly over its first bits.
    #[inline]
    pub(crate) fn value(self) -> u64 {
        let mut key = self.0;
        key = (key ^ (key >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        key ^ (key >> 29)
    }

    /// The key under which an indicator is kept: a URL has that of its host.
    pub(crate) fn of_indicator(kind: Kind, value: &str) -> u64 {
        match kind {
            Kind::Url => Self::of(bare(host_of(value)).as_bytes()),
            Kind::Ip | Kind::Domain => Self::of(bare(value).as_bytes()),
            Kind::File => Self::of(value.as_bytes()),
        }
    }
}

/// A host without the marks at its edges, which are no part of a name in a text.
pub(crate) fn bare(host: &str) -> &str {
    host.trim_matches(['.', '-', '_'])
}

/// The host of a URL in its one spelling, without brackets and port.
pub(crate) fn host_of(url: &str) -> &str {
    let authority = url.split_once("://").map_or(url, |(_, behind)| behind);
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    let authority = &authority[..end];
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or(address),
        None => host.split(':').next().unwrap_or(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_parent_is_met_on_the_way() {
        let mut key = Key::EMPTY;
        let mut met = vec![];
        for byte in b"Mail.Evil.example".iter().rev() {
            if *byte == b'.' {
                met.push(key.value());
            }
            key = key.before(*byte);
        }
        assert_eq!(met, [Key::of(b"example"), Key::of(b"evil.example")]);
        assert_eq!(key.value(), Key::of(b"mail.evil.example"));
    }

    #[test]
    fn a_url_has_one_host() {
        for (url, host) in [
            ("http://evil.example/a@b", "evil.example"),
            ("https://u:p@evil.example:8443/", "evil.example"),
            ("http://[2001:db8::1]:80/", "2001:db8::1"),
            ("http://203.0.113.7/?q=/", "203.0.113.7"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
