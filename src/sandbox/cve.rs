//! Vulnerabilities: any CVE id may be asked for, some are documented, and a
//! catalogue of them is listed and modified as time goes by.

use std::sync::LazyLock;

use super::collections::POOL;
use super::dates::{self, DAY};
use super::indicator::respell;
use super::json::{Json, Object};
use super::seed::Seed;
use super::template::{Fixture, Thing};

/// How many are listed and modified as time goes by.
const CATALOGUE: usize = 1_200;
/// How many of these are modified in the same second, each midnight: more than a
/// page of a list holds.
const BURST: usize = 47;
/// The year of everything listed: no real vulnerability has such a number.
const YEAR: &str = "2099";
/// The number of the first one in the catalogue; the documented ones are below.
const FIRST: usize = 10_000;
const HOUR: i64 = 3_600;
/// What is not known of a bare one.
const UNKNOWN: [&str; 6] = [
    "cvss",
    "epss",
    "exploitation",
    "cisa_known_exploited",
    "cpes",
    "cwe",
];

pub(super) static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("fixtures/vulnerability.json")));

/// A CVE number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cve {
    /// `2099-0001`.
    digits: String,
    /// Its place in the catalogue.
    place: Option<usize>,
}

impl Cve {
    fn new(digits: String) -> Self {
        let number = digits
            .strip_prefix(YEAR)
            .and_then(|number| number[1..].parse::<usize>().ok());
        let place = number.and_then(|number| number.checked_sub(FIRST));
        let place = place.filter(|place| *place < CATALOGUE);
        Self { digits, place }
    }

    /// One of the catalogue, by its place in it.
    pub(super) fn catalogued(place: usize) -> Self {
        Self::new(format!("{YEAR}-{}", FIRST + place))
    }

    /// All that lists have: what is documented and known, then the catalogue.
    pub(super) fn listed() -> impl Iterator<Item = Self> {
        let rows = FIXTURE.documented().iter();
        let documented = rows.map(|row| Self::new(format!("{YEAR}-{}", row.text("number"))));
        let known = documented.filter(Self::is_known);
        known.chain((0..CATALOGUE).map(Self::catalogued))
    }

    /// The vulnerability with an id like `vulnerability--cve-2099-0001`; none for
    /// another id, and for the few numbers that the service does not know.
    pub(super) fn find(id: &str) -> Option<Self> {
        let digits = id.strip_prefix("vulnerability--cve-")?;
        let (year, number) = digits.split_once('-')?;
        let usual = |text: &str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let padded = number.len() == 4 || !number.starts_with('0');
        let cve = Self::new(digits.to_owned());
        (year.len() == 4 && usual(year) && usual(number) && padded && cve.is_known()).then_some(cve)
    }

    fn is_known(&self) -> bool {
        match self.row() {
            Some(row) => row.text("role") != "unknown",
            None => self.place.is_some() || self.seed().chance("known", 92),
        }
    }

    /// What it is documented as. The last one of the pool is hostile, too.
    fn row(&self) -> Option<&'static Object> {
        match self.digits.split_once('-') {
            _ if self.place == Some(POOL - 1) => FIXTURE.row("role", "hostile"),
            Some((YEAR, number)) => FIXTURE.row("number", number),
            _ => None,
        }
    }

    /// `CVE-2099-0001`.
    pub(super) fn name(&self) -> String {
        format!("CVE-{}", self.digits)
    }

    /// `vulnerability--cve-2099-0001`.
    pub(super) fn id(&self) -> String {
        format!("vulnerability--cve-{}", self.digits)
    }

    pub(super) fn seed(&self) -> Seed {
        Seed::of("cve", &self.name())
    }

    /// When it was last modified, seen at a time. Those of the catalogue are
    /// modified every six hours to two days, so that a list of what changed is
    /// never done; the others never again.
    pub(super) fn modified(&self, now: i64) -> i64 {
        let seed = self.seed();
        let (period, phase) = match self.place {
            None => return dates::named(seed, "last_modification").unwrap_or(now),
            Some(place) if place < BURST => (DAY, 0),
            Some(_) => {
                let period = seed.between("period", 6 * HOUR, 48 * HOUR);
                (period, seed.between("phase", 0, period - 1))
            }
        };
        (now - phase).div_euclid(period) * period + phase
    }

    /// What is known of it at a time.
    pub(super) fn thing(&self, now: i64) -> Thing {
        Thing::new(&FIXTURE, self.seed())
            .documented(self.row())
            .with("name", self.name())
            .with("digits", self.digits.clone())
            .with("collection_type", "vulnerability")
            .with("real", !self.digits.starts_with(YEAR))
            .with("modified", self.modified(now))
    }

    /// All attributes, as they are at a time.
    pub(super) fn attributes(&self, now: i64) -> Object {
        let settled = [
            "risk_rating",
            "exploitation_state",
            "availability",
            "seen",
            "exploits",
            "product",
        ];
        let thing = self.thing(now).settled(&settled);
        let mut attributes = thing.object("vulnerability");
        match thing.text("role").as_str() {
            "bare" => attributes.retain(|key| !UNKNOWN.contains(&key)),
            "null" => attributes
                .values_mut()
                .for_each(|value| *value = Json::Null),
            "odd" => respell(&mut attributes),
            "hostile" => {
                attributes.update(thing.object("hostile"));
                attributes.extend(thing.fact("future").into_object());
            }
            _ => {}
        }
        attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_322_800;

    #[test]
    fn ids_lead_back() {
        for cve in Cve::listed() {
            assert_eq!(Cve::find(&cve.id()).as_ref(), Some(&cve), "{}", cve.id());
        }
        for id in [
            "vulnerability--cve-2099-0404",
            "vulnerability--CVE-2099-0001",
            "vulnerability--cve-2099-001",
            "vulnerability--cve-2099-00001",
            "vulnerability--cve-99-0001",
            "vulnerability--cve-2099-1x01",
            "malware--x",
        ] {
            assert_eq!(Cve::find(id), None, "{id}");
        }
    }

    #[test]
    fn the_catalogue_is_modified_as_time_goes_by() {
        let since = |from: i64, to: i64| {
            let modified = Cve::listed().filter(|cve| cve.modified(to) > from);
            modified.count()
        };
        assert!((20..150).contains(&since(NOW, NOW + HOUR)));
        let midnight = NOW.div_euclid(DAY) * DAY;
        let burst = Cve::listed().filter(|cve| cve.modified(NOW) == midnight);
        assert!(burst.count() > 40);
        assert!(Cve::listed().all(|cve| cve.modified(NOW) <= NOW));
    }

    #[test]
    fn the_page_documents_every_case() {
        let page = include_str!("../../docs/sandbox.md");
        for row in FIXTURE.documented() {
            assert!(page.contains(&format!("`CVE-{YEAR}-{}`", row.text("number"))));
        }
    }
}
