//! How the records of `gti enrich` leave the program.

use super::stix;
use crate::enrich::{Record, digest};
use crate::output::{self, Columns, Layout};
use crate::ui::style::Style;

/// The shape of the command's output.
pub(super) const LAYOUT: Layout = Layout {
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
    single: false,
    stix: true,
};

impl output::Record for Record {
    fn json(&self, out: &mut Vec<u8>) {
        self.write_json(out);
    }

    fn text(&self, style: &Style) -> Option<String> {
        Some(digest::render(self, style))
    }

    fn stix(&self) -> Vec<output::stix::Fact> {
        stix::facts(self)
    }
}
