//! MISP events.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Encoder, Item};
use crate::model::tlp::Tlp;
use crate::output::export::json::line;
use crate::output::export::{Choice, Export, Matter, cut};
use crate::output::stix::Policy;

/// The namespace of the names that become ids here. It must never change: an event that
/// is imported again is found by them.
const NAMES: Uuid = Uuid::from_u128(0x5f0b_6a0e_3c7d_4f0b_9d55_7e6a_41c2_90b3);

/// The template of what the service says, and its version.
const REPORT: (&str, &str) = ("e288e533-2736-438a-8136-26cac06be1e7", "1");

/// The times that are taken for one: nine digits at least, and this century.
const EARLIEST: i64 = 100_000_000;
const LATEST: i64 = 4_102_444_800;

/// How many indicators an event has: MISP is slow with more.
const MOST: usize = 5_000;

/// One event of what a run has; with too many indicators several.
pub(in crate::output) struct Misp {
    policy: Policy,
    now: fn() -> Timestamp,
    exports: Vec<Export>,
    /// Whether each event is a line, for whoever files them.
    by_line: bool,
}

impl Misp {
    /// One document with all events.
    pub(in crate::output) fn document(policy: Policy, choice: &Choice) -> Self {
        Self {
            policy,
            now: choice.clock,
            exports: Vec::new(),
            by_line: false,
        }
    }

    /// A line an event; none, where there is nothing in it.
    pub(in crate::output) fn lines(policy: Policy, choice: &Choice) -> Self {
        Self {
            by_line: true,
            ..Self::document(policy, choice)
        }
    }
}

impl Encoder for Misp {
    fn item(&mut self, item: Item<'_>, _: &mut Vec<u8>) {
        let Item::Record(record) = item else {
            return;
        };
        let exported = record.exported();
        let export = exported.and_then(|exported| Export::read(exported, self.now));
        self.exports.extend(export.filter(|export| {
            // MISP takes whatever it is given for something to look for.
            let is_harmless = matches!(export.common.verdict, Some("benign" | "undetected"));
            export.matter != Matter::Other && (!is_harmless || self.policy.include_benign)
        }));
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        let exports = std::mem::take(&mut self.exports);
        let names: BTreeSet<String> = exports.iter().map(origin).collect();
        let names = Vec::from_iter(names).join(", ");
        let last = exports.iter().map(|export| export.at).max();
        let day = last.unwrap_or_else(self.now).to_string();
        let day = day.split('T').next().unwrap_or_default().to_owned();
        let parts = exports.chunks(MOST).enumerate();
        let mut events: Vec<Value> = parts
            .map(|(part, exports)| self.event(exports, &names, &day, part))
            .collect();
        if self.by_line {
            for event in &events {
                line(event, out);
                out.push(b'\n');
            }
            return;
        }
        if events.is_empty() {
            events.push(self.event(&[], "nothing", &day, 0));
        }
        match events.as_slice() {
            [event] => line(event, out),
            events => line(&json!({ "response": events }), out),
        }
        out.push(b'\n');
    }
}

/// The feed that an object comes from, in words.
fn origin(export: &Export) -> String {
    let list = export.detail.context_attributes.threat_list_id.as_deref();
    let dataset = export.dataset().replace('_', " ");
    match list {
        Some(list) => format!("{dataset} {list}"),
        None => dataset,
    }
}

fn id(name: &str) -> String {
    Uuid::new_v5(&NAMES, name.as_bytes()).to_string()
}

impl Misp {
    fn event(&self, exports: &[Export], names: &str, day: &str, part: usize) -> Value {
        let key = format!("{names}/{day}/{part}");
        let stamp = exports.iter().map(stamp).max().unwrap_or(0);
        let stamp = stamp.max(100_000_000).to_string();
        let behind = if part == 0 {
            String::new()
        } else {
            format!(", part {}", part + 1)
        };
        let mut info = format!("GTI {names}");
        cut(&mut info, 200);
        let mut seen = BTreeSet::new();
        let (mut attributes, mut objects) = (vec![], vec![]);
        for export in exports {
            let Some(value) = export.matter.value() else {
                continue;
            };
            // The same id in another event would be refused: the event is part of it.
            let name = format!("{key}/{value}");
            if !seen.insert(name.clone()) {
                continue;
            }
            let found = self.attributes(export, &name);
            objects.extend(report(export, &name, &found));
            attributes.extend(found);
        }
        json!({"Event": {
            "uuid": id(&key),
            "info": format!("{info} {day}{behind}"),
            "date": day,
            "analysis": "2",
            "threat_level_id": "4",
            "timestamp": stamp,
            "publish_timestamp": stamp,
            "published": true,
            "Orgc": {"name": "gti", "uuid": id("organisation")},
            "Tag": self.policy.tlp.map(tag).into_iter().collect::<Vec<_>>(),
            "Attribute": attributes,
            "Object": objects,
        }})
    }

