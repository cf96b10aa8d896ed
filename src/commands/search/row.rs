//! An object that a search found.

use serde::Deserialize;

use crate::model::lenient;
use crate::model::verdict::JudgedAttributes;
use crate::output::Record;

/// An object as sent; for people, what it is, its name and the verdict on it.
pub(super) struct Hit<'a>(pub(super) &'a str);

#[derive(Default, Deserialize)]
#[serde(default)]
struct View {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    attributes: Option<Attributes>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    #[serde(deserialize_with = "lenient::text")]
    collection_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    meaningful_name: Option<String>,
    #[serde(flatten)]
    judged: JudgedAttributes,
}

impl Record for Hit<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let view: View = serde_json::from_str(self.0).unwrap_or_default();
        let attributes = view.attributes.unwrap_or_default();
        let judged = attributes.judged.judge();
        let verdict = judged.source.map(|_| judged.verdict.name());
        let named = [attributes.name, attributes.url, attributes.meaningful_name];
        Some(vec![
            (
                "TYPE",
                attributes.collection_type.or(view.kind).unwrap_or_default(),
            ),
            (
                "NAME",
                named.into_iter().flatten().next().unwrap_or_default(),
            ),
            ("VERDICT", verdict.unwrap_or_default().to_owned()),
            ("ID", view.id.unwrap_or_default()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_every_type_are_rows_alike() {
        for (json, cells) in [
            (
                r#"{"type":"collection","id":"threat-actor--1","attributes":{"name":"Example Heron","collection_type":"threat-actor"}}"#,
                ["threat-actor", "Example Heron", "", "threat-actor--1"],
            ),
            (
                r#"{"type":"url","id":"ab","attributes":{"url":"http://evil.example/","gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"}}}}"#,
                ["url", "http://evil.example/", "malicious", "ab"],
            ),
            (
                r#"{"type":"file","id":"ab","attributes":{"meaningful_name":"a.exe","last_analysis_stats":{"malicious":0,"harmless":3}}}"#,
                ["file", "a.exe", "undetected", "ab"],
            ),
            (
                r#"{"type":"domain","id":"x.example"}"#,
                ["domain", "", "", "x.example"],
            ),
            (r#"{"attributes":[7]}"#, ["", "", "", ""]),
            ("7", ["", "", "", ""]),
        ] {
            let row = Hit(json).row().expect("a row");
            let shown: Vec<String> = row.into_iter().map(|(_, cell)| cell).collect();
            assert_eq!(shown, cells, "{json}");
        }
    }
}
