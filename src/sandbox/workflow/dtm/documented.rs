//! Alerts that are always there, under ids that can be written down.

use jiff::{SignedDuration, Timestamp};

use super::alert::Alert;
use crate::sandbox::seed::Seed;

/// What a documented alert shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Role {
    /// Nobody has looked at it; two tags.
    New,
    /// Somebody is at it.
    Escalated,
    /// Done with.
    Closed,
    /// Text that attacks terminals, spreadsheets, browsers and line formats.
    Hostile,
    /// Few members, most of them null.
    Sparse,
    /// A document of some hundred kilobytes.
    Large,
}

const ALL: [(Role, &str); 6] = [
    (Role::New, "sandboxalertnew00001"),
    (Role::Escalated, "sandboxalertescal001"),
    (Role::Closed, "sandboxalertclosed01"),
    (Role::Hostile, "sandboxalerthostile1"),
    (Role::Sparse, "sandboxalertsparse01"),
    (Role::Large, "sandboxalertlarge001"),
];

/// 2025-12-01T08:00:00.125Z: when the first of them was created; the others
/// followed by the minute.
const BEGIN: i64 = 1_764_576_000_125;

/// All of them, the oldest first.
pub(super) fn all() -> impl Iterator<Item = Alert> {
    ALL.into_iter()
        .zip(0_i64..)
        .map(|((role, id), minute)| Alert {
            id: id.to_owned(),
            created: Timestamp::from_millisecond(BEGIN).unwrap_or_default()
                + SignedDuration::from_mins(minute),
            seed: Seed::of("documented alert", id),
            role: Some(role),
        })
}

impl Role {
    /// The status that it has at first.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Escalated => "escalated",
            Self::Closed => "closed",
            _ => "new",
        }
    }

    /// The tags that it has at first.
    pub(super) fn tags(self) -> &'static [&'static str] {
        use crate::sandbox::objects::{BIDI, ESCAPES, FORMULA, LINES};
        match self {
            Self::New => &["credentials", "vip"],
            Self::Escalated => &["phishing"],
            Self::Hostile => &[ESCAPES, BIDI, FORMULA, LINES],
            Self::Closed | Self::Sparse | Self::Large => &[],
        }
    }
}
