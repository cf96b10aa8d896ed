//! Lists: a stream of pages. Items are a view of a page; a page knows the
//! position that produced it, so that a run can say where it stood.

mod ahead;
mod cursor;
mod link;
mod rpc;
mod token;
mod walk;

pub use cursor::CursorPaging;
pub use link::LinkPaging;
pub use rpc::RpcPaging;
pub use token::TokenPaging;

use std::ops::Range;

use bytes::Bytes;
use jiff::Timestamp;
use url::form_urlencoded;

use super::envelope::{Answer, Flaw};
use super::request::Request;
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

    /// The items with what stands between them.
    fn all_items(&self) -> Bytes {
        match (self.items.first(), self.items.last()) {
            (Some(first), Some(last)) => self.body.slice(first.start..last.end),
            _ => Bytes::new(),
        }
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
) -> Result<(Content, Vec<V>), Flaw> {
    let mut views = Vec::new();
    let content = paging.read(answer, &mut |item| {
        views.push(view(item)?);
        Ok(())
    })?;
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
    /// A flaw, when the answer is no page of this style.
    fn read(&self, answer: &Answer, item: &mut ReadItem<'_>) -> Result<Content, Flaw>;

    /// The token of the next page, where a glance at the answer shows it: what
    /// [`read`](Self::read) finds too, if the answer turns out to be sound.
    fn glance(&self, answer: &Answer) -> Option<String> {
        let _ = answer;
        None
    }
}

/// Reads the items of a list of objects. What else stands among them is read like
/// them: it costs none of the others. A list without any object is none.
fn among_objects(
    list: &mut Scan<'_>,
    item: &mut ReadItem<'_>,
) -> Result<Vec<Range<usize>>, String> {
    let (mut objects, mut others) = (false, false);
    let items = list.list(|one| {
        let is_object = one.peek() == Some(b'{');
        objects |= is_object;
        others |= !is_object;
        item(one)
    })?;
    if others && !objects {
        return Err("no item of the list is an object".to_owned());
    }
    Ok(items)
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
}

/// The token in the address of a next page, decoded. Nothing else of the address
/// is used: pages are asked of our own base URL, whatever host it names.
fn token_in(target: &str, name: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    let query = query.split('#').next().unwrap_or(query);
    // Tokens are no form fields: a plus in one is a plus.
    let query = query.replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, token) = pairs.find(|(other, _)| other == name)?;
    (!token.is_empty()).then(|| token.into_owned())
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
        let (items, views) = read(r#"{"docs": [ {} ,{"a":2}]}"#).expect("a page");
        assert_eq!(items, [11..13, 15..22]);
        assert_eq!(views, ["{}", r#"{"a":2}"#]);
        assert!(read(r#"{"docs":[{}],"docs":[{}]}"#).is_err());
    }
}
