//! What each key of a filter means for a collection.

use std::ops::RangeInclusive;

use super::Collection;
use crate::sandbox::cve;
use crate::sandbox::dates;
use crate::sandbox::filter::{Term, among};
use crate::sandbox::reply::ApiError;

/// Keys whose value is looked for in the fact of that name.
const CONTAINED: &str = "name description exploitation_consequence exploitation_vector \
    vulnerable_cpe vulnerable_product vulnerable_vendor";
const DATES: &str = "creation_date last_modification_date";
const SCORES: &str =
    "cvss_2x_base_score cvss_2x_temporal_score cvss_3x_base_score cvss_3x_temporal_score";

/// Keys of types that the sandbox does not follow: they keep every third.
const OTHER: &str = "targeted_industry targeted_industry_group targeted_region source_region \
    software_toolkit motivation capability operating_system malware_role detection report_type \
    suspected_threat_actor merged_actor owner shared_with_me";

/// Refuses a term that the service would refuse.
///
/// # Errors
/// 400 for an unknown key, and for a value that its key can't have.
pub(super) fn check(term: &Term, now: i64) -> Result<(), ApiError> {
    let (key, value) = (term.key(), term.value.to_lowercase());
    let allowed = match key {
        "" => true,
        "risk_rating" => among("critical high medium low", &value),
        "exploitation_state" => {
            matches!(
                value.as_str(),
                "confirmed" | "reported" | "suspected" | "no known"
            )
        }
        "vulnerability_filter" => value.contains(' ') && cve::FIXTURE.has(&value),
        "collection_type" | "origin" => !value.is_empty(),
        _ if among(DATES, key) => times(term, now).is_some(),
        _ if among(SCORES, key) => term.range(tenths).is_some(),
        _ if among(CONTAINED, key) || among(OTHER, key) => !value.is_empty(),
        _ => {
            return Err(ApiError::invalid_argument(format!(
                "Invalid filter \"{key}\""
            )));
        }
    };
    let message = || format!("Invalid value \"{}\" for filter \"{key}\"", term.value);
    allowed
        .then_some(())
        .ok_or_else(|| ApiError::invalid_argument(message()))
}

/// Whether a collection passes a term that was checked.
pub(super) fn passes(collection: &Collection, term: &Term, now: i64) -> bool {
    let within = |at: i64| times(term, now).is_some_and(|range| range.contains(&at));
    let thing = || collection.known(now);
    let equals = |fact: &str| thing().text(fact).eq_ignore_ascii_case(&term.value);
    match (term.key(), collection) {
        ("", _) => term.is_in(&collection.name()),
        ("creation_date", _) => within(collection.created()),
        ("last_modification_date", _) => within(collection.modified(now)),
        ("collection_type", _) => collection.kind().eq_ignore_ascii_case(&term.value),
        ("origin", _) => equals("origin"),
        ("risk_rating", Collection::Vulnerability(_)) => equals("risk_rating"),
        // The objects know a state that the filter does not.
        ("exploitation_state", Collection::Vulnerability(_)) => equals("filter_state"),
        ("vulnerability_filter", Collection::Vulnerability(_)) => {
            thing().is(&term.value.to_lowercase())
        }
        (key, Collection::Vulnerability(_)) if among(SCORES, key) => {
            let range = term.range(tenths);
            range.is_some_and(|range| range.contains(&thing().number("base")))
        }
        (key, Collection::Vulnerability(_)) if among(CONTAINED, key) => {
            term.is_in(&thing().text(key))
        }
        (key @ ("name" | "description"), _) => term.is_in(&thing().text(key)),
        (key, _) => collection
            .seed()
            .child(key, 0)
            .chance(&term.value.to_lowercase(), 33),
    }
}

/// `7.5`, in tenths.
fn tenths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    Some(whole.parse::<i64>().ok()? * 10 + part.parse::<i64>().ok()?)
}

fn times(term: &Term, now: i64) -> Option<RangeInclusive<i64>> {
    term.times(|text| dates::parse(text, now))
}
