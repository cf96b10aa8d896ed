//! Alerts and issues for people: what one wants to know before deciding about
//! one, all of it.

mod alert;
mod document;
mod finding;
mod gti_alert;
mod issue;

use super::record::{Done, Record};
use crate::bulk::Outcome;
use crate::model::view::Unread;
use crate::output::{Digest, plain};
use crate::ui::style::{Style, Tone};

/// Renders a record that was to be shown.
pub(crate) fn render(record: &Record, style: &Style) -> String {
    let mut page = Digest::whole(style);
    match &record.outcome {
        Outcome::Done(Done::Alert(alert)) => alert::add(&mut page, alert.json()),
        Outcome::Done(Done::Issue(issue)) => issue::add(&mut page, issue.json()),
        Outcome::Done(Done::GtiAlert(alert)) => gti_alert::add(&mut page, alert.json()),
        Outcome::Done(Done::Document(document)) => document::add(&mut page, document.json()),
        Outcome::Done(Done::Finding(finding)) => finding::add(&mut page, finding.json()),
        _ => page.title(record.id.as_deref().unwrap_or("(no id)"), ""),
    }
    if let Some(problem) = record.outcome.problem() {
        let code = problem.code.as_deref();
        let code = code.map(|code| format!("{code}: ")).unwrap_or_default();
        let word = record.status().replace('_', " ");
        page.wrapped(&word, &[format!("{code}{}", problem.message)]);
    }
    page.finish()
}

/// Adds what of an object cannot be read.
fn unread(page: &mut Digest<'_>, unread: &Unread) {
    for member in unread.iter() {
        page.toned(
            "unread",
            &format!("{}: {}", member.path, member.reason),
            Tone::Warn,
        );
    }
}

/// Adds that an object cannot be read at all.
fn unreadable(page: &mut Digest<'_>, reason: &str) {
    page.title("(cannot be read)", "");
    page.wrapped("error", &[reason.to_owned()]);
}

/// Adds a line where there is something to say.
fn line(page: &mut Digest<'_>, label: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        page.line(label, value);
    }
}

/// Adds a paragraph where there is something to say.
fn paragraph(page: &mut Digest<'_>, label: &str, text: Option<String>) {
    if let Some(text) = text {
        let lines: Vec<String> = plain(&text).lines().map(str::to_owned).collect();
        page.wrapped(label, &lines);
    }
}

/// Adds a list where it has something in it.
fn list(page: &mut Digest<'_>, label: &str, items: &[String]) {
    line(page, label, Some(&items.join(", ")));
}

/// The tone of what is bad to that degree.
fn tone(rank: u8) -> Tone {
    match rank {
        0 | 1 => Tone::Bad,
        2 => Tone::Warn,
        _ => Tone::Bold,
    }
}
