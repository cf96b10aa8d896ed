//! What the mirror has of an indicator.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::common::Common;
use crate::model::indicator::{Indicator, Kind};
use crate::model::verdict::Verdict;

/// Names of lists, actors and malware that are kept of one entry, at most: the service
/// embeds no more than twenty of each.
const MOST_NAMES: usize = 64;
/// The longest of them, in bytes.
const LONGEST_NAME: usize = 256;

/// An indicator of the mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The indicator in its one spelling.
    pub value: String,
    /// Its type.
    pub kind: Kind,
    /// When a feed last told of it, in seconds since the epoch.
    pub updated: i64,
    /// What was told.
    pub details: Details,
}

impl Entry {
    /// The service's page about it.
    pub(crate) fn link(&self) -> Option<String> {
        let indicator = Indicator::asked(&self.value, Some(self.kind)).ok()?;
        Some(indicator.link())
    }
}

/// What feeds tell of an indicator; what none told is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Details {
    /// `malicious`, `suspicious`, `undetected` or `unknown`.
    #[serde(rename = "v", skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
    /// The service's severity, in lower case.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// 0 to 100.
    #[serde(rename = "t", skip_serializing_if = "Option::is_none")]
    pub threat_score: Option<i64>,
    /// When it was first seen, in seconds since the epoch, as all times.
    #[serde(rename = "f", skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<i64>,
    /// When it was last seen.
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<i64>,
    /// When the service last changed it.
    #[serde(rename = "m", skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    /// Threat lists that have it.
    #[serde(rename = "L", skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<String>,
    /// Threat actors that it belongs to.
    #[serde(rename = "A", skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<String>,
    /// Malware that it belongs to.
    #[serde(rename = "M", skip_serializing_if = "Vec::is_empty")]
    pub malware: Vec<String>,
}

/// What a line of a feed does to the mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The indicator.
    pub value: String,
    /// Its type.
    pub kind: Kind,
    /// Other hashes of the same file.
    pub others: Vec<String>,
    /// What is told of it; none where it is to leave.
    pub details: Option<Details>,
}

impl Change {
    /// Reads a line of a feed. What the service calls benign leaves.
    ///
    /// # Errors
    /// A reason, where it names no indicator.
    pub(crate) fn read(json: &str) -> Result<Self, String> {
        let common = Common::read(json)?;
        let named = common.object_type.as_deref().zip(common.value.as_deref());
        let (kind, value) = named.ok_or("an entry names no indicator")?;
        if common.kind != "indicator" {
            return Err(format!("an entry is no indicator but of type `{kind}`"));
        }
        let kind: Kind = kind.parse().map_err(|error| format!("{error}"))?;
        // The service's own spelling: nothing of it is defanged.
        let indicator = Indicator::asked(value, Some(kind)).map_err(|error| error.to_string())?;
        let hash = |hash: &String| Indicator::parse(hash, Some(Kind::File)).ok();
        let others = common.other_hashes.iter().filter_map(hash);
        let others = others.map(|hash| hash.value().to_owned()).collect();
        let gone = common.verdict == Some(Verdict::Benign.name());
        Ok(Self {
            value: indicator.value().to_owned(),
            kind,
            others,
            details: (!gone).then(|| Details::of(common)),
        })
    }
}

impl Details {
    fn of(common: Common) -> Self {
        let seconds = |time: Option<String>| {
            let time: Option<Timestamp> = time.and_then(|time| time.parse().ok());
            time.map(Timestamp::as_second)
        };
        let lists = common.sources.into_iter();
        let lists = lists.filter(|it| it.source_type.as_deref() == Some("threat_list"));
        Self {
            verdict: common.verdict.map(str::to_owned),
            severity: common.severity,
            threat_score: common.threat_score,
            first_seen: seconds(common.first_seen),
            last_seen: seconds(common.last_seen),
            modified: common.modified,
            lists: names(lists.filter_map(|it| it.id).collect()),
            actors: names(common.actors),
            malware: names(common.malware),
        }
    }

    /// The same with no more and no longer names than an entry has.
    pub(super) fn bounded(self) -> Self {
        Self {
            lists: names(self.lists),
            actors: names(self.actors),
            malware: names(self.malware),
            ..self
        }
    }

