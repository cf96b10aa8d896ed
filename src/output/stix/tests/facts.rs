//! Facts of every kind, to make bundles of.

use jiff::Timestamp;

use crate::output::stix::Fact;
use crate::output::stix::fact::{
    Entity, EntityKind, Indicator, Observable, Reference, Related, Software,
};

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(super) fn entity(kind: EntityKind, key: &str, name: &str) -> Entity {
    Entity {
        name: name.to_owned(),
        ..Entity::new(kind, key)
    }
}

pub(super) fn indicator(observable: Observable, verdict: &str) -> Indicator {
    Indicator {
        observable,
        verdict: Some(verdict.to_owned()).filter(|verdict| !verdict.is_empty()),
        severity: None,
        threat_score: None,
        explanation: None,
        created: Some(time("2026-01-02T03:04:05Z")),
        modified: Some(time("2026-02-02T03:04:05.678Z")),
        seen: time("2026-03-02T03:04:05Z"),
        revoked: false,
        sighted: None,
        labels: Vec::new(),
        references: Vec::new(),
        related: Vec::new(),
    }
}

pub(super) fn related(relationship: &str, fact: impl Into<Fact>) -> Related {
    Related {
        relationship: relationship.to_owned(),
        fact: fact.into(),
    }
}

impl From<Entity> for Fact {
    fn from(entity: Entity) -> Self {
        Self::Entity(Box::new(entity))
    }
}

impl From<Indicator> for Fact {
    fn from(indicator: Indicator) -> Self {
        Self::Indicator(Box::new(indicator))
    }
}

pub(super) fn domain(name: &str) -> Observable {
    Observable::Domain(name.to_owned())
}

pub(super) fn url(text: &str) -> Observable {
    Observable::Url(text.to_owned())
}

pub(super) fn address(text: &str) -> Observable {
    Observable::Ip(text.parse().expect("an address"))
}

pub(super) fn file() -> Observable {
    Observable::File {
        md5: Some("0123456789abcdef0123456789abcdef".to_owned()),
        sha1: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        sha256: Some("0123456789abcdef".repeat(4)),
    }
}

pub(super) fn page(source_name: &str, url: &str, external_id: &str) -> Reference {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Reference {
        source_name: source_name.to_owned(),
        url: some(url),
        external_id: some(external_id),
    }
}

/// A family with all that can be known of one.
pub(super) fn known() -> Entity {
    Entity {
        description: Some("An invented family.".to_owned()),
        aliases: vec!["Also Invented".to_owned(), " ".to_owned()],
        roles: vec!["Ransomware".to_owned(), "Something Else".to_owned()],
        first_seen: Some(time("2024-01-01T00:00:00Z")),
        last_seen: Some(time("2025-01-01T00:00:00Z")),
        created: Some(time("2025-01-01T00:00:00Z")),
        modified: Some(time("2025-06-01T00:00:00Z")),
        labels: vec!["invented".to_owned()],
        references: vec![page(
            "Google Threat Intelligence",
            "https://www.virustotal.com/gui/collection/malware--1",
            "malware--1",
        )],
        related: vec![related(
            "attack_techniques",
            Entity {
                tactics: vec!["Defense Evasion".to_owned(), "7".to_owned()],
                ..entity(EntityKind::AttackPattern, "T1055.001", "Process Injection")
            },
        )],
        ..entity(EntityKind::Malware, "malware--1", "INVENTED")
    }
}

pub(super) fn report() -> Entity {
    Entity {
        created: Some(time("2026-01-01T00:00:00Z")),
        ..entity(EntityKind::Report, "report--1", "An invented report")
    }
}

