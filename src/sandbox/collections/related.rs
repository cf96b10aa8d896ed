//! What is related to a collection.

use super::collection::Collection;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal};
use crate::sandbox::json::{Object, object};
use crate::sandbox::relationships::{self, Form, Item, Related, indicator};
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Kind;
use crate::sandbox::threats::{POOL, Threat, ThreatKind};
use crate::sandbox::vulnerabilities::{Case, Profile};

/// What stands at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Threat objects of one type; of all types by turns where none is said.
    Threats(Option<ThreatKind>),
    Indicators(Kind),
    Plain(&'static str),
}

/// All names of the API notes, section 8.6.
const RELATIONS: [(&str, Target); 15] = [
    ("associations", Target::Threats(None)),
    ("attack_techniques", Target::Plain("attack_technique")),
    ("campaigns", Target::Threats(Some(ThreatKind::Campaign))),
    ("comments", Target::Plain("comment")),
    ("domains", Target::Indicators(Kind::Domain)),
    ("files", Target::Indicators(Kind::File)),
    ("hunting_rulesets", Target::Plain("hunting_ruleset")),
    ("ip_addresses", Target::Indicators(Kind::Ip)),
    (
        "malware_families",
        Target::Threats(Some(ThreatKind::Malware)),
    ),
    ("reports", Target::Threats(Some(ThreatKind::Report))),
    (
        "software_toolkits",
        Target::Threats(Some(ThreatKind::Toolkit)),
    ),
    (
        "suspected_threat_actors",
        Target::Threats(Some(ThreatKind::Actor)),
    ),
    ("threat_actors", Target::Threats(Some(ThreatKind::Actor))),
    ("urls", Target::Indicators(Kind::Url)),
    (
        "vulnerabilities",
        Target::Threats(Some(ThreatKind::Vulnerability)),
    ),
];

/// One relationship of one collection.
#[derive(Debug, Clone, Copy)]
struct Neighbours {
    collection: Collection,
    name: &'static str,
    target: Target,
}

impl Neighbours {
    fn new(collection: Collection, name: &str) -> Option<Self> {
        let (name, target) = RELATIONS.into_iter().find(|(known, _)| *known == name)?;
        Some(Self {
            collection,
            name,
            target,
        })
    }

    fn case(&self) -> Option<Case> {
        match self.collection {
            Collection::Vulnerability(cve) => cve.case(),
            Collection::Threat(_) => None,
        }
    }

    fn is_forbidden(&self) -> bool {
        self.case() == Some(Case::Forbidden) && self.name == "threat_actors"
    }
}

impl Related for Neighbours {
    fn name(&self) -> &'static str {
        self.name
    }

    fn seed(&self) -> Seed {
        self.collection.seed().child(self.name, 0)
    }

    fn total(&self) -> usize {
        let drawn = |bound: usize| self.seed().below("total", bound);
        let threats = matches!(self.target, Target::Threats(_));
        match (self.case(), self.name) {
            (Some(Case::Worst), "files" | "reports") => 81,
            (Some(Case::Worst), "associations") => 23,
            (Some(Case::Worst), "malware_families") => 3,
            (Some(Case::Worst), "threat_actors") => 2,
            (Some(Case::Worst), "campaigns") => 1,
            (Some(Case::Worst), _) => 7,
            (Some(Case::Hostile), _) => usize::from(threats),
            (Some(Case::Bare | Case::Null | Case::Harmless | Case::Unrated), _) => 0,
            (Some(_), "threat_actors") => 1,
            _ if !threats => drawn(60),
            _ => match self.collection {
                Collection::Vulnerability(cve) => {
                    let state = Profile::of(cve).state;
                    if matches!(state, "Wide" | "Confirmed" | "Reported") {
                        1 + drawn(4)
                    } else {
                        0
                    }
                }
                Collection::Threat(_) => drawn(6),
            },
        }
    }

    fn item(&self, index: usize) -> Option<Item> {
        Some(match self.target {
            Target::Threats(kind) => {
                let kind = kind.unwrap_or(ThreatKind::ALL[index % ThreatKind::ALL.len()]);
                Item::Threat(if self.case() == Some(Case::Hostile) {
                    Threat::hostile(kind)
                } else {
                    // Lists are shorter than the half that no list starts in.
                    Threat::new(kind, self.seed().below("first", POOL / 2) + index)
                })
            }
            Target::Indicators(kind) => {
                Item::Indicator(Box::new(indicator(self.seed(), kind, index)))
            }
            Target::Plain(kind) => Item::plain(kind, self.seed().child("item", index), index),
        })
    }
}

/// `GET /collections/{id}/{relationship}` in either form.
pub(super) fn page(asked: &Asked, form: Form) -> Answer {
    let collection = super::known(asked)?;
    let neighbours = Neighbours::new(collection, asked.segment(1))
        .ok_or_else(|| Refusal::not_found("Resource not found."))?;
    if neighbours.is_forbidden() {
        return Err(Refusal::forbidden());
    }
    relationships::page(&neighbours, asked, form)
}

/// The member `relationships` of a collection; none where none was asked for.
///
/// # Errors
/// 400 for an unknown name.
pub(super) fn embedded(collection: Collection, asked: &Asked) -> Result<Option<Object>, Refusal> {
    let names = asked.list("relationships");
    if names.is_empty() {
        return Ok(None);
    }
    let owner = format!("{}/collections/{}", asked.base, collection.id());
    let mut members = Object::default();
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            continue;
        }
        let neighbours = Neighbours::new(collection, name).ok_or_else(|| {
            Refusal::bad_request(format!(
                "\"{name}\" is not a valid relationship for collection"
            ))
        })?;
        let short = if neighbours.is_forbidden() {
            object! { "error": Refusal::forbidden().error() }
        } else {
            relationships::short_form(&neighbours, &owner, asked)
        };
        members.push(neighbours.name, short);
    }
    Ok(Some(members))
}
