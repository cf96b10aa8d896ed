//! What is known of a vulnerability that decides how soon to patch it.

use std::cmp::Ordering;

use crate::model::vulnerability::{CvssScore, Epss, Kev, Priority, RiskRating, Vulnerability};

/// The values that are compared, most telling first. What is not known comes
/// after everything that is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Standing {
    /// `P0` to `P4`, the service's or derived.
    pub priority: Option<Priority>,
    /// Its entry in CISA's list of known exploited vulnerabilities.
    pub kev: Option<Kev>,
    /// `Wide`, `Confirmed`, `Reported`, `Suspected`, `No Known`.
    pub exploitation_state: Option<String>,
    /// `Trivial`, `Publicly Available`, … `No Known`.
    pub exploit_availability: Option<String>,
    /// `CRITICAL`, `HIGH`, `MEDIUM`, `LOW`, rated or predicted.
    pub risk_rating: Option<RiskRating>,
    /// The probability of exploitation within 30 days.
    pub epss: Epss,
    /// The score of the newest version of CVSS that has one.
    pub cvss: Option<CvssScore>,
    /// What is affected, in words; it decides nothing.
    pub affected: Vec<String>,
}

impl From<Vulnerability> for Standing {
    fn from(vulnerability: Vulnerability) -> Self {
        Self {
            cvss: vulnerability.cvss.best().cloned(),
            affected: vulnerability.affected(),
            priority: vulnerability.priority,
            kev: vulnerability.kev,
            exploitation_state: vulnerability.exploitation_state,
            exploit_availability: vulnerability.exploit_availability,
            risk_rating: vulnerability.risk_rating,
            epss: vulnerability.epss,
        }
    }
}

const PRIORITIES: [&str; 5] = ["P0", "P1", "P2", "P3", "P4"];
const STATES: [&str; 5] = ["Wide", "Confirmed", "Reported", "Suspected", "No Known"];
const AVAILABILITIES: [&str; 6] = [
    "Trivial",
    "Publicly Available",
    "Privately Held",
    "Unverified",
    "Interest Observed",
    "No Known",
];
const RATINGS: [&str; 4] = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

/// The place of a word in its scale; behind the scale for one that is missing or
/// not known, since these lists are open.
fn place(scale: &[&str], word: Option<&str>) -> usize {
    let found = word.and_then(|word| {
        let same = |known: &&str| known.eq_ignore_ascii_case(word.trim());
        scale.iter().position(same)
    });
    found.unwrap_or(scale.len())
}

/// The greater number first, and a missing one last.
fn descending(left: Option<f64>, right: Option<f64>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => right.total_cmp(&left),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

impl Standing {
    /// The CVSS base score.
    pub(crate) fn score(&self) -> Option<f64> {
        self.cvss.as_ref()?.base
    }

    /// Which of two to patch first: the order in which the ranking compares,
    /// before it looks at the assets (docs/rank.md, "The order").
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let word = |standing: &Self| {
            let priority = standing.priority.as_ref().map(|it| it.value.as_str());
            let rating = standing.risk_rating.as_ref().map(|it| it.value.as_str());
            (
                place(&PRIORITIES, priority),
                standing.kev.is_none(),
                place(&STATES, standing.exploitation_state.as_deref()),
                place(&AVAILABILITIES, standing.exploit_availability.as_deref()),
                place(&RATINGS, rating),
            )
        };
        word(self)
            .cmp(&word(other))
            .then_with(|| descending(self.epss.score, other.epss.score))
            .then_with(|| descending(self.score(), other.score()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vulnerability::{PrioritySource, RiskSource};

    fn standing(
        priority: &str,
        kev: bool,
        state: &str,
        availability: &str,
        rating: &str,
        epss: f64,
        cvss: f64,
    ) -> Standing {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let number = |number: f64| (number >= 0.0).then_some(number);
        Standing {
            priority: text(priority).map(|value| Priority {
                value,
                source: PrioritySource::Gti,
            }),
            kev: kev.then(Kev::default),
            exploitation_state: text(state),
            exploit_availability: text(availability),
            risk_rating: text(rating).map(|value| RiskRating {
                value,
                source: RiskSource::Rated,
            }),
            epss: Epss {
                score: number(epss),
                percentile: None,
            },
            cvss: number(cvss).map(|base| CvssScore {
                version: "3.1".to_owned(),
                member: "cvssv3_x",
                base: Some(base),
                temporal: None,
                adjusted: None,
                translated: false,
                vector: None,
            }),
            affected: vec![],
        }
    }

    /// Each line comes before the next, for one reason at a time.
    #[test]
    fn each_value_outranks_all_behind_it() {
        let order = [
            standing("P0", true, "Wide", "Trivial", "CRITICAL", 0.97, 10.0),
            standing("p0", true, "Wide", "Trivial", "Critical", 0.97, 9.8),
            standing("P0", true, "Wide", "Trivial", "CRITICAL", 0.97, -1.0),
            standing("P0", true, "Wide", "Trivial", "CRITICAL", 0.5, 10.0),
            standing("P0", true, "Wide", "Trivial", "CRITICAL", -1.0, 10.0),
            standing("P0", true, "Wide", "Trivial", "HIGH", 1.0, 10.0),
            standing("P0", true, "Wide", "Trivial", "MEDIUM", 1.0, 10.0),
            standing("P0", true, "Wide", "Trivial", "", 1.0, 10.0),
            standing(
                "P0",
                true,
                "Wide",
                "Publicly Available",
                "CRITICAL",
                1.0,
                10.0,
            ),
            standing("P0", true, "Wide", "Privately Held", "CRITICAL", 1.0, 10.0),
            standing("P0", true, "Wide", "Unverified", "CRITICAL", 1.0, 10.0),
            standing(
                "P0",
                true,
                "Wide",
                "Interest Observed",
                "CRITICAL",
                1.0,
                10.0,
            ),
            standing("P0", true, "Wide", "No Known", "CRITICAL", 1.0, 10.0),
            standing("P0", true, "Wide", "Novel", "CRITICAL", 1.0, 10.0),
            standing("P0", true, "Confirmed", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("P0", true, "Reported", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("P0", true, "Suspected", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("P0", true, "No Known", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("P0", true, "", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("P0", false, "Wide", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("P1", true, "Wide", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("P4", true, "Wide", "Trivial", "CRITICAL", 1.0, 10.0),
            standing("", true, "Wide", "Trivial", "CRITICAL", 1.0, 10.0),
            Standing::default(),
        ];
        for (index, left) in order.iter().enumerate() {
            for (other, right) in order.iter().enumerate() {
                assert_eq!(left.compare(right), index.cmp(&other), "{left:?} {right:?}");
            }
        }
    }
}