/// Everything that can stand in a bundle.
#[expect(clippy::too_many_lines, reason = "one bundle, said in one place")]
pub(super) fn everything() -> Vec<Fact> {
    let c2 = Indicator {
        severity: Some("high".to_owned()),
        threat_score: Some(87),
        explanation: Some("It controls what is invented.".to_owned()),
        labels: vec!["c2".to_owned(), String::new()],
        references: vec![
            page(
                "Google Threat Intelligence",
                "https://www.virustotal.com/gui/ip-address/198.51.100.7",
                "",
            ),
            page("nothing", "not a link", ""),
        ],
        related: vec![
            related("malware_families", known()),
            related(
                "software_toolkits",
                entity(EntityKind::Tool, "tool--1", "Invented Kit"),
            ),
            related(
                "related_threat_actors",
                entity(EntityKind::ThreatActor, "threat-actor--1", "UNC0000"),
            ),
            related("campaigns", entity(EntityKind::Campaign, "campaign--1", "")),
            related(
                "vulnerabilities",
                entity(
                    EntityKind::Vulnerability,
                    "vulnerability--cve-2026-0001",
                    "CVE-2026-0001",
                ),
            ),
            related("reports", report()),
            // When it was published is not known.
            related(
                "reports",
                entity(EntityKind::Report, "report--2", "Another"),
            ),
            related("resolutions", indicator(domain("evil.example"), "")),
            related("communicating_files", indicator(file(), "malicious")),
        ],
        ..indicator(address("198.51.100.7"), "malicious")
    };
    let harmless = Indicator {
        related: vec![
            related(
                "collections",
                Entity {
                    created: Some(time("2026-01-01T00:00:00Z")),
                    ..entity(EntityKind::Grouping, "collection-1", "Seen together")
                },
            ),
            related("malware_families", known()),
            related(
                "contacted_urls",
                indicator(url("http://evil.example/a|b"), "undetected"),
            ),
        ],
        ..indicator(file(), "benign")
    };
    let vulnerability = Entity {
        related: vec![
            related("malware_families", known()),
            related(
                "threat_actors",
                entity(EntityKind::ThreatActor, "threat-actor--1", "UNC0000"),
            ),
            related(
                "vulnerabilities",
                entity(
                    EntityKind::Vulnerability,
                    "vulnerability--x",
                    "CVE-hostile'<x>",
                ),
            ),
            related(
                "affected",
                Fact::Software(Box::new(Software {
                    name: "widget_server".to_owned(),
                    vendor: Some("example".to_owned()),
                    version: Some("1.0".to_owned()),
                    cpe: Some("cpe:2.3:a:example:widget_server:1.0:*:*:*:*:*:*:*".to_owned()),
                })),
            ),
            related(
                "affected",
                Fact::Software(Box::new(Software {
                    name: "odd one".to_owned(),
                    cpe: Some("cpe:2.3:a:odd one".to_owned()),
                    ..Software::default()
                })),
            ),
        ],
        ..entity(
            EntityKind::Vulnerability,
            "vulnerability--cve-2026-0002",
            "CVE-2026-0002",
        )
    };
    let actor = Entity {
        goals: vec!["Espionage".to_owned()],
        first_seen: Some(time("2025-01-01T00:00:00Z")),
        // Before the first, so it has to be left out.
        last_seen: Some(time("2024-01-01T00:00:00Z")),
        references: vec![page("x", "", "CVE-2026-0003"), page("cve", "", "CVE-x")],
        related: vec![
            related(
                "domains",
                indicator(domain("evil_name.example"), "malicious"),
            ),
            related(
                "ip_addresses",
                indicator(address("2001:db8::7"), "suspicious"),
            ),
            related(
                "urls",
                indicator(url("http://evil.example/a?b='c'"), "undetected"),
            ),
            related("domains", indicator(domain("also_odd.example"), "benign")),
        ],
        ..entity(EntityKind::ThreatActor, "threat-actor--2", "UNC0001")
    };
    let hostile = indicator(url(r"http://evil.example/it's\a'] OR ["), "malicious");
    let strange = indicator(domain("xn--mnchen-3ya.example"), "something new");
    let lonely = Entity {
        created: Some(time("2026-01-01T00:00:00Z")),
        ..entity(EntityKind::Report, "report--3", "Nothing known")
    };
    vec![
        c2.into(),
        harmless.into(),
        vulnerability.into(),
        actor.into(),
        hostile.into(),
        strange.into(),
        lonely.into(),
        Entity {
            related: vec![related(
                "campaigns",
                Entity {
                    goals: vec!["Espionage".to_owned(), "Money".to_owned()],
                    ..entity(EntityKind::Campaign, "campaign--2", "Invented Storm")
                },
            )],
            ..report()
        }
        .into(),
    ]
}
