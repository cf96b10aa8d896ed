//! Pages of lists, and the cursors that lead from one to the next.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use jiff::{SignedDuration, Timestamp};

use super::call::Call;
use super::json::{Json, Object, object};
use super::reply::{ApiError, Reply};

/// How long a cursor of a list that changes is good.
pub(super) const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// A place in a list, as the list was at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The moment that the list shows.
    pub(super) moment: Timestamp,
    /// Until when the cursor is good.
    ends: Timestamp,
    /// After what the page begins: so many items, or a particular one.
    pub(super) place: String,
    /// Whether the page at this place is empty, and not the last.
    pub(super) rests: bool,
}

/// Where a list has an empty page that is not its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    Nowhere,
    /// After so many items.
    After(usize),
    /// After the first page of every walk.
    AfterFirstPage,
}

impl Cursor {
    /// The beginning of a list at a moment.
    pub(super) fn start(moment: Timestamp) -> Self {
        Self {
            moment,
            ends: Timestamp::MAX,
            place: "0".to_owned(),
            rests: false,
        }
    }

    /// The cursor of a call for the list of this name, or its beginning.
    ///
    /// # Errors
    /// 400 for a cursor of another list: who mixes them up shall notice. And for
    /// one whose life is over.
    pub(super) fn of(call: &Call, list: &str) -> Result<Self, ApiError> {
        let Some(text) = call.value("cursor") else {
            return Ok(Self::start(call.now));
        };
        Self::parse(text)
            .filter(|(cursor, of)| of == list && !cursor.is_over(call.now))
            .map(|(cursor, _)| cursor)
            .ok_or_else(|| ApiError::bad_request("Invalid cursor"))
    }

    /// Whether its life is over.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        now > self.ends
    }

    /// How many items were given out.
    pub(super) fn offset(&self) -> usize {
        self.place.parse().unwrap_or(0)
    }

    /// The same list at another place.
    pub(super) fn at(&self, place: &impl ToString, rests: bool) -> Self {
        Self {
            place: place.to_string(),
            rests,
            ..*self
        }
    }

    /// The same place in the list as it was at another moment.
    pub(super) fn at_moment(self, moment: Timestamp) -> Self {
        Self { moment, ..self }
    }

    /// Good for so long from now on.
    pub(super) fn good_for(self, life: SignedDuration, now: Timestamp) -> Self {
        let ends = now.saturating_add(life).unwrap_or(Timestamp::MAX);
        Self { ends, ..self }
    }

    /// The items of the page at this place of a list, and the next place.
    pub(super) fn page(
        &self,
        total: usize,
        limit: usize,
        rest: Rest,
    ) -> (Range<usize>, Option<Self>) {
        let start = self.offset().min(total);
        if self.rests {
            return (start..start, Some(self.at(&start, false)));
        }
        let mut end = total.min(start.saturating_add(limit));
        if let Rest::After(count) = rest
            && start < count
        {
            end = end.min(count);
        }
        let rests = match rest {
            Rest::Nowhere => false,
            Rest::After(count) => start < count && end == count,
            Rest::AfterFirstPage => start == 0,
        };
        (start..end, (end < total).then(|| self.at(&end, rests)))
    }

    /// The opaque text for the list of this name. It ends in `=`, as cursors of
    /// the service may: who does not escape it loses it.
    pub(super) fn text(&self, list: &str) -> String {
        let (moment, ends) = (self.moment.as_nanosecond(), self.ends.as_nanosecond());
        let rests = u8::from(self.rests);
        let mut text = format!("{moment} {ends} {rests} {list} {}", self.place);
        while text.len() % 3 != 1 {
            text.push(' ');
        }
        URL_SAFE.encode(text)
    }

    /// Reads the text back, with the name of its list.
    pub(super) fn parse(text: &str) -> Option<(Self, String)> {
        let text = String::from_utf8(URL_SAFE.decode(text).ok()?).ok()?;
        let mut parts = text.trim_end().split(' ');
        let mut time = || Timestamp::from_nanosecond(parts.next()?.parse().ok()?).ok();
        let (moment, ends) = (time()?, time()?);
        let rests = parts.next()? == "1";
        let list = parts.next()?.to_owned();
        let place = parts.next()?.to_owned();
        let cursor = Self {
            moment,
            ends,
            place,
            rests,
        };
        Some((cursor, list))
    }
}

/// A page in the standard envelope; `meta` is what it has beside the cursor.
pub(super) fn reply(call: &Call, data: Json, mut meta: Object, cursor: Option<String>) -> Reply {
    if let Some(cursor) = &cursor {
        meta.push("cursor", cursor.clone());
    }
    linked(call, data, meta, cursor)
}

/// The same where only the link to the next page has the cursor.
pub(super) fn linked(call: &Call, data: Json, meta: Object, cursor: Option<String>) -> Reply {
    let mut links = object! { "self": call.link() };
    if let Some(cursor) = cursor {
        links.push("next", call.link_at(&cursor));
    }
    object! { "data": data, "meta": meta, "links": links }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(total: usize, rest: Rest, limit: usize) -> Vec<Range<usize>> {
        let mut pages = Vec::new();
        let mut next = Some(Cursor::start(Timestamp::UNIX_EPOCH));
        while let Some(cursor) = next {
            let text = cursor.text("a-list");
            assert!(text.ends_with('='), "{text}");
            assert_eq!(
                Cursor::parse(&text),
                Some((cursor.clone(), "a-list".to_owned()))
            );
            let (page, after) = cursor.page(total, limit, rest);
            pages.push(page);
            next = after;
            assert!(pages.len() < 100);
        }
        pages
    }

    #[test]
    fn pages_join_without_loss_or_repeat() {
        for total in [0, 1, 10, 40, 41, 81] {
            for limit in [1, 10, 40] {
                for rest in [Rest::Nowhere, Rest::After(5), Rest::AfterFirstPage] {
                    let items: Vec<usize> =
                        walk(total, rest, limit).into_iter().flatten().collect();
                    assert_eq!(items, (0..total).collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn the_rest_is_an_empty_page_in_the_middle() {
        assert_eq!(walk(12, Rest::After(5), 40), [0..5, 5..5, 5..12]);
        assert_eq!(walk(12, Rest::After(5), 4), [0..4, 4..5, 5..5, 5..9, 9..12]);
        assert_eq!(walk(12, Rest::AfterFirstPage, 8), [0..8, 8..8, 8..12]);
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for text in ["", "x", "MTA=", "=", "MTA6MDphYmM="] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
