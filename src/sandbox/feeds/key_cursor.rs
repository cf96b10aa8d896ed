//! A place in the stream that stays good while the stream grows.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

use super::notification::Notification;
use crate::sandbox::seed::Seed;

/// How long a cursor is good, in seconds.
const LIFE: i64 = 600;

/// After which notification a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyCursor {
    date: i64,
    id: String,
    /// Whether the page at this place is empty, and not the last.
    pub(super) rests: bool,
}

impl KeyCursor {
    /// The place after a notification.
    pub(super) fn after(last: &Notification, rests: bool) -> Self {
        Self {
            date: last.date,
            id: last.id.clone(),
            rests,
        }
    }

    /// The same place, its empty page given out.
    pub(super) fn rested(self) -> Self {
        Self {
            rests: false,
            ..self
        }
    }

    /// Whether the place is before a notification, in the order asked for.
    pub(super) fn is_before(&self, one: &Notification, oldest_first: bool) -> bool {
        let (here, there) = ((self.date, &self.id), (one.date, &one.id));
        if oldest_first {
            there > here
        } else {
            there < here
        }
    }

    /// The opaque text. It belongs to a list and to the time it was given at.
    pub(super) fn text(&self, list: Seed, now: i64) -> String {
        let rests = u8::from(self.rests);
        let mut text = format!("{}:{}:{rests}:{now}:{}", self.date, self.id, check(list));
        while text.len() % 3 != 1 {
            text.push('.');
        }
        URL_SAFE.encode(text)
    }

    /// Reads the text back; none for that of another list, and for one that is
    /// too old.
    pub(super) fn parse(text: &str, list: Seed, now: i64) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE.decode(text).ok()?).ok()?;
        let mut parts = text.trim_end_matches('.').split(':');
        let cursor = Self {
            date: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
            rests: parts.next()? == "1",
        };
        let given: i64 = parts.next()?.parse().ok()?;
        (now - given <= LIFE && parts.next()? == check(list)).then_some(cursor)
    }
}

fn check(list: Seed) -> String {
    list.hex("cursor", 16)
}
