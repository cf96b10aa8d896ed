//! Whether a receiver has taken a delivery, by what its answer says.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::payload::Form;
use crate::client::hook::Receipt;
use crate::output::jq::Filter;

/// How answers are judged.
pub(crate) struct Receipts {
    /// The user's own condition.
    ok: Option<Filter>,
    /// Whether it is a bulk endpoint, whose answer tells of each record.
    bulk: bool,
}

impl Receipts {
    /// Answers to bodies of this form, at an address with this path.
    pub(crate) fn new(ok: Option<Filter>, form: Form, path: &str) -> Self {
        let bulk = form == Form::Lines && path.trim_end_matches('/').ends_with("/_bulk");
        Self { ok, bulk }
    }

    /// Judges an answer of 2xx to a delivery of so many records.
    pub(super) fn judge(&self, answer: &[u8], records: usize) -> Receipt {
        let text = String::from_utf8_lossy(answer);
        if let Some(ok) = &self.ok {
            return by_condition(ok, &text);
        }
        if self.bulk {
            return bulk(&text, records);
        }
        if is_page(&text) {
            return Receipt::Elsewhere(
                "it answers with an HTML page, as login pages and wrong addresses do".to_owned(),
            );
        }
        Receipt::Taken
    }
}

/// What the user's condition says of an answer: JSON as it is, anything else as a
/// string, and nothing as null.
fn by_condition(ok: &Filter, text: &str) -> Receipt {
    let text = text.trim();
    let json = match serde_json::from_str::<&RawValue>(text) {
        Ok(value) => value.get().to_owned(),
        Err(_) if text.is_empty() => "null".to_owned(),
        Err(_) => serde_json::Value::from(text).to_string(),
    };
    match ok.truthy(&json) {
        Ok(true) => Receipt::Taken,
        Ok(false) => Receipt::Refused("its answer does not meet --webhook-ok".to_owned()),
        Err(error) => Receipt::Refused(format!("--webhook-ok failed on its answer: {error}")),
    }
}

/// Whether an answer is a document for people. Many receivers call a plain `ok`
/// HTML, so that its type says nothing.
fn is_page(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let begin: String = text.chars().take(15).collect();
    let begin = begin.to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| begin.starts_with(tag))
}

#[derive(Deserialize)]
struct Bulk {
    errors: bool,
    #[serde(default)]
    items: Vec<std::collections::BTreeMap<String, Entry>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    status: Option<u16>,
    error: Option<Box<RawValue>>,
}

/// What the bulk endpoint of Elasticsearch or `OpenSearch` says: whether there were
/// errors, and what became of each entry.
fn bulk(text: &str, records: usize) -> Receipt {
    let Ok(bulk) = serde_json::from_str::<Bulk>(text) else {
        return Receipt::Elsewhere("its answer is not from a _bulk endpoint".to_owned());
    };
    if !bulk.errors {
        return Receipt::Taken;
    }
    let entries = bulk.items.iter().map(|item| item.values().next());
    let entries: Vec<(u16, String)> = entries
        .map(|entry| match entry {
            Some(entry) => (entry.status.unwrap_or_default(), reason(entry)),
            None => (0, String::new()),
        })
        .collect();
    let is_failed = |status: u16| !(200..300).contains(&status);
    let failed = entries
        .iter()
        .filter(|(status, _)| is_failed(*status))
        .count();
    let all = entries.len();
    let busy = |status: u16| status == 429 || status >= 500;
    if let Some((_, reason)) = entries.iter().find(|(status, _)| busy(*status)) {
        return Receipt::Again(format!(
            "{failed} of {all} entries failed; one of them: {reason}"
        ));
    }
    // A record may have made several entries, all as many.
    let each = all / records.max(1);
    if failed == 0 || each == 0 || all != each * records {
        let first = entries.first().map(|(_, reason)| reason.as_str());
        return Receipt::Refused(format!(
            "its answer has errors:true: {}",
            first.unwrap_or("no details given")
        ));
    }
    let refused = entries
        .chunks(each)
        .enumerate()
        .filter_map(|(place, entries)| {
            let bad = entries.iter().find(|(status, _)| is_failed(*status));
            bad.map(|(_, reason)| (place, reason.clone()))
        });
    Receipt::InPart(refused.collect())
}

