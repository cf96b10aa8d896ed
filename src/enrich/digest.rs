//! The digest for people: what an analyst wants to know of an indicator, in at
//! most 25 lines of a terminal.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::record::{Found, Outcome, Record};
use super::relation::Relation;
use crate::model::indicator::Indicator;
use crate::model::lenient;
use crate::model::time::epoch;
use crate::model::verdict::{Detections, Judgement, Verdict, VerdictSource};
use crate::output::sanitize;
use crate::ui::style::{Style, Tone};

/// Lines of one digest at most (contract, section 5).
const MOST_LINES: usize = 25;

/// Lines that reasons may take.
const MOST_REASONS: usize = 6;

/// Where the values start: the labels before them are this wide.
const INDENT: usize = 14;

/// Related objects named on a line.
const NAMED: usize = 5;

/// Renders a record for people; `defanged` makes its values safe to paste.
pub fn render(record: &Record, style: &Style, defanged: bool) -> String {
    let mut page = Page {
        style,
        lines: vec![],
    };
    let value = record
        .indicator
        .as_ref()
        .map_or(record.ioc.as_str(), Indicator::value);
    let shown = harmless(value, defanged);
    let kind = record.kind().map_or("", |kind| kind.name());
    page.title(&shown, kind);
    match &record.outcome {
        Outcome::Found(found) => report(&mut page, found, defanged),
        Outcome::Skipped(reason) => {
            page.line(
                "skipped",
                &format!("{reason} address; --include-private looks it up"),
            );
        }
        Outcome::Failed(status, problem) => {
            let code = problem
                .code
                .as_deref()
                .map(|code| format!("{code}: "))
                .unwrap_or_default();
            let word = status.name().replace('_', " ");
            page.toned(&word, &format!("{code}{}", problem.message), Tone::Warn);
        }
    }
    page.finish()
}

fn report(page: &mut Page<'_>, found: &Found, defanged: bool) {
    let attributes = serde_json::from_str::<View>(found.report.json())
        .unwrap_or_default()
        .attributes
        .unwrap_or_default();
    verdict(page, &found.judgement);
    if let Some(counts) = &found.judgement.detections {
        page.line("engines", &engines(counts));
    }
    page.wrapped("why", &attributes.reasons());
    for (label, value) in attributes.facts() {
        page.line(label, &harmless(&value, defanged));
    }
    if let Some(seen) = attributes.seen() {
        page.line("seen", &seen);
    }
    if !attributes.tags.is_empty() {
        page.line("tags", &attributes.tags.join(", "));
    }
    for (name, relation) in found.relationships.iter().flatten() {
        if relation.count > 0 {
            page.line(margin(name), &named(relation, defanged));
        }
    }
    if let Some(mitre) = &found.mitre {
        let mut techniques: Vec<&str> = mitre
            .iter()
            .flat_map(|sandbox| &sandbox.tactics)
            .flat_map(|tactic| &tactic.techniques)
            .filter_map(|technique| technique.id.as_deref())
            .collect();
        techniques.sort_unstable();
        techniques.dedup();
        page.line("ATT&CK", &or_none(&techniques.join(", ")));
    }
    if let Some(behaviours) = &found.behaviours {
        page.line(
            "behaviours",
            &format!("{} sandbox reports (-f json shows them)", behaviours.len()),
        );
    }
    for (part, problem) in &found.errors {
        page.toned(
            "missing",
            &format!("{part}: {}", problem.message),
            Tone::Warn,
        );
    }
    page.last("link", &found.link);
}

fn verdict(page: &mut Page<'_>, judged: &Judgement) {
    let tone = match judged.verdict {
        Verdict::Malicious => Tone::Bad,
        Verdict::Suspicious => Tone::Warn,
        Verdict::Benign => Tone::Good,
        Verdict::Undetected | Verdict::Unknown => Tone::Bold,
    };
    let mut parts = vec![
        page.style
            .paint(&judged.verdict.name().to_uppercase(), tone),
    ];
    if let Some(score) = judged.threat_score {
        parts.push(format!("score {score}/100"));
    }
    if let Some(severity) = &judged.severity {
        parts.push(format!("severity {}", sanitize(severity)));
    }
    let source = match judged.source {
        Some(VerdictSource::GtiAssessment) => "GTI assessment",
        Some(VerdictSource::Detections) => "from detections, no GTI assessment",
        None => "nothing to judge by",
    };
    parts.push(page.style.paint(&format!("({source})"), Tone::Dim));
    page.painted("verdict", &parts.join("  "));
}

