//! One record on the page.
//!
//! Longer than other files: it is one section of a page, paragraph by paragraph.

use std::fmt::Write;

use jiff::Timestamp;

use super::graph::{Node, graph};
use super::{advice, list, matrix, pairs, part};
use crate::model::json::{items, member};
use crate::model::mitre::SandboxTactics;
use crate::model::report::{Report, ReportAttributes};
use crate::model::time::epoch;
use crate::model::timeline::TimelineEvent;
use crate::model::verdict::{Detections, Factor};
use crate::model::view::{Map, decode, view};
use crate::output::export::{Export, unclickable};
use crate::output::html::escape;
use crate::output::plain::plain;
use crate::output::record::Record;

/// Items of a table at most; the page says how many more there are.
const MOST_ITEMS: usize = 100;

view! {
    // What records have beside their objects.
    struct Shown {
        ioc: Option<String>,
        id: Option<String>,
        name: Option<String>,
        target: Option<String>,
        status: Option<String>,
        reason: Option<String>,
        error: Problem,
        errors: Vec<Problem>,
        relationships: Map<Relation>,
        iocs: Relation,
    }

    struct Problem {
        part: Option<String>,
        message: Option<String>,
    }

    struct Relation {
        count: Option<u64>,
        items: Vec<Related>,
    }

    struct Related {
        kind as "type": Option<String>,
        id: Option<String>,
        name: Option<String>,
        value: Option<String>,
        verdict: Option<String>,
        threat_score: Option<i64>,
    }
}

/// A record, as far as the page tells of it.
pub(super) struct Card {
    /// What people call it; an indicator so that nobody clicks it.
    pub(super) name: String,
    export: Option<Export>,
    report: Report,
    shown: Shown,
    tactics: Vec<SandboxTactics>,
    events: Vec<TimelineEvent>,
}

impl Card {
    /// Reads a record.
    pub(super) fn of(record: &dyn Record, now: fn() -> Timestamp) -> Self {
        let mut json = Vec::new();
        record.json(&mut json);
        let json = String::from_utf8_lossy(&json);
        let exported = record.exported();
        let report = exported.and_then(|exported| decode::<Report>(exported.object).ok());
        let export = exported.and_then(|exported| Export::read(exported, now));
        let shown = decode::<Shown>(&json)
            .map(|read| read.view)
            .unwrap_or_default();
        let named = [&shown.name, &shown.ioc, &shown.target, &shown.id];
        let named = named.into_iter().flatten().next().cloned();
        let name = export.as_ref().map(Export::shown);
        let name = name.filter(|name| !name.trim().is_empty()).or(named);
        let timeline = member(&json, "timeline").and_then(|events| items(events).ok());
        Self {
            name: name.unwrap_or_else(|| "a record without a name".to_owned()),
            export,
            report: report.map(|read| read.view).unwrap_or_default(),
            tactics: record.tactics().to_vec(),
            events: timeline
                .unwrap_or_default()
                .into_iter()
                .map(TimelineEvent::read)
                .collect(),
            shown,
        }
    }

    /// Its row in the table of all.
    pub(super) fn row(&self, index: usize, has_section: bool, out: &mut String) {
        let name = escape(&self.name);
        let name = if has_section {
            format!("<a href=\"#record-{index}\">{name}</a>")
        } else {
            name
        };
        let common = self.export.as_ref().map(|export| &export.common);
        let status = || {
            self.shown
                .status
                .as_deref()
                .filter(|status| *status != "ok")
        };
        let verdict = common.and_then(|common| common.verdict.or(common.status.as_deref()));
        let verdict = verdict.or_else(status).unwrap_or_default();
        let severity = common.and_then(|common| common.severity.as_deref());
        let score = common.and_then(|common| common.threat_score);
        let kind = common.and_then(|common| common.object_type.as_deref());
        // Writing to a string can't fail, here and below.
        let _ = writeln!(
            out,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(kind.unwrap_or_default()),
            judged(verdict),
            judged(severity.unwrap_or_default()),
            score.map(|score| score.to_string()).unwrap_or_default(),
        );
    }

    /// Its section.
    pub(super) fn section(&self, index: usize, out: &mut String) {
        let _ = write!(
            out,
            "<section aria-labelledby=\"record-{index}\">\n<h2 id=\"record-{index}\">{}</h2>\n",
            escape(&self.name),
        );
        match &self.export {
            Some(export) => self.told(export, index, out),
            None => self.failed(out),
        }
        out.push_str("</section>\n");
    }

