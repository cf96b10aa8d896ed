//! How the records of scans leave the program.

use super::text;
use crate::output::{self, Columns, Layout};
use crate::scan::Record;
use crate::ui::style::Style;

/// The shape of the command's output.
pub(super) const LAYOUT: Layout = Layout {
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
    single: false,
    stix: false,
};

impl output::Record for Record {
    fn json(&self, out: &mut Vec<u8>) {
        self.write_json(out);
    }

    fn text(&self, style: &Style) -> Option<String> {
        Some(text::render(self, style))
    }
}