fn engines(counts: &Detections) -> String {
    let mut text = format!("{} of {} call it malicious", counts.malicious, counts.total);
    if counts.suspicious > 0 {
        text.push_str(&format!(", {} suspicious", counts.suspicious));
    }
    text
}

/// What a relationship is called in the margin, where its name is too long.
fn margin(relationship: &str) -> &str {
    match relationship {
        "malware_families" => "malware",
        "related_threat_actors" => "actors",
        "software_toolkits" => "toolkits",
        "vulnerabilities" => "CVEs",
        other => other,
    }
}

fn named(relation: &Relation, defanged: bool) -> String {
    let names: Vec<String> = relation
        .items
        .iter()
        .filter_map(|item| item.name.as_deref().or(item.id.as_deref()))
        .take(NAMED)
        .map(|name| harmless(name, defanged))
        .collect();
    let more = if relation.count > names.len() as u64 {
        ", …"
    } else {
        ""
    };
    format!("{}: {}{more}", relation.count, names.join(", "))
}

/// The text, with what could be clicked in it defanged if asked for.
fn harmless(text: &str, defanged: bool) -> String {
    if !defanged {
        return text.to_owned();
    }
    let word = |word: &str| match Indicator::parse(word, None) {
        Ok(indicator) => indicator.defanged(),
        Err(_) => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn or_none(text: &str) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        text.to_owned()
    }
}

/// The lines so far.
struct Page<'a> {
    style: &'a Style,
    lines: Vec<String>,
}

impl Page<'_> {
    fn title(&mut self, value: &str, kind: &str) {
        let room = self.style.width.saturating_sub(kind.len() + 2);
        let value = self.style.paint(&cut(&sanitize(value), room), Tone::Bold);
        self.lines.push(
            format!("{value}  {}", self.style.paint(kind, Tone::Dim))
                .trim_end()
                .to_owned(),
        );
    }

    fn line(&mut self, label: &str, value: &str) {
        let value = cut(&sanitize(value), self.room());
        self.painted(label, &value);
    }

    /// Sentences, each on as many lines as it needs, within a bound for all.
    fn wrapped(&mut self, label: &str, sentences: &[String]) {
        let mut label = label;
        let rows = sentences
            .iter()
            .flat_map(|sentence| wrap(&sanitize(sentence), self.room()));
        for row in rows.take(MOST_REASONS).collect::<Vec<_>>() {
            self.painted(label, &cut(&row, self.room()));
            label = "";
        }
    }

    fn toned(&mut self, label: &str, value: &str, tone: Tone) {
        let value = cut(&sanitize(value), self.room());
        let value = self.style.paint(&value, tone);
        self.painted(label, &value);
    }

    /// A line that stays when others had to go. Links are not cut: a part of
    /// one is of no use.
    fn last(&mut self, label: &str, value: &str) {
        self.lines.truncate(MOST_LINES - 1);
        self.painted(label, &sanitize(value));
    }

    fn painted(&mut self, label: &str, value: &str) {
        let label = cut(&sanitize(label), INDENT - 3);
        let label = self
            .style
            .paint(&format!("{label:<width$}", width = INDENT - 3), Tone::Dim);
        self.lines.push(format!("  {label} {value}"));
    }

    fn room(&self) -> usize {
        self.style.width.saturating_sub(INDENT).max(20)
    }

    fn finish(mut self) -> String {
        self.lines.truncate(MOST_LINES);
        self.lines.join("\n")
    }
}

