//! Rules for Suricata.

use std::collections::HashMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::lines::Line;
use crate::output::export::{Export, Matter};

/// The first id of a rule: those below belong to others.
const FIRST: u32 = 1_500_000_000;

/// One rule an address, a domain or a URL. Files have none: their hashes stand in files
/// of their own.
#[derive(Default)]
pub(in crate::output) struct Suricata {
    /// The rules by their ids, each by eight bytes of its hash.
    ids: HashMap<u32, u64>,
}

impl Line for Suricata {
    fn key<'a>(&self, line: &'a str) -> &'a str {
        // All of a rule but its id follows from the value.
        line.split("; sid:").next().unwrap_or(line)
    }

    fn write(&mut self, export: &Export, out: &mut Vec<u8>) {
        let Some((kind, head, condition)) = rule(&export.matter) else {
            return;
        };
        let link = export.common.link.as_deref();
        let link = link.and_then(|link| link.strip_prefix("https://"));
        let page = link.filter(|link| link.bytes().all(is_plain));
        let page = page.map_or_else(String::new, |page| format!(" reference:url,{page};"));
        let condition = condition.map_or_else(String::new, |text| format!(" {text};"));
        let rule = format!(
            "alert {head} (msg:\"GTI {kind}\";{condition}{page} classtype:trojan-activity\n"
        );
        out.extend_from_slice(rule.as_bytes());
    }

    fn seal(&mut self, line: &str, out: &mut Vec<u8>) {
        let id = self.id(line);
        let end = format!("{line}; sid:{id}; rev:1;)\n");
        out.extend_from_slice(end.as_bytes());
    }

    fn remember(&mut self, line: &str) {
        let Some((rule, rest)) = line.rsplit_once("; sid:") else {
            return;
        };
        let id = rest.split(';').next().and_then(|id| id.parse().ok());
        self.ids.extend(id.map(|id: u32| (id, hashed(rule, 0).1)));
    }
}

impl Suricata {
    /// The id of a rule: the same in every export, and when it is written again because
    /// it was taken back; another one where a different rule has it already.
    fn id(&mut self, rule: &str) -> u32 {
        let mut salt = 0_u32;
        let (_, own) = hashed(rule, 0);
        loop {
            let (number, _) = hashed(rule, salt);
            let id = FIRST + number % (u32::MAX - FIRST);
            if *self.ids.entry(id).or_insert(own) == own {
                return id;
            }
            salt += 1;
        }
    }
}

/// A number for the id of a rule, and one that tells rules apart.
fn hashed(rule: &str, salt: u32) -> (u32, u64) {
    let mut hasher = Sha256::new();
    hasher.update(rule.as_bytes());
    hasher.update(salt.to_be_bytes());
    let hash = hasher.finalize();
    let own = hash[4..12].iter();
    let own = own.fold(0, |own, byte| own << 8 | u64::from(*byte));
    (
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]),
        own,
    )
}

/// What a rule is called, where it looks, and what it looks for.
fn rule(matter: &Matter) -> Option<(String, String, Option<String>)> {
    let any = |protocol: &str| format!("{protocol} $HOME_NET any -> any any");
    Some(match matter {
        Matter::Address(address) => {
            let head = format!("ip $HOME_NET any <> [{address}] any");
            // A colon ends the name of an option.
            let name = format!("address {address}").replace(':', "\\:");
            (name, head, None)
        }
        Matter::Domain(name) => {
            let looked_up = format!("dns.query; dotprefix; content:\".{name}\"; nocase; endswith");
            (format!("domain {name}"), any("dns"), Some(looked_up))
        }
        Matter::Url(url) => {
            let url = ::url::Url::parse(url).ok()?;
            let host = url.host_str()?.to_ascii_lowercase();
            let query = url
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            let target = format!("{}{query}", url.path());
            let condition = format!(
                "http.host; content:\"{}\"; startswith; endswith; http.uri.raw; content:\"{}\"; startswith; endswith",
                content(&host),
                content(&target)
            );
            (
                format!("URL at {}", plain(&host)),
                any("http"),
                Some(condition),
            )
        }
        Matter::File(_) | Matter::Vulnerability(_) | Matter::Other => return None,
    })
}

/// Whether a byte means nothing to the language of rules.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~/?=&%+,@!".contains(&byte)
}

/// A text to look for: what could end it in hexadecimal.
fn content(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) {
            found.push(char::from(byte));
        } else {
            let _ = write!(found, "|{byte:02X}|");
        }
    }
    found
}

/// A text to read: what could end it is left out.
fn plain(text: &str) -> String {
    text.bytes()
        .filter(|byte| is_plain(*byte))
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_hold_nothing_that_ends_them() {
        let url = Matter::Url("http://evil.example:8080/a;b\"c|d?e=%2f:x".to_owned());
        let (name, head, condition) = rule(&url).expect("a rule");
        assert_eq!(name, "URL at evil.example");
        assert_eq!(head, "http $HOME_NET any -> any any");
        assert_eq!(
            condition.as_deref(),
            Some(
                "http.host; content:\"evil.example\"; startswith; endswith; http.uri.raw; content:\"/a|3B|b%22c|7C|d?e=%2f|3A|x\"; startswith; endswith"
            )
        );
    }

    #[test]
    fn ids_are_those_of_the_last_export_unless_they_are_taken() {
        let mut one = Suricata::default();
        let first = one.id("rule");
        assert!(first >= FIRST);
        assert_eq!(Suricata::default().id("rule"), first);
        // What was taken back comes again under its id.
        assert_eq!(one.id("rule"), first);
        let mut other = Suricata::default();
        other.remember(&format!("rule; sid:{first}; rev:1;)"));
        assert_eq!(other.id("rule"), first);
        let mut other = Suricata::default();
        other.remember(&format!("alert x; sid:{first}; rev:1;)"));
        assert_ne!(other.id("rule"), first);
    }
}
