//! Threat actors, malware, vulnerabilities, techniques, reports: everything with a
//! name.

use jiff::Timestamp;
use serde::Serialize;

use super::Profile;
use super::fact::{Entity, EntityKind, Software};
use super::id::Id;
use super::join::Times;
use super::names::{is_cpe, is_cve, is_technique, technique_page, word};
use super::object::{Object, present, quoted, time};
use super::preamble::author;
use super::reference::ExternalReference;

impl Entity {
    pub(super) fn id(&self, profile: Profile) -> Id {
        Id::own(type_of(self.kind, profile), &self.key)
    }

    /// When it was first known, and when what is known last changed.
    pub(super) fn times(&self) -> Times {
        let unknown = Timestamp::UNIX_EPOCH;
        Times {
            created: self.created.unwrap_or(unknown),
            modified: self.modified.or(self.created).unwrap_or(unknown),
        }
    }

    /// The object; of a container without what it holds. `None` for a container
    /// that is known by its name alone: when it was published is part of it.
    pub(super) fn object(&self, profile: Profile) -> Option<Object> {
        if self.kind.is_container() && self.created.is_none() {
            return None;
        }
        let Times { created, modified } = self.times();
        let name = if self.name.trim().is_empty() {
            &self.key
        } else {
            &self.name
        };
        let object = Object::new(self.id(profile))
            .with("created_by_ref", &author())
            .times(created, modified)
            .with("name", name)
            .with_some("description", self.description.as_ref());
        let object = self.particulars(object, profile);
        Some(
            object
                .with_list("labels", &present(&self.labels))
                .with_list("external_references", &self.references(name)),
        )
    }

    /// What only its kind has.
    fn particulars(&self, object: Object, profile: Profile) -> Object {
        // OpenCTI merges by alias what has nothing to do with each other.
        let aliases = match profile {
            Profile::OpenCti => vec![],
            Profile::Standard | Profile::Sentinel => present(&self.aliases),
        };
        match self.kind {
            EntityKind::Malware => self
                .active(object.with("is_family", &true))
                .with_list("malware_types", &malware_types(&self.roles))
                .with_list("aliases", &aliases),
            EntityKind::ThreatActor => self
                .active(object)
                .with_list("goals", &present(&self.goals))
                .with_list("aliases", &aliases),
            EntityKind::Campaign => {
                let goals = present(&self.goals).join(", ");
                let objective = (!goals.is_empty()).then_some(goals);
                self.active(object)
                    .with_some("objective", objective.as_ref())
                    .with_list("aliases", &aliases)
            }
            EntityKind::Tool => object.with_list("aliases", &aliases),
            EntityKind::AttackPattern => object
                .with_list("aliases", &aliases)
                .with_list("kill_chain_phases", &phases(&self.tactics)),
            EntityKind::Report => object
                .with("report_types", &["threat-report"])
                .with("published", &time(self.times().created)),
            EntityKind::Grouping => object.with("context", "unspecified"),
            EntityKind::Vulnerability | EntityKind::Incident => object,
        }
    }

    /// When it was first and last active, never the latter before the former.
    fn active(&self, object: Object) -> Object {
        let last = self
            .last_seen
            .filter(|last| self.first_seen.is_none_or(|first| *last >= first));
        object
            .with_some("first_seen", self.first_seen.map(time).as_ref())
            .with_some("last_seen", last.map(time).as_ref())
    }

    fn references<'a>(&'a self, name: &'a str) -> Vec<ExternalReference<'a>> {
        let mut references = ExternalReference::all(&self.references);
        let own = match self.kind {
            EntityKind::Vulnerability if is_cve(name) => {
                ExternalReference::new("cve", Some(name), None)
            }
            EntityKind::AttackPattern if is_technique(&self.key) => ExternalReference::new(
                "mitre-attack",
                Some(&self.key),
                Some(technique_page(&self.key).into()),
            ),
            _ => None,
        };
        if let Some(own) = own {
            references.insert(0, own);
        }
        references
    }
}

impl Software {
    /// The observable object.
    pub(super) fn object(&self) -> Object {
        let cpe = self.cpe.as_deref().filter(|cpe| is_cpe(cpe));
        let members: Vec<_> = [
            // In the order that canonical JSON has: the id hangs on it.
            ("cpe", cpe),
            ("name", Some(self.name.as_str())),
            ("vendor", self.vendor.as_deref()),
            ("version", self.version.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        let properties: Vec<_> = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{}", quoted(value)))
            .collect();
        let id = Id::observable("software", &format!("{{{}}}", properties.join(",")));
        members
            .into_iter()
            .fold(Object::new(id), |object, (name, value)| {
                object.with(name, value)
            })
    }
}

/// A phase of a kill chain as STIX writes it.
#[derive(Serialize)]
struct Phase {
    kill_chain_name: &'static str,
    phase_name: String,
}

fn phases(tactics: &[String]) -> Vec<Phase> {
    let names = tactics.iter().filter_map(|tactic| word(tactic));
    names
        .map(|phase_name| Phase {
            kill_chain_name: "mitre-attack",
            phase_name,
        })
        .collect()
}

/// The roles that the standard's vocabulary has a word for.
fn malware_types(roles: &[String]) -> Vec<&'static str> {
    const VOCABULARY: [&str; 21] = [
        "adware",
        "backdoor",
        "bot",
        "bootkit",
        "ddos",
        "downloader",
        "dropper",
        "exploit-kit",
        "keylogger",
        "ransomware",
        "remote-access-trojan",
        "resource-exploitation",
        "rogue-security-software",
        "rootkit",
        "screen-capture",
        "spyware",
        "trojan",
        "virus",
        "webshell",
        "wiper",
        "worm",
    ];
    let mut types = vec![];
    for role in roles.iter().filter_map(|role| word(role)) {
        types.extend(VOCABULARY.iter().find(|word| **word == role));
    }
    types.sort_unstable();
    types.dedup();
    types
}

fn type_of(kind: EntityKind, profile: Profile) -> &'static str {
    match kind {
        // As the connectors for OpenCTI have it: a set of intrusions, not a person.
        EntityKind::ThreatActor if profile == Profile::OpenCti => "intrusion-set",
        EntityKind::Malware => "malware",
        EntityKind::Tool => "tool",
        EntityKind::Incident => "incident",
        EntityKind::ThreatActor => "threat-actor",
        EntityKind::Campaign => "campaign",
        EntityKind::Vulnerability => "vulnerability",
        EntityKind::AttackPattern => "attack-pattern",
        EntityKind::Report => "report",
        EntityKind::Grouping => "grouping",
    }
}
