//! Candidates between URLs: which are addresses, names, hashes.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::finding::{Ioc, ValueType};
use super::plain::Plain;
use super::plausible::{Beside, has_known_suffix, is_domain};
use super::scan::Names;
use super::token::{is_local_byte, url_end};
use crate::model::indicator::{Indicator, Kind};

/// The token that candidates stand in, as it is meant.
pub(super) struct Candidate<'a> {
    pub text: &'a str,
    pub names: Names,
    pub plain: &'a Plain<'a>,
}

type Found<'f> = &'f mut dyn FnMut(Ioc, usize, usize);

/// Whether a byte may be part of a host's name or address. Other scripts may.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80
}

impl Candidate<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|at| self.byte(at))
    }

    fn indicator(&self, from: usize, to: usize) -> Option<Indicator> {
        Indicator::parse(&self.text[from..to], None).ok()
    }

    /// A URL with its scheme; whether it is one that can be looked up.
    pub(super) fn url(&self, from: usize, to: usize, found: Found<'_>) -> bool {
        match self.indicator(from, to) {
            Some(indicator) if indicator.kind() == Kind::Url => {
                found(Ioc::of(&indicator), from, to);
                true
            }
            _ => false,
        }
    }

    /// All values of a part that no URL stands in; `in_url` when it is the host of
    /// one that can't be looked up, like `ftp://`.
    pub(super) fn hosts(&self, from: usize, to: usize, in_url: bool, found: Found<'_>) {
        let bytes = self.text.as_bytes();
        let colons = memchr::memchr_iter(b':', &bytes[from..to]).count();
        let mut at = from;
        while at < to {
            if colons > 1
                && let Some(end) = self.ipv6(at, to, found)
            {
                at = end;
            } else if is_name_byte(bytes[at]) {
                let length = bytes[at..to]
                    .iter()
                    .take_while(|b| is_name_byte(**b))
                    .count();
                at = self
                    .name(at, at + length, to, in_url, found)
                    .max(at + length);
            } else {
                at += 1;
            }
        }
    }

    /// An IPv6 address that begins here, and where it ends. Times, MAC addresses and
    /// the paths of code have colons too: what is none of the service's networks is
    /// not taken for one.
    fn ipv6(&self, from: usize, to: usize, found: Found<'_>) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if self.before(from).is_some_and(is_name_byte)
            || self.byte(from) == Some(b':') && self.before(from) == Some(b':')
        {
            return None;
        }
        let part = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        let length = bytes[from..to].iter().take_while(part).count();
        let end = from + length;
        if self.byte(end).is_some_and(is_name_byte) {
            return None;
        }
        let mut start = from;
        let text = self.text[from..end].trim_end_matches('.');
        let text = if text.ends_with("::") {
            text
        } else {
            text.trim_end_matches(':')
        };
        let end = from + text.len();
        loop {
            let address: Option<Ipv6Addr> = self.text[start..end].parse().ok();
            if address.is_some_and(is_taken) {
                break;
            }
            // `file:12:2001:db8::1`: what is before the first colon is a number of
            // something else.
            let colon = self.text[start..end].find(':').filter(|colon| *colon > 0)?;
            start += colon + 1;
        }
        let indicator = self.indicator(start, end)?;
        found(Ioc::of(&indicator), start, end);
        Some(end)
    }

    /// What a run of letters, digits, dots and hyphens is, and where to go on.
    fn name(&self, start: usize, end: usize, to: usize, in_url: bool, found: Found<'_>) -> usize {
        let edge = ['.', '-', '_'];
        let written = self.text[start..end].trim_start_matches(edge);
        let start = end - written.len();
        let end = start + written.trim_end_matches(edge).len();
        let written = &self.text[start..end];
        if written.is_empty() {
            return end;
        }
        if let Some(end) = self.email(start, to, found) {
            return end;
        }
        if self.hash(start, end, found) {
            return end;
        }
        if written
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        {
            return self.addresses(start, end, to, in_url, found);
        }
        let behind_slashes = self.text[..start].ends_with("//");
        let meant = in_url || behind_slashes || self.plain.was_defanged(start, end);
        if self.names == Names::Taken || meant {
            return self.domain(start, end, to, in_url, found);
        }
        end
    }

    /// A hash, alone or as the name of a file.
    fn hash(&self, start: usize, end: usize, found: Found<'_>) -> bool {
        let written = &self.text[start..end];
        let stem = written.split('.').next().unwrap_or(written);
        let is_hash = matches!(stem.len(), 32 | 40 | 64)
            && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
            // Long numbers and bars of one digit are no hashes.
            && stem.bytes().any(|byte| byte.is_ascii_alphabetic())
            && stem.bytes().any(|byte| byte.is_ascii_digit());
        let is_alone = stem.len() == written.len() || !has_known_suffix(&written.to_lowercase());
        if !is_hash || !is_alone {
            return false;
        }
        let end = start + stem.len();
        if let Some(indicator) = self.indicator(start, end) {
            found(Ioc::of(&indicator), start, end);
        }
        true
    }

    /// A mail address whose local part begins here, and where it ends.
    fn email(&self, start: usize, to: usize, found: Found<'_>) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let local = bytes[start..to]
            .iter()
            .take_while(|b| is_local_byte(**b))
            .count();
        let at = start + local;
        if self.byte(at) != Some(b'@') || local == 0 {
            return None;
        }
        let host = bytes[at + 1..to]
            .iter()
            .take_while(|b| is_name_byte(**b))
            .count();
        let end = at + 1 + host;
        let written = self.text[at + 1..end].trim_end_matches(['.', '-', '_']);
        let end = at + 1 + written.len();
        let domain = Indicator::parse(written, Some(Kind::Domain)).ok()?;
        let known = has_known_suffix(domain.value()) || self.plain.was_defanged(at, end);
        let value = Ioc {
            value: format!("{}@{}", &self.text[start..at], domain.value()),
            kind: ValueType::Email,
            private: domain.scope().is_some(),
        };
        known.then(|| found(value, start, end))?;
        Some(end)
    }

    /// IPv4 addresses: one, or the two ends of a range.
    fn addresses(
        &self,
        start: usize,
        end: usize,
        to: usize,
        in_url: bool,
        found: Found<'_>,
    ) -> usize {
        let mut at = start;
        let mut reached = end;
        for part in self.text[start..end].split('-') {
            let (from, until) = (at, at + part.len());
            at = until + 1;
            let Ok(address) = part.parse::<Ipv4Addr>() else {
                continue;
            };
            // `Chrome/120.0.0.0` is a version, `/203.0.113.7` is how Java writes it.
            let slashed = self.before(from) == Some(b'/')
                && from > 1
                && self
                    .before(from - 1)
                    .is_some_and(|byte| is_name_byte(byte) || byte == b')');
            if slashed && !in_url {
                continue;
            }
            if until == end && self.byte(until) == Some(b'/') && !in_url {
                match self.behind_slash(until, to, address) {
                    Behind::Network => continue,
                    Behind::Number => {}
                    Behind::Path => {
                        let stop = url_end(self.text, from, until).min(to);
                        if self.url(from, stop, found) {
                            reached = stop;
                            continue;
                        }
                    }
                }
            }
            if until == end
                && !in_url
                && let Some(stop) = self.behind_port(from, until, to, found)
            {
                reached = stop;
                continue;
            }
            if let Some(indicator) = self.indicator(from, until) {
                found(Ioc::of(&indicator), from, until);
            }
        }
        reached
    }

    fn behind_slash(&self, slash: usize, to: usize, address: Ipv4Addr) -> Behind {
        let rest = &self.text[slash + 1..to];
        let written: &str = &rest[..rest.bytes().take_while(|b| is_name_byte(*b)).count()];
        let written = written.trim_end_matches(['.', '-', '_']);
        if written.parse::<Ipv4Addr>().is_ok() {
            return Behind::Network;
        }
        if written.is_empty() && rest.is_empty() {
            return Behind::Path;
        }
        if !written.bytes().all(|byte| byte.is_ascii_digit()) {
            return Behind::Path;
        }
        match written.parse::<u32>() {
            // Only a network has no bit behind its prefix.
            Ok(bits @ 0..=32) => {
                let hosts = u32::MAX.checked_shr(bits).unwrap_or(0);
                if bits == 32 || address.to_bits() & hosts == 0 {
                    Behind::Network
                } else {
                    Behind::Number
                }
            }
            Ok(_) if !rest[written.len()..].starts_with('/') => Behind::Number,
            _ => Behind::Path,
        }
    }

    /// A URL without a scheme whose host has a port: `evil.example:8080/a`.
    fn behind_port(&self, from: usize, host: usize, to: usize, found: Found<'_>) -> Option<usize> {
        if self.byte(host) != Some(b':') {
            return None;
        }
        let rest = &self.text.as_bytes()[host + 1..to];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || rest.get(digits) != Some(&b'/') {
            return None;
        }
        let end = url_end(self.text, from, host + 1 + digits).min(to);
        self.url(from, end, found).then_some(end)
    }

    /// A domain, or a URL without its scheme.
    fn domain(&self, start: usize, end: usize, to: usize, in_url: bool, found: Found<'_>) -> usize {
        let written = &self.text[start..end];
        let Some(indicator) = self
            .indicator(start, end)
            .filter(|it| it.kind() == Kind::Domain)
        else {
            return end;
        };
        if in_url && !has_known_suffix(indicator.value()) {
            return end;
        }
        let meant = in_url || self.plain.was_defanged(start, end);
        if !meant && self.is_part_of_path(start) {
            return end;
        }
        let beside = match self.byte(end) {
            Some(b'(' | b'=') => Beside::Code,
            _ => Beside::Nothing,
        };
        if !meant && !is_domain(written, indicator.value(), beside) {
            return end;
        }
        if !in_url {
            if self.byte(end) == Some(b'/') && end + 1 < to {
                let stop = url_end(self.text, start, end).min(to);
                if stop > end + 1 && self.url(start, stop, found) {
                    return stop;
                }
            }
            if let Some(stop) = self.behind_port(start, end, to, found) {
                return stop;
            }
        }
        found(Ioc::of(&indicator), start, end);
        end
    }

    /// Whether the name is a part of a path, or of a variable in braces. Behind two
    /// slashes a host begins.
    fn is_part_of_path(&self, start: usize) -> bool {
        match self.before(start) {
            // `address=/evil.example/` is how dnsmasq writes it.
            Some(slash @ (b'/' | b'\\')) => {
                !matches!(self.before(start - 1), Some(byte) if byte == slash || byte == b'=')
            }
            Some(b'{') => matches!(self.before(start - 1), Some(b'$' | b'{' | b'%')),
            Some(b'$') => true,
            _ => false,
        }
    }
}

/// What stands behind the slash that follows an address.
enum Behind {
    Network,
    /// A port, as firewalls write it.
    Number,
    Path,
}

/// Whether an address is in a network that is in use: global unicast, private or
/// link-local, multicast, or IPv4 in IPv6.
fn is_taken(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    first & 0xe000 == 0x2000
        || first & 0xfe00 == 0xfc00
        || first & 0xffc0 == 0xfe80
        || first & 0xff00 == 0xff00
        || first == 0x64
        || address.to_ipv4_mapped().is_some()
        || address.is_loopback()
}
