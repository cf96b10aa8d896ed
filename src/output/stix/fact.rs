//! What a record says, in plain data: the input of the bundle.

use std::net::IpAddr;

use jiff::Timestamp;

/// One statement of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Something to look for, and what it points to.
    Indicator(Box<Indicator>),
    /// Somebody or something with a name.
    Entity(Box<Entity>),
}

/// What can be seen on a network or a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observable {
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

/// An observable with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// What to look for; it alone decides the id.
    pub observable: Observable,
    /// The verdict as the API words it; an unknown one counts as `unknown`.
    pub verdict: Option<String>,
    /// The severity as the API words it.
    pub severity: Option<String>,
    /// The threat score, 0 to 100; `None` stays absent.
    pub threat_score: Option<i64>,
    /// When it was first known.
    pub created: Timestamp,
    /// When what is known last changed.
    pub modified: Timestamp,
    /// From when on it is worth looking for.
    pub valid_from: Timestamp,
    /// When that ends; left out unless it is later than `valid_from`.
    pub valid_until: Option<Timestamp>,
    /// Free words.
    pub labels: Vec<String>,
    /// Where to read more.
    pub references: Vec<Reference>,
    /// Whom and what it points to.
    pub related: Vec<Entity>,
}

/// What kind of thing has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityKind {
    /// A malware family.
    Malware,
    /// A software toolkit.
    Tool,
    /// A threat actor.
    ThreatActor,
    /// A campaign.
    Campaign,
    /// A vulnerability; its name is its CVE id.
    Vulnerability,
}

/// Somebody or something with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
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
    /// When it was first known. An object known only by name has no times; it
    /// then counts as the oldest version of itself, so that it replaces none.
    pub created: Option<Timestamp>,
    /// When what is known last changed.
    pub modified: Option<Timestamp>,
    /// Where to read more.
    pub references: Vec<Reference>,
    /// Whom and what it is related to.
    pub related: Vec<Entity>,
}

/// Where to read more: a link, an id in somebody's catalogue, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Whose page or catalogue it is.
    pub source_name: String,
    /// The page.
    pub url: Option<String>,
    /// The id in the catalogue.
    pub external_id: Option<String>,
}
