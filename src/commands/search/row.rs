//! An object that a search found.

use jiff::Timestamp;

use crate::model::common::Common;
use crate::model::descriptor::Descriptor;
use crate::model::view::decode;
use crate::output::Record;
use crate::output::export::Exported;
use crate::output::stix::Fact;

/// An object as sent; for people, what it is, its name and the verdict on it.
pub(in crate::commands) struct Hit<'a> {
    /// The object.
    pub(in crate::commands) json: &'a str,
    /// When the service gave it.
    pub(in crate::commands) seen: Timestamp,
}

impl Record for Hit<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.json.as_bytes());
    }

    fn api_object(&self) -> Option<&str> {
        Some(self.json)
    }

    fn columns(&self) -> Vec<(&'static str, String)> {
        let told = Common::read(self.json).unwrap_or_default();
        let text = |text: Option<String>| text.unwrap_or_default();
        vec![
            ("kind", told.kind.to_owned()),
            ("type", text(told.object_type)),
            ("id", text(told.id)),
            ("value", text(told.value)),
            ("title", text(told.title)),
            ("verdict", told.verdict.unwrap_or_default().to_owned()),
            ("severity", text(told.severity)),
            (
                "threat_score",
                text(told.threat_score.map(|score| score.to_string())),
            ),
            ("time", text(told.time)),
            ("tags", told.tags.join(", ")),
            ("link", text(told.link)),
        ]
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        let hit = match decode::<Descriptor>(self.json) {
            Ok(decoded) => decoded.view,
            Err(reason) => return Some(row([String::new(), reason, String::new(), String::new()])),
        };
        let judged = hit.judgement();
        let verdict = judged.source.map_or("", |_| judged.verdict.name());
        let kind = hit.collection_type().or(hit.kind.as_deref());
        let name = name(&hit);
        let text = |text: Option<&str>| text.map(str::to_owned).unwrap_or_default();
        Some(row([
            text(kind),
            text(name.as_deref()),
            verdict.to_owned(),
            text(hit.id.as_deref()),
        ]))
    }

    fn exported(&self) -> Option<Exported<'_>> {
        Some(Exported::of(self.json).seen(self.seen))
    }

    fn stix(&self) -> Vec<Fact> {
        Fact::of(self.json, self.seen).into_iter().collect()
    }
}

/// What it is called, or its address; a file by its most telling name.
fn name(hit: &Descriptor) -> Option<String> {
    hit.name().or(hit.meaningful_name().map(str::to_owned))
}

fn row(cells: [String; 4]) -> Vec<(&'static str, String)> {
    let headings = ["TYPE", "NAME", "VERDICT", "ID"];
    headings.into_iter().zip(cells).collect()
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
                r#"{"type":"url","id":"ab","context_attributes":{"url":"http://evil.example/a"}}"#,
                ["url", "http://evil.example/a", "", "ab"],
            ),
            (
                r#"{"type":"collection","id":"c","\ud83d":1,"attributes":{"name":"Example \ud83d","tags":1e999}}"#,
                ["collection", "Example \u{fffd}", "", "c"],
            ),
            (
                r#"{"type":"domain","id":"x.example"}"#,
                ["domain", "", "", "x.example"],
            ),
            (r#"{"attributes":[7]}"#, ["", "", "", ""]),
            ("7", ["", "expected an object", "", ""]),
        ] {
            let seen = Timestamp::UNIX_EPOCH;
            let row = Hit { json, seen }.row().expect("a row");
            let shown: Vec<String> = row.into_iter().map(|(_, cell)| cell).collect();
            assert_eq!(shown, cells, "{json}");
        }
    }
}
