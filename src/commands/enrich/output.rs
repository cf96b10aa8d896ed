//! How the records of `gti enrich` leave the program.

use crate::commands::members::lookups::ENRICH;
use crate::commands::stix::with_relations;
use crate::enrich::{Record, digest};
use crate::model::mitre::SandboxTactics;
use crate::output::export::Exported;
use crate::output::stix::Fact;
use crate::output::stix::api::techniques;
use crate::output::{self, Columns, Layout, Subject};
use crate::ui::style::Style;

/// The shape of the command's output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "enrich",
    columns: Columns(&[
        "ioc",
        "value",
        "type",
        "status",
        "verdict",
        "severity",
        "threat_score",
        "verdict_source",
        "detections.malicious",
        "detections.suspicious",
        "detections.total",
        "link",
        "fetched_at",
        "cached",
        "reason",
        "error.kind",
        "error.message",
    ]),
    members: ENRICH,
    single: false,
    subject: Subject::Reports,
};

impl output::Record for Record {
    fn json(&self, out: &mut Vec<u8>) {
        self.write_json(out);
    }

    fn text(&self, style: &Style) -> Option<String> {
        Some(digest::render(self, style))
    }

    fn exported(&self) -> Option<Exported<'_>> {
        let (indicator, found) = (self.indicator.as_ref()?, self.found()?);
        Some(Exported {
            value: Some(indicator.value()),
            ..Exported::of(found.report.json()).seen(found.report.fetched_at)
        })
    }

    fn tactics(&self) -> &[SandboxTactics] {
        let found = self.found().and_then(|found| found.mitre.as_deref());
        found.unwrap_or_default()
    }

    fn stix(&self) -> Vec<Fact> {
        facts(self).into_iter().collect()
    }
}

/// What the report says, and what it is related to.
fn facts(record: &Record) -> Option<Fact> {
    let (indicator, found) = (record.indicator.as_ref()?, record.found()?);
    let seen = found.report.fetched_at;
    let fact = Fact::of_report(
        found.report.json(),
        indicator.kind(),
        indicator.value(),
        seen,
    )?;
    let fact = with_relations(fact, found.relationships.as_ref(), seen);
    Some(fact.with_related(techniques(found.mitre.as_deref().unwrap_or_default())))
}
