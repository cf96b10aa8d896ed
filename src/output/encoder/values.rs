//! Bare values, as block lists of devices and resolvers take them.

use std::io::Write;
use std::net::{IpAddr, Ipv6Addr};

use jiff::Timestamp;

use super::lines::Line;
use crate::output::export::{Choice, Export, ListTarget, Matter};

/// The longest line of an external dynamic list (PAN-OS).
const LONGEST_PAN: usize = 255;

/// How long an owner may be within a policy zone: a name has 255 bytes at most, and the
/// zone's own name and a wildcard come on top.
const LONGEST_OWNER: usize = 190;

/// How many entries of an external resource `FortiGate` loads; it leaves out the rest.
const MOST_FORTI: u64 = 131_072;

/// One line a value.
pub(in crate::output) struct Values {
    target: ListTarget,
    now: fn() -> Timestamp,
    /// Addresses, domains, URLs, files: whether there are any.
    kinds: [bool; 4],
    lines: u64,
}

impl Values {
    pub(in crate::output) fn new(choice: &Choice) -> Self {
        Self {
            target: choice.target,
            now: choice.clock,
            kinds: [false; 4],
            lines: 0,
        }
    }
}

impl Line for Values {
    fn header(&self, out: &mut Vec<u8>) {
        if self.target == ListTarget::Rpz {
            // Resolvers take a zone again only when its serial has grown.
            let serial = u32::try_from((self.now)().as_second()).unwrap_or(u32::MAX);
            let _ = write!(
                out,
                "$TTL 300\n@ IN SOA localhost. root.localhost. ({serial} 3600 600 86400 300)\n@ IN NS localhost.\n"
            );
        }
    }

    fn write(&mut self, export: &Export, out: &mut Vec<u8>) {
        for line in lines(self.target, &export.matter) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        let kind = match export.matter {
            Matter::Address(_) => 0,
            Matter::Domain(_) => 1,
            Matter::Url(_) => 2,
            Matter::File(_) => 3,
            Matter::Vulnerability(_) | Matter::Other => return,
        };
        self.kinds[kind] = true;
    }

    fn seal(&mut self, line: &str, out: &mut Vec<u8>) {
        self.lines += 1;
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }

    fn remember(&mut self, _: &str) {
        self.lines += 1;
    }

    fn remark(&self) -> Option<String> {
        let is_mixed = self.kinds.iter().filter(|there| **there).count() > 1;
        match self.target {
            ListTarget::Pan | ListTarget::Forti if is_mixed => Some(
                "the list holds several types, and a firewall reads one type a list: choose one with --where '.type == \"domain\"'"
                    .to_owned(),
            ),
            ListTarget::Forti if self.lines > MOST_FORTI => Some(format!(
                "the list has {} entries, and FortiGate loads the first {MOST_FORTI}",
                self.lines
            )),
            _ => None,
        }
    }
}

/// What a target has of a value; nothing, where it has no place for it.
fn lines(target: ListTarget, matter: &Matter) -> Vec<String> {
    match (target, matter) {
        (ListTarget::Plain | ListTarget::Pan | ListTarget::Forti, Matter::Address(address)) => {
            vec![address.to_string()]
        }
        (ListTarget::Rpz, Matter::Address(address)) => vec![format!("{} CNAME .", owner(*address))],
        (_, Matter::Domain(name)) => domain(target, name),
        (ListTarget::Plain | ListTarget::Forti, Matter::Url(url)) => vec![url.clone()],
        (ListTarget::Pan, Matter::Url(url)) => pan_url(url).into_iter().collect(),
        (ListTarget::Plain, Matter::File(_)) => matter.value().into_iter().collect(),
        // One kind of hash in a list: the one that every object of the service has.
        (ListTarget::Forti, Matter::File(hashes)) => hashes.sha256.iter().cloned().collect(),
        _ => vec![],
    }
}

fn domain(target: ListTarget, name: &str) -> Vec<String> {
    match target {
        ListTarget::Plain | ListTarget::Pan | ListTarget::Forti => vec![name.to_owned()],
        ListTarget::Hosts => vec![format!("0.0.0.0 {name}")],
        ListTarget::Adblock => vec![format!("||{name}^")],
        ListTarget::Dnsmasq => vec![format!("address=/{name}/")],
        ListTarget::Rpz if name.len() <= LONGEST_OWNER => {
            vec![format!("{name} CNAME ."), format!("*.{name} CNAME .")]
        }
        ListTarget::Rpz => vec![],
    }
}