    /// What became of an input that has no object.
    fn failed(&self, out: &mut String) {
        let shown = &self.shown;
        let status = shown
            .status
            .as_deref()
            .unwrap_or("no answer")
            .replace('_', " ");
        let why = shown.error.message.as_ref().or(shown.reason.as_ref());
        let colon = if why.is_some() { ": " } else { "" };
        let why = why.map_or_else(String::new, |why| escape(why));
        let _ = writeln!(out, "<p>{}{colon}{why}</p>", escape(&status));
    }

    fn told(&self, export: &Export, index: usize, out: &mut String) {
        let attributes = &self.report.attributes;
        out.push_str(&verdict(export));
        part("Why", &why(export, attributes), out);
        part("Detections", &detections(attributes, index), out);
        part("Who", &self.who(export), out);
        part("Timeline", &self.timeline(export, attributes), out);
        part(
            "ATT&amp;CK",
            &matrix::matrix(&self.name, &self.tactics),
            out,
        );
        let nodes = self.nodes(export);
        part("Relations", &graph(&self.name, &nodes, index), out);
        self.relations(out);
        let steps = advice::advice(export);
        part("What to do", &list(steps.iter().map(String::as_str)), out);
        part("Facts", &facts(export, attributes), out);
        let missing = self.shown.errors.iter().map(|problem| {
            let part = problem.part.as_deref().unwrap_or("a part");
            format!(
                "{part}: {}",
                problem.message.as_deref().unwrap_or("missing")
            )
        });
        let missing: Vec<String> = missing.collect();
        part("Missing", &list(missing.iter().map(String::as_str)), out);
        let link = export
            .common
            .link
            .as_deref()
            .filter(|link| is_address(link));
        if let Some(link) = link {
            let link = escape(link);
            let _ = writeln!(
                out,
                "<p><a href=\"{link}\" rel=\"noopener noreferrer\">{} in Google Threat Intelligence</a></p>",
                escape(&self.name)
            );
        }
    }

    /// Actors, malware, campaigns: those that the object names and those that it is
    /// related to.
    fn who(&self, export: &Export) -> String {
        const GROUPS: [(&str, &[&str]); 4] = [
            (
                "Actors",
                &[
                    "related_threat_actors",
                    "threat_actors",
                    "suspected_threat_actors",
                ],
            ),
            ("Malware", &["malware_families", "software_toolkits"]),
            ("Campaigns", &["campaigns"]),
            ("Reports", &["reports"]),
        ];
        let common = &export.common;
        let rows = GROUPS.into_iter().map(|(heading, relationships)| {
            let own: &[String] = match heading {
                "Actors" => &common.actors,
                "Malware" => &common.malware,
                _ => &[],
            };
            let mut names: Vec<String> = own.to_vec();
            for (name, relation) in &self.shown.relationships.0 {
                if relationships.contains(&name.as_str()) {
                    let found = relation.items.iter().filter_map(Related::label);
                    names.extend(found);
                }
            }
            let mut seen = std::collections::HashSet::new();
            names.retain(|name| seen.insert(name.clone()));
            (heading, names.join(", "))
        });
        let sources = common.sources.iter();
        let sources: Vec<&str> = sources
            .filter_map(|source| source.name.as_deref().or(source.id.as_deref()))
            .collect();
        pairs(rows.chain([("Sources", sources.join(", "))]))
    }

    /// What happened when, the oldest first.
    fn timeline(&self, export: &Export, attributes: &ReportAttributes) -> String {
        let at = |seconds: Option<i64>| seconds.filter(|at| *at > 1).and_then(epoch);
        let mut moments: Vec<(String, String)> = [
            (at(attributes.creation_date), "created"),
            (at(attributes.first_seen_itw_date), "first seen in the wild"),
            (at(attributes.first_submission_date), "first submitted"),
            (at(attributes.last_seen_itw_date), "last seen in the wild"),
            (at(attributes.last_submission_date), "last submitted"),
            (at(attributes.last_analysis_date), "last analysed"),
            (at(attributes.last_modification_date), "last modified"),
            (export.common.first_seen.clone(), "first seen"),
            (export.common.last_seen.clone(), "last seen"),
        ]
        .into_iter()
        .filter_map(|(at, what)| Some((at?, what.to_owned())))
        .collect();
        moments.extend(self.events.iter().filter_map(|event| {
            let title = event.title.clone().or(event.category.clone())?;
            Some((event.time.clone()?, title))
        }));
        moments.sort();
        moments.dedup();
        let all = moments.len();
        moments.truncate(MOST_ITEMS);
        let mut shown = pairs(moments.iter().map(|(at, what)| (at.as_str(), what.clone())));
        shown.push_str(&more(all.saturating_sub(moments.len()) as u64));
        shown
    }

