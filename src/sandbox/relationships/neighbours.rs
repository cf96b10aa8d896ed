//! Who is related to an indicator or a collection: how many, and which.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::sandbox::behaviours::Behaviour;
use crate::sandbox::call::Call;
use crate::sandbox::collections::{Collection, POOL, TYPES};
use crate::sandbox::entity::Entity;
use crate::sandbox::filter::among;
use crate::sandbox::indicator::{Indicator, Kind};
use crate::sandbox::json::{Json, Object};
use crate::sandbox::paging::Rest;
use crate::sandbox::reply::ApiError;
use crate::sandbox::seed::Seed;
use crate::sandbox::template::{Fixture, Thing};

/// A relationship of one or more types of objects (API notes, sections 2.5 and
/// 8.6). Which of them are premium is not public; threat objects are, and what the
/// vendor marks so.
#[derive(Debug, Deserialize)]
pub(super) struct Relation {
    pub(super) name: &'static str,
    /// The types of objects that have it.
    of: &'static str,
    /// What stands at the other end: a type of objects, a `collection_type`, `any`
    /// of these, or a role.
    to: &'static str,
    /// Whether only a premium licence may see it.
    #[serde(default)]
    premium: bool,
    /// How many those have that are documented as much related: below, at and
    /// beyond every limit.
    #[serde(default = "few")]
    most: usize,
}

fn few() -> usize {
    7
}

static RELATIONS: LazyLock<Vec<Relation>> = LazyLock::new(|| {
    let text = include_str!("../fixtures/relationships.json");
    serde_json::from_str(text).expect("the fixture is valid")
});

static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("../fixtures/related.json")));

/// The names of all relationships of a type of objects.
pub(in crate::sandbox) fn names(type_name: &str) -> impl Iterator<Item = &'static str> {
    let own = RELATIONS
        .iter()
        .filter(move |relation| among(relation.of, type_name));
    own.map(|relation| relation.name)
}

/// One relationship of one object.
pub(super) struct Neighbours<'a> {
    pub(super) owner: &'a dyn Entity,
    thing: Thing,
    pub(super) relation: &'static Relation,
    /// What the list grows from.
    pub(super) seed: Seed,
}

impl<'a> Neighbours<'a> {
    /// The relationship of this name; none where objects of the type have none.
    pub(super) fn named(owner: &'a dyn Entity, name: &str, call: &Call) -> Option<Self> {
        let own = |relation: &&Relation| {
            let kind = owner.type_name();
            among(relation.of, kind.strip_prefix("private_").unwrap_or(kind))
        };
        let relation = RELATIONS
            .iter()
            .filter(own)
            .find(|relation| relation.name == name)?;
        let thing = owner.thing(call);
        let seed = thing.seed.child(relation.name, 0);
        Some(Self {
            owner,
            thing,
            relation,
            seed,
        })
    }

    /// Refuses a caller whose licence does not cover it.
    pub(super) fn permitted(&self, call: &Call) -> Result<(), ApiError> {
        if self.relation.premium {
            call.licensed()
        } else {
            Ok(())
        }
    }

    /// Whether it is closed to everybody.
    pub(super) fn is_forbidden(&self) -> bool {
        self.is("forbidden") && among("related_threat_actors threat_actors", self.relation.name)
    }

    /// Whether the owner is documented for this role.
    fn is(&self, role: &str) -> bool {
        self.thing.text("role") == role
    }

    /// Whether it leads to one object, or to none, and not to a list.
    pub(super) fn is_single(&self) -> bool {
        among("parent host server", self.relation.to)
    }

    /// Where the list has an empty page that is not its last.
    pub(super) fn rest(&self) -> Rest {
        if self.is("malicious") && self.relation.name == "reports" {
            Rest::After(5)
        } else {
            Rest::Nowhere
        }
    }

    fn is_collections(&self) -> bool {
        self.relation.to == "any" || TYPES.contains(&self.relation.to)
    }

    /// How many there are.
    pub(super) fn total(&self) -> usize {
        let count = |fact: &str| usize::try_from(self.thing.number(fact)).unwrap_or(0);
        let drawn = |most: usize| self.seed.below("total", most + 1);
        match self.thing.text("role").as_str() {
            _ if self.relation.to == "file_behaviour" => count("runs"),
            "malicious" | "worst" => self.relation.most,
            _ if self.thing.is("large") && self.relation.name == "files" => 3_000,
            "sparse" | "bare" | "null" | "harmless" | "unrated" => 0,
            "hostile" if self.is_collections() => 1,
            _ if !self.is_collections() => drawn(count("neighbours")),
            _ if self.thing.is("connected") => 1 + drawn(3),
            _ => 0,
        }
    }

