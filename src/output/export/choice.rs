//! What the user wants of exports, beyond what all of them have in common.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// What the user wants of an export.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// The lowest threat score in lists; `None` takes any, and none.
    pub min_score: Option<u8>,
    /// Whose list it is.
    pub target: ListTarget,
    /// The index of Elasticsearch or Splunk.
    pub index: Option<String>,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

impl Choice {
    /// Nothing in particular.
    pub(crate) fn new(clock: fn() -> Timestamp) -> Self {
        Self {
            min_score: None,
            target: ListTarget::Plain,
            index: None,
            clock,
        }
    }
}

/// What reads a list of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ListTarget {
    /// Anything: the values as they are.
    #[default]
    Plain,
    /// An external dynamic list of PAN-OS.
    Pan,
    /// An external resource of `FortiGate`.
    Forti,
    /// A hosts file.
    Hosts,
    /// A filter list of ad blockers and Pi-hole.
    Adblock,
    /// A configuration of dnsmasq.
    Dnsmasq,
    /// A response policy zone.
    Rpz,
}

impl ListTarget {
    const ALL: [Self; 7] = [
        Self::Plain,
        Self::Pan,
        Self::Forti,
        Self::Hosts,
        Self::Adblock,
        Self::Dnsmasq,
        Self::Rpz,
    ];

    /// The names, as they are typed.
    pub(crate) const NAMES: [&str; Self::ALL.len()] = [
        "plain", "pan", "forti", "hosts", "adblock", "dnsmasq", "rpz",
    ];
}

impl fmt::Display for ListTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::ALL.iter().position(|target| target == self);
        f.write_str(found.map_or("", |at| Self::NAMES[at]))
    }
}

impl FromStr for ListTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::NAMES.iter().position(|name| *name == text);
        found
            .map(|at| Self::ALL[at])
            .ok_or_else(|| format!("`{text}` is not a target: write {}", Self::NAMES.join(", ")))
    }
}

/// The name of an index, as Elasticsearch, `OpenSearch` and Splunk take it.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn index_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let begins = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.';
    let is_name = text.starts_with(begins)
        && text.chars().all(is_plain)
        && text.len() <= 255
        && !matches!(text, "." | "..");
    if is_name {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{text}` is not the name of an index: write up to 255 lower-case letters, digits, -, _ and ., beginning with a letter or digit"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_they_are_written() {
        for (name, target) in ListTarget::NAMES.into_iter().zip(ListTarget::ALL) {
            assert_eq!(name.parse(), Ok(target));
            assert_eq!(target.to_string(), name);
        }
        assert!("PAN".parse::<ListTarget>().is_err());
    }

    #[test]
    fn names_of_indices_are_those_that_the_receivers_take() {
        for name in [
            "logs-ti_gti.threat_list-default",
            "threat_intel",
            ".hidden",
            "0",
        ] {
            assert_eq!(index_name(name).as_deref(), Ok(name));
        }
        for name in [
            "", "Logs", "-a", "_a", "+a", "a b", "a/b", "a*", "..", "ä", "a\"b", "a,b", "a:b",
        ] {
            assert!(index_name(name).is_err(), "{name}");
        }
    }
}
