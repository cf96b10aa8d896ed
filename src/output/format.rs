//! The formats every command can print in.

use std::fmt;
use std::str::FromStr;

/// How records are written (contract, sections 2 and 8; second part, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// For people: a digest of each record, or a table.
    Text,
    /// One JSON document.
    Json,
    /// One compact JSON object a line.
    Jsonl,
    /// RFC 4180, with a header.
    Csv,
    /// One STIX 2.1 bundle.
    Stix,
    /// One document of the Elastic Common Schema a line.
    Ecs,
    /// Action and document lines for `_bulk` of Elasticsearch and OpenSearch.
    Bulk,
    /// Events for Splunk's HTTP Event Collector.
    Hec,
    /// The Common Event Format of ArcSight.
    Cef,
    /// A file for Zeek's intelligence framework.
    Zeek,
    /// Suricata rules.
    Suricata,
    /// Bare values, as a device's block list takes them.
    Values,
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
    /// Every format, in the order in which help shows them.
    pub(crate) const ALL: [Self; 12] = [
        Self::Text,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Stix,
        Self::Ecs,
        Self::Bulk,
        Self::Hec,
        Self::Cef,
        Self::Zeek,
        Self::Suricata,
        Self::Values,
    ];

    /// The names, as they are typed.
    pub(crate) const NAMES: [&str; Self::ALL.len()] = {
        let mut names = [""; Self::ALL.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = Self::ALL[at].name();
            at += 1;
        }
        names
    };

    /// The name as it is typed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Stix => "stix",
            Self::Ecs => "ecs",
            Self::Bulk => "bulk",
            Self::Hec => "hec",
            Self::Cef => "cef",
            Self::Zeek => "zeek",
            Self::Suricata => "suricata",
            Self::Values => "values",
        }
    }

    /// How it grows.
    pub(crate) fn growth(self) -> Growth {
        match self {
            Self::Jsonl | Self::Csv | Self::Ecs | Self::Bulk | Self::Hec | Self::Cef => {
                Growth::Lines
            }
            Self::Zeek | Self::Suricata | Self::Values => Growth::UniqueLines,
            Self::Text | Self::Json | Self::Stix => Growth::Document,
        }
    }

    /// Whether it is for other programs, which know nothing of this one's records:
    /// neither `--jq` nor `--fields` shapes it.
    pub(crate) fn is_export(self) -> bool {
        !matches!(self, Self::Text | Self::Json | Self::Jsonl | Self::Csv)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| {
                let names = Self::NAMES.join(", ");
                format!("`{text}` is not a format: write {names}")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read_back_from_its_name() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
    }

    #[test]
    fn an_unknown_format_is_named_with_the_known_ones() {
        for text in ["yaml", "JSON", ""] {
            let message = text.parse::<Format>().expect_err(text);
            assert!(message.contains(&format!("`{text}`")), "{message}");
            assert!(
                message.contains("text, json, jsonl, csv, stix"),
                "{message}"
            );
        }
    }
}
