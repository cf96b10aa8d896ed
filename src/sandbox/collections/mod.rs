//! Collections: vulnerabilities, and threat actors, malware, campaigns, reports
//! and the like out of a fixed pool; one by one, in lists, and in searches.

mod beside;
mod keys;
mod search;

pub(super) use beside::{STORAGE, storage_routes};

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use uuid::Uuid;

use super::call::Call;
use super::cve::Cve;
use super::dates::{self, DAY};
use super::entity::Entity;
use super::json::{Json, Object, object};
use super::relationships;
use super::reply::{Answer, ApiError, Reply};
use super::seed::Seed;
use super::service::Shared;
use super::template::{Fixture, Thing};

/// How many objects there are of each type. The last one is hostile.
pub(super) const POOL: usize = 200;

/// Of each type but vulnerabilities this one has 3,000 files.
const LARGE: usize = 3;

/// Of each type but vulnerabilities this one counts more indicators than it has.
const BOASTS: usize = 23;

/// Of each type but vulnerabilities this one has as many as it counts, and rests.
const HONEST: usize = 0;

/// One of so many is modified again and again, every so many hours.
const CHANGING: (usize, i64) = (20, 6);

/// The values of `collection_type`.
pub(super) const TYPES: [&str; 7] = [
    "threat-actor",
    "malware-family",
    "software-toolkit",
    "campaign",
    "report",
    "vulnerability",
    "collection",
];

static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("../fixtures/collection.json")));

/// An object of the pool.
#[derive(Debug)]
pub(super) struct Threat {
    kind: &'static str,
    id: String,
    name: String,
    thing: Thing,
}

/// All but vulnerabilities, by type.
static THREATS: LazyLock<Vec<Threat>> = LazyLock::new(|| {
    let kinds = TYPES.into_iter().filter(|kind| *kind != "vulnerability");
    let all = kinds.flat_map(|kind| (0..POOL).map(move |index| (kind, index)));
    all.map(|(kind, index)| Threat::new(kind, index)).collect()
});

impl Threat {
    fn new(kind: &'static str, index: usize) -> Self {
        let name = format!("https://sandbox.example/{kind}/{index}");
        let uuid = Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes());
        let thing = Thing::new(&FIXTURE, Seed::of("threat", kind).child("index", index))
            .with("collection_type", kind)
            .with("index", Json::count(index))
            .with("number", Json::count(20_000_000 + index))
            .with("even", index.is_multiple_of(2))
            .with("large", index == LARGE)
            .with("boasts", index == BOASTS)
            .with("honest", index == HONEST)
            .with("feed", index % 4 == 1)
            .with("uuid", uuid.to_string());
        let name = thing.fill("name").text().into_owned();
        Self {
            kind,
            id: thing.fill("id").text().into_owned(),
            name: name.clone(),
            thing: thing.with("name", name),
        }
    }
}

impl Threat {
    /// When it was last modified as those are that never rest, seen at a time.
    fn changed(&self, now: i64) -> Option<i64> {
        let (every, hours) = CHANGING;
        let index = usize::try_from(self.thing.number("index")).ok()?;
        let step = hours * 3_600;
        let moment = self.thing.seed.between("changes", 0, step - 1);
        (index % every == LARGE).then(|| (now - moment).div_euclid(step) * step + moment)
    }
}

/// A collection of any type.
#[derive(Debug, Clone)]
pub(super) enum Collection {
    Vulnerability(Cve),
    Threat(&'static Threat),
}

impl Collection {
    /// One of a type, by its place in the pool.
    pub(super) fn pooled(kind: &str, index: usize) -> Self {
        let index = index % POOL;
        match THREATS
            .iter()
            .step_by(POOL)
            .position(|first| first.kind == kind)
        {
            Some(place) => Self::Threat(&THREATS[place * POOL + index]),
            None => Self::Vulnerability(Cve::catalogued(index)),
        }
    }

    /// The one with this id.
    fn find(id: &str) -> Option<Self> {
        static IDS: LazyLock<HashMap<&str, &Threat>> = LazyLock::new(|| {
            THREATS
                .iter()
                .map(|threat| (threat.id.as_str(), threat))
                .collect()
        });
        let vulnerability = Cve::find(id).map(Self::Vulnerability);
        vulnerability.or_else(|| IDS.get(id).copied().map(Self::Threat))
    }

