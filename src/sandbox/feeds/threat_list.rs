//! `GET /threat_lists` and `GET /threat_lists/{id}/{package}`.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::package::{document, entries};
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal, Reply};
use crate::sandbox::json::{Json, object};
use crate::sandbox::service::Shared;
use crate::sandbox::subject::Kind;

const FILES: &[Kind] = &[Kind::File];
const NETWORK: &[Kind] = &[Kind::Url, Kind::Domain, Kind::Ip];
const ALL: &[Kind] = &Kind::ALL;

/// The lists, and what is in them. The last one is not part of any licence here.
const LISTS: [(&str, &[Kind]); 14] = [
    ("ransomware", FILES),
    ("malicious-network-infrastructure", NETWORK),
    ("malware", ALL),
    ("threat-actor", ALL),
    ("trending", ALL),
    ("mobile", FILES),
    ("osx", FILES),
    ("linux", FILES),
    ("iot", FILES),
    ("cryptominer", ALL),
    ("phishing", NETWORK),
    ("first-stage-delivery-vectors", FILES),
    ("vulnerability-weaponization", ALL),
    ("infostealer", FILES),
];
const NOT_GRANTED: &str = "infostealer";
/// Of this list the package of noon is missing.
const HAS_GAPS: &str = "linux";

/// Hours for which packages are kept.
const KEPT: i64 = 7 * 24;
const MOST: usize = 4_000;

/// What the licence grants.
pub(super) async fn granted(asked: Asked) -> Answer {
    if !asked.caller.licensed {
        return Err(Refusal::forbidden());
    }
    let lists: Json = LISTS
        .iter()
        .filter(|(name, _)| *name != NOT_GRANTED)
        .map(|(name, _)| {
            object! { "id": *name, "type": "threat_list", "attributes": object! { "name": *name } }
        })
        .collect();
    Ok(Reply::data(lists))
}

/// One package. That of an hour is published when the hour is over.
pub(super) async fn package(State(service): State<Shared>, asked: Asked) -> Answer {
    let (id, package) = (asked.segment(0), asked.segment(1));
    let Some((list, kinds)) = LISTS.iter().find(|(name, _)| *name == id) else {
        return Err(Refusal::not_found(format!(
            "Threat list \"{id}\" not found"
        )));
    };
    if !asked.caller.licensed || *list == NOT_GRANTED {
        return Err(Refusal::forbidden());
    }
    let now = (service.options.now)().as_second().div_euclid(3600);
    let hour = match package {
        "latest" => now - 1,
        text => hour(text)
            .ok_or_else(|| Refusal::invalid_argument(format!("Invalid package \"{text}\"")))?,
    };
    if hour >= now {
        let at = Timestamp::from_second((hour + 1) * 3600).unwrap_or_default();
        let at = at
            .to_zoned(TimeZone::UTC)
            .strftime("%Y-%m-%d at %H:%M UTC")
            .to_string();
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "NotAvailableYet",
            format!("Package {package} is not available until {at} because of privacy policy."),
        ));
    }
    if hour < now - KEPT || (*list == HAS_GAPS && hour.rem_euclid(24) == 12) {
        return Err(Refusal::not_found(format!(
            "Package \"{package}\" not found"
        )));
    }
    let limit = match asked.value("limit") {
        None => 2_000,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| Refusal::invalid_argument(format!("Invalid limit \"{text}\"")))?,
    };
    let types = asked.list("type");
    let mut found = entries(list, kinds, hour);
    found.retain(|entry| types.is_empty() || types.contains(&entry.kind.type_name()));
    for term in asked.value("query").unwrap_or("").split_whitespace() {
        if term == "and" {
            continue;
        }
        for entry in &found {
            entry
                .passes(term)
                .ok_or_else(|| Refusal::invalid_argument(format!("Invalid query \"{term}\"")))?;
        }
        found.retain(|entry| entry.passes(term) == Some(true));
    }
    found.truncate(limit);
    Ok(document(&found).into())
}

/// Hours since the epoch.
fn hour(text: &str) -> Option<i64> {
    if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| text[at..at + 2].parse::<i8>().ok();
    let at = DateTime::new(
        text[..4].parse().ok()?,
        part(4)?,
        part(6)?,
        part(8)?,
        0,
        0,
        0,
    )
    .ok()?;
    let at = at.to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp().as_second().div_euclid(3600))
}
