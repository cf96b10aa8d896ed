//! Where a page starts, and the opaque text that says so.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

use crate::sandbox::seed::Seed;

/// A place between the items of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Position {
    offset: usize,
    /// Whether the empty page at this place has been given out.
    rested: bool,
}

impl Position {
    /// The cursor for this place in the list that the seed stands for. It ends
    /// in `=`, as cursors of the service may: who does not escape it loses it.
    pub(super) fn cursor(self, list: Seed) -> String {
        let mut text = format!("{}:{}:{}", self.offset, u8::from(self.rested), check(list));
        while text.len() % 3 != 1 {
            text.push('.');
        }
        URL_SAFE.encode(text)
    }

    /// The place that a cursor of the same list stands for. Cursors of other
    /// lists are refused: who mixes them up shall notice.
    pub(super) fn parse(cursor: &str, list: Seed) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE.decode(cursor).ok()?).ok()?;
        let mut parts = text.trim_end_matches('.').split(':');
        let offset = parts.next()?.parse().ok()?;
        let rested = parts.next()? == "1";
        (parts.next()? == check(list)).then_some(Self { offset, rested })
    }

    /// The items of the page that starts here, and where the next one starts.
    /// At `gap` there is an empty page that is not the last.
    pub(super) fn page(
        self,
        total: usize,
        gap: Option<usize>,
        limit: usize,
    ) -> (Range<usize>, Option<Self>) {
        let start = self.offset.min(total);
        if gap == Some(start) && !self.rested {
            let rested = Self {
                offset: start,
                rested: true,
            };
            return (start..start, Some(rested));
        }
        let mut end = total.min(start + limit);
        if let Some(gap) = gap.filter(|gap| start < *gap) {
            end = end.min(gap);
        }
        let next = (end < total).then_some(Self {
            offset: end,
            rested: false,
        });
        (start..end, next)
    }
}

fn check(list: Seed) -> String {
    list.hex("cursor", 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(total: usize, gap: Option<usize>, limit: usize) -> Vec<Range<usize>> {
        let list = Seed::of("list", "");
        let mut pages = Vec::new();
        let mut next = Some(Position::default());
        while let Some(position) = next {
            let cursor = position.cursor(list);
            assert_eq!(Position::parse(&cursor, list), Some(position));
            assert!(cursor.ends_with('='), "{cursor}");
            let (page, after) = position.page(total, gap, limit);
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
                for gap in [None, Some(5)] {
                    let gap = gap.filter(|gap| *gap < total);
                    let items: Vec<usize> = walk(total, gap, limit).into_iter().flatten().collect();
                    assert_eq!(items, (0..total).collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn the_gap_is_an_empty_page_in_the_middle() {
        assert_eq!(walk(12, Some(5), 40), [0..5, 5..5, 5..12]);
        assert_eq!(walk(12, Some(5), 4), [0..4, 4..5, 5..5, 5..9, 9..12]);
    }

    #[test]
    fn cursors_belong_to_their_list() {
        let cursor = Position::default().cursor(Seed::of("list", "a"));
        assert_eq!(Position::parse(&cursor, Seed::of("list", "b")), None);
        for text in ["", "x", "MTA=", "=", "MTA6MDphYmM="] {
            assert_eq!(Position::parse(text, Seed::of("list", "a")), None, "{text}");
        }
    }
}
