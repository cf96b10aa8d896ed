//! What a record says, in plain data: the input of the bundle.

use std::net::IpAddr;

use jiff::Timestamp;

/// One statement of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    /// Something to look for.
    Indicator(Box<Indicator>),
    /// Somebody or something with a name.
    Entity(Box<Entity>),
    /// A product that may be vulnerable.
    Software(Box<Software>),
}

/// A fact that another one is related to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Related {
    /// The API's name of the relationship: `contacted_domains`.
    pub relationship: String,
    /// What it leads to.
    pub fact: Fact,
}

/// What can be seen on a network or a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Observable {
    /// An address, v4 or v6.
    Ip(IpAddr),
    /// A domain name in A-labels.
    Domain(String),
    /// A URL as it was looked up.
    Url(String),
    /// A file by its hashes in hexadecimal; at least one is known.
    File {
        /// 32 digits.
        md5: Option<String>,
        /// 40 digits.
        sha1: Option<String>,
        /// 64 digits.
        sha256: Option<String>,
    },
}

/// An observable with what is known of it. Whether it becomes an indicator or
/// stays an observable depends on the verdict.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Indicator {
    /// What to look for.
    pub observable: Observable,
    /// The verdict as the API words it; `None` where nobody has judged.
    pub verdict: Option<String>,
    /// The severity as the API words it.
    pub severity: Option<String>,
    /// The threat score, 0 to 100; `None` stays absent.
    pub threat_score: Option<i64>,
    /// The reason for the verdict, in a sentence.
    pub explanation: Option<String>,
    /// When it was first known.
    pub created: Option<Timestamp>,
    /// When what is known last changed.
    pub modified: Option<Timestamp>,
    /// When the service said so: how long it is valid counts from here.
    pub seen: Timestamp,
    /// Whether it has turned out to be harmless: whoever has it must let go of it.
    pub revoked: bool,
    /// When it was seen, by the id of the notification that said so.
    pub sighted: Option<(String, Timestamp)>,
    /// Free words.
    pub labels: Vec<String>,
    /// Where to read more.
    pub references: Vec<Reference>,
    /// Whom and what it points to.
    pub related: Vec<Related>,
}

/// What kind of thing has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityKind {
    /// A malware family.
    Malware,
    /// An alert, or an issue of an attack surface.
    Incident,
    /// A software toolkit.
    Tool,
    /// A threat actor.
    ThreatActor,
    /// A campaign.
    Campaign,
    /// A vulnerability; its name is its CVE id.
    Vulnerability,
    /// A technique; its key is its id in ATT&CK.
    AttackPattern,
    /// A report: it holds what it is related to.
    Report,
    /// A collection of somebody: it holds what it is related to.
    Grouping,
}

impl EntityKind {
    /// Whether it is a container of others.
    pub(super) fn is_container(self) -> bool {
        matches!(self, Self::Report | Self::Grouping)
    }
}

/// Somebody or something with a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// The API's id of the object; with the kind it decides the STIX id.
    pub key: String,
    /// The name; an empty one gives way to the key.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// What somebody is after.
    pub goals: Vec<String>,
    /// What malware is for.
    pub roles: Vec<String>,
    /// Tactics of a technique: `Defense Evasion`.
    pub tactics: Vec<String>,
    /// When it was first active.
    pub first_seen: Option<Timestamp>,
    /// When it was last active.
    pub last_seen: Option<Timestamp>,
    /// When it was first known. An object known only by name has no times; it
    /// then counts as the oldest version of itself, so that it replaces none.
    pub created: Option<Timestamp>,
    /// When what is known last changed.
    pub modified: Option<Timestamp>,
    /// Free words.
    pub labels: Vec<String>,
    /// Where to read more.
    pub references: Vec<Reference>,
    /// Whom and what it is related to.
    pub related: Vec<Related>,
}

impl Entity {
    /// One of which only kind and key are known.
    pub(crate) fn new(kind: EntityKind, key: impl Into<String>) -> Self {
        Self {
            kind,
            key: key.into(),
            name: String::new(),
            description: None,
            aliases: Vec::new(),
            goals: Vec::new(),
            roles: Vec::new(),
            tactics: Vec::new(),
            first_seen: None,
            last_seen: None,
            created: None,
            modified: None,
            labels: Vec::new(),
            references: Vec::new(),
            related: Vec::new(),
        }
    }
}

/// A product, as a vulnerability names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Software {
    /// What it is called.
    pub name: String,
    /// Who makes it.
    pub vendor: Option<String>,
    /// The version, where it is one.
    pub version: Option<String>,
    /// The name in the product dictionary (CPE 2.3).
    pub cpe: Option<String>,
}

/// Where to read more: a link, an id in somebody's catalogue, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Whose page or catalogue it is.
    pub source_name: String,
    /// The page.
    pub url: Option<String>,
    /// The id in the catalogue.
    pub external_id: Option<String>,
}