    /// What is known once a feed has told this too. What is older than what is known
    /// adds to it and replaces nothing.
    pub(super) fn merge(&mut self, told: Self) {
        let newer = self
            .modified
            .zip(told.modified)
            .is_none_or(|(has, told)| told >= has);
        let (fresh, stale) = if newer {
            let stale = std::mem::take(self);
            (told, stale)
        } else {
            (std::mem::take(self), told)
        };
        *self = Self {
            verdict: fresh.verdict.or(stale.verdict),
            severity: fresh.severity.or(stale.severity),
            threat_score: fresh.threat_score.or(stale.threat_score),
            first_seen: earliest(fresh.first_seen, stale.first_seen),
            last_seen: fresh.last_seen.max(stale.last_seen),
            modified: fresh.modified.or(stale.modified),
            lists: names([fresh.lists, stale.lists].concat()),
            actors: either(fresh.actors, stale.actors),
            malware: either(fresh.malware, stale.malware),
        };
    }
}

fn earliest(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn either(fresh: Vec<String>, stale: Vec<String>) -> Vec<String> {
    if fresh.is_empty() { stale } else { fresh }
}

/// Names in one order, each once, none of them without bounds.
fn names(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| !name.is_empty() && name.len() <= LONGEST_NAME);
    names.sort_unstable();
    names.dedup();
    names.truncate(MOST_NAMES);
    names
}

/// The number of a type in the database.
pub(super) fn number(kind: Kind) -> i64 {
    match kind {
        Kind::Ip => 1,
        Kind::Domain => 2,
        Kind::Url => 3,
        Kind::File => 4,
    }
}

/// The type of a number in the database.
pub(super) fn kind(number: i64) -> Option<Kind> {
    Kind::ALL
        .into_iter()
        .find(|kind| self::number(*kind) == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_what_it_tells_alone() {
        let line = r#"{"type":"file","id":"AA00000000000000000000000000000000000000000000000000000000000001",
            "attributes":{"md5":"bb000000000000000000000000000001","gti_assessment":{
              "verdict":{"value":"VERDICT_MALICIOUS"},"severity":{"value":"SEVERITY_HIGH"},"threat_score":{"value":87}},
              "last_modification_date":7},
            "context_attributes":{"threat_list_id":"ransomware"},
            "relationships":{"threat_actors":{"data":[{"type":"collection","id":"threat-actor--1","attributes":{"name":"Night"}}]}}}"#;
        let change = Change::read(line).expect("a change");
        assert_eq!(change.kind, Kind::File);
        assert!(change.value.starts_with("aa0"), "{}", change.value);
        assert_eq!(change.others, ["bb000000000000000000000000000001"]);
        assert_eq!(
            change.details,
            Some(Details {
                verdict: Some("malicious".to_owned()),
                severity: Some("high".to_owned()),
                threat_score: Some(87),
                modified: Some(7),
                lists: vec!["ransomware".to_owned()],
                actors: vec!["Night".to_owned()],
                ..Details::default()
            })
        );
        let bare = r#"{"type":"domain","id":"Evil.example"}"#;
        let change = Change::read(bare).expect("a change");
        assert_eq!(change.value, "evil.example");
        assert_eq!(change.details, Some(Details::default()));
    }

    #[test]
    fn what_is_benign_leaves_and_what_is_no_indicator_is_refused() {
        let benign = r#"{"type":"ip_address","id":"203.0.113.7","attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_BENIGN"}}}}"#;
        assert_eq!(Change::read(benign).expect("a change").details, None);
        for line in [
            r#"{"type":"collection","id":"report--1"}"#,
            r#"{"type":"domain"}"#,
            r#"{"type":"ip_address","id":"evil.example"}"#,
            "7",
        ] {
            assert!(Change::read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn what_is_older_adds_and_replaces_nothing() {
        let of = |modified, score, list: &str| Details {
            modified,
            threat_score: score,
            lists: vec![list.to_owned()],
            ..Details::default()
        };
        for (has, told, score) in [
            (
                of(Some(2), Some(50), "a"),
                of(Some(3), Some(60), "b"),
                Some(60),
            ),
            (
                of(Some(2), Some(50), "a"),
                of(Some(1), Some(60), "b"),
                Some(50),
            ),
            (of(Some(2), None, "a"), of(Some(1), Some(60), "b"), Some(60)),
            (
                of(None, Some(50), "a"),
                of(Some(1), Some(60), "b"),
                Some(60),
            ),
            (of(Some(2), Some(50), "a"), of(None, None, "b"), Some(50)),
        ] {
            let mut merged = has.clone();
            merged.merge(told.clone());
            assert_eq!(merged.threat_score, score, "{has:?} {told:?}");
            assert_eq!(merged.lists, ["a", "b"]);
        }
    }
}
