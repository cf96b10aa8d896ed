//! Where the records of a checkpoint go.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::state::path_bytes;

/// Where the records of a checkpoint go. A run with other destinations must not use it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct DestinationIds {
    /// Where they are delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DestinationId>,
    /// Where they are written, in place of the delivery or beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<DestinationId>,
}

/// What a destination is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum DestinationId {
    /// A webhook, whose URL may be a secret.
    Webhook {
        /// Its origin.
        origin: String,
        /// Tells it from other webhooks of its origin.
        fingerprint: String,
    },
    /// A sink of the configuration file. Its settings may change, its name stays.
    Sink {
        /// Its name.
        name: String,
    },
    /// Standard output.
    Stdout,
    /// A device or a named pipe.
    Stream {
        /// Its path, as typed.
        #[serde(with = "path_bytes")]
        path: PathBuf,
    },
    /// A file.
    File {
        /// Its absolute path.
        #[serde(with = "path_bytes")]
        path: PathBuf,
        /// The format of its records.
        format: String,
    },
}

impl DestinationIds {
    /// The file that records are appended to.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.output {
            Some(DestinationId::File { path, .. }) => Some(path),
            _ => None,
        }
    }

    /// The destination that earlier versions wrote down as one text. A path that
    /// looks like a part of that text is taken apart in the likeliest way.
    pub(super) fn from_former(text: &str) -> Self {
        let delivered = text.starts_with("webhook:") || text.starts_with("sink:");
        if !delivered {
            return Self {
                delivery: None,
                output: Some(DestinationId::output_from_former(text)),
            };
        }
        let parts: Vec<(&str, &str)> = text
            .match_indices(AND)
            .map(|(at, _)| (&text[..at], &text[at + AND.len()..]))
            .collect();
        let whole = parts
            .iter()
            .find(|(_, output)| *output == STDOUT || Path::new(output).is_absolute());
        let (delivery, output) = match whole {
            Some((delivery, output)) => {
                (*delivery, Some(DestinationId::output_from_former(output)))
            }
            None => (text, None),
        };
        Self {
            delivery: Some(DestinationId::delivery_from_former(delivery)),
            output,
        }
    }
}

/// What stands between the two parts.
const AND: &str = " and ";
/// The name of standard output.
const STDOUT: &str = "standard output";

impl DestinationId {
    fn delivery_from_former(text: &str) -> Self {
        let webhook = text
            .strip_prefix("webhook:")
            .and_then(|webhook| webhook.rsplit_once('#'));
        match webhook {
            Some((origin, fingerprint)) => Self::Webhook {
                origin: origin.to_owned(),
                fingerprint: fingerprint.to_owned(),
            },
            None => Self::Sink {
                name: text.strip_prefix("sink:").unwrap_or(text).to_owned(),
            },
        }
    }

    fn output_from_former(text: &str) -> Self {
        let formatted = text.strip_suffix(')');
        match formatted.and_then(|text| text.rsplit_once(" (")) {
            _ if text == STDOUT => Self::Stdout,
            Some((path, format @ ("jsonl" | "csv"))) => Self::File {
                path: PathBuf::from(path),
                format: format.to_owned(),
            },
            _ => Self::Stream {
                path: PathBuf::from(text),
            },
        }
    }
}

/// For people; nothing reads it back.
impl fmt::Display for DestinationIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.delivery, &self.output) {
            (Some(delivery), Some(output)) => write!(f, "{delivery}{AND}{output}"),
            (Some(delivery), None) => delivery.fmt(f),
            (None, Some(output)) => output.fmt(f),
            (None, None) => f.write_str("nowhere"),
        }
    }
}

impl fmt::Display for DestinationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhook {
                origin,
                fingerprint,
            } => write!(f, "webhook:{origin}#{fingerprint}"),
            Self::Sink { name } => write!(f, "sink:{name}"),
            Self::Stdout => f.write_str(STDOUT),
            Self::Stream { path } => path.display().fmt(f),
            Self::File { path, format } => write!(f, "{} ({format})", path.display()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_earlier_versions_wrote_is_understood() {
        let webhook = r#""delivery":{"kind":"webhook","origin":"https://soar.example","fingerprint":"2e6df379"}"#;
        for (text, json) in [
            ("standard output", r#"{"output":{"kind":"stdout"}}"#.to_owned()),
            (
                "/dev/null",
                r#"{"output":{"kind":"stream","path":"/dev/null"}}"#.to_owned(),
            ),
            (
                "/a (1) and /b (jsonl)",
                r#"{"output":{"kind":"file","path":"/a (1) and /b","format":"jsonl"}}"#.to_owned(),
            ),
            (
                "webhook:https://soar.example#2e6df379",
                format!("{{{webhook}}}"),
            ),
            (
                "webhook:https://soar.example#2e6df379 and /a and b (csv)",
                format!(
                    r#"{{{webhook},"output":{{"kind":"file","path":"/a and b","format":"csv"}}}}"#
                ),
            ),
            (
                "sink:soc and standard output",
                r#"{"delivery":{"kind":"sink","name":"soc"},"output":{"kind":"stdout"}}"#.to_owned(),
            ),
            (
                "sink:this and that",
                r#"{"delivery":{"kind":"sink","name":"this and that"}}"#.to_owned(),
            ),
            (
                "sink:this and that and /c and d (jsonl)",
                r#"{"delivery":{"kind":"sink","name":"this and that"},"output":{"kind":"file","path":"/c and d","format":"jsonl"}}"#.to_owned(),
            ),
        ] {
            let destination = DestinationIds::from_former(text);
            assert_eq!(serde_json::to_string(&destination).unwrap(), json, "{text}");
            assert_eq!(destination.to_string(), text);
            let back: DestinationIds = serde_json::from_str(&json).unwrap();
            assert_eq!(back, destination);
        }
    }
}