    /// What is drawn.
    fn nodes(&self, export: &Export) -> Vec<Node> {
        let named = |relationship: &str, names: &[String]| {
            let node = |label: &String| Node {
                relationship: relationship.to_owned(),
                label: label.clone(),
            };
            names.iter().map(node).collect::<Vec<_>>()
        };
        let mut nodes = named("threat actor", &export.common.actors);
        nodes.extend(named("malware", &export.common.malware));
        for (relationship, relation) in &self.shown.relationships.0 {
            nodes.extend(relation.items.iter().filter_map(|item| {
                Some(Node {
                    relationship: relationship.replace('_', " "),
                    label: item.label()?,
                })
            }));
        }
        nodes.dedup();
        nodes
    }

    /// Related objects and extracted indicators, a table each.
    fn relations(&self, out: &mut String) {
        let iocs = (!self.shown.iocs.items.is_empty()).then_some(("indicators", &self.shown.iocs));
        let relations = self.shown.relationships.0.iter();
        let relations = relations.map(|(name, relation)| (name.as_str(), relation));
        for (name, relation) in relations.chain(iocs) {
            if relation.items.is_empty() {
                continue;
            }
            let shown = &relation.items[..relation.items.len().min(MOST_ITEMS)];
            let rows = shown.iter().fold(String::new(), |mut rows, item| {
                let score = item.threat_score.map(|score| format!(" {score}/100"));
                let _ = writeln!(
                    rows,
                    "<tr><td>{}</td><td>{}</td><td>{}{}</td></tr>",
                    escape(item.kind.as_deref().unwrap_or_default()),
                    escape(&item.label().unwrap_or_default()),
                    judged(item.verdict.as_deref().unwrap_or_default()),
                    score.unwrap_or_default(),
                );
                rows
            });
            let count = relation.count.unwrap_or(0).max(relation.items.len() as u64);
            let heading = escape(&name.replace('_', " "));
            // Each region has a name that no other of the page has.
            let name = escape(&self.name);
            let _ = write!(
                out,
                "<h3>{heading}</h3>\n<div class=\"scroll\" role=\"region\" aria-label=\"{heading} of {name}\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">Type</th><th scope=\"col\">What</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n{}",
                more(count - shown.len() as u64),
            );
        }
    }
}

impl Related {
    /// What it is called, else what it is; an indicator so that nobody clicks it.
    fn label(&self) -> Option<String> {
        let text = self
            .name
            .as_ref()
            .or(self.value.as_ref())
            .or(self.id.as_ref())?;
        Some(unclickable(text))
    }
}

/// How many there are beyond those that are shown.
fn more(count: u64) -> String {
    match count {
        0 => String::new(),
        count => format!("<p class=\"dim\">{count} more.</p>\n"),
    }
}

/// A verdict or a severity in its colour.
fn judged(word: &str) -> String {
    const KNOWN: [&str; 8] = [
        "malicious",
        "suspicious",
        "undetected",
        "benign",
        "critical",
        "high",
        "medium",
        "low",
    ];
    match KNOWN.iter().find(|known| **known == word) {
        Some(class) => format!("<span class=\"{class}\">{word}</span>"),
        None => escape(word),
    }
}

/// The judgement in a line.
fn verdict(export: &Export) -> String {
    let common = &export.common;
    let mut parts = vec![];
    parts.extend(common.object_type.as_deref().map(escape));
    parts.extend(common.verdict.map(judged));
    parts.extend(
        common
            .threat_score
            .map(|score| format!("threat score {score}/100")),
    );
    let severity = common.severity.as_deref();
    parts.extend(severity.map(|severity| format!("severity {}", judged(severity))));
    parts.extend(
        common
            .status
            .as_deref()
            .map(|status| format!("status {}", escape(status))),
    );
    format!("<p>{}</p>\n", parts.join(" · "))
}

