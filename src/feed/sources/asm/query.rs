//! A look at a search of attack surface management before it is sent: the service
//! answers a term that it does not understand with silence (API notes, section 6.3).

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::error::Error;
use crate::settings::nearest;

/// The keys that are documented.
const KEYS: [&str; 18] = [
    "collection",
    "name",
    "uid",
    "id",
    "tag",
    "last_seen_after",
    "last_seen_before",
    "first_seen_after",
    "first_seen_before",
    "entity_uid",
    "entity_name",
    "entity_type",
    "scoped",
    "severity",
    "severity_lte",
    "severity_gte",
    "status_new",
    "status_detailed",
];

/// The words for 1 to 5.
const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "informational"];

/// Checks a search. True if it says by itself from when to when issues were seen.
pub(super) fn check(query: &str) -> Result<bool, Error> {
    let mut own_window = false;
    for term in terms(query)? {
        let bare = term.trim_start_matches('!');
        let Some((key, value)) = bare.split_once(':') else {
            tracing::warn!("`{term}` is not a key:value term and is sent as it is");
            continue;
        };
        if value.is_empty() || value == "\"\"" {
            return Err(wrong(
                &format!("`{term}` has no value"),
                "write it right after the colon, in double quotes if it holds blanks",
            ));
        }
        if let Some(problem) = problem(key, value.trim_matches('"')) {
            return Err(wrong(&format!("`{term}` finds nothing"), &problem));
        }
        if !KEYS.contains(&key) {
            let right = nearest(key, KEYS).map_or_else(
                || format!("those are {}", KEYS.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            tracing::warn!("`{key}` is not a known key: {right}");
        }
        own_window |= matches!(key, "last_seen_after" | "last_seen_before");
    }
    Ok(own_window)
}

/// What is right instead of a value that can't be.
fn problem(key: &str, value: &str) -> Option<String> {
    match key {
        "severity" | "severity_lte" | "severity_gte" => {
            if matches!(value, "1" | "2" | "3" | "4" | "5") {
                return None;
            }
            let lower = value.to_ascii_lowercase();
            let named = SEVERITIES.iter().position(|name| {
                *name == lower || (lower.len() >= 4 && name.starts_with(lower.as_str()))
            });
            let meant = named.map_or_else(String::new, |index| {
                format!(": did you mean `{key}:{}`?", index + 1)
            });
            Some(format!(
                "severities are 1 (critical) to 5 (informational){meant}"
            ))
        }
        "status" => Some(
            "write status_new:open or status_new:closed, or status_detailed: with open_new, open_triaged, closed_mitigated …"
                .to_owned(),
        ),
        "status_new" if !matches!(value, "open" | "closed") => Some(
            "status_new is open or closed; status_detailed takes open_triaged and the like"
                .to_owned(),
        ),
        "scoped" if !matches!(value, "true" | "false") => {
            Some("scoped is true or false".to_owned())
        }
        "last_seen_after" if value == "last_refresh" => None,
        "last_seen_after" | "last_seen_before" | "first_seen_after" | "first_seen_before"
            if value.parse::<Timestamp>().is_err() && value.parse::<Date>().is_err() =>
        {
            Some("times are 2026-01-02 or 2026-01-02T03:04:05Z".to_owned())
        }
        _ => None,
    }
}

/// The terms, which are joined by blanks outside quotes.
fn terms(query: &str) -> Result<Vec<&str>, Error> {
    let mut quoted = false;
    let parts: Vec<&str> = query
        .split(|character: char| {
            quoted ^= character == '"';
            !quoted && character.is_whitespace()
        })
        .filter(|term| !term.is_empty())
        .collect();
    if quoted {
        return Err(wrong(
            "a double quote in the query is not closed",
            "quotes come in pairs; in a shell put the whole query in single quotes",
        ));
    }
    Ok(parts)
}

fn wrong(message: &str, hint: &str) -> Error {
    Error::usage(message.to_owned()).hint(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(query: &str) -> Option<String> {
        check(query).err().map(|failure| format!("{failure:?}"))
    }

    #[test]
    fn good_searches_pass_as_they_are() {
        for (query, own_window) in [
            ("", false),
            ("severity_lte:3 status_new:open", false),
            ("last_seen_after:2025-08-07T04:43:08Z", true),
            ("last_seen_after:2025-08-07T04:43:08.000Z", true),
            ("last_seen_after:last_refresh", true),
            ("!last_seen_before:2026-01-02", true),
            ("first_seen_after:2026-01-02", false),
            ("name:\"a b\" !entity_type:Uri", false),
            ("name:\"status: severity:HIGH\"", false),
            ("unknown:key words", false),
            ("status_detailed:open_triaged scoped:true", false),
        ] {
            let found = check(query);
            assert_eq!(found.ok(), Some(own_window), "{query}");
        }
    }

    #[test]
    fn what_finds_nothing_is_refused_with_what_is_right() {
        for (query, right) in [
            ("severity:HIGH", "severity:2"),
            ("severity_lte:critical", "severity_lte:1"),
            ("severity:\"info\"", "severity:5"),
            ("severity:9", "1 (critical) to 5"),
            ("status:open", "status_new:open"),
            ("!status:closed", "status_new:closed"),
            ("status_new:open_triaged", "status_detailed"),
            ("scoped:yes", "true or false"),
            ("last_seen_after:yesterday", "2026-01-02T03:04:05Z"),
            ("first_seen_before:last_refresh", "2026-01-02"),
            ("severity: 1", "right after the colon"),
            ("name:\"a b", "quotes come in pairs"),
        ] {
            let said = said(query).expect(query);
            assert!(said.contains(right), "{query}: {said}");
        }
    }
}
