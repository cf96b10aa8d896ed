//! How the records of scans leave the program.

use super::text;
use crate::commands::members::lookups::SCAN;
use crate::commands::stix::with_relations;
use crate::model::mitre::SandboxTactics;
use crate::output::export::Exported;
use crate::output::stix::Fact;
use crate::output::stix::api::techniques;
use crate::output::{self, Columns, Layout, Subject};
use crate::scan::Record;
use crate::ui::style::Style;

/// The shape of the command's output.
pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "scan",
    columns: Columns(&[
        "target",
        "type",
        "visibility",
        "analysis_id",
        "status",
        "sha256",
        "verdict",
        "threat_score",
        "detections.malicious",
        "detections.suspicious",
        "detections.total",
        "link",
        "error.kind",
        "error.message",
    ]),
    members: SCAN,
    single: false,
    subject: Subject::Reports,
};

impl output::Record for Record {
    fn json(&self, out: &mut Vec<u8>) {
        self.write_json(out);
    }

    fn text(&self, style: &Style) -> Option<String> {
        Some(text::render(self, style))
    }

    fn exported(&self) -> Option<Exported<'_>> {
        let found = self.found()?;
        Some(Exported::of(found.report.json()).seen(found.report.fetched_at))
    }

    fn tactics(&self) -> &[SandboxTactics] {
        let found = self.found().and_then(|found| found.mitre.as_deref());
        found.unwrap_or_default()
    }

    fn stix(&self) -> Vec<Fact> {
        facts(self).into_iter().collect()
    }
}

/// What the report says, and the techniques that sandboxes saw.
fn facts(record: &Record) -> Option<Fact> {
    let found = record.found()?;
    let fact = Fact::of(found.report.json(), found.report.fetched_at)?;
    let fact = with_relations(fact, found.relationships.as_ref(), found.report.fetched_at);
    Some(fact.with_related(techniques(found.mitre.as_deref().unwrap_or_default())))
}
