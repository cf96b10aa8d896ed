//! Which vulnerabilities there are, and when they were last modified.

use super::case::Case;
use crate::sandbox::objects::Dates;
use crate::sandbox::seed::Seed;

/// How many are listed and modified as time goes by.
pub(in crate::sandbox) const CATALOGUE: usize = 1_200;
/// How many of these are modified in the same second, each midnight: more than a
/// page of a list holds.
const BURST: u64 = 47;
/// The year of everything listed: no real vulnerability has such a number.
const YEAR: u16 = 2099;
/// The number of the first one in the catalogue; the documented ones are below.
const FIRST: u64 = 10_000;
/// Where the hostile one of the pool of threat objects is.
const HOSTILE: u64 = FIRST + crate::sandbox::threats::POOL as u64 - 1;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A CVE number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sandbox) struct Cve {
    year: u16,
    number: u64,
}

impl Cve {
    /// One of the catalogue, by its place in it.
    pub(in crate::sandbox) fn catalogued(index: usize) -> Self {
        Self {
            year: YEAR,
            number: FIRST + (index % CATALOGUE) as u64,
        }
    }

    /// All that lists have: what is documented and known, then the catalogue.
    pub(in crate::sandbox) fn listed() -> impl Iterator<Item = Self> {
        let documented = Case::ALL
            .into_iter()
            .map(|(number, _)| Self { year: YEAR, number });
        let known = documented.filter(|cve| cve.case() != Some(Case::Unknown));
        known.chain((0..CATALOGUE).map(Self::catalogued))
    }

    /// The vulnerability with an id like `vulnerability--cve-2099-0001`; none for
    /// another id, and for the few numbers that the service does not know.
    pub(in crate::sandbox) fn find(id: &str) -> Option<Self> {
        let (year, number) = id.strip_prefix("vulnerability--cve-")?.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let padded = number.len() == 4 || (number.len() > 4 && !number.starts_with('0'));
        if year.len() != 4 || !digits(year) || !digits(number) || !padded {
            return None;
        }
        let cve = Self {
            year: year.parse().ok()?,
            number: number.parse().ok()?,
        };
        cve.is_known().then_some(cve)
    }

    fn is_known(self) -> bool {
        match self.case() {
            Some(case) => case != Case::Unknown,
            None => self.place().is_some() || self.seed().chance("known", 92),
        }
    }

    /// What it is documented for.
    pub(in crate::sandbox) fn case(self) -> Option<Case> {
        if self.year != YEAR {
            return None;
        }
        if self.number == HOSTILE {
            return Some(Case::Hostile);
        }
        let mut all = Case::ALL.into_iter();
        all.find(|(number, _)| *number == self.number)
            .map(|(_, case)| case)
    }

    /// `CVE-2099-0001`.
    pub(in crate::sandbox) fn name(self) -> String {
        format!("CVE-{}-{:04}", self.year, self.number)
    }

    /// `vulnerability--cve-2099-0001`.
    pub(in crate::sandbox) fn id(self) -> String {
        format!("vulnerability--cve-{}-{:04}", self.year, self.number)
    }

    /// Whether somebody else gave this number to something real.
    pub(super) fn may_be_real(self) -> bool {
        self.year != YEAR
    }

    pub(in crate::sandbox) fn seed(self) -> Seed {
        Seed::of("cve", &self.name())
    }

    fn place(self) -> Option<u64> {
        let place = self.number.checked_sub(FIRST)?;
        (self.year == YEAR && place < CATALOGUE as u64).then_some(place)
    }

    /// When it was last modified, seen at a time. Those of the catalogue are
    /// modified every six hours to two days, so that a list of what changed is
    /// never done; the others never again.
    pub(in crate::sandbox) fn last_modified(self, now: i64) -> i64 {
        let Some(place) = self.place() else {
            return Dates::of(self.seed()).last_modification;
        };
        let (period, phase) = if place < BURST {
            (DAY, 0)
        } else {
            let period = self.seed().between("period", 6 * HOUR, 48 * HOUR);
            (period, self.seed().between("phase", 0, period - 1))
        };
        (now - phase).div_euclid(period) * period + phase
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_322_800;

    #[test]
    fn ids_lead_back() {
        for cve in Cve::listed() {
            assert_eq!(Cve::find(&cve.id()), Some(cve), "{}", cve.id());
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
            Cve::listed()
                .filter(|cve| cve.last_modified(to) > from)
                .count()
        };
        assert!((20..150).contains(&since(NOW, NOW + HOUR)));
        let midnight = NOW.div_euclid(DAY) * DAY;
        let burst = Cve::listed().filter(|cve| cve.last_modified(NOW) == midnight);
        assert!(burst.count() > 40);
        assert!(Cve::listed().all(|cve| cve.last_modified(NOW) <= NOW));
    }
}
