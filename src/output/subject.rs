//! What the records of a command are about, and which formats that has a meaning in.

use super::format::Format;

/// What the records of a command are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The program itself: settings, quota, state. No format of other programs has a
    /// place for it.
    Program,
    /// Indicators with what sandboxes saw: look-ups and scans.
    Reports,
    /// Indicators as a feed lists them.
    Indicators,
    /// Objects of any type, as a search finds them.
    Objects,
    /// Threat actors, malware families, campaigns, reports.
    Collections,
    /// Vulnerabilities.
    Vulnerabilities,
    /// Alerts.
    Alerts,
    /// Issues of an attack surface.
    Issues,
}

impl Subject {
    /// Whether the records have a meaning in a format.
    pub(crate) fn means_in(self, format: Format) -> bool {
        use Format::{
            Bulk, Cef, Csv, Ecs, Hec, Html, Json, Jsonl, Markdown, Misp, Navigator, Stix,
            StixOpenCti, StixSentinel, Suricata, Text, Values, Zeek,
        };
        match format {
            Text | Json | Jsonl | Csv => true,
            Stix | StixOpenCti | Ecs | Bulk | Hec | Cef | Markdown | Html => self != Self::Program,
            Misp => !matches!(
                self,
                Self::Program | Self::Alerts | Self::Issues | Self::Collections
            ),
            Navigator => matches!(self, Self::Reports | Self::Collections),
            // Its upload API takes neither vulnerabilities nor incidents.
            StixSentinel => matches!(
                self,
                Self::Reports | Self::Indicators | Self::Objects | Self::Collections
            ),
            Values | Zeek | Suricata => {
                matches!(self, Self::Reports | Self::Indicators | Self::Objects)
            }
        }
    }

    /// The formats that the records have a meaning in, by name.
    pub(crate) fn formats(self) -> Vec<&'static str> {
        let formats = Format::ALL.iter().copied();
        let formats = formats.filter(|format| self.means_in(*format));
        formats.map(Format::name).collect()
    }
}
