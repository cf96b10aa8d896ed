//! Who is related to an indicator: how many, and which.

use std::net::{IpAddr, Ipv4Addr};

use super::item::Item;
use super::list::Related;
use super::relation::{Relation, Target};
use crate::sandbox::assessment::Assessment;
use crate::sandbox::behaviours::Behaviour;
use crate::sandbox::role::Role;
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::{Detail, Kind, Subject};
use crate::sandbox::threats::{POOL, Threat, ThreatKind};

/// Where the malicious indicators' `reports` have an empty page.
const GAP: usize = 5;
/// Which of the malicious indicators' `collections` can't be loaded.
const GONE: usize = 2;

/// One relationship of one indicator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbours<'a> {
    subject: &'a Subject,
    relation: &'static Relation,
}

impl<'a> Neighbours<'a> {
    pub(super) fn new(subject: &'a Subject, relation: &'static Relation) -> Self {
        Self { subject, relation }
    }

    /// The counts that the room documents: below, at and beyond every limit.
    fn documented_total(self) -> usize {
        match self.relation.name {
            "communicating_files" | "execution_parents" => 81,
            "resolutions" | "contacted_domains" => 47,
            "collections" => 23,
            "reports" => 12,
            "malware_families" | "vulnerabilities" => 3,
            "related_threat_actors" | "software_toolkits" => 2,
            "campaigns" => 1,
            _ => 7,
        }
    }

    /// The only neighbour of a relationship that leads to one object.
    fn single(self) -> Option<Item> {
        let subject = match (self.relation.target, &self.subject.detail) {
            (Target::Parent, _) => {
                let (_, above) = self.subject.id.split_once('.')?;
                above.contains('.').then(|| Subject::domain(above))?
            }
            (Target::Host, Detail::Url(url)) => match url.host()? {
                url::Host::Domain(domain) => Subject::domain(domain),
                url::Host::Ipv4(ip) => Subject::ip(ip.into()),
                url::Host::Ipv6(ip) => Subject::ip(ip.into()),
            },
            (Target::Server, _) => Subject::ip(address(self.seed(), 0)),
            _ => return None,
        };
        Some(Item::Indicator(Box::new(subject)))
    }

    fn is_threats(self) -> bool {
        matches!(self.relation.target, Target::Threats(_))
    }

    fn threat(self, kind: Option<ThreatKind>, index: usize) -> Item {
        let kind = kind.unwrap_or(ThreatKind::ALL[index % ThreatKind::ALL.len()]);
        let threat = if self.subject.role == Some(Role::Hostile) {
            Threat::hostile(kind)
        } else {
            // Lists are shorter than the half that no list starts in.
            Threat::new(kind, self.seed().below("first", POOL / 2) + index)
        };
        let malicious = self.subject.role == Some(Role::Malicious);
        if malicious && self.relation.name == "collections" && index == GONE {
            return Item::Gone(threat);
        }
        Item::Threat(threat)
    }
}

impl Related for Neighbours<'_> {
    fn name(&self) -> &'static str {
        self.relation.name
    }

    fn seed(&self) -> Seed {
        self.subject.seed.child(self.relation.name, 0)
    }

    fn total(&self) -> usize {
        if self.relation.target == Target::Behaviours {
            return Behaviour::count(self.subject);
        }
        match self.subject.role {
            Some(Role::Malicious) => self.documented_total(),
            Some(Role::Sparse) => 0,
            Some(Role::Hostile) if self.is_threats() => 1,
            _ if !self.is_threats() => self.seed().below("total", 13),
            _ if Assessment::of(self.subject).is_bad() => 1 + self.seed().below("total", 4),
            _ => 0,
        }
    }

    fn gap(&self) -> Option<usize> {
        (self.subject.role == Some(Role::Malicious) && self.relation.name == "reports")
            .then_some(GAP)
    }

    fn item(&self, index: usize) -> Option<Item> {
        let seed = self.seed().child("item", index);
        Some(match self.relation.target {
            Target::Threats(kind) => self.threat(kind, index),
            Target::Many(kind) => Item::Indicator(Box::new(indicator(self.seed(), kind, index))),
            Target::Subdomains => {
                let name = format!("host-{index}.{}", self.subject.id);
                Item::Indicator(Box::new(Subject::domain(&name)))
            }
            Target::Resolutions if self.subject.kind == Kind::Ip => Item::resolution(
                self.subject,
                &indicator(self.seed(), Kind::Domain, index),
                seed,
            ),
            Target::Resolutions => {
                Item::resolution(&indicator(self.seed(), Kind::Ip, index), self.subject, seed)
            }
            Target::Comments => Item::comment(self.subject, seed),
            Target::Behaviours => Item::Behaviour(Behaviour::new(self.subject, index)),
            Target::Plain(kind) => Item::plain(kind, seed, index),
            Target::Parent | Target::Host | Target::Server => return self.single(),
        })
    }

    fn is_single(&self) -> bool {
        self.relation.is_single()
    }
}

/// The invented indicator at a place in a list.
pub(in crate::sandbox) fn indicator(list: Seed, kind: Kind, index: usize) -> Subject {
    let seed = list.child("indicator", index);
    match kind {
        Kind::Ip => Subject::ip(address(list, index)),
        Kind::Domain => Subject::domain(&domain(seed, index)),
        Kind::Url => {
            let text = format!("https://{}/{}", domain(seed, index), seed.hex("path", 8));
            Subject::url(text.parse().expect("letters and digits make a URL"))
        }
        Kind::File => {
            Subject::file(&seed.hex("sha256", 64)).expect("64 hexadecimal digits are a hash")
        }
    }
}

/// An address of a documentation network; 254 in a row are different.
fn address(list: Seed, index: usize) -> IpAddr {
    let host = (list.below("address", 254) + index * 7) % 254 + 1;
    Ipv4Addr::new(198, 51, 100, u8::try_from(host).expect("it is at most 254")).into()
}

fn domain(seed: Seed, index: usize) -> String {
    let word = seed.pick("word", &["cdn", "mail", "static", "update", "login"]);
    format!("{word}-{index}-{}.example", seed.hex("name", 6))
}