    /// The item at a place in the list; none where a relationship that leads to
    /// one object leads nowhere.
    pub(super) fn item(&self, index: usize) -> Option<Box<dyn Entity>> {
        if self.is_collections() {
            return Some(self.collection(index));
        }
        if let Some(kind) = Kind::named(self.relation.to) {
            return Some(Box::new(invented(self.seed, kind, index)));
        }
        let id = self.owner.id();
        let indicator = match self.relation.to {
            "file_behaviour" => return Some(Box::new(Behaviour::new(&self.thing, index))),
            "subdomain" => Indicator::domain(&format!("host-{index}.{id}")),
            "parent" => {
                let (_, above) = id.split_once('.')?;
                above.contains('.').then(|| Indicator::domain(above))?
            }
            "server" => Indicator::ip(address(self.seed, 0)),
            "host" => match url::Url::parse(&self.thing.text("url")).ok()?.host()? {
                url::Host::Domain(domain) => Indicator::domain(domain),
                url::Host::Ipv4(ip) => Indicator::ip(ip.into()),
                url::Host::Ipv6(ip) => Indicator::ip(ip.into()),
            },
            kind => return Some(Box::new(self.other(kind, index))),
        };
        Some(Box::new(indicator))
    }

    fn collection(&self, index: usize) -> Box<dyn Entity> {
        let kind = match self.relation.to {
            "any" => TYPES[index % TYPES.len()],
            kind => kind,
        };
        // Lists are shorter than the half that no list starts in.
        let place = self.seed.below("first", POOL / 2) + index;
        let place = if self.is("hostile") { POOL - 1 } else { place };
        let collection = Collection::pooled(kind, place);
        // The third of the malicious indicators' collections can't be loaded.
        if self.is("malicious") && self.relation.name == "collections" && index == 2 {
            return Box::new(Gone(collection));
        }
        Box::new(collection)
    }

    /// An object of another type, which the fixture has.
    fn other(&self, kind: &'static str, index: usize) -> Other {
        let id = self.owner.id();
        let (ip, host) = if self.owner.type_name() == "ip_address" {
            (id.clone(), invented(self.seed, Kind::Domain, index).id)
        } else {
            (invented(self.seed, Kind::Ip, index).id, id.clone())
        };
        let thing = Thing::new(&FIXTURE, self.seed.child("item", index))
            .with("type", kind)
            .with("number", Json::count(1_001 + index))
            .with("hostile", self.is("hostile"))
            .with("letter", &self.owner.type_name()[..1])
            .with("owner", id)
            .with("ip", ip)
            .with("host", host);
        Other(kind, thing)
    }
}

/// An object that says little more than its id.
struct Other(&'static str, Thing);

impl Entity for Other {
    fn type_name(&self) -> &'static str {
        self.0
    }

    fn id(&self) -> String {
        self.1.fill("ids").text().into_owned()
    }

    fn path(&self) -> String {
        format!("{}s/{}", self.0, self.id())
    }

    fn thing(&self, _: &Call) -> Thing {
        self.1.clone()
    }

    fn attributes(&self, _: &Call) -> Object {
        self.1.object("attributes")
    }
}

/// An object that is listed and can't be loaded.
struct Gone(Collection);

impl Entity for Gone {
    fn type_name(&self) -> &'static str {
        self.0.type_name()
    }

    fn id(&self) -> String {
        self.0.id()
    }

    fn path(&self) -> String {
        self.0.path()
    }

    fn thing(&self, call: &Call) -> Thing {
        self.0.thing(call)
    }

    fn attributes(&self, _: &Call) -> Object {
        Object::default()
    }

    fn described(&self, _: &[&str], call: &Call) -> Object {
        self.whole(call)
    }

    /// Its descriptor, and why it is not there.
    fn whole(&self, _: &Call) -> Object {
        let message = format!("Collection \"{}\" not found", self.id());
        let mut object = self.descriptor();
        object.push("error", ApiError::not_found(message).error());
        object
    }
}

/// The invented indicator at a place in a list.
pub(in crate::sandbox) fn invented(list: Seed, kind: Kind, index: usize) -> Indicator {
    let seed = list.child("indicator", index);
    let word = seed.pick("word", &["cdn", "mail", "static", "update", "login"]);
    let domain = format!("{word}-{index}-{}.example", seed.hex("name", 6));
    match kind {
        Kind::Ip => Indicator::ip(address(list, index)),
        Kind::Domain => Indicator::domain(&domain),
        Kind::Url => {
            let text = format!("https://{domain}/{}", seed.hex("path", 8));
            Indicator::url(text.parse().expect("letters and digits make a URL"))
        }
        Kind::File => {
            Indicator::file(&seed.hex("sha256", 64)).expect("64 hexadecimal digits are a hash")
        }
    }
}

/// An address of a documentation network; 254 in a row are different.
fn address(list: Seed, index: usize) -> IpAddr {
    let host = (list.below("address", 254) + index * 7) % 254 + 1;
    Ipv4Addr::new(198, 51, 100, u8::try_from(host).expect("it is at most 254")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_within_a_type() {
        let types = Kind::ALL
            .map(Kind::type_name)
            .into_iter()
            .chain(["collection"]);
        for type_name in types {
            let mut all: Vec<_> = names(type_name).collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert!(count > 10 && all.len() == count, "{type_name}");
        }
    }
}
