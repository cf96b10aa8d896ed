//! An hour of UTC, as threat lists name it: `2026010203`.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

const SECONDS: i64 = 3600;

/// An hour, counted from the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hour(i64);

impl Hour {
    /// The hour that a time falls into.
    pub fn of(time: Timestamp) -> Self {
        Self(time.as_second().div_euclid(SECONDS))
    }

    /// Its first second.
    pub fn start(self) -> Timestamp {
        Timestamp::from_second(self.0 * SECONDS).unwrap_or(Timestamp::MAX)
    }

    /// The hour so many hours later, or earlier.
    #[must_use]
    pub fn plus(self, hours: i64) -> Self {
        Self(self.0 + hours)
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.start().to_zoned(TimeZone::UTC);
        write!(
            f,
            "{:04}{:02}{:02}{:02}",
            at.year(),
            at.month(),
            at.day(),
            at.hour()
        )
    }
}

impl FromStr for Hour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || -> Option<Self> {
            if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let part = |range: std::ops::Range<usize>| text[range].parse::<i8>().ok();
            let year = text[..4].parse().ok()?;
            let at = DateTime::new(year, part(4..6)?, part(6..8)?, part(8..10)?, 0, 0, 0).ok()?;
            Some(Self::of(at.to_zoned(TimeZone::UTC).ok()?.timestamp()))
        };
        parse().ok_or_else(|| {
            format!("`{text}` is not an hour: write YYYYMMDDHH in UTC, like 2026010203")
        })
    }
}

impl From<Hour> for String {
    fn from(hour: Hour) -> Self {
        hour.to_string()
    }
}

impl TryFrom<String> for Hour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_and_written() {
        for text in ["2026010203", "1999123123", "2024022900"] {
            let hour: Hour = text.parse().expect(text);
            assert_eq!(hour.to_string(), text);
        }
        let hour: Hour = "2025123123".parse().expect("an hour");
        assert_eq!(hour.plus(1).to_string(), "2026010100");
        assert_eq!(hour.start().to_string(), "2025-12-31T23:00:00Z");
        for text in [
            "",
            "20260102",
            "2026013203",
            "2026010224",
            "20260102é",
            "2026-01-02",
        ] {
            assert!(text.parse::<Hour>().is_err(), "{text}");
        }
    }
}
