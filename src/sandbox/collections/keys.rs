//! What each key of a filter means for a collection.

use jiff::Timestamp;

use super::collection::Collection;
use super::expression::Term;
use crate::sandbox::envelope::Refusal;
use crate::sandbox::vulnerabilities::{Cve, Profile};

/// The keys that need no look at the collection beyond what all have.
const COMMON: [&str; 6] = [
    "collection_type",
    "name",
    "description",
    "creation_date",
    "last_modification_date",
    "origin",
];

/// The keys for vulnerabilities (API notes, section 8.2).
const VULNERABILITY: [&str; 12] = [
    "risk_rating",
    "exploitation_state",
    "exploitation_consequence",
    "exploitation_vector",
    "vulnerable_vendor",
    "vulnerable_product",
    "vulnerable_cpe",
    "vulnerability_filter",
    "cvss_3x_base_score",
    "cvss_3x_temporal_score",
    "cvss_2x_base_score",
    "cvss_2x_temporal_score",
];

/// Keys of other types. The sandbox does not follow them: they keep every third.
const OTHER: [&str; 15] = [
    "targeted_industry",
    "targeted_industry_group",
    "targeted_region",
    "source_region",
    "software_toolkit",
    "motivation",
    "capability",
    "operating_system",
    "malware_role",
    "detection",
    "report_type",
    "suspected_threat_actor",
    "merged_actor",
    "owner",
    "shared_with_me",
];

/// Refuses a term that the service would refuse.
///
/// # Errors
/// 400 for an unknown key, and for a value that its key can't have.
pub(super) fn check(term: &Term, now: i64) -> Result<(), Refusal> {
    let Some(key) = term.key.as_deref() else {
        return Ok(());
    };
    let invalid = || {
        Refusal::invalid_argument(format!(
            "Invalid value \"{}\" for filter \"{key}\"",
            term.value
        ))
    };
    if key.ends_with("_date") && COMMON.contains(&key) {
        return date_range(&term.value, now).map(|_| ()).ok_or_else(invalid);
    }
    if key.starts_with("cvss_") && VULNERABILITY.contains(&key) {
        return score_range(&term.value).map(|_| ()).ok_or_else(invalid);
    }
    let value = term.value.to_lowercase();
    let allowed = match key {
        "risk_rating" => matches!(value.as_str(), "critical" | "high" | "medium" | "low"),
        "exploitation_state" => {
            matches!(
                value.as_str(),
                "confirmed" | "reported" | "suspected" | "no known"
            )
        }
        "vulnerability_filter" => {
            let any = Cve::catalogued(0);
            Profile::of(any).has(&value, any).is_some()
        }
        _ if COMMON.contains(&key) || VULNERABILITY.contains(&key) || OTHER.contains(&key) => {
            !value.is_empty()
        }
        _ => {
            return Err(Refusal::invalid_argument(format!(
                "Invalid filter \"{key}\""
            )));
        }
    };
    if allowed { Ok(()) } else { Err(invalid()) }
}

/// Whether a collection passes a term that was checked.
pub(super) fn passes(collection: Collection, term: &Term, now: i64) -> bool {
    let value = term.value.to_lowercase();
    let Some(key) = term.key.as_deref() else {
        return contains(&collection.name(), &value);
    };
    let within = |at: i64| {
        date_range(&term.value, now).is_some_and(|(low, high)| (low..=high).contains(&at))
    };
    match key {
        "collection_type" => collection.kind() == value,
        "name" => contains(&collection.name(), &value),
        "description" => contains("synthetic data", &value),
        "creation_date" => within(collection.created()),
        "last_modification_date" => within(collection.modified(now)),
        "origin" => value == "google threat intelligence",
        _ => match collection {
            Collection::Vulnerability(cve) if VULNERABILITY.contains(&key) => {
                vulnerability(cve, key, &value)
            }
            _ => collection.seed().child(key, 0).chance(&value, 33),
        },
    }
}

fn vulnerability(cve: Cve, key: &str, value: &str) -> bool {
    let profile = Profile::of(cve);
    match key {
        "risk_rating" => profile.risk.eq_ignore_ascii_case(value),
        // The objects know a state that the filter does not.
        "exploitation_state" => {
            let state = if profile.state == "Wide" {
                "Confirmed"
            } else {
                profile.state
            };
            state.eq_ignore_ascii_case(value)
        }
        "exploitation_consequence" => contains(profile.consequence, value),
        "exploitation_vector" => contains(profile.vector, value),
        "vulnerable_vendor" => contains(profile.vendor, value),
        "vulnerable_product" => contains(profile.product, value),
        "vulnerable_cpe" => contains(profile.product, &value.replace('_', " ")),
        "vulnerability_filter" => profile.has(value, cve) == Some(true),
        _ => score_range(value).is_some_and(|(low, high)| (low..=high).contains(&profile.base)),
    }
}

/// Whether the text has the value in it; a star stands for anything at an end.
fn contains(text: &str, value: &str) -> bool {
    text.to_lowercase().contains(value.trim_matches('*'))
}

/// `7.5+`, `3-`, `9.8`: lowest and highest, in tenths.
fn score_range(text: &str) -> Option<(i64, i64)> {
    let number = text.trim_end_matches(['+', '-']);
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let score = whole.parse::<i64>().ok()? * 10 + part.parse::<i64>().ok()?;
    Some(range(text, score))
}

fn range(text: &str, value: i64) -> (i64, i64) {
    match text.chars().last() {
        Some('+') => (value, i64::MAX),
        Some('-') => (i64::MIN, value),
        _ => (value, value),
    }
}

/// A time with `+` or `-` behind it: seconds since the epoch, a date, or so long
/// ago (`7d+`, `10m+`). A `+` that was not escaped has become a blank by now; the
/// time without it is refused, so that who forgets it shall notice.
fn date_range(text: &str, now: i64) -> Option<(i64, i64)> {
    let time = text.strip_suffix(['+', '-'])?;
    let at = match time.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => relative(time, now).or_else(|| absolute(time))?,
    };
    Some(range(text, at))
}

fn relative(text: &str, now: i64) -> Option<i64> {
    let unit = match text.chars().last()? {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let count: i64 = text[..text.len() - 1].parse().ok()?;
    Some(now - count.checked_mul(unit)?)
}

fn absolute(text: &str) -> Option<i64> {
    let full = if text.contains('T') {
        format!("{text}Z")
    } else {
        format!("{text}T00:00:00Z")
    };
    full.parse().ok().map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_a_direction() {
        for (text, expected) in [
            ("100+", Some((100, i64::MAX))),
            ("100-", Some((i64::MIN, 100))),
            ("1970-01-02+", Some((86_400, i64::MAX))),
            ("1970-01-01T00:01:00-", Some((i64::MIN, 60))),
            ("10m+", Some((400, i64::MAX))),
            ("100", None),
            ("soon+", None),
        ] {
            assert_eq!(date_range(text, 1_000), expected, "{text}");
        }
        assert_eq!(score_range("7.5+"), Some((75, i64::MAX)));
        assert_eq!(score_range("x+"), None);
    }
}
