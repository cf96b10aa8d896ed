//! What goes past every proxy: this machine, and what `NO_PROXY` lists.

use std::net::IpAddr;

use url::{Host, Url};

use super::loopback::is_loopback;

/// The hosts that `NO_PROXY` lists, as programs commonly read it.
///
/// Entries are separated by commas or blanks; case and a final dot don't count.
/// `*` stands for every host. `x.example`, `.x.example` and `*.x.example` all
/// mean the domain and everything below it; `*` elsewhere stands for any
/// characters. Addresses may have a prefix length (`10.0.0.0/8`) and brackets,
/// and any host a port. What is none of these is no host either, and matches
/// none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bypass(Vec<Entry>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hosts {
    All,
    Network(IpAddr, u8),
    /// A domain and what is below it.
    Domain(String),
    /// Lower-case text with `*` in it.
    Pattern(String),
}

impl Bypass {
    /// Reads a list.
    pub fn parse(list: &str) -> Self {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace());
        Self(entries.filter_map(Entry::parse).collect())
    }

    /// Whether this address is reached without a proxy. One of this machine always
    /// is: whoever answers there for the service must not be taken for a stranger,
    /// and no stranger for them.
    pub fn holds_for(&self, url: &Url) -> bool {
        is_loopback(url)
            || match (url.host(), url.port_or_known_default()) {
                (Some(host), Some(port)) => self.0.iter().any(|entry| entry.matches(&host, port)),
                _ => false,
            }
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if let Some(hosts) = Hosts::parse(text) {
            return Some(Self { hosts, port: None });
        }
        let (host, port) = text.rsplit_once(':')?;
        Some(Self {
            hosts: Hosts::parse(host)?,
            port: Some(port.parse().ok()?),
        })
    }

    fn matches(&self, host: &Host<&str>, port: u16) -> bool {
        self.port.is_none_or(|only| only == port) && self.hosts.hold(host)
    }
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        if let Some(network) = network(text) {
            return Some(network);
        }
        let name = text
            .strip_prefix("*.")
            .or_else(|| text.strip_prefix('.'))
            .unwrap_or(text);
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.is_empty() || name.contains([':', '/', '[', ']']) {
            return None;
        }
        if name.contains('*') {
            return Some(Self::Pattern(name.to_ascii_lowercase()));
        }
        let name = idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::EMPTY);
        Some(Self::Domain(name.ok()?.into_owned()))
    }

    fn hold(&self, host: &Host<&str>) -> bool {
        let address = match host {
            Host::Ipv4(address) => Some(IpAddr::V4(*address)),
            Host::Ipv6(address) => Some(IpAddr::V6(*address).to_canonical()),
            Host::Domain(_) => None,
        };
        match (self, address, host) {
            (Self::All, ..) => true,
            (Self::Network(network, bits), Some(address), _) => within(address, *network, *bits),
            (Self::Domain(domain), None, Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                name.strip_suffix(domain.as_str())
                    .is_some_and(|below| below.is_empty() || below.ends_with('.'))
            }
            (Self::Pattern(pattern), None, Host::Domain(name)) => {
                fits(pattern, name.strip_suffix('.').unwrap_or(name))
            }
            (Self::Pattern(pattern), Some(address), _) => fits(pattern, &address.to_string()),
            _ => false,
        }
    }
}

/// An address, or a network of addresses, with or without brackets.
fn network(text: &str) -> Option<Hosts> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let bare = address
        .strip_prefix('[')
        .and_then(|address| address.strip_suffix(']'));
    let written: IpAddr = bare.unwrap_or(address).parse().ok()?;
    let address = written.to_canonical();
    let longest = if address.is_ipv4() { 32 } else { 128 };
    // A prefix of an IPv4 address in IPv6's clothes counts from its first bit.
    let dressed = if written == address { 0 } else { 96 };
    let bits = match bits {
        None => longest,
        Some(bits) => bits.checked_sub(dressed)?,
    };
    (bits <= longest).then_some(Hosts::Network(address, bits))
}

fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let (width, address, network) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (32, address.to_bits().into(), network.to_bits().into())
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (128, address.to_bits(), network.to_bits()),
        _ => return false,
    };
    let beyond = width - u32::from(bits);
    let differ: u128 = address ^ network;
    differ.checked_shr(beyond).unwrap_or(0) == 0
}

