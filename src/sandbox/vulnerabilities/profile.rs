//! What is known about a vulnerability, as far as lists are filtered by it.

use super::case::Case;
use super::cve::Cve;

/// Ratings, states and what is affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Profile {
    /// `CRITICAL`, …; empty where nobody has rated it yet.
    pub(in crate::sandbox) risk: &'static str,
    /// What a rating will probably be; empty where there is one.
    pub(super) predicted: &'static str,
    pub(super) priority: Option<&'static str>,
    pub(in crate::sandbox) state: &'static str,
    pub(super) availability: &'static str,
    /// Whether it is on the list of known exploited vulnerabilities.
    pub(in crate::sandbox) kev: bool,
    pub(in crate::sandbox) zero_day: bool,
    /// The CVSS base score, in tenths.
    pub(in crate::sandbox) base: i64,
    pub(in crate::sandbox) vendor: &'static str,
    pub(in crate::sandbox) product: &'static str,
    pub(in crate::sandbox) consequence: &'static str,
    pub(in crate::sandbox) vector: &'static str,
}

/// Vendors and their products.
const PRODUCTS: [(&str, &str); 6] = [
    ("Example Systems", "Example Gateway"),
    ("Example Systems", "Example Router OS"),
    ("Sample Networks", "Sample VPN"),
    ("Placeholder Software", "Placeholder Mail Server"),
    ("Placeholder Software", "Placeholder CMS"),
    ("Test & Sons", "libtest"),
];

impl Profile {
    /// The profile of a vulnerability, always the same.
    pub(in crate::sandbox) fn of(cve: Cve) -> Self {
        let seed = cve.seed();
        let (risk, state, availability) = match cve.case() {
            Some(Case::Worst) => ("CRITICAL", "Wide", "Publicly Available"),
            Some(Case::ZeroDay | Case::Forbidden | Case::Hostile | Case::Odd) => {
                ("HIGH", "Confirmed", "Privately Held")
            }
            Some(Case::Unrated) => ("", "No Known", "No Known"),
            Some(Case::Unprioritised) => ("HIGH", "No Known", "Publicly Available"),
            Some(Case::Bare | Case::Null) => ("MEDIUM", "", ""),
            Some(Case::Suspected) => ("MEDIUM", "Suspected", "Unverified"),
            Some(Case::Harmless) => ("LOW", "No Known", "No Known"),
            Some(Case::Unknown) | None => {
                let state = match seed.below("state", 100) {
                    0..4 => "Wide",
                    4..12 => "Confirmed",
                    12..18 => "Reported",
                    18..25 => "Suspected",
                    _ => "No Known",
                };
                let risk = match seed.below("risk", 100) {
                    0..8 => "CRITICAL",
                    8..35 => "HIGH",
                    35..75 => "MEDIUM",
                    75..92 => "LOW",
                    _ => "",
                };
                let availability = match seed.below("availability", 100) {
                    0..5 => "Trivial",
                    5..30 => "Publicly Available",
                    30..36 => "Privately Held",
                    36..44 => "Unverified",
                    44..50 => "Interest Observed",
                    _ => "No Known",
                };
                (risk, state, availability)
            }
        };
        let exploited = matches!(state, "Wide" | "Confirmed");
        let undocumented = cve.case().is_none();
        let (vendor, product) = if undocumented {
            seed.pick("product", &PRODUCTS)
        } else {
            PRODUCTS[0]
        };
        let predicted = if risk.is_empty() { "LOW" } else { "" };
        let known = if risk.is_empty() { predicted } else { risk };
        let unsaid = cve.case() == Some(Case::Unprioritised)
            || (undocumented && seed.chance("no priority", 5));
        let (low, high) = match known {
            "CRITICAL" => (90, 100),
            "HIGH" => (70, 98),
            "MEDIUM" => (40, 69),
            _ => (10, 39),
        };
        Self {
            risk,
            predicted,
            priority: (!unsaid).then(|| priority(known, state, availability)),
            state,
            availability,
            kev: cve.case() == Some(Case::Worst)
                || (undocumented && exploited && seed.chance("kev", 70)),
            zero_day: matches!(cve.case(), Some(Case::Worst | Case::ZeroDay))
                || (undocumented && exploited && seed.chance("zero day", 30)),
            base: if cve.case() == Some(Case::Worst) {
                98
            } else {
                seed.between("base", low, high)
            },
            vendor,
            product,
            consequence: seed.pick(
                "consequence",
                &[
                    "Code Execution",
                    "Information Disclosure",
                    "Denial of Service",
                ],
            ),
            vector: seed.pick("vector", &["General Network Connectivity", "Web", "Email"]),
        }
    }

    /// Whether a value of the filter `vulnerability_filter`, in lower case, holds;
    /// none for one that the service does not know.
    pub(in crate::sandbox) fn has(&self, value: &str, cve: Cve) -> Option<bool> {
        Some(match value {
            "cisa exploited" => self.kev,
            "zero day" => self.zero_day,
            "observed in the wild" => self.is_seen(),
            "has exploits" => self.has_exploits(),
            "affects cloud" => cve.seed().chance("cloud", 20),
            "affects operational technology" => cve.seed().chance("ot", 10),
            "requires user interaction" => self.vector == "Email",
            _ => return None,
        })
    }

    /// Whether it was seen in use.
    pub(super) fn is_seen(&self) -> bool {
        matches!(self.state, "Wide" | "Confirmed")
    }

    /// Whether there is something to exploit it with.
    pub(super) fn has_exploits(&self) -> bool {
        matches!(
            self.availability,
            "Trivial" | "Publicly Available" | "Privately Held"
        )
    }
}

/// The priority model (API notes, section 8.5).
fn priority(risk: &str, state: &str, availability: &str) -> &'static str {
    let code = matches!(
        availability,
        "Trivial" | "Publicly Available" | "Privately Held" | "Unverified"
    );
    match (risk, state) {
        ("CRITICAL", _) | ("HIGH", "Wide" | "Confirmed" | "Reported") | ("MEDIUM", "Wide") => "P0",
        ("HIGH", _) if code => "P1",
        ("MEDIUM", "Confirmed" | "Reported" | "Suspected") | ("LOW", "Wide" | "Confirmed") => "P1",
        ("HIGH", _) | ("LOW", "Reported" | "Suspected") => "P2",
        ("MEDIUM", _) if code => "P2",
        ("MEDIUM", _) => "P3",
        _ if code => "P3",
        _ => "P4",
    }
}
