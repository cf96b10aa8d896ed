//! How long an exported indicator is worth looking for.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use super::indicator::Kind;
use super::time::{format_duration, parse_duration};

/// The life of indicators, by kind: addresses change hands soon, files never
/// become others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidFor([Duration; Kind::ALL.len()]);

const fn days(count: u64) -> Duration {
    Duration::from_hours(count * 24)
}

impl Default for ValidFor {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl ValidFor {
    /// The life of what nobody has set: in the order of [`Kind::ALL`].
    pub const DEFAULT: Self = Self([days(7), days(30), days(14), days(365)]);

    /// When an indicator that was seen then is no longer worth looking for; `None`
    /// beyond the end of time.
    pub fn end(&self, kind: Kind, seen: Timestamp) -> Option<Timestamp> {
        seen.checked_add(self.of(kind)).ok()
    }

    fn of(&self, kind: Kind) -> Duration {
        self.0[place(kind)]
    }
}

/// Where a kind's life stands.
fn place(kind: Kind) -> usize {
    Kind::ALL.iter().take_while(|other| **other != kind).count()
}

/// `ip=7d,domain=30d,url=14d,file=365d`
impl fmt::Display for ValidFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lives = Kind::ALL.map(|kind| {
            let life = format_duration(self.of(kind));
            format!("{}={life}", kind.name())
        });
        f.write_str(&lives.join(","))
    }
}

/// Reads `ip=3d,url=12h`. A kind that is not named has its default.
impl FromStr for ValidFor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` does not say how long indicators are valid: write TYPE=DURATION with commas between, like {}",
                Self::default()
            )
        };
        let mut lives = Self::default();
        let mut named = vec![];
        for pair in text.split(',') {
            let (kind, life) = pair.split_once('=').ok_or_else(wrong)?;
            let kind: Kind = kind.trim().parse().map_err(|_| wrong())?;
            let life = parse_duration(life)?;
            if named.contains(&kind) {
                return Err(format!("`{text}` names {} twice", kind.name()));
            }
            if life.is_zero() {
                return Err(format!("`{pair}` would never be valid: write 1s or more"));
            }
            named.push(kind);
            lives.0[place(kind)] = life;
        }
        Ok(lives)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_are_not_named_keep_their_default() {
        let read = |text: &str| text.parse::<ValidFor>().map(|lives| lives.to_string());
        for (text, shown) in [
            (
                "ip=7d,domain=30d,url=14d,file=365d",
                "ip=7d,domain=30d,url=14d,file=365d",
            ),
            ("url=12h", "ip=7d,domain=30d,url=12h,file=365d"),
            (
                " file = 1w1h , ip=90s",
                "ip=1m30s,domain=30d,url=14d,file=7d1h",
            ),
        ] {
            assert_eq!(read(text).as_deref(), Ok(shown), "{text}");
        }
        for text in [
            "",
            "7d",
            "ip",
            "ip=",
            "ip=7",
            "ip=0s",
            "host=1d",
            "ip=1d,ip=2d",
            "ip=1d,",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn life_begins_when_it_was_seen() {
        let seen: Timestamp = "2026-01-02T03:04:05Z".parse().expect("a time");
        let end = |kind| {
            ValidFor::default()
                .end(kind, seen)
                .map(|end| end.to_string())
        };
        assert_eq!(end(Kind::Ip).as_deref(), Some("2026-01-09T03:04:05Z"));
        assert_eq!(end(Kind::File).as_deref(), Some("2027-01-02T03:04:05Z"));
        assert_eq!(ValidFor::default().end(Kind::Ip, Timestamp::MAX), None);
    }
}
