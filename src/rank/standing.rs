//! What is known of a vulnerability that decides how soon to patch it.

use std::cmp::Ordering;

/// The values that are compared, most telling first. What is not known comes
/// after everything that is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// The service's priority, `P0` to `P4`.
    pub priority: Option<String>,
    /// Whether the priority was derived here, because the service gave none.
    pub derived: bool,
    /// Since when it is in CISA's catalogue of known exploited vulnerabilities;
    /// the inner value is absent where the catalogue has no date.
    pub kev: Option<Option<String>>,
    /// `Wide`, `Confirmed`, `Reported`, `Suspected`, `No Known`.
    pub exploitation_state: Option<String>,
    /// `Trivial`, `Publicly Available`, … `No Known`.
    pub exploit_availability: Option<String>,
    /// `CRITICAL`, `HIGH`, `MEDIUM`, `LOW`.
    pub risk_rating: Option<String>,
    /// Whether the rating is a prediction.
    pub risk_predicted: bool,
    /// The probability of exploitation within 30 days.
    pub epss: Option<f64>,
    /// The base score.
    pub cvss: Option<f64>,
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
    /// Which of two to patch first: the order in which the ranking compares,
    /// before it looks at the assets (docs/vuln.md, "What to patch first").
    pub fn compare(&self, other: &Self) -> Ordering {
        let word = |standing: &Self| {
            (
                place(&PRIORITIES, standing.priority.as_deref()),
                standing.kev.is_none(),
                place(&STATES, standing.exploitation_state.as_deref()),
                place(&AVAILABILITIES, standing.exploit_availability.as_deref()),
                place(&RATINGS, standing.risk_rating.as_deref()),
            )
        };
        word(self)
            .cmp(&word(other))
            .then_with(|| descending(self.epss, other.epss))
            .then_with(|| descending(self.cvss, other.cvss))
    }

    /// Derives the priority where the service gave none, from the rating, the
    /// exploitation and the exploits, as the service's reports describe it (API
    /// notes, section 8.5). Without a rating there is nothing to derive from.
    #[must_use]
    pub fn completed(mut self) -> Self {
        if self.priority.is_none() {
            self.priority = self.derived_priority().map(str::to_owned);
            self.derived = self.priority.is_some();
        }
        self
    }

    fn derived_priority(&self) -> Option<&'static str> {
        let rating = place(&RATINGS, self.risk_rating.as_deref());
        let state = place(&STATES, self.exploitation_state.as_deref());
        let availability = place(&AVAILABILITIES, self.exploit_availability.as_deref());
        let [wide, confirmed, reported, suspected] = [0, 1, 2, 3];
        // An interest in it is no exploit yet.
        let has_exploit = availability < place(&AVAILABILITIES, Some("Interest Observed"));
        let priority = match *RATINGS.get(rating)? {
            "CRITICAL" => 0,
            "HIGH" if state <= reported => 0,
            "HIGH" if has_exploit => 1,
            "HIGH" => 2,
            "MEDIUM" if state == wide => 0,
            "MEDIUM" if state <= suspected => 1,
            "MEDIUM" if has_exploit => 2,
            "MEDIUM" => 3,
            _ if state <= confirmed => 1,
            _ if state <= suspected => 2,
            _ if has_exploit => 3,
            _ => 4,
        };
        Some(PRIORITIES[priority])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            priority: text(priority),
            kev: kev.then_some(None),
            exploitation_state: text(state),
            exploit_availability: text(availability),
            risk_rating: text(rating),
            epss: number(epss),
            cvss: number(cvss),
            ..Standing::default()
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

    #[test]
    fn a_missing_priority_is_derived_as_the_service_describes() {
        for (rating, state, availability, priority) in [
            ("CRITICAL", "", "", Some("P0")),
            ("HIGH", "Wide", "", Some("P0")),
            ("High", "Reported", "No Known", Some("P0")),
            ("HIGH", "Suspected", "Publicly Available", Some("P1")),
            ("HIGH", "No Known", "Unverified", Some("P1")),
            ("HIGH", "No Known", "Interest Observed", Some("P2")),
            ("HIGH", "", "", Some("P2")),
            ("MEDIUM", "Wide", "", Some("P0")),
            ("MEDIUM", "Confirmed", "", Some("P1")),
            ("MEDIUM", "Suspected", "", Some("P1")),
            ("MEDIUM", "No Known", "Privately Held", Some("P2")),
            ("MEDIUM", "No Known", "Interest Observed", Some("P3")),
            ("LOW", "Wide", "", Some("P1")),
            ("LOW", "Confirmed", "", Some("P1")),
            ("LOW", "Reported", "", Some("P2")),
            ("LOW", "Suspected", "Trivial", Some("P2")),
            ("LOW", "No Known", "Trivial", Some("P3")),
            ("LOW", "No Known", "No Known", Some("P4")),
            ("", "Wide", "Trivial", None),
            ("NOVEL", "Wide", "Trivial", None),
        ] {
            let given = standing("", true, state, availability, rating, -1.0, -1.0);
            let completed = given.completed();
            assert_eq!(
                (completed.priority.as_deref(), completed.derived),
                (priority, priority.is_some()),
                "{rating} {state} {availability}"
            );
        }
        let given = standing("P4", false, "Wide", "", "CRITICAL", -1.0, -1.0).completed();
        assert_eq!(
            (given.priority.as_deref(), given.derived),
            (Some("P4"), false)
        );
    }
}
