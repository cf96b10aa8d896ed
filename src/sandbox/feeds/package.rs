//! The entries of one package of one list.

use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Kind;

/// One entry, known well enough to be chosen.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    list: &'static str,
    pub(super) kind: Kind,
    pub(super) score: i64,
    pub(super) positives: i64,
    modified: i64,
    seed: Seed,
}

/// The entries of a list in an hour, which is counted from the epoch. The first
/// half comes again in every package of a day, and changes every six hours.
pub(super) fn entries(list: &'static str, kinds: &[Kind], hour: i64) -> Vec<Entry> {
    let seed = Seed::of("package", &format!("{list} {hour}"));
    let count = match list {
        // More than one answer may hold.
        "malware" => 4_400,
        _ => 20 + seed.below("count", 30),
    };
    let day = Seed::of("day", &format!("{list} {}", hour.div_euclid(24)));
    let entry = |index: usize| {
        let recurs = index < count.min(20) / 2;
        let seed = if recurs {
            day.child("entry", index)
        } else {
            seed.child("entry", index)
        };
        let since = if recurs { hour.div_euclid(6) * 6 } else { hour };
        let score = seed.between("score", 0, 100);
        Entry {
            list,
            kind: seed.pick("kind", kinds),
            score,
            positives: score * 70 / 100,
            modified: since * 3600 + seed.between("modified", 0, 3_599),
            seed,
        }
    };
    (0..count).map(entry).collect()
}

impl Entry {
    fn id(&self) -> String {
        let label = self.seed.hex("id", 12);
        match self.kind {
            Kind::File | Kind::Url => self.seed.hex("id", 64),
            Kind::Domain => format!("listed-{label}.example"),
            Kind::Ip => format!("2001:db8:{}::{}", &label[..4], &label[4..8]),
        }
    }

    /// `{"data": {…}}`, as the service writes it: without links, zeros left out,
    /// names in lower case.
    pub(super) fn object(&self) -> Object {
        let (verdict, severity) = match self.score {
            80.. => ("VERDICT_MALICIOUS", "SEVERITY_HIGH"),
            50.. => ("VERDICT_MALICIOUS", "SEVERITY_MEDIUM"),
            20.. => ("VERDICT_SUSPICIOUS", "SEVERITY_LOW"),
            _ => ("VERDICT_UNDETECTED", "SEVERITY_NONE"),
        };
        let mut attributes = object! {
            "gti_assessment": object! {
                "verdict": object! { "value": verdict },
                "threat_score": object! { "value": self.score },
                "severity": object! { "value": severity },
            },
            "last_analysis_stats": object! { "malicious": self.positives, "undetected": 70 - self.positives },
            "positives": self.positives,
            "last_analysis_date": self.modified - 60,
            "last_modification_date": self.modified,
            "tags": list!["simulated"],
        };
        match self.kind {
            Kind::File => {
                attributes.push("md5", self.seed.hex("md5", 32));
                attributes.push("meaningful_name", "=simulated.exe");
                attributes.push("type_tags", list!["executable", "windows"]);
            }
            Kind::Url => {
                let host = self.seed.hex("host", 8);
                attributes.push("url", format!("http://listed-{host}.example/"));
                attributes.push("tld", list!["example"]);
            }
            Kind::Domain => attributes.push("tld", list!["example"]),
            Kind::Ip => {
                attributes.push("country", "zz");
                attributes.push("as_owner", "simulated network");
            }
        }
        let relationships = if self.has_family() {
            object! { "malware_families": object! { "data": list![object! {
                "id": "malware--00000000-0000-4000-8000-000000000001",
                "type": "collection",
                "attributes": object! { "name": "SIMULATED.FAMILY", "collection_type": "malware-family" },
            }] } }
        } else {
            Object::default()
        };
        object! { "data": object! {
            "type": self.kind.type_name(),
            "id": self.id(),
            "attributes": attributes,
            "relationships": relationships,
            "context_attributes": object! { "threat_list_id": self.list },
        } }
    }

    /// Whether it is known to belong to a family.
    pub(super) fn has_family(&self) -> bool {
        self.seed.chance("family", 40)
    }

    /// Whether it passes one term of the query; none for a term that is unknown.
    pub(super) fn passes(&self, term: &str) -> Option<bool> {
        let (name, value) = term.split_once(':')?;
        if name == "has" {
            return match value {
                "malware_families" => Some(self.has_family()),
                "campaigns" | "reports" | "threat_actors" => Some(false),
                _ => None,
            };
        }
        let own = match name {
            "gti_score" => self.score,
            "positives" => self.positives,
            _ => return None,
        };
        if let Some(least) = value.strip_suffix('+') {
            return Some(own >= least.parse().ok()?);
        }
        Some(own <= value.strip_suffix('-')?.parse().ok()?)
    }
}

/// Every attribute of an entry is JSON; kept here so that a package is one value.
pub(super) fn document(entries: &[Entry]) -> Object {
    let iocs: Json = entries.iter().map(Entry::object).collect();
    object! { "iocs": iocs }
}
