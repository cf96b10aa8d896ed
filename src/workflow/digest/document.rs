//! A document of an alert for people: where it stands, what it says, and what that
//! means in English.

use super::{line, paragraph, unread, unreadable};
use crate::model::gti_alert::{Document, id_of};
use crate::model::view::decode;
use crate::output::Digest;

/// Adds what a document says.
pub(super) fn add(page: &mut Digest<'_>, json: &str) {
    let decoded = match decode::<Document>(json) {
        Ok(decoded) => decoded,
        Err(reason) => return unreadable(page, &reason),
    };
    let document = decoded.view;
    let id = document.name.as_deref().map(id_of);
    let translated = document.translation;
    let title = document
        .title
        .as_deref()
        .or(translated.title.as_deref())
        .or(id);
    page.title(
        title.unwrap_or("(no title)"),
        document.language.as_deref().unwrap_or(""),
    );
    line(page, "id", id);
    line(page, "source", document.source.as_deref());
    line(page, "address", document.uri.as_deref());
    line(page, "author", document.author.as_deref());
    line(page, "published", document.created.as_deref());
    line(page, "collected", document.collected.as_deref());
    paragraph(page, "summary", document.summary);
    paragraph(page, "text", document.content);
    line(page, "translated", translated.title.as_deref());
    paragraph(page, "translation", translated.content);
    unread(page, &decoded.unread);
}
