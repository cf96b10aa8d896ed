//! The window of a run: `--since` and `--until`.

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::model::error::Error;
use crate::model::time::{parse_duration, rfc3339};

/// A time as typed: RFC 3339, or so long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// So long before now.
    Ago(Duration),
    /// At this time.
    At(Timestamp),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(time) = text.parse() {
            return Ok(Self::At(time));
        }
        // Without a zone it is UTC; a day alone begins at midnight.
        if let Ok(time) = text.parse::<DateTime>()
            && let Ok(time) = time.to_zoned(TimeZone::UTC)
        {
            return Ok(Self::At(time.timestamp()));
        }
        parse_duration(text).map(Self::Ago).map_err(|_| {
            format!("`{text}` is not a time: write how long ago, like 24h or 7d, a day, like 2026-01-02, or RFC 3339, like 2026-01-02T03:04:05Z")
        })
    }
}

impl When {
    /// The time that it is, seen from `now`; never before the epoch.
    pub(crate) fn seen_from(self, now: Timestamp) -> Timestamp {
        let time = match self {
            Self::At(time) => time,
            Self::Ago(ago) => now.checked_sub(ago).unwrap_or(Timestamp::UNIX_EPOCH),
        };
        time.max(Timestamp::UNIX_EPOCH)
    }
}

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// The beginning, inclusive.
    pub since: Timestamp,
    /// The end, inclusive; none for as late as there is anything.
    pub until: Option<Timestamp>,
}

/// How far a run without `--since` looks back.
const DEFAULT: Duration = Duration::from_hours(24);

impl Window {
    /// The window that was asked for.
    ///
    /// # Errors
    /// Usage: a window that ends before it begins, or has not begun.
    pub(crate) fn new(
        since: Option<When>,
        until: Option<When>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let refused =
            |message| Error::usage(message).hint("--since must lie before --until and before now");
        let until = until.map(|when| when.seen_from(now));
        let end = until.unwrap_or(now);
        let since = since.unwrap_or(When::Ago(DEFAULT)).seen_from(match until {
            // The default day ends where the window ends, or now.
            Some(until) if since.is_none() => until.min(now),
            _ => now,
        });
        if since > end {
            return Err(refused(format!(
                "the window begins at {}, after its end at {}",
                rfc3339(since),
                rfc3339(end)
            )));
        }
        if since > now {
            return Err(refused(format!(
                "the window begins at {}, which is in the future",
                rfc3339(since)
            )));
        }
        Ok(Self { since, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().expect("a time");
        let when = |text: &str| text.parse::<When>().expect(text);
        let window = Window::new(Some(when("2026-01-01")), None, now).expect("a window");
        assert_eq!(window.since.to_string(), "2026-01-01T00:00:00Z");
        let window = Window::new(Some(when("2026-01-01T10:30")), None, now).expect("a window");
        assert_eq!(window.since.to_string(), "2026-01-01T10:30:00Z");
        let window = Window::new(Some(when("2h")), None, now).expect("a window");
        assert_eq!(window.since.to_string(), "2026-01-02T01:04:05Z");
        let window = Window::new(None, Some(when("2025-06-01T00:00:00+02:00")), now);
        assert_eq!(
            window.expect("a window").since.to_string(),
            "2025-05-30T22:00:00Z"
        );
        assert!(Window::new(Some(when("1h")), Some(when("2h")), now).is_err());
        assert!(Window::new(Some(when("2027-01-01T00:00:00Z")), None, now).is_err());
        let late = Some(when("2027-02-01T00:00:00Z"));
        let early = Some(when("2027-01-01T00:00:00Z"));
        assert!(Window::new(early, late, now).is_err(), "not begun");
        let window = Window::new(None, late, now).expect("a window");
        assert_eq!(window.since.to_string(), "2026-01-01T03:04:05Z");
        for text in ["", "yesterday", "24", "2026-13-01T00:00:00Z"] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }
}
