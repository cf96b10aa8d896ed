//! How vulnerabilities leave the program.

use crate::commands::stix::with_relations;
use crate::enrich::vulnerability::{VulnerabilityRecord, digest};
use crate::model::vulnerability::When;
use crate::output::export::Exported;
use crate::output::stix::Fact;
use crate::output::stix::api::vulnerability;
use crate::output::{self, Columns};
use crate::ui::style::Style;

/// The columns of every table of vulnerabilities.
pub(super) const COLUMNS: Columns = Columns(&[
    "cve",
    "status",
    "patch.when",
    "risk_rating",
    "risk_rating_source",
    "priority",
    "priority_source",
    "exploitation_state",
    "exploit_availability",
    "zero_day",
    "kev.added_date",
    "kev.due_date",
    "cvss.base",
    "cvss.vector",
    "epss.score",
    "epss.percentile",
    "affects",
    "modified",
    "link",
    "error.kind",
    "error.message",
]);

impl output::Record for VulnerabilityRecord {
    fn json(&self, out: &mut Vec<u8>) {
        self.write_json(out);
    }

    fn text(&self, style: &Style) -> Option<String> {
        Some(digest::render(self, style))
    }

    fn columns(&self) -> Vec<(&'static str, String)> {
        columns(self)
    }

    fn exported(&self) -> Option<Exported<'_>> {
        exported(self)
    }

    fn stix(&self) -> Vec<Fact> {
        facts(self)
    }
}

/// A record that is a row of a table.
pub(super) struct Listed<'a>(pub(super) &'a VulnerabilityRecord);

impl output::Record for Listed<'_> {
    fn api_object(&self) -> Option<&str> {
        self.0.found().map(|found| found.report.as_str())
    }

    fn json(&self, out: &mut Vec<u8>) {
        self.0.write_json(out);
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        Some(row(self.0))
    }

    fn columns(&self) -> Vec<(&'static str, String)> {
        columns(self.0)
    }

    fn exported(&self) -> Option<Exported<'_>> {
        exported(self.0)
    }

    fn stix(&self) -> Vec<Fact> {
        facts(self.0)
    }
}

/// What CSV shows that is a list in the JSON.
fn columns(record: &VulnerabilityRecord) -> Vec<(&'static str, String)> {
    let affected = record.found().map(|found| found.vulnerability.affected());
    let affected = affected.map(|affected| affected.join("; "));
    vec![("affects", affected.unwrap_or_default())]
}

/// The row of the table for people.
pub(in crate::commands) fn row(record: &VulnerabilityRecord) -> Vec<(&'static str, String)> {
    let seen = record.found().map(|found| &found.vulnerability);
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let patch = seen.map_or("", |seen| match seen.urgency().when {
        When::Now => "now",
        When::Soon => "soon",
        When::Routine => "routine",
        When::Unknown => "unknown",
    });
    let flag = |holds: bool| if holds { "yes" } else { "" }.to_owned();
    let rating = seen.and_then(|seen| seen.risk_rating.as_ref());
    let priority = seen.and_then(|seen| seen.priority.as_ref());
    let base = seen.and_then(|seen| seen.cvss.best()?.base);
    let epss = seen.and_then(|seen| seen.epss.score);
    vec![
        ("CVE", record.cve().to_owned()),
        ("PATCH", patch.to_owned()),
        ("RISK", text(rating.map(|rating| &rating.value))),
        ("PRIORITY", text(priority.map(|priority| &priority.value))),
        (
            "EXPLOITATION",
            text(seen.and_then(|seen| seen.exploitation_state.as_ref())),
        ),
        (
            "EXPLOIT",
            text(seen.and_then(|seen| seen.exploit_availability.as_ref())),
        ),
        ("KEV", flag(seen.is_some_and(|seen| seen.kev.is_some()))),
        (
            "ZERO DAY",
            flag(seen.is_some_and(|seen| seen.zero_day == Some(true))),
        ),
        (
            "CVSS",
            base.map_or_else(String::new, |base| format!("{base:.1}")),
        ),
        (
            "EPSS",
            epss.map_or_else(String::new, |epss| format!("{epss:.3}")),
        ),
    ]
}

/// The vulnerability, what it is in, and whom it is known to be used by.
fn facts(record: &VulnerabilityRecord) -> Vec<Fact> {
    let Some(found) = record.found() else {
        return vec![];
    };
    let fact = vulnerability(&found.vulnerability);
    let relations = found.relationships.as_ref();
    let fact = fact.map(|fact| with_relations(fact, relations, found.fetched_at));
    fact.into_iter().collect()
}

fn exported(record: &VulnerabilityRecord) -> Option<Exported<'_>> {
    let found = record.found()?;
    Some(Exported::of(&found.report).seen(found.fetched_at))
}
