//! What objects of the API say, read through the shared views. Every command that
//! writes STIX has its facts from here.

mod collection;
mod fed;
mod indicator;
mod technique;

use jiff::Timestamp;

pub(crate) use collection::vulnerability;
pub(in crate::output) use fed::fed;
pub(crate) use technique::techniques;

use super::fact::{Fact, Related};
use crate::model::indicator::Kind;
use crate::model::report::Report;
use crate::model::view::decode;

/// Whose assessment and whose pages they are.
const SERVICE: &str = "Google Threat Intelligence";

/// An object that is related to another one, as far as a list of them tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    /// The API's type: `collection`, `resolution`, `file`.
    pub kind: Option<&'a str>,
    /// The API's id.
    pub id: Option<&'a str>,
    /// Its name, its address, or what it joins.
    pub name: Option<&'a str>,
    /// The whole object, where it was fetched.
    pub object: Option<&'a str>,
}

impl Fact {
    /// What an object says that was given at a time; `None` for what has no meaning
    /// in STIX.
    pub(crate) fn of(json: &str, seen: Timestamp) -> Option<Self> {
        let report: Report = decode(json).ok()?.view;
        let kind = report.kind.as_deref()?;
        match indicator_kind(kind) {
            Some(kind) => indicator::read(&report, kind, None, seen),
            None => named(kind, json, None),
        }
    }

    /// What the report says on an indicator that was looked up by its value.
    pub(crate) fn of_report(json: &str, kind: Kind, value: &str, seen: Timestamp) -> Option<Self> {
        let report: Report = decode(json).ok()?.view;
        indicator::read(&report, kind, Some(value), seen)
    }

    /// The same with what it is related to.
    #[must_use]
    pub(crate) fn with_related(mut self, more: impl IntoIterator<Item = Related>) -> Self {
        match &mut self {
            Self::Indicator(indicator) => indicator.related.extend(more),
            Self::Entity(entity) => entity.related.extend(more),
            Self::Software(_) => {}
        }
        self
    }

    /// What a related object says, whole or as far as the list tells; `None` for what
    /// has no meaning in STIX.
    pub(crate) fn related(
        &self,
        relationship: &str,
        item: Item<'_>,
        seen: Timestamp,
    ) -> Option<Related> {
        let fact = match (item.kind, item.object) {
            (Some("resolution"), _) => indicator::resolved(self, item, seen),
            (Some(kind), object) => match (indicator_kind(kind), object) {
                (Some(kind), Some(object)) => Self::whole(object, kind, item, seen),
                (Some(kind), None) => indicator::listed(kind, item, seen),
                (None, Some(object)) => named(kind, object, Some(relationship)),
                (None, None) => collection::listed(kind, item, relationship),
            },
            (None, _) => None,
        };
        Some(Related {
            relationship: relationship.to_owned(),
            fact: fact?,
        })
    }

    fn whole(object: &str, kind: Kind, item: Item<'_>, seen: Timestamp) -> Option<Self> {
        let report: Report = decode(object).ok()?.view;
        let url = item.name.filter(|_| kind == Kind::Url);
        indicator::read(&report, kind, url, seen)
    }
}

/// What something with a name says.
fn named(kind: &str, json: &str, relationship: Option<&str>) -> Option<Fact> {
    match kind {
        "collection" => collection::read(json, relationship),
        "attack_technique" => technique::read(json),
        _ => None,
    }
}

/// The kind of indicator that a type of objects stands for.
fn indicator_kind(kind: &str) -> Option<Kind> {
    Some(match kind {
        "ip_address" => Kind::Ip,
        "domain" => Kind::Domain,
        "url" | "private_url" => Kind::Url,
        "file" | "private_file" => Kind::File,
        _ => return None,
    })
}

/// A time of the API; the placeholder 1 and times before the epoch are none.
fn time(seconds: Option<i64>) -> Option<Timestamp> {
    Timestamp::from_second(seconds.filter(|at| *at > 1)?).ok()
}
