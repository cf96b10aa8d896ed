//! An alert with tags beside what the service sent.

use super::Rule;

/// The alert with one more member, `gti`, at its end: the rule and its tags.
/// Everything before it stays byte for byte.
pub(crate) fn tagged(json: &str, rule: &Rule, tags: &[String]) -> String {
    let mark = serde_json::json!({ "rule": rule.name, "tags": tags });
    let body = json.trim_end();
    let Some(open) = body.strip_suffix('}') else {
        return json.to_owned();
    };
    let empty = open.trim_end().ends_with('{') && open.trim().len() == 1;
    let comma = if empty { "" } else { "," };
    format!("{open}{comma}\"gti\":{mark}}}")
}
