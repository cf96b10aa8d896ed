//! Documents of the Elastic Common Schema, version 9.4.
//!
//! Longer than other files: it is one table of fields.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::lines::Line;
use crate::model::time::{epoch, rfc3339};
use crate::model::tlp::Tlp;
use crate::output::export::json::line;
use crate::output::export::{Export, Matter, cut};
use crate::output::stix::Policy;

/// The version of the schema whose names these are.
const VERSION: &str = "9.4.0";

/// Keywords are not indexed beyond this length.
const LONGEST: usize = 1024;

/// One document a line.
pub(in crate::output) struct Ecs {
    tlp: Option<Tlp>,
}

impl Ecs {
    pub(in crate::output) fn new(policy: &Policy) -> Self {
        Self { tlp: policy.tlp }
    }

    /// Appends the document without the end of its line.
    pub(super) fn document(&self, export: &Export, out: &mut Vec<u8>) {
        let document = Document {
            export,
            tlp: self.tlp,
        };
        line(&document.json(), out);
    }
}

impl Line for Ecs {
    fn write(&mut self, export: &Export, out: &mut Vec<u8>) {
        self.document(export, out);
        out.push(b'\n');
    }
}

/// An object of which absent members are left out: the schema knows no nulls.
#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    fn put(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::Object(members) => members.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::String(text) => text.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    fn text(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        let mut text = text.unwrap_or_default().to_owned();
        cut(&mut text, LONGEST);
        self.put(name, text)
    }

    fn texts(&mut self, name: &str, texts: &[String]) -> &mut Self {
        let texts = texts.iter().map(|text| {
            let mut text = text.clone();
            cut(&mut text, LONGEST);
            Value::from(text)
        });
        self.put(name, texts.collect::<Vec<_>>())
    }

    fn done(&mut self) -> Value {
        Value::Object(std::mem::take(&mut self.0))
    }
}

struct Document<'a> {
    export: &'a Export,
    tlp: Option<Tlp>,
}