    /// The one that the path of a call names.
    ///
    /// # Errors
    /// 403 without a licence, 404 for an id that is unknown.
    pub(super) fn of(call: &Call) -> Result<Self, ApiError> {
        call.licensed()?;
        let id = call.segment(0);
        Self::find(id).ok_or_else(|| ApiError::not_found(format!("Collection \"{id}\" not found")))
    }

    /// All that lists have.
    fn all() -> impl Iterator<Item = Self> {
        let threats = THREATS.iter().map(Self::Threat);
        Cve::listed().map(Self::Vulnerability).chain(threats)
    }

    fn name(&self) -> String {
        match self {
            Self::Vulnerability(cve) => cve.name(),
            Self::Threat(threat) => threat.name.clone(),
        }
    }

    /// The value of `collection_type`.
    fn kind(&self) -> &'static str {
        match self {
            Self::Vulnerability(_) => "vulnerability",
            Self::Threat(threat) => threat.kind,
        }
    }

    fn seed(&self) -> Seed {
        match self {
            Self::Vulnerability(cve) => cve.seed(),
            Self::Threat(threat) => threat.thing.seed,
        }
    }

    /// What is known at a time.
    fn known(&self, now: i64) -> Thing {
        match self {
            Self::Vulnerability(cve) => cve.thing(now),
            Self::Threat(threat) => threat.thing.clone(),
        }
    }

    fn created(&self) -> i64 {
        let first = dates::named(self.seed(), "first_submission").unwrap_or(0);
        first
            + if matches!(self, Self::Vulnerability(_)) {
                DAY
            } else {
                0
            }
    }

    /// How many indicators it has.
    fn counters(&self, call: &Call) -> Object {
        let count = |name| Json::count(relationships::count(self, name, call));
        object! {
            "files": count("files"),
            "domains": count("domains"),
            "urls": count("urls"),
            "ip_addresses": count("ip_addresses"),
        }
    }

    /// When it was last modified, seen at a time.
    fn modified(&self, now: i64) -> i64 {
        match self {
            Self::Vulnerability(cve) => cve.modified(now),
            Self::Threat(threat) => {
                let first = dates::named(self.seed(), "last_modification").unwrap_or(now);
                first.max(threat.changed(now).unwrap_or(first))
            }
        }
    }
}

impl Entity for Collection {
    fn type_name(&self) -> &'static str {
        "collection"
    }

    fn id(&self) -> String {
        match self {
            Self::Vulnerability(cve) => cve.id(),
            Self::Threat(threat) => threat.id.clone(),
        }
    }

    fn path(&self) -> String {
        format!("collections/{}", self.id())
    }

    fn thing(&self, call: &Call) -> Thing {
        self.known(call.second())
    }

    fn attributes(&self, call: &Call) -> Object {
        match self {
            Self::Vulnerability(cve) => cve.attributes(call.second()),
            Self::Threat(threat) => {
                let mut attributes = threat.thing.object("any");
                let modified = self.modified(call.second());
                attributes.update(object! { "last_modification_date": modified });
                let changes = threat.changed(modified).is_some();
                if threat.thing.is("honest") || (changes && !threat.thing.is("boasts")) {
                    attributes.update(object! { "counters": self.counters(call) });
                }
                attributes.extend(threat.thing.object(threat.kind));
                attributes
            }
        }
    }

    fn context(&self) -> Option<Object> {
        Some(object! { "role": "viewer", "shared_with_me": false })
    }
}

/// `GET /collections`, one of them, and `GET /intelligence/search`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/collections", get(search::list))
        .route("/collections/{id}", get(show))
        .route("/intelligence/search", get(search::search))
        .merge(beside::routes())
}

async fn show(call: Call) -> Answer {
    let collection = Collection::of(&call)?;
    let mut object = collection.whole(&call);
    relationships::embed(&mut object, &collection, &call)?;
    Ok(Reply::data(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_lead_back() {
        let mut ids = std::collections::HashSet::new();
        for kind in TYPES {
            for index in 0..POOL {
                let one = Collection::pooled(kind, index);
                assert!(ids.insert(one.id()), "{}", one.id());
                assert_eq!(
                    Collection::find(&one.id()).map(|one| one.name()),
                    Some(one.name())
                );
            }
        }
        assert!(Collection::find("malware--x").is_none());
    }
}
