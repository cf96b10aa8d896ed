//! The forms of answers, for requests of which nobody knows what is due.

use super::{Answer, Envelope, Flaw};
use crate::model::json::Scan;

/// What an answer holds, and in which envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::client) enum Form {
    /// A list that may have more pages.
    Items(Envelope),
    /// Something else that says something.
    One(Envelope),
}

/// The lists that come under names of their own (API notes, section 7).
const NAMED: [&str; 3] = ["alerts", "monitors", "docs"];

impl Form {
    /// Recognises an answer.
    ///
    /// # Errors
    /// A flaw, when it is nothing that the API would send.
    pub(in crate::client) fn of(answer: &Answer) -> Result<Self, Flaw> {
        let mut found = None;
        let mut has_id = false;
        let mut body = Scan::of(answer.text()?);
        body.object(|member, value| {
            has_id |= member == "id";
            let form = match (member, is_list(value)) {
                ("data", true) => Some(Self::Items(Envelope::Data)),
                ("result", _) if has_hits(value) => Some(Self::Items(Envelope::Result)),
                ("data", false) if says_something(value) => Some(Self::One(Envelope::Data)),
                ("result", list) if list || says_something(value) => {
                    Some(Self::One(Envelope::Result))
                }
                (_, true) => {
                    let named = NAMED.into_iter().find(|name| *name == member);
                    named.map(|name| Self::Items(Envelope::Named(name)))
                }
                _ => None,
            };
            found = found.or(form);
            value.skip()
        })?;
        body.end()?;
        let bare = has_id.then_some(Self::One(Envelope::Bare));
        found
            .or(bare)
            .ok_or_else(|| Flaw::Unfit("it holds neither a list nor an object".to_owned()))
    }
}

fn is_list(value: &mut Scan<'_>) -> bool {
    value.peek() == Some(b'[')
}

/// Whether it is an object that is not empty.
fn says_something(value: &Scan<'_>) -> bool {
    let mut members = 0;
    let read = value.clone().object(|_, value| {
        members += 1;
        value.skip()
    });
    read.is_ok() && members > 0
}

/// Whether it is a page of a search of attack surface management.
fn has_hits(value: &Scan<'_>) -> bool {
    let mut hits = false;
    let read = value.clone().object(|member, value| {
        hits |= member == "hits" && is_list(value);
        value.skip()
    });
    read.is_ok() && hits
}