impl Document<'_> {
    fn json(&self) -> Value {
        let common = &self.export.common;
        let mut all = Members::default();
        all.put("@timestamp", rfc3339(self.export.at))
            .put("ecs", json!({ "version": VERSION }))
            .put("event", self.event())
            .put(
                "observer",
                json!({"vendor": "Google", "product": "Threat Intelligence"}),
            )
            .texts("tags", &common.tags)
            .put("related", self.related())
            .put("gti", self.own());
        match common.kind {
            "vulnerability" => all.put("vulnerability", self.vulnerability()),
            _ => all.put("threat", self.threat()),
        };
        if common.kind != "indicator" {
            all.put("message", self.message());
        }
        all.done()
    }

    /// The title, else the description: text, of any length that is of use.
    fn message(&self) -> String {
        let common = &self.export.common;
        let text = common
            .title
            .as_ref()
            .or(self.export.detail.description.as_ref());
        let mut text = text.cloned().unwrap_or_default();
        cut(&mut text, 4 * LONGEST);
        text
    }

    fn event(&self) -> Value {
        let common = &self.export.common;
        // Rules of Elastic look for these three in documents of indicators.
        let (kind, category, event_type) = match common.kind {
            "alert" => ("alert", "threat", "indicator"),
            "issue" => ("alert", "vulnerability", "info"),
            "vulnerability" => ("event", "vulnerability", "info"),
            _ => ("enrichment", "threat", "indicator"),
        };
        let severity = match common.severity.as_deref() {
            Some("critical") => Some(99),
            Some("high") => Some(73),
            Some("medium") => Some(47),
            Some("low") => Some(21),
            Some("none") => Some(0),
            _ => None,
        };
        let mut event = Members::default();
        event
            .put("kind", kind)
            .put("category", json!([category]))
            .put("type", json!([event_type]))
            .put("module", "ti_gti")
            .put("dataset", format!("ti_gti.{}", self.export.dataset()))
            .put("provider", "gti")
            .put("id", self.export.id())
            .text("reference", common.link.as_deref())
            .put("severity", severity);
        if let Some(score) = common.threat_score {
            event.put("risk_score", score);
        }
        if common.kind != "indicator" {
            event
                .put("created", time(common.time.as_deref()))
                .put("start", time(common.first_seen.as_deref()))
                .put("end", time(common.last_seen.as_deref()));
        }
        event.done()
    }

    fn related(&self) -> Value {
        let mut related = Members::default();
        match &self.export.matter {
            Matter::Address(address) => related.put("ip", json!([address.to_string()])),
            Matter::Domain(name) => related.put("hosts", json!([name])),
            Matter::Url(url) => match ::url::Url::parse(url) {
                Ok(url) => match (url.domain(), url.host_str()) {
                    (Some(name), _) => related.put("hosts", json!([name])),
                    (None, Some(host)) => related.put("ip", json!([host.trim_matches(['[', ']'])])),
                    (None, None) => &mut related,
                },
                Err(_) => &mut related,
            },
            Matter::File(hashes) => related.put("hash", hashes.known().collect::<Vec<_>>()),
            Matter::Vulnerability(_) | Matter::Other => &mut related,
        }
        .done()
    }

    fn threat(&self) -> Value {
        let common = &self.export.common;
        let mut threat = Members::default();
        match common.object_type.as_deref() {
            Some("threat-actor" | "campaign") if common.kind == "collection" => {
                threat.put(
                    "group",
                    named(
                        common.id.as_deref(),
                        common.title.as_deref(),
                        common.link.as_deref(),
                    ),
                );
            }
            Some("malware-family" | "software-toolkit") if common.kind == "collection" => {
                threat.put(
                    "software",
                    named(
                        common.id.as_deref(),
                        common.title.as_deref(),
                        common.link.as_deref(),
                    ),
                );
            }
            _ => {
                let mut group = Members::default();
                threat.put("group", group.texts("name", &common.actors).done());
                let mut software = Members::default();
                threat.put("software", software.texts("name", &common.malware).done());
            }
        }
        if common.kind == "indicator" {
            let list = self
                .export
                .detail
                .context_attributes
                .threat_list_id
                .as_deref();
            let feed = match (self.export.dataset(), list) {
                ("ioc_stream", _) => "GTI IOC Stream".to_owned(),
                ("threat_list", Some(list)) => format!("GTI threat list {list}"),
                _ => "Google Threat Intelligence".to_owned(),
            };
            let mut name = Members::default();
            threat
                .put("feed", name.text("name", Some(&feed)).done())
                .put("indicator", self.indicator());
        }
        threat.done()
    }

    #[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
    fn indicator(&self) -> Value {
        let (common, detail) = (&self.export.common, &self.export.detail);
        let attributes = &detail.attributes;
        let mut found = Members::default();
        let name = self.export.matter.value().or_else(|| common.value.clone());
        let id: Vec<String> = common.id.iter().cloned().collect();
        found
            .text("name", name.as_deref())
            .texts("id", &id)
            .put("provider", "Google Threat Intelligence")
            .text("reference", common.link.as_deref())
            .text("description", common.title.as_deref())
            .put(
                "first_seen",
                first(&[
                    attributes.first_seen_itw_date,
                    attributes.first_submission_date,
                    attributes.creation_date,
                ]),
            )
            .put(
                "last_seen",
                first(&[
                    attributes.last_seen_itw_date,
                    attributes.last_submission_date,
                    attributes.last_analysis_date,
                ]),
            )
            .put(
                "modified_at",
                first(&[
                    attributes.last_modification_date,
                    attributes.last_analysis_date,
                ]),
            )
            .put(
                "scanner_stats",
                attributes.last_analysis_stats.malicious_count(),
            );
        if let Some(tlp) = self.tlp {
            found.put(
                "marking",
                json!({"tlp": tlp.name().to_uppercase(), "tlp_version": "2.0"}),
            );
        }
        match &self.export.matter {
            Matter::Address(address) => {
                let kind = if address.is_ipv4() {
                    "ipv4-addr"
                } else {
                    "ipv6-addr"
                };
                let mut system = Members::default();
                let mut organization = Members::default();
                let owner = organization
                    .text("name", attributes.as_owner.as_deref())
                    .done();
                let system = system
                    .put("number", attributes.asn.filter(|number| *number > 0))
                    .put("organization", owner)
                    .done();
                let mut place = Members::default();
                let place = place
                    .text("country_iso_code", attributes.country.as_deref())
                    .done();
                found
                    .put("type", kind)
                    .put("ip", address.to_string())
                    .put("as", system)
                    .put("geo", place);
            }
            Matter::Domain(name) => {
                found
                    .put("type", "domain-name")
                    .put("url", json!({ "domain": name }));
            }
            Matter::Url(url) => {
                found.put("type", "url").put("url", self.url(url));
            }
            Matter::File(hashes) => {
                let mut hash = Members::default();
                hash.text("sha256", hashes.sha256.as_deref())
                    .text("sha1", hashes.sha1.as_deref())
                    .text("md5", hashes.md5.as_deref())
                    .text("ssdeep", attributes.ssdeep.as_deref())
                    .text("tlsh", attributes.tlsh.as_deref());
                let mut file = Members::default();
                file.put("hash", hash.done())
                    .text("name", attributes.meaningful_name.as_deref())
                    .put("size", attributes.size.filter(|size| *size >= 0));
                found.put("type", "file").put("file", file.done());
            }
            Matter::Vulnerability(_) | Matter::Other => {
                let kind = match common.object_type.as_deref() {
                    Some("file") => "file",
                    Some("url") => "url",
                    _ => "domain-name",
                };
                found.put("type", kind);
            }
        }
        found.done()
    }

    fn url(&self, text: &str) -> Value {
        let mut url = Members::default();
        let led_to = self.export.detail.attributes.last_final_url.as_deref();
        url.text("original", Some(text)).text(
            "full",
            Some(led_to.filter(|url| !url.is_empty()).unwrap_or(text)),
        );
        if let Ok(parsed) = ::url::Url::parse(text) {
            url.text("scheme", Some(parsed.scheme()))
                .text("domain", parsed.host_str())
                .text("path", Some(parsed.path()))
                .text("query", parsed.query())
                .text("fragment", parsed.fragment())
                .put("port", parsed.port());
        }
        url.done()
    }

    fn vulnerability(&self) -> Value {
        let common = &self.export.common;
        let (cve, seen) = (common.value.as_deref(), &self.export.vulnerability);
        let mut found = Members::default();
        found
            .text("id", cve)
            .put("enumeration", "CVE")
            .text("reference", common.link.as_deref())
            .text("severity", common.severity.as_deref());
        let Some(seen) = seen else {
            return found.done();
        };
        found.text("description", seen.summary.as_deref());
        if let Some(score) = seen.cvss.best() {
            let mut values = Members::default();
            values
                .put("base", score.base)
                .put("temporal", score.temporal)
                .put("version", score.version.clone());
            found
                .put("classification", "CVSS")
                .put("score", values.done());
        }
        found.done()
    }

    /// What the schema has no field for.
    fn own(&self) -> Value {
        let common = &self.export.common;
        let mut own = Members::default();
        own.put("kind", common.kind)
            .text("type", common.object_type.as_deref())
            .text("verdict", common.verdict)
            .text("severity", common.severity.as_deref())
            .put("threat_score", common.threat_score)
            .text("status", common.status.as_deref())
            .text("id", common.id.as_deref())
            .text("value", common.value.as_deref());
        let list = self
            .export
            .detail
            .context_attributes
            .threat_list_id
            .as_deref();
        own.text("threat_list", list);
        let sources = common.sources.iter().filter_map(|source| {
            let name = source.name.as_ref().or(source.id.as_ref())?;
            Some(name.clone())
        });
        own.texts("sources", &sources.collect::<Vec<_>>()).done()
    }
}

fn named(id: Option<&str>, name: Option<&str>, link: Option<&str>) -> Value {
    let mut found = Members::default();
    found
        .text("id", id)
        .text("name", name)
        .text("reference", link)
        .done()
}

/// The first time that is known, of seconds since the epoch; 1 stands for none.
fn first(times: &[Option<i64>]) -> Option<String> {
    let known = times.iter().flatten().find(|seconds| **seconds > 1);
    known.copied().and_then(epoch)
}

/// A time as it was sent, if it is one.
fn time(text: Option<&str>) -> Option<String> {
    text?.parse::<Timestamp>().ok().map(rfc3339)
}