    /// The indicator as attributes: all hashes of a file.
    fn attributes(&self, export: &Export, name: &str) -> Vec<Value> {
        let values: Vec<(&str, &str, String)> = match &export.matter {
            Matter::Address(address) => vec![("ip-dst", "Network activity", address.to_string())],
            Matter::Domain(name) => {
                let is_registered = psl::domain_str(name).is_none_or(|domain| domain == name);
                let kind = if is_registered { "domain" } else { "hostname" };
                vec![(kind, "Network activity", name.clone())]
            }
            Matter::Url(url) => vec![("url", "Network activity", url.clone())],
            Matter::File(hashes) => {
                let of =
                    |hash: &Option<String>, kind| Some((kind, "Payload delivery", hash.clone()?));
                let all = [
                    of(&hashes.sha256, "sha256"),
                    of(&hashes.sha1, "sha1"),
                    of(&hashes.md5, "md5"),
                ];
                all.into_iter().flatten().collect()
            }
            Matter::Vulnerability(cve) => vec![("vulnerability", "External analysis", cve.clone())],
            Matter::Other => vec![],
        };
        let is_threat = export.common.verdict == Some("malicious");
        let tags: Vec<Value> = self.tags(export);
        let values = values.into_iter();
        values
            .map(|(kind, category, value)| {
                let to_ids = is_threat && kind != "vulnerability";
                let mut found =
                    attribute(&format!("{name}/{kind}"), (kind, category), &value, export);
                found["to_ids"] = to_ids.into();
                found["comment"] = comment(export).into();
                found["Tag"] = tags.clone().into();
                found
            })
            .collect()
    }

    fn tags(&self, export: &Export) -> Vec<Value> {
        let common = &export.common;
        let clean = |text: &str| -> String {
            let text: String = text
                .chars()
                .filter(|c| !c.is_control() && *c != '"')
                .collect();
            text.trim().chars().take(100).collect()
        };
        let own = [
            common
                .verdict
                .map(|verdict| format!("gti:verdict=\"{verdict}\"")),
            common
                .severity
                .as_deref()
                .map(|word| format!("gti:severity=\"{}\"", clean(word))),
        ];
        let named = |galaxy: &'static str, names: &[String]| -> Vec<String> {
            let names = names.iter().map(|name| clean(name));
            let names = names.filter(|name| !name.is_empty());
            names
                .map(|name| format!("misp-galaxy:{galaxy}=\"{name}\""))
                .collect()
        };
        let actors = named("threat-actor", &common.actors);
        let malware = named("malpedia", &common.malware);
        let every = own.into_iter().flatten().chain(actors).chain(malware);
        let tags = every.map(|name| json!({ "name": name }));
        tags.chain(self.policy.tlp.map(tag)).collect()
    }
}

fn tag(tlp: Tlp) -> Value {
    json!({ "name": format!("tlp:{}", tlp.name()) })
}

fn comment(export: &Export) -> String {
    let mut title = export.common.title.clone().unwrap_or_default();
    title.retain(|c| !c.is_control());
    cut(&mut title, 200);
    title
}

/// When what is known of it last changed, in seconds since the epoch: MISP takes a newer
/// one, and passes over one that is as old.
fn stamp(export: &Export) -> i64 {
    let attributes = &export.detail.attributes;
    let told = export.detail.context_attributes.notification_date;
    let known = told
        .or(attributes.last_modification_date)
        .or(attributes.last_analysis_date);
    // One far in the future would keep every later version out.
    let known = known.filter(|seconds| (EARLIEST..LATEST).contains(seconds));
    known
        .unwrap_or_else(|| export.at.as_second())
        .clamp(EARLIEST, LATEST)
}

fn attribute(name: &str, (kind, category): (&str, &str), value: &str, export: &Export) -> Value {
    json!({
        "uuid": id(name),
        "type": kind,
        "category": category,
        "value": value,
        "to_ids": false,
        "timestamp": stamp(export).to_string(),
        "comment": "",
        "disable_correlation": false,
    })
}

/// What the service says, as the object that MISP has for it.
fn report(export: &Export, name: &str, analysed: &[Value]) -> Option<Value> {
    let common = &export.common;
    if common.kind != "indicator" {
        return None;
    }
    let link = common
        .link
        .as_deref()
        .filter(|link| link.starts_with("https://"))?;
    let score = common
        .threat_score
        .filter(|score| (0..=100).contains(score));
    let ratio = export.detail.attributes.last_analysis_stats.ratio();
    let text = ("text", "External analysis");
    let members = [
        (
            "permalink",
            ("link", "External analysis"),
            Some(link.to_owned()),
        ),
        (
            "threat-score",
            ("integer", "Other"),
            score.map(|score| score.to_string()),
        ),
        ("verdict", text, common.verdict.map(str::to_owned)),
        (
            "severity",
            text,
            common
                .severity
                .clone()
                .filter(|word| !word.trim().is_empty()),
        ),
        ("detection-ratio", text, ratio),
    ];
    let members = members.into_iter().filter_map(|(relation, form, value)| {
        let mut found = attribute(&format!("{name}/report/{relation}"), form, &value?, export);
        found["object_relation"] = relation.into();
        found["disable_correlation"] = true.into();
        Some(found)
    });
    let own = id(&format!("{name}/report"));
    let references = analysed.iter().map(|attribute| {
        let target = &attribute["uuid"];
        json!({
            "uuid": id(&format!("{name}/report/{target}")),
            "referenced_uuid": target,
            "relationship_type": "analyses",
            "object_uuid": own,
            "timestamp": stamp(export).to_string(),
            "comment": "",
        })
    });
    Some(json!({
        "uuid": own,
        "name": "google-threat-intelligence-report",
        "meta-category": "misc",
        "description": "Google Threat Intelligence report",
        "template_uuid": REPORT.0,
        "template_version": REPORT.1,
        "timestamp": stamp(export).to_string(),
        "comment": "",
        "Attribute": members.collect::<Vec<_>>(),
        "ObjectReference": references.collect::<Vec<_>>(),
    }))
}