/// The reasons: what the service says, and what its assessment was made of.
fn why(export: &Export, attributes: &ReportAttributes) -> String {
    let mut reasons = vec![];
    let assessment = &attributes.gti_assessment;
    reasons.extend(assessment.description.clone());
    let label = &attributes
        .popular_threat_classification
        .suggested_threat_label;
    reasons.extend(
        label
            .as_ref()
            .map(|label| format!("Engines call it {label}.")),
    );
    for (name, factor) in &assessment.contributing_factors.0 {
        let name = name.replace('_', " ");
        match factor {
            Factor::Flag(true) => reasons.push(name),
            Factor::Said(words) if !words.is_empty() => {
                reasons.push(format!("{name}: {}", words.join(", ")));
            }
            Factor::Flag(false) | Factor::Said(_) => {}
        }
    }
    for (sandbox, seen) in &attributes.sandbox_verdicts.0 {
        let names = seen
            .malware_classification
            .iter()
            .chain(&seen.malware_names);
        let names: Vec<&str> = names.map(String::as_str).collect();
        let category = seen.category.as_deref().unwrap_or("no verdict");
        reasons.push(format!("{sandbox}: {category} {}", names.join(", ")));
    }
    let said = list(reasons.iter().map(String::as_str));
    let detail = &export.detail;
    let summary = [
        &detail.attributes.executive_summary,
        &detail.attributes.description,
        &detail.description,
    ];
    let summary = summary.into_iter().flatten().next().map(|text| plain(text));
    let summary = summary.filter(|text| !text.trim().is_empty());
    let summary = summary.map_or_else(String::new, |text| {
        let paragraphs = text.lines().filter(|line| !line.trim().is_empty());
        paragraphs.fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "<p>{}</p>", escape(line));
            all
        })
    });
    said + &summary
}

/// What the engines say, counted and drawn.
fn detections(attributes: &ReportAttributes, index: usize) -> String {
    let Some(Detections {
        malicious,
        suspicious,
        undetected,
        harmless,
        total,
        ..
    }) = attributes.last_analysis_stats.counts()
    else {
        return String::new();
    };
    let counts = [
        ("malicious", malicious),
        ("suspicious", suspicious),
        ("undetected", undetected),
        ("harmless", harmless),
    ];
    let words: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    let words = words.join(", ");
    let mut bars = String::new();
    let mut from: u64 = 0;
    for (name, count) in counts {
        // In thousandths, so that the widths come to the whole.
        let edge = |count: u64| (count.saturating_mul(1_000) / total.max(1)).min(1_000);
        let (start, end) = (edge(from), edge(from.saturating_add(count)));
        if end > start {
            let _ = write!(
                bars,
                "<rect class=\"bar-{name}\" x=\"{start}\" y=\"0\" width=\"{}\" height=\"24\"/>",
                end - start
            );
        }
        from = from.saturating_add(count);
    }
    format!(
        "<p>{words} of {total} engines</p>\n<svg role=\"img\" aria-labelledby=\"engines-{index}\" viewBox=\"0 0 1000 24\" width=\"1000\" height=\"24\" preserveAspectRatio=\"none\"><title id=\"engines-{index}\">{words}</title>{bars}</svg>\n"
    )
}

fn facts(export: &Export, attributes: &ReportAttributes) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let vulnerability = export.vulnerability.as_deref();
    let cvss = vulnerability.map(|one| {
        let scores = one.cvss.scores.iter();
        let scores =
            scores.filter_map(|score| Some(format!("{} (v{})", score.base?, score.version)));
        scores.collect::<Vec<_>>().join(", ")
    });
    let epss = vulnerability.and_then(|one| one.epss.score);
    pairs([
        ("Id", unclickable(&text(&export.common.id))),
        ("Title", text(&export.common.title)),
        ("File", text(&attributes.type_description)),
        ("Size", text(&attributes.size)),
        ("SHA-256", text(&attributes.sha256)),
        ("SHA-1", text(&attributes.sha1)),
        ("MD5", text(&attributes.md5)),
        ("Network", text(&attributes.network)),
        ("AS", text(&attributes.as_owner)),
        ("Country", text(&attributes.country)),
        ("Registrar", text(&attributes.registrar)),
        ("CVSS", cvss.unwrap_or_default()),
        (
            "EPSS",
            epss.map(|score| score.to_string()).unwrap_or_default(),
        ),
        ("Tags", export.common.tags.join(", ")),
    ])
}

/// Whether a link leads to a page of the service, in plain characters.
fn is_address(link: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?=&%+,@".contains(&byte);
    link.starts_with("https://") && link.bytes().all(is_plain)
}
