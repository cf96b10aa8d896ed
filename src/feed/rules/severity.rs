//! How bad it is, in one scale for all feeds.

use std::fmt;
use std::str::FromStr;

/// A severity. Attack surface issues number it from 1, the worst, to 5 (API
/// notes, section 6.2); alerts and assessments name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        Ok(match lower.strip_prefix("severity_").unwrap_or(&lower) {
            "1" | "critical" => Self::Critical,
            "2" | "high" => Self::High,
            "3" | "medium" => Self::Medium,
            "4" | "low" => Self::Low,
            "5" | "info" | "informational" | "none" => Self::Info,
            _ => {
                return Err(format!(
                    "`{text}` is not a severity: write critical, high, medium, low or info, or their numbers 1 to 5"
                ));
            }
        })
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        })
    }
}
