//! The digest for people: what an analyst wants to know of an indicator, in at
//! most 25 lines of a terminal.

mod attributes;

use super::record::{Found, Record};
use super::relation::Relation;
use crate::bulk::{Outcome, Status};
use crate::model::error::{Error, ErrorKind};
use crate::model::indicator::Indicator;
use crate::model::report::Report;
use crate::model::view::{Unread, decode};
use crate::output::Digest;
use crate::ui::style::{Style, Tone};

/// Related objects named on a line.
const NAMED: usize = 5;

/// Renders a record for people.
pub(crate) fn render(record: &Record, style: &Style) -> String {
    let defanged = style.defang;
    let mut page = Digest::new(style);
    let value = record
        .indicator
        .as_ref()
        .map_or(record.ioc.as_str(), Indicator::value);
    let shown = harmless(value, defanged);
    let kind = record.kind().map_or("", |kind| kind.name());
    page.title(&shown, kind);
    match &record.outcome {
        Outcome::Done(found) => report(&mut page, found, defanged),
        Outcome::Skipped(reason) => {
            page.line(
                "skipped",
                &format!("{reason} host; --include-private looks it up"),
            );
        }
        Outcome::Failed(status, problem) => failure(&mut page, *status, problem),
    }
    page.finish()
}

/// Adds what went wrong to a digest that has its title.
pub(crate) fn failure(page: &mut Digest<'_>, status: Status, problem: &Error) {
    let code = problem
        .code
        .as_deref()
        .map(|code| format!("{code}: "))
        .unwrap_or_default();
    let word = match status {
        Status::NotAttempted => "not tried".to_owned(),
        other => other.name().replace('_', " "),
    };
    page.wrapped(&word, &[format!("{code}{}", problem.message)]);
}

/// Adds what could not be had beside the report.
pub(crate) fn missing(page: &mut Digest<'_>, errors: &[(String, Error)]) {
    for (part, problem) in errors {
        page.toned(
            "missing",
            &format!("{part}: {}", problem.message),
            Tone::Warn,
        );
    }
}

/// Adds what of an object cannot be read.
pub(crate) fn unread(page: &mut Digest<'_>, unread: &Unread) {
    for member in unread.iter() {
        page.toned(
            "unread",
            &format!("{}: {}", member.path, member.reason),
            Tone::Warn,
        );
    }
}

/// Adds that an object cannot be read at all.
pub(crate) fn unreadable(page: &mut Digest<'_>, reason: &str) {
    let problem = Error::new(
        ErrorKind::Decode,
        format!("cannot read the object: {reason}"),
    );
    failure(page, Status::Error, &problem);
}

/// Adds the relationships that have anything.
pub(crate) fn relations(page: &mut Digest<'_>, relations: &[(String, Relation)], defanged: bool) {
    for (name, relation) in relations {
        if !relation.is_empty() {
            let known = relation.items.len() as u64;
            page.names(
                margin(name),
                relation.count,
                known,
                &named(relation, defanged),
            );
        }
    }
}

/// Adds what a report says to a digest that has its title.
pub(crate) fn report(page: &mut Digest<'_>, found: &Found, defanged: bool) {
    page.judgement(&found.judgement);
    let decoded = match decode::<Report>(found.report.json()) {
        Ok(decoded) => decoded,
        Err(reason) => return unreadable(page, &reason),
    };
    let attributes = &decoded.view.attributes;
    page.wrapped("why", &attributes::reasons(attributes));
    for (label, value) in attributes::facts(attributes) {
        page.line(label, &harmless(&value, defanged));
    }
    page.parts("seen", &attributes::seen(attributes));
    if !attributes.tags.is_empty() {
        page.line("tags", &attributes.tags.join(", "));
    }
    if let Some(all) = &found.relationships {
        relations(page, all, defanged);
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
        page.wrapped("ATT&CK", &[or_none(&techniques.join(", "))]);
    }
    if let Some(behaviours) = &found.behaviours {
        page.line(
            "behaviours",
            &format!("{} sandbox reports (-f json shows them)", behaviours.len()),
        );
    }
    unread(page, &decoded.unread);
    missing(page, &found.errors);
    page.last("link", &found.link);
}

/// What a relationship is called in the margin, where its name is too long.
fn margin(relationship: &str) -> &str {
    match relationship {
        "malware_families" => "malware",
        "related_threat_actors" | "threat_actors" => "actors",
        "software_toolkits" => "toolkits",
        "vulnerabilities" => "CVEs",
        other => other,
    }
}

fn named(relation: &Relation, defanged: bool) -> Vec<String> {
    relation
        .items
        .iter()
        .filter_map(|item| item.name.as_deref().or(item.id.as_deref()))
        .take(NAMED)
        .map(|name| harmless(name, defanged))
        .collect()
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