/// Host and path. Without a slash behind it a host would stand for every name that
/// begins with it.
fn pan_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split('#').next()?;
    let host = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host);
    let host = host.rsplit('@').next()?.to_ascii_lowercase();
    let slash = if path.starts_with('/') { "" } else { "/" };
    let line = format!("{host}{slash}{path}");
    let is_line = line.len() <= LONGEST_PAN
        && line.bytes().all(|byte| byte.is_ascii_graphic())
        && line.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    is_line.then_some(line)
}

/// An address as the name in a policy zone: `32.7.100.51.198.rpz-ip`.
fn owner(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("32.{d}.{c}.{b}.{a}.rpz-ip")
        }
        IpAddr::V6(address) => format!("128.{}.rpz-ip", reversed(address)),
    }
}

/// The groups from the last to the first, the longest run of zeros as `zz`.
fn reversed(address: Ipv6Addr) -> String {
    let groups = address.segments();
    let (mut start, mut length) = (0, 0);
    let mut at = 0;
    while at < groups.len() {
        let run = groups[at..].iter().take_while(|group| **group == 0).count();
        if run > length {
            (start, length) = (at, run);
        }
        at += run.max(1);
    }
    let mut words: Vec<String> = vec![];
    let mut at = 0;
    while at < groups.len() {
        if length > 1 && at == start {
            words.push("zz".to_owned());
            at += length;
        } else {
            words.push(format!("{:x}", groups[at]));
            at += 1;
        }
    }
    words.reverse();
    words.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::export::Hashes;

    #[test]
    fn each_target_has_its_line() {
        use ListTarget::{Adblock, Dnsmasq, Forti, Hosts, Pan, Plain, Rpz};
        let address = |text: &str| Matter::Address(text.parse().expect("an address"));
        let domain = Matter::Domain("xn--mnchen-3ya.example".to_owned());
        let url = |text: &str| Matter::Url(text.to_owned());
        let file = Matter::File(Hashes {
            sha256: Some("a".repeat(64)),
            sha1: None,
            md5: Some("b".repeat(32)),
        });
        let hash = "a".repeat(64);
        for (target, matter, expected) in [
            (Plain, address("198.51.100.7"), vec!["198.51.100.7"]),
            (Pan, address("2001:db8::7"), vec!["2001:db8::7"]),
            (Hosts, address("198.51.100.7"), vec![]),
            (
                Rpz,
                address("198.51.100.7"),
                vec!["32.7.100.51.198.rpz-ip CNAME ."],
            ),
            (
                Rpz,
                address("2001:db8::7"),
                vec!["128.7.zz.db8.2001.rpz-ip CNAME ."],
            ),
            (
                Rpz,
                address("2001:db8:1:2:3:4:0:7"),
                vec!["128.7.0.4.3.2.1.db8.2001.rpz-ip CNAME ."],
            ),
            (
                Rpz,
                address("::ffff:198.51.100.7"),
                vec!["128.6407.c633.ffff.zz.rpz-ip CNAME ."],
            ),
            (
                Hosts,
                domain.clone(),
                vec!["0.0.0.0 xn--mnchen-3ya.example"],
            ),
            (Adblock, domain.clone(), vec!["||xn--mnchen-3ya.example^"]),
            (
                Dnsmasq,
                domain.clone(),
                vec!["address=/xn--mnchen-3ya.example/"],
            ),
            (
                Rpz,
                domain,
                vec![
                    "xn--mnchen-3ya.example CNAME .",
                    "*.xn--mnchen-3ya.example CNAME .",
                ],
            ),
            (
                Plain,
                url("http://evil.example/a?b=c#d"),
                vec!["http://evil.example/a?b=c#d"],
            ),
            (
                Pan,
                url("HTTP://u:p@Evil.example:8080/a?b=c#d"),
                vec!["evil.example:8080/a?b=c"],
            ),
            (Pan, url("http://evil.example"), vec!["evil.example/"]),
            (Pan, url("http://evil.example?a"), vec!["evil.example/?a"]),
            (Pan, url("http://evil.example/\u{e4}"), vec![]),
            (Adblock, url("http://evil.example/"), vec![]),
            (Plain, file.clone(), vec![hash.as_str()]),
            (Forti, file.clone(), vec![hash.as_str()]),
            (Pan, file, vec![]),
            (Plain, Matter::Other, vec![]),
        ] {
            assert_eq!(lines(target, &matter), expected, "{target} {matter:?}");
        }
    }
}
