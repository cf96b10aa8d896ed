//! Times and durations as people type them and machines read them.
//!
//! Every time that leaves the program for a machine is RFC 3339 in UTC with `Z`
//! (contract, section 1).

use std::fmt::Write;
use std::time::Duration;

use jiff::Timestamp;

/// `2026-01-02T03:04:05Z`: whole seconds, UTC.
pub fn rfc3339(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .unwrap_or(time)
        .to_string()
}

/// An API epoch in seconds as RFC 3339; `None` for a number that is no time.
pub fn epoch(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(rfc3339)
}

/// A duration as the options take it: `250ms`, `90s`, `15m`, `2h`, `7d`, `2w`,
/// joined (`1h30m`). A bare number is refused, because nobody agrees on its unit.
///
/// # Errors
/// A sentence that names the value and what would be accepted.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "`{text}` is not a duration: write a number and a unit, like 250ms, 90s, 15m, 2h or 7d"
        )
    };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit_end = rest[digits..]
            .find(|c: char| !c.is_ascii_alphabetic())
            .map_or(rest.len(), |end| digits + end);
        let milliseconds: u64 = match &rest[digits..unit_end] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(milliseconds).ok_or_else(wrong)?;
        total = total
            .checked_add(Duration::from_millis(part))
            .ok_or_else(wrong)?;
        rest = &rest[unit_end..];
    }
    Ok(total)
}

/// A duration in the largest unit that shows it exactly: `1m30s`, `15m`, `7d`.
pub fn format_duration(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    for (unit, size) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ] {
        if rest >= size {
            // Writing to a string can't fail.
            let _ = write!(out, "{}{unit}", rest / size);
            rest %= size;
        }
    }
    out
}

/// How long something took, for people: `1.2 s`, `12 s`, `2 m 5 s`.
pub fn in_words(took: Duration) -> String {
    match took.as_secs() {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} m {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_took_is_told_as_exactly_as_anybody_cares() {
        for (millis, expected) in [
            (0, "0.0 s"),
            (1_234, "1.2 s"),
            (12_900, "12 s"),
            (125_000, "2 m 5 s"),
            (7_260_000, "2 h 1 m"),
        ] {
            assert_eq!(in_words(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("2h", 7200),
            ("7d", 604_800),
            ("1h30m", 5400),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_secs(seconds)),
                "{text}"
            );
            assert_eq!(
                parse_duration(&format_duration(Duration::from_secs(seconds))),
                Ok(Duration::from_secs(seconds))
            );
        }
        for text in [
            "",
            "5",
            "m",
            "5 m",
            "-5m",
            "5x",
            "1.5h",
            "99999999999999999999d",
        ] {
            let message = parse_duration(text).expect_err(text);
            assert!(message.contains("15m"), "{message}");
        }
    }

    #[test]
    fn times_are_utc_in_whole_seconds() {
        let time: Timestamp = "2026-01-02T05:04:05.678+02:00".parse().expect("a time");
        assert_eq!(rfc3339(time), "2026-01-02T03:04:05Z");
        assert_eq!(epoch(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(epoch(i64::MAX), None);
    }
}
