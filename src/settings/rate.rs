//! How many requests in a time.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// A limit on requests, as `--rate` takes it: `4/m`, `50/s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// In which time.
    pub unit: RateUnit,
}

/// The time in which a [`Rate`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateUnit {
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
}

impl RateUnit {
    /// Its length.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        })
    }

    fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
        }
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rate = || {
            let (count, unit) = text.trim().split_once('/')?;
            Some(Self {
                // `parse` alone would take `+4`.
                count: count
                    .bytes()
                    .all(|byte| byte.is_ascii_digit())
                    .then(|| count.parse().ok())??,
                unit: match unit {
                    "s" | "sec" | "second" => RateUnit::Second,
                    "m" | "min" | "minute" => RateUnit::Minute,
                    "h" | "hour" => RateUnit::Hour,
                    "d" | "day" => RateUnit::Day,
                    _ => return None,
                },
            })
        };
        rate().ok_or_else(|| {
            format!(
                "`{text}` is not a rate: write a number from 1, `/`, and s, m, h or d, like 4/m or 50/s"
            )
        })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.unit.letter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        for (text, count, seconds) in [
            ("4/m", 4, 60),
            ("50/s", 50, 1),
            ("500/d", 500, 86_400),
            ("4294967295/h", u32::MAX, 3_600),
        ] {
            let rate: Rate = text.parse().expect(text);
            assert_eq!(rate.count.get(), count);
            assert_eq!(rate.unit.duration(), Duration::from_secs(seconds));
            assert_eq!(rate.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_rate_is_named_with_what_would_be() {
        for text in [
            "",
            "4",
            "/m",
            "4/",
            "0/m",
            "-4/m",
            "+4/m",
            "4/w",
            "4/months",
            "4 / m",
            "1.5/s",
            "4/M",
            "4294967296/s",
        ] {
            let message = text.parse::<Rate>().expect_err(text);
            assert!(message.contains(&format!("`{text}`")), "{message}");
            assert!(message.contains("4/m or 50/s"), "{message}");
        }
    }
}