/// What an entry says of its failure.
fn reason(entry: &Entry) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Said {
        #[serde(rename = "type")]
        kind: Option<String>,
        reason: Option<String>,
    }
    let status = entry.status.unwrap_or_default();
    let said = entry
        .error
        .as_ref()
        .map(|error| serde_json::from_str::<Said>(error.get()));
    match said {
        Some(Ok(Said { kind, reason })) => {
            let said: Vec<String> = [kind, reason].into_iter().flatten().collect();
            format!("{status} {}", said.join(": "))
        }
        _ => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(ok: Option<&str>, form: Form, answer: &str) -> Receipt {
        let ok = ok.map(|ok| Filter::compile(ok).expect(ok));
        Receipts::new(ok, form, "/index/_bulk").judge(answer.as_bytes(), 2)
    }

    #[test]
    fn a_plain_answer_is_a_receipt_and_a_page_is_none() {
        for answer in [
            "",
            "ok",
            "{}",
            r#"{"text":"Success","code":0}"#,
            "<ok/>",
            "html",
            "\u{0}",
        ] {
            assert_eq!(
                judged(None, Form::Single, answer),
                Receipt::Taken,
                "{answer}"
            );
        }
        for answer in [
            "<!DOCTYPE html><title>Log in",
            "\u{feff}\n <HTML lang=en>",
            "<head>",
        ] {
            let receipt = judged(None, Form::Single, answer);
            assert!(
                matches!(receipt, Receipt::Elsewhere(_)),
                "{answer}: {receipt:?}"
            );
        }
    }

    #[test]
    fn the_user_s_condition_decides_alone() {
        for (condition, answer, taken) in [
            (".ok", r#"{"ok":true}"#, true),
            (".ok", r#"{"ok":false}"#, false),
            (".ok", "ok", false),
            (".ok", "", false),
            (". == \"ok\"", "ok\n", true),
            (". == null", "", true),
            (".errors == false", r#"{"errors":false}"#, true),
            (".errors == false", r#"{"errors":true,"items":[]}"#, false),
            ("true", "<html>", true),
            ("error(\"no\")", "{}", false),
        ] {
            let receipt = judged(Some(condition), Form::Lines, answer);
            assert_eq!(
                receipt == Receipt::Taken,
                taken,
                "{condition} {answer}: {receipt:?}"
            );
        }
    }

    #[test]
    fn a_bulk_endpoint_tells_of_each_record() {
        let item = |status: u16| {
            format!(r#"{{"index":{{"status":{status},"error":{{"type":"t","reason":"r"}}}}}}"#)
        };
        let answer = |items: &[u16]| {
            let items: Vec<String> = items.iter().map(|status| item(*status)).collect();
            format!(
                r#"{{"took":3,"errors":true,"items":[{}]}}"#,
                items.join(",")
            )
        };
        let judged = |text: &str| judged(None, Form::Lines, text);
        assert_eq!(
            judged(r#"{"took":3,"errors":false,"items":[]}"#),
            Receipt::Taken
        );
        assert_eq!(
            judged(&answer(&[201, 400])),
            Receipt::InPart(vec![(1, "400 t: r".to_owned())])
        );
        assert_eq!(
            judged(&answer(&[400, 201, 201, 201])),
            Receipt::InPart(vec![(0, "400 t: r".to_owned())])
        );
        for (text, wanted) in [
            (answer(&[201, 429]), "again"),
            (answer(&[400, 503]), "again"),
            (answer(&[400, 400, 400]), "refused"),
            (answer(&[]), "refused"),
            (r#"{"errors":true}"#.to_owned(), "refused"),
            ("{}".to_owned(), "elsewhere"),
            ("ok".to_owned(), "elsewhere"),
            ("<html>".to_owned(), "elsewhere"),
        ] {
            let receipt = match judged(&text) {
                Receipt::Taken => "taken",
                Receipt::Again(_) => "again",
                Receipt::Refused(_) => "refused",
                Receipt::InPart(_) => "in part",
                Receipt::Elsewhere(_) => "elsewhere",
            };
            assert_eq!(receipt, wanted, "{text}");
        }
    }
}
