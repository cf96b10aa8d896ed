//! The formats every command can print in.

use crate::model::named::named;

named! {
    /// How records are written (contract, sections 2 and 8; second part, section 6).
    pub(crate) enum Format is "a format" {
        /// For people: a digest of each record, or a table.
        Text = "text",
        /// One JSON document.
        Json = "json",
        /// One compact JSON object a line.
        Jsonl = "jsonl",
        /// RFC 4180, with a header.
        Csv = "csv",
        /// One STIX 2.1 bundle.
        Stix = "stix",
        /// A STIX bundle to the taste of `OpenCTI`.
        StixOpenCti = "stix-opencti",
        /// Bodies for the upload API of Microsoft Sentinel, a line each.
        StixSentinel = "stix-sentinel",
        /// A MISP event.
        Misp = "misp",
        /// A directory of events that MISP subscribes to.
        MispFeed = "misp-feed",
        /// Layers for the ATT&CK Navigator.
        Navigator = "navigator",
        /// One document of the Elastic Common Schema a line.
        Ecs = "ecs",
        /// Action and document lines for `_bulk` of Elasticsearch and `OpenSearch`.
        Bulk = "bulk",
        /// Events for Splunk's HTTP Event Collector.
        Hec = "hec",
        /// The Common Event Format of `ArcSight`.
        Cef = "cef",
        /// A file for Zeek's intelligence framework.
        Zeek = "zeek",
        /// Suricata rules.
        Suricata = "suricata",
        /// Bare values, as a device's block list takes them.
        Values = "values",
        /// The text of a ticket.
        Markdown = "markdown",
        /// One page for a browser.
        Html = "html",
    }
}

/// How a format grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Growth {
    /// By lines: a later run goes on where an earlier one stopped.
    Lines,
    /// By lines of which none comes twice.
    UniqueLines,
    /// Not at all: it has an end.
    Document,
}

impl Format {
    /// How it grows.
    pub(crate) fn growth(self) -> Growth {
        match self {
            Self::Jsonl | Self::Csv | Self::Ecs | Self::Bulk | Self::Hec | Self::Cef => {
                Growth::Lines
            }
            Self::Zeek | Self::Suricata | Self::Values => Growth::UniqueLines,
            Self::Text
            | Self::Json
            | Self::Stix
            | Self::StixOpenCti
            | Self::StixSentinel
            | Self::Misp
            | Self::MispFeed
            | Self::Navigator
            | Self::Markdown
            | Self::Html => Growth::Document,
        }
    }

    /// Whether it is for other programs, which know nothing of this one's records:
    /// neither `--jq` nor `--fields` shapes it.
    pub(crate) fn is_export(self) -> bool {
        !matches!(self, Self::Text | Self::Json | Self::Jsonl | Self::Csv)
    }
}
