//! What the records of a command are about, and which formats that has a meaning in.

use super::format::Format;

/// What the records of a command are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The program itself: settings, quota, state. No format of other programs has a
    /// place for it.
    Program,
    /// Values that somebody has found in a text, and that nobody has judged.
    Values,
    /// Values of a list that a text names.
    Hits,
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
            Bulk, Cef, Csv, Ecs, Hec, Html, Json, Jsonl, Markdown, Misp, MispFeed, Navigator, Stix,
            StixOpenCti, StixSentinel, Suricata, Text, Values, Zeek,
        };
        match format {
            Text | Json | Jsonl | Csv => true,
            Stix | StixOpenCti => self != Self::Program,
            // A value without a word on it is no ticket, and a hit is no indicator of its own.
            Cef | Markdown | Html => !matches!(self, Self::Program | Self::Values | Self::Hits),
            Ecs | Bulk | Hec => !matches!(self, Self::Program | Self::Hits),
            Misp | MispFeed => !matches!(
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
                matches!(
                    self,
                    Self::Reports | Self::Indicators | Self::Objects | Self::Values | Self::Hits
                )
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