/// Whether a text fits a pattern in which `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(list: &str, url: &str) -> bool {
        Bypass::parse(list).holds_for(&Url::parse(url).expect(url))
    }

    #[test]
    fn this_machine_is_never_reached_through_a_proxy() {
        for url in [
            "http://127.0.0.1:8080/",
            "http://127.255.0.9/",
            "http://[::1]:8080/",
            "https://[::ffff:127.0.0.1]/",
            "http://localhost:8080/",
            "http://LOCALHOST./",
            "https://gti.localhost/",
        ] {
            assert!(holds("", url), "{url}");
        }
        for url in [
            "https://gti.example/",
            "https://localhost.example/",
            "https://notlocalhost/",
            "https://128.0.0.1/",
            "https://[2001:db8::1]/",
        ] {
            assert!(!holds("", url), "{url}");
        }
    }

    #[test]
    fn every_usual_form_of_an_exception() {
        for (list, url) in [
            ("*", "https://gti.example/"),
            ("a.example, *", "https://192.0.2.1/"),
            ("gti.example", "https://gti.example/"),
            ("gti.example", "https://api.gti.example/"),
            (".gti.example", "https://api.gti.example/"),
            (".gti.example", "https://gti.example/"),
            ("*.gti.example", "https://api.gti.example/"),
            ("*.gti.example", "https://a.b.gti.example/"),
            ("GTI.Example.", "https://gti.example./"),
            ("bücher.example", "https://xn--bcher-kva.example/"),
            ("a.example,gti.example", "https://gti.example/"),
            ("a.example gti.example", "https://gti.example/"),
            (" a.example ,\tgti.example ", "https://gti.example/"),
            ("gti.example:443", "https://gti.example/"),
            ("gti.example:8443", "https://gti.example:8443/"),
            ("*:8443", "https://gti.example:8443/"),
            ("192.0.2.1", "https://192.0.2.1/"),
            ("192.0.2.1:8443", "https://192.0.2.1:8443/"),
            ("192.0.2.0/24", "https://192.0.2.200/"),
            ("0.0.0.0/0", "https://203.0.113.7/"),
            ("192.0.2.77/32", "https://192.0.2.77/"),
            ("192.0.2.*", "https://192.0.2.7/"),
            ("gti-*.example", "https://gti-eu.example/"),
            ("2001:db8::1", "https://[2001:db8::1]/"),
            ("2001:DB8:0::1", "https://[2001:db8::1]/"),
            ("[2001:db8::1]", "https://[2001:db8::1]/"),
            ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443/"),
            ("2001:db8::/32", "https://[2001:db8:1::1]/"),
            ("[2001:db8::]/32", "https://[2001:db8:1::1]/"),
            ("::/0", "https://[2001:db8::1]/"),
            ("192.0.2.1", "https://[::ffff:192.0.2.1]/"),
            ("::ffff:192.0.2.0/120", "https://192.0.2.9/"),
        ] {
            assert!(holds(list, url), "{list}: {url}");
        }
    }

    #[test]
    fn an_exception_holds_for_nothing_else() {
        for (list, url) in [
            ("", "https://gti.example/"),
            (" , ,", "https://gti.example/"),
            ("gti.example", "https://notgti.example/"),
            ("gti.example", "https://gti.example.org/"),
            ("gti.example:8443", "https://gti.example/"),
            ("gti.example:none", "https://gti.example/"),
            ("*.gti.example:80", "https://api.gti.example/"),
            ("192.0.2.1", "https://192.0.2.10/"),
            ("192.0.2.0/24", "https://192.0.3.1/"),
            ("192.0.2.0/33", "https://192.0.2.1/"),
            ("0.2.1", "https://192.0.2.1/"),
            ("0.0.0.0/0", "https://[2001:db8::1]/"),
            ("0.0.0.0/0", "https://gti.example/"),
            ("2001:db8::/32", "https://[2001:db9::1]/"),
            ("2001:db8::/129", "https://[2001:db8::1]/"),
            ("[2001:db8::1]:80", "https://[2001:db8::1]/"),
            ("gti-*.example", "https://gti.example/"),
            ("https://gti.example", "https://gti.example/"),
        ] {
            assert!(!holds(list, url), "{list}: {url}");
        }
    }
}
