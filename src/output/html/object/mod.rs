//! The page of `-f html`: a table of all records, and a section for each with its
//! verdict, the reasons, who is behind it, when, how, with what, and what to do.

mod advice;
mod card;
mod graph;
mod matrix;

use std::fmt::Write;

use jiff::Timestamp;

use self::card::Card;
use super::{Page, document, escape};
use crate::model::grouped::grouped;
use crate::model::time::rfc3339;
use crate::output::encoder::{Encoder, Item};
use crate::output::export::Choice;

const STYLE: &str = include_str!("style.css");

/// Records that get a section of their own: a page of more than these is none that
/// anybody reads, and it is held in memory until it is whole.
const MOST_SECTIONS: usize = 500;

/// Rows of the table at most, for the same reason.
const MOST_ROWS: usize = 10_000;

/// The page in the making.
pub(in crate::output) struct Objects {
    now: fn() -> Timestamp,
    rows: String,
    count: usize,
    sections: String,
    /// What the page is about, if that is one thing.
    only: Option<String>,
}

impl Objects {
    pub(in crate::output) fn new(choice: &Choice) -> Self {
        Self {
            now: choice.clock,
            rows: String::new(),
            count: 0,
            sections: String::new(),
            only: None,
        }
    }
}

impl Encoder for Objects {
    fn item(&mut self, item: Item<'_>, _: &mut Vec<u8>) {
        let Item::Record(record) = item else {
            return;
        };
        let card = Card::of(record, self.now);
        let has_section = self.count < MOST_SECTIONS;
        if self.count < MOST_ROWS {
            card.row(self.count, has_section, &mut self.rows);
        }
        if has_section {
            card.section(self.count, &mut self.sections);
        }
        self.only = (self.count == 0).then(|| card.name.clone());
        self.count += 1;
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        let title = match &self.only {
            Some(name) => format!("{name}: Google Threat Intelligence"),
            None => format!(
                "{} records: Google Threat Intelligence",
                grouped(self.count as u64)
            ),
        };
        let mut body = format!(
            "<h1>{}</h1>\n<p class=\"dim\">Written {}</p>\n",
            escape(&title),
            rfc3339((self.now)()),
        );
        if self.count > 0 {
            // Writing to a string can't fail, here and below.
            let _ = write!(
                body,
                "<div class=\"scroll\" role=\"region\" aria-label=\"All records\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">What</th><th scope=\"col\">Type</th><th scope=\"col\">Verdict</th><th scope=\"col\">Severity</th><th scope=\"col\">Score</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n</div>\n",
                self.rows,
            );
        }
        let all = grouped(self.count as u64);
        if self.count > MOST_ROWS {
            let rows = grouped(MOST_ROWS as u64);
            let _ = writeln!(
                body,
                "<p>The table has the first {rows} of {all} records; -f jsonl writes all.</p>"
            );
        }
        if self.count > MOST_SECTIONS {
            let _ = writeln!(
                body,
                "<p>Below are the first {MOST_SECTIONS} of {all} records, one by one.</p>"
            );
        }
        body.push_str(&self.sections);
        let page = document(&Page {
            title: &title,
            style: STYLE,
            script: None,
            frames: &[],
            body: &body,
        });
        out.extend_from_slice(page.as_bytes());
    }
}

/// A heading and what stands below it, if that is anything.
fn part(heading: &str, content: &str, out: &mut String) {
    if !content.is_empty() {
        let _ = write!(out, "<h3>{heading}</h3>\n{content}");
    }
}

/// A list of texts, or nothing.
fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let items = items.into_iter().filter(|item| !item.trim().is_empty());
    let items: String = items.fold(String::new(), |mut all, item| {
        let _ = writeln!(all, "<li>{}</li>", escape(item));
        all
    });
    if items.is_empty() {
        items
    } else {
        format!("<ul>\n{items}</ul>\n")
    }
}

/// Names and values, or nothing.
fn pairs<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows = rows
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty());
    let rows: String = rows.fold(String::new(), |mut all, (name, value)| {
        let _ = writeln!(all, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(&value));
        all
    });
    if rows.is_empty() {
        rows
    } else {
        format!("<dl>\n{rows}</dl>\n")
    }
}

#[cfg(test)]
mod tests;
