//! The formats every command can print in.

use std::fmt;
use std::str::FromStr;

/// How records are written (contract, sections 2 and 8).
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
}

impl Format {
    /// Every format, in the order in which help shows them.
    pub(crate) const ALL: [Self; 5] = [Self::Text, Self::Json, Self::Jsonl, Self::Csv, Self::Stix];

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
        }
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
