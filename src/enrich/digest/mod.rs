//! The digest for people: what an analyst wants to know of an indicator, in at
//! most 40 lines of a terminal.

mod activity;
pub(in crate::enrich) mod attack;
mod attributes;
mod linked;
mod related;

pub(crate) use self::related::relations;

use super::record::{Found, Record};
use crate::bulk::{Outcome, Status};
use crate::model::behaviour::Activity;
use crate::model::error::{Error, ErrorKind};
use crate::model::indicator::Indicator;
use crate::model::report::Report;
use crate::model::view::{Unread, decode};
use crate::output::Digest;
use crate::ui::style::{Style, Tone};

/// Lines that techniques keep where there is no room for all of them.
const LEAST_TECHNIQUES: usize = 5;

/// Renders a record for people.
pub(crate) fn render(record: &Record, style: &Style) -> String {
    let defanged = style.defang;
    let mut page = Digest::new(style);
    let value = record
        .indicator
        .as_ref()
        .map_or(record.ioc.as_str(), Indicator::value);
    let shown = harmless(value, defanged);
    let kind = record.kind().map_or("", |kind| kind.name());
    page.title(&shown, kind);
    match &record.outcome {
        Outcome::Done(found) => report(&mut page, found, defanged),
        Outcome::Skipped(reason) => {
            page.line(
                "skipped",
                &format!("{reason} host; --include-private looks it up"),
            );
        }
        Outcome::Failed(status, problem) => failure(&mut page, *status, problem),
    }
    page.finish()
}

/// Adds what went wrong to a digest that has its title.
pub(crate) fn failure(page: &mut Digest<'_>, status: Status, problem: &Error) {
    let code = problem
        .code
        .as_deref()
        .map(|code| format!("{code}: "))
        .unwrap_or_default();
    let word = match status {
        Status::NotAttempted => "not tried".to_owned(),
        other => other.name().replace('_', " "),
    };
    page.wrapped(&word, &[format!("{code}{}", problem.message)]);
}

/// Adds what could not be had beside the report.
pub(crate) fn missing(page: &mut Digest<'_>, errors: &[(String, Error)]) {
    for (part, problem) in errors {
        page.toned(
            "missing",
            &format!("{part}: {}", problem.message),
            Tone::Warn,
        );
    }
}

/// Adds what of an object cannot be read.
pub(crate) fn unread(page: &mut Digest<'_>, unread: &Unread) {
    for member in unread.iter() {
        page.toned(
            "unread",
            &format!("{}: {}", member.path, member.reason),
            Tone::Warn,
        );
    }
}

/// Adds that an object cannot be read at all.
pub(crate) fn unreadable(page: &mut Digest<'_>, reason: &str) {
    let problem = Error::new(
        ErrorKind::Decode,
        format!("cannot read the object: {reason}"),
    );
    failure(page, Status::Error, &problem);
}

/// Adds what a report says to a digest that has its title.
pub(crate) fn report(page: &mut Digest<'_>, found: &Found, defanged: bool) {
    page.judgement(&found.judgement);
    let decoded = match decode::<Report>(found.report.json()) {
        Ok(decoded) => decoded,
        Err(reason) => return unreadable(page, &reason),
    };
    let attributes = &decoded.view.attributes;
    page.wrapped("why", &attributes::reasons(attributes));
    page.wrapped("factors", &attributes::factors(attributes));
    page.keep(1);
    page.wrapped("sandboxes", &attributes::sandboxes(attributes));
    page.parts("rules", &attributes::rules(attributes));
    page.keep(1);
    for (label, value) in attributes::facts(attributes) {
        page.line(label, &harmless(&value, defanged));
        if matches!(label, "sha1" | "md5") {
            page.keep(0);
        }
    }
    page.parts("DNS", &attributes::dns(attributes, defanged));
    page.parts("seen", &attributes::seen(attributes));
    if !attributes.tags.is_empty() {
        page.line("tags", &attributes.tags.join(", "));
        page.keep(0);
    }
    match &found.relationships {
        Some(all) => relations(page, all, defanged),
        None => linked::add(page, attributes, found.report.json(), defanged),
    }
    let behaviours = found.behaviours.as_deref();
    let activity = behaviours.map(|all| Activity::of(all.iter().map(|report| report.get())));
    match (&found.mitre, &activity) {
        (Some(mitre), _) => page.wrapped("ATT&CK", &attack::tactics(mitre)),
        (None, Some(activity)) => page.wrapped("ATT&CK", &attack::signs(activity)),
        (None, None) => {}
    }
    if found.mitre.is_some() || activity.is_some() {
        page.keep(LEAST_TECHNIQUES);
    }
    if let Some(activity) = &activity {
        activity::add(page, activity, defanged);
    }
    unread(page, &decoded.unread);
    missing(page, &found.errors);
    page.last("link", &found.link);
}

/// The text, with what could be clicked in it defanged if asked for.
pub(in crate::enrich) fn harmless(text: &str, defanged: bool) -> String {
    if !defanged {
        return text.to_owned();
    }
    let word = |word: &str| match Indicator::parse(word, None) {
        Ok(indicator) => indicator.defanged(),
        Err(_) => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
