//! Ids of threat objects, however they are handed over.

use crate::model::json::member;
use crate::model::vulnerability::CveId;

/// Longer than any id that the service gives out.
const LONGEST: usize = 256;

/// The id in a line of input: the id itself, a CVE id, the address of its page,
/// or an object of the service with an `id` in it.
///
/// # Errors
/// A sentence on what is there instead, and what would be accepted.
pub(crate) fn read(line: &str) -> Result<String, String> {
    let line = line.trim();
    let quoted = line.starts_with('{').then(|| member(line, "id")).flatten();
    let text: String = match quoted {
        Some(id) => serde_json::from_str(id).unwrap_or_default(),
        None => match CveId::parse(line) {
            Some(cve) => cve.collection_id(),
            None => page(line).unwrap_or(line).to_owned(),
        },
    };
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let fits = (1..=LONGEST).contains(&text.len());
    if fits && text.chars().all(is_id) && text.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Ok(text);
    }
    let shown: String = line.chars().take(80).collect();
    Err(format!(
        "`{shown}` is not the id of a collection: write one like threat-actor--…, malware--…, campaign--…, report--…"
    ))
}

/// The id in the address of a page: `https://…/gui/collection/ID/summary`.
fn page(line: &str) -> Option<&str> {
    let (_, rest) = line
        .strip_prefix("https://")?
        .split_once("/gui/collection/")?;
    rest.split(['/', '?', '#']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_every_wrapping() {
        for (line, id) in [
            ("threat-actor--1a-2b", Some("threat-actor--1a-2b")),
            (" simulatedfeed_ab12 ", Some("simulatedfeed_ab12")),
            (
                "https://www.virustotal.com/gui/collection/malware--1/iocs?x",
                Some("malware--1"),
            ),
            (
                r#"{"type":"collection","id":"report--25-1","attributes":{}}"#,
                Some("report--25-1"),
            ),
            ("CVE-2099-0001", Some("vulnerability--cve-2099-0001")),
            (r#"{"id":7}"#, None),
            (r#"{"type":"collection"#, None),
            ("https://www.example.com/", None),
            ("two words", None),
            ("..", None),
            ("", None),
            ("a/b", None),
        ] {
            assert_eq!(read(line).ok().as_deref(), id, "{line}");
        }
        assert!(read(&"x".repeat(300)).is_err());
    }
}
