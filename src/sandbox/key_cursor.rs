//! A place in a list that stays good while the list grows.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

use super::seed::Seed;

/// How long a cursor is good, in seconds.
const LIFE: i64 = 600;

/// After which item a page begins. Items are ordered by a number, mostly a date,
/// and by their id where that is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyCursor {
    /// The date of the item.
    pub(super) date: i64,
    id: String,
    /// Whether the page at this place is empty, and not the last.
    pub(super) rests: bool,
}

impl KeyCursor {
    /// The place after an item.
    pub(super) fn after(date: i64, id: &str, rests: bool) -> Self {
        Self {
            date,
            id: id.to_owned(),
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

    /// Whether the place is before an item, in the order asked for.
    pub(super) fn is_before(&self, date: i64, id: &str, ascending: bool) -> bool {
        let (here, there) = ((self.date, self.id.as_str()), (date, id));
        if ascending {
            there > here
        } else {
            there < here
        }
    }

    /// The opaque text. It belongs to a list and to the time it was given at.
    pub(super) fn text(&self, list: Seed, now: i64) -> String {
        let rests = u8::from(self.rests);
        let mut text = format!("{}:{rests}:{now}:{}:{}", self.date, check(list), self.id);
        while text.len() % 3 != 1 {
            text.push('.');
        }
        URL_SAFE.encode(text)
    }

    /// Reads the text back; none for that of another list, and for one that is
    /// too old.
    pub(super) fn parse(text: &str, list: Seed, now: i64) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE.decode(text).ok()?).ok()?;
        let mut parts = text.trim_end_matches('.').splitn(5, ':');
        let date = parts.next()?.parse().ok()?;
        let rests = parts.next()? == "1";
        let given: i64 = parts.next()?.parse().ok()?;
        let same_list = parts.next()? == check(list);
        let id = parts.next()?.to_owned();
        (now - given <= LIFE && same_list).then_some(Self { date, id, rests })
    }
}

fn check(list: Seed) -> String {
    list.hex("cursor", 16)
}
