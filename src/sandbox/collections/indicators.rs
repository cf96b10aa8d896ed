//! Searches for files, URLs, domains and IP addresses.

use super::expression::{Expression, Term};
use super::listing::{Page, place};
use crate::sandbox::asked::Asked;
use crate::sandbox::assessment::Assessment;
use crate::sandbox::envelope::Refusal;
use crate::sandbox::json::object;
use crate::sandbox::key_cursor::KeyCursor;
use crate::sandbox::objects::{self, Dates};
use crate::sandbox::relationships::indicator;
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::{Kind, Subject};

/// How many of each kind there are to be found. Addresses are fewer: a
/// documentation network has no more.
fn found(kind: Kind) -> usize {
    if kind == Kind::Ip { 254 } else { 700 }
}

/// What results can be ordered by; the first one is the default, descending.
fn orders(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::File => vec![
            "last_submission_date",
            "first_submission_date",
            "positives",
            "size",
        ],
        Kind::Url => vec!["last_submission_date", "first_submission_date", "positives"],
        Kind::Domain | Kind::Ip => vec!["last_modification_date", "creation_date", "positives"],
    }
}

/// A page of indicators, and the orders that they may have.
///
/// # Errors
/// 400 for an order that they can't have, and for a cursor of another search.
pub(super) fn page(
    asked: &Asked,
    kind: Kind,
    query: &Expression,
    limit: usize,
) -> Result<(Page, Vec<&'static str>), Refusal> {
    let orders = orders(kind);
    let default = format!("{}-", orders[0]);
    let text = asked.value("order").unwrap_or(&default);
    let name = text.strip_suffix(['+', '-']).unwrap_or(text);
    let ascending = !text.ends_with('-');
    if !orders.contains(&name) {
        return Err(Refusal::invalid_argument(format!(
            "Invalid order \"{text}\": valid ones are {}",
            orders.join(", ")
        )));
    }
    let search = Seed::of("search", &format!("{query:?} {text}"));
    let place = place(asked, search)?;
    let pool = Seed::of("found", kind.type_name());
    let mut all: Vec<_> = (0..found(kind))
        .map(|index| indicator(pool, kind, index))
        .filter(|subject| query.holds(&|term: &Term| passes(subject, term)))
        .map(|subject| (rank(&subject, name), subject))
        .collect();
    all.sort_by(|(a, one), (b, other)| (a, &one.id).cmp(&(b, &other.id)));
    if !ascending {
        all.reverse();
    }
    let total = all.len();
    let mut rest = all.into_iter().filter(|(number, subject)| {
        place
            .as_ref()
            .is_none_or(|place| place.is_before(*number, &subject.id, ascending))
    });
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let next = match page.last() {
        Some((number, last)) if rest.next().is_some() => {
            Some(KeyCursor::after(*number, &last.id, false).text(search, asked.now))
        }
        _ => None,
    };
    let descriptors = asked.value("descriptors_only") == Some("true");
    let items = page.iter().map(|(_, subject)| {
        if descriptors {
            object! { "type": kind.type_name(), "id": subject.id.clone() }
        } else {
            objects::whole(subject, asked)
        }
    });
    Ok((Page::of(items.collect(), total, next), orders))
}

fn rank(subject: &Subject, name: &str) -> i64 {
    let dates = Dates::of(subject.seed);
    match name {
        "first_submission_date" => dates.first_submission,
        "last_submission_date" => dates.last_submission,
        "last_modification_date" => dates.last_modification,
        "creation_date" => dates.creation,
        "positives" => Assessment::of(subject).malicious,
        _ => subject.seed.between(name, 0, 1_000_000),
    }
}

/// Whether a term holds: positives and score are compared, a text that stands
/// alone is looked for in the id, and each other key keeps half.
fn passes(subject: &Subject, term: &Term) -> bool {
    let assessment = Assessment::of(subject);
    let number = match term.key.as_deref() {
        Some("entity") => return true,
        Some("p" | "positives") => assessment.malicious,
        Some("gti_score") => assessment.score,
        Some(key) => return subject.seed.child(key, 0).chance(&term.value, 50),
        None => return subject.id.contains(&term.value.to_lowercase()),
    };
    let bound = term.value.trim_end_matches(['+', '-']).parse().unwrap_or(0);
    match term.value.chars().last() {
        Some('+') => number >= bound,
        Some('-') => number <= bound,
        _ => number == bound,
    }
}
