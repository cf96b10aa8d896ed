//! Lists: a stream of pages. Items are a view of a page; a page knows the
//! position that produced it, so that a run can say where it stood.

mod ahead;
mod cursor;
mod link;
mod token;
mod walk;

pub use cursor::CursorPaging;
pub use link::LinkPaging;
pub use token::TokenPaging;

use std::ops::Range;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::value::RawValue;

use super::request::Request;
use super::transport::Answer;
use crate::model::json::Scan;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    body: Bytes,
    items: Vec<Range<usize>>,
    /// The token this page was asked with; `None` for the first.
    pub position: Option<String>,
    /// The token of the page after it; `None` at the end of the list.
    pub next: Option<String>,
    /// How many items the whole list has, where the service says so.
    pub count: Option<u64>,
    /// When the service gave this page.
    pub fetched_at: Timestamp,
    /// Whether the page came from the cache.
    pub cached: bool,
}

impl Page {
    /// The items as the service sent them.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &str> {
        self.items
            .iter()
            // The ranges were cut out of checked text.
            .map(|range| simdutf8::basic::from_utf8(&self.body[range.clone()]).unwrap_or_default())
    }

    /// The whole answer, and where the items lie in it.
    pub fn into_parts(self) -> (Bytes, Vec<Range<usize>>) {
        (self.body, self.items)
    }
}

/// Reads an item where a scan has come to it.
pub type ReadItem<'r> = dyn FnMut(&mut Scan<'_>) -> Result<(), String> + 'r;

/// What is made of each item as it is read.
pub trait View<V>: Fn(&mut Scan<'_>) -> Result<V, String> {}

impl<V, F: Fn(&mut Scan<'_>) -> Result<V, String>> View<V> for F {}

/// What a page holds, and what `view` makes of each of its items.
fn viewed<V>(
    paging: &impl Paging,
    answer: &Answer,
    view: &impl View<V>,
) -> Result<(Content, Vec<V>), String> {
    let mut views = Vec::new();
    let content = paging.read(answer, &mut |item| {
        views.push(view(item)?);
        Ok(())
    })?;
    // Else a view would stand for another item than its own.
    if content.refusal.is_none() && content.items.len() != views.len() {
        return Err("its list of items comes twice".to_owned());
    }
    Ok((content, views))
}

/// One style of paging: how to ask for the page at a token, and where a page
/// holds its items and the next token.
pub trait Paging {
    /// The request for the page at `token`, or for the first one.
    fn request(&self, token: Option<&str>) -> Request;

    /// Finds the items and the next token in an answer, and reads each item with
    /// `item`, in their order.
    ///
    /// # Errors
    /// A reason, when the answer is no page of this style.
    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, String>;

    /// The token of the next page, where a glance at the answer shows it: what
    /// [`read`](Self::read) finds too, if the answer turns out to be sound.
    fn glance(&self, answer: &Answer) -> Option<String> {
        let _ = answer;
        None
    }
}

/// What a page holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Where the items lie in the body.
    pub items: Vec<Range<usize>>,
    /// The token of the next page; `None` at the end.
    pub next: Option<String>,
    /// The size of the whole list, if said.
    pub count: Option<u64>,
    /// What the service says against the request, in an answer that by its
    /// status is a success.
    pub refusal: Option<String>,
}

/// Where the raw values, which borrow from `body`, lie in it.
pub fn ranges(body: &[u8], values: Vec<&RawValue>) -> Vec<Range<usize>> {
    let start = body.as_ptr() as usize;
    values
        .into_iter()
        .map(|value| {
            let at = value.get().as_ptr() as usize - start;
            at..at + value.get().len()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::path::Path;

    #[test]
    fn a_view_stands_for_its_own_item_or_there_is_no_page() {
        let read = |body: &'static str| {
            let answer = Answer::without_headers(Bytes::from_static(body.as_bytes()));
            let request = Request::get(Path::to("x"));
            let raw = |item: &mut Scan<'_>| item.raw().map(str::to_owned);
            viewed(&LinkPaging::new(request, "docs"), &answer, &raw)
                .map(|(content, views)| (content.items, views))
        };
        let (items, views) = read(r#"{"docs": [ 1 ,{"a":2}]}"#).expect("a page");
        assert_eq!(items, [11..12, 14..21]);
        assert_eq!(views, ["1", r#"{"a":2}"#]);
        assert!(read(r#"{"docs":[1,2],"docs":[3,4]}"#).is_err());
    }
}