/// The text in rows of at most `room` columns, broken between words.
fn wrap(text: &str, room: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthStr;
    let mut rows: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match rows.last_mut() {
            Some(row) if row.width() + 1 + word.width() <= room => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

/// At most `room` columns of the text, with `…` for what is cut off.
fn cut(text: &str, room: usize) -> String {
    use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
    if text.width() <= room {
        return text.to_owned();
    }
    let mut used = 1;
    let mut kept = String::new();
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

#[derive(Default, Deserialize)]
struct View {
    #[serde(default)]
    attributes: Option<Attributes>,
}

/// The attributes that the digest shows. Values of a type that is not expected
/// are read as [`Value`] and passed over.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    gti_assessment: Value,
    popular_threat_classification: Value,
    sandbox_verdicts: Value,
    crowdsourced_context: Value,
    as_owner: Value,
    asn: Value,
    country: Value,
    network: Value,
    registrar: Value,
    categories: Value,
    title: Value,
    last_final_url: Value,
    last_http_response_code: Value,
    threat_names: Value,
    meaningful_name: Value,
    names: Value,
    type_description: Value,
    size: Value,
    sha256: Value,
    creation_date: Value,
    #[serde(deserialize_with = "lenient::integer")]
    first_seen_itw_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    last_seen_itw_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    first_submission_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    last_submission_date: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    last_analysis_date: Option<i64>,
    #[serde(deserialize_with = "tags")]
    tags: Vec<String>,
}

fn tags<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(texts(&Value::deserialize(deserializer)?))
}

/// The strings in a list.
fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A scalar as text.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Attributes {
    /// Why the verdict is what it is: the service's sentence, else its factors,
    /// and what kind of threat it is called.
    fn reasons(&self) -> Vec<String> {
        let mut reasons = vec![];
        if let Some(description) = shown(&self.gti_assessment["description"]) {
            reasons.push(description);
        } else if let Some(factors) = self.gti_assessment["contributing_factors"].as_object() {
            let names: Vec<String> = factors
                .iter()
                .filter(|(_, value)| value.as_bool() == Some(true))
                .map(|(name, _)| name.replace('_', " "))
                .collect();
            if !names.is_empty() {
                reasons.push(names.join(", "));
            }
        }
        if let Some(label) = shown(&self.popular_threat_classification["suggested_threat_label"]) {
            reasons.push(format!("engines call it {label}"));
        }
        let families: Vec<String> = self
            .sandbox_verdicts
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, verdict)| verdict["category"] == "malicious")
            .map(|(sandbox, _)| sandbox.clone())
            .collect();
        if !families.is_empty() {
            reasons.push(format!("malicious in {}", families.join(", ")));
        }
        if let Some(context) = shown(&self.crowdsourced_context[0]["title"]) {
            reasons.push(context);
        }
        let threats = texts(&self.threat_names);
        if !threats.is_empty() {
            reasons.push(threats.join(", "));
        }
        reasons
    }

    /// What it is, by label.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![];
        let network: Vec<String> = [
            shown(&self.network),
            shown(&self.asn).map(|asn| format!("AS{asn}")),
            shown(&self.as_owner),
            shown(&self.country),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !network.is_empty() {
            facts.push(("network", network.join("  ")));
        }
        let name = shown(&self.meaningful_name).or_else(|| texts(&self.names).into_iter().next());
        let file: Vec<String> = [
            name,
            shown(&self.type_description),
            shown(&self.size).map(|size| format!("{size} bytes")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !file.is_empty() {
            facts.push(("file", file.join("  ")));
        }
        facts.extend(shown(&self.sha256).map(|hash| ("sha256", hash)));
        facts.extend(shown(&self.title).map(|title| ("title", title)));
        let code = shown(&self.last_http_response_code);
        facts.extend(shown(&self.last_final_url).map(|url| {
            (
                "leads to",
                code.map_or_else(|| url.clone(), |code| format!("{url}  (HTTP {code})")),
            )
        }));
        facts.extend(shown(&self.registrar).map(|registrar| ("registrar", registrar)));
        let categories: BTreeMap<&str, ()> = self
            .categories
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, label)| Some((label.as_str()?, ())))
            .collect();
        if !categories.is_empty() {
            let names: Vec<&str> = categories.into_keys().take(NAMED).collect();
            facts.push(("categories", names.join(", ")));
        }
        facts
    }

    /// First and last seen, and when it was last looked at. The service writes
    /// 1 where it does not know the first sighting.
    fn seen(&self) -> Option<String> {
        let day = |seconds: Option<i64>| {
            let time = epoch(seconds.filter(|seconds| *seconds > 1)?)?;
            Some(time.get(..10)?.to_owned())
        };
        let first = day(self.first_seen_itw_date)
            .or_else(|| day(self.first_submission_date))
            .map(|date| format!("first {date}"));
        let last = day(self.last_seen_itw_date)
            .or_else(|| day(self.last_submission_date))
            .map(|date| format!("last {date}"));
        let analysed = day(self.last_analysis_date).map(|date| format!("analysed {date}"));
        let created = day(self.creation_date.as_i64()).map(|date| format!("created {date}"));
        let parts: Vec<String> = [first, last, analysed, created]
            .into_iter()
            .flatten()
            .collect();
        (!parts.is_empty()).then(|| parts.join("  "))
    }
}
