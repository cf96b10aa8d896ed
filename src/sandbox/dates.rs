//! When things happened, in an order that could be true.

use jiff::Timestamp;

use super::seed::Seed;

/// 2025-01-01, in epoch seconds: what is invented lies around it and does not
/// move with the clock, so that an answer stays the same.
const YEAR: i64 = 1_735_689_600;
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A date in the life of a thing, by its name; each is no earlier than the one
/// before.
pub(super) fn named(seed: Seed, name: &str) -> Option<i64> {
    let before = |name| named(seed, name).unwrap_or(YEAR);
    Some(match name {
        "creation" => YEAR - seed.between("creation", 400 * DAY, 3_000 * DAY),
        // The service writes 1 where it has no first sighting in the wild.
        "first_seen" if seed.chance("no first seen", 10) => 1,
        "first_seen" => before("first_submission") - seed.between("first seen", 0, 30 * DAY),
        "first_submission" => YEAR - seed.between("first submission", 0, 399 * DAY),
        "last_submission" => YEAR + seed.between("last submission", 0, 200 * DAY),
        "last_analysis" => before("last_submission") + seed.between("last analysis", 0, 5 * DAY),
        "last_modification" => before("last_analysis") + seed.between("last modification", 30, DAY),
        _ => return None,
    })
}

/// An epoch as `strftime` writes it.
pub(super) fn text(epoch: i64, format: &str) -> String {
    let time = Timestamp::from_second(epoch).unwrap_or_default();
    time.strftime(format).to_string()
}

/// An epoch from a text: seconds, a date, a date and a time, or so long before
/// `now` (`7d`, `10m`).
pub(super) fn parse(text: &str, now: i64) -> Option<i64> {
    let unit = match text.chars().last()? {
        'm' => 60,
        'h' => 3_600,
        'd' => DAY,
        _ => {
            let time = if text.contains('T') {
                "Z"
            } else {
                "T00:00:00Z"
            };
            let absolute = || {
                format!("{text}{time}")
                    .parse()
                    .ok()
                    .map(Timestamp::as_second)
            };
            return text.parse().ok().or_else(absolute);
        }
    };
    let count: i64 = text[..text.len() - 1].parse().ok()?;
    Some(now - count.checked_mul(unit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form() {
        for (text, expected) in [
            ("100", Some(100)),
            ("1970-01-02", Some(86_400)),
            ("1970-01-01T00:01:00", Some(60)),
            ("10m", Some(400)),
            ("soon", None),
            ("d", None),
        ] {
            assert_eq!(parse(text, 1_000), expected, "{text}");
        }
    }
}
