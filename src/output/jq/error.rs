//! What a jq program can have wrong, before and while it runs.

use jaq_core::{compile, load};

use super::budget::{Ended, Spent};
use crate::output::remote::sanitize;

/// The most characters of a run-time message that are worth a line: it quotes
/// the value it is about, and that may be a whole record.
const LONGEST: usize = 200;

/// A jq program that does not compile: which, why, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{program} is not a jq program: {reason} ({position})")]
pub struct ProgramError {
    program: String,
    reason: String,
    position: String,
}

impl ProgramError {
    /// The first thing that could not be read.
    pub(super) fn load<'a>(program: &'a str, errors: &load::Errors<&'a str, ()>) -> Self {
        let first = errors.first().map(|(_, error)| error);
        let (reason, place) = match first {
            Some(load::Error::Lex(errors)) => {
                errors.first().map_or_else(unknown, |(wanted, at)| {
                    // The rest of the program from where it stopped making sense;
                    // an unclosed bracket is noticed at the end.
                    let rest = match wanted {
                        load::lex::Expect::Delim(_) => "",
                        _ => at
                            .get(..at.chars().next().map_or(0, char::len_utf8))
                            .unwrap_or(at),
                    };
                    let place = if rest.is_empty() { end(program) } else { *at };
                    (expected(wanted.as_str(), rest), place)
                })
            }
            Some(load::Error::Parse(errors)) => {
                errors.first().map_or_else(unknown, |(wanted, at)| {
                    let wanted = match wanted {
                        load::parse::Expect::Just(word) => format!("`{word}`"),
                        other => other.as_str().to_owned(),
                    };
                    (expected(&wanted, at), *at)
                })
            }
            Some(load::Error::Io(errors)) => errors
                .first()
                .map_or_else(unknown, |(at, reason)| (reason.clone(), *at)),
            None => unknown(),
        };
        Self::new(program, reason, place)
    }

    /// The first name that stands for nothing.
    pub(super) fn compile<'a>(program: &'a str, errors: &compile::Errors<&'a str, ()>) -> Self {
        let first = errors.iter().flat_map(|(_, errors)| errors).next();
        let (reason, place) = first.map_or_else(unknown, |(name, undefined)| {
            let reason = match undefined {
                compile::Undefined::Filter(0) => format!("no filter `{name}`"),
                compile::Undefined::Filter(1) => format!("no filter `{name}` with 1 argument"),
                compile::Undefined::Filter(arity) => {
                    format!("no filter `{name}` with {arity} arguments")
                }
                other => format!("no {} `{name}`", other.as_str()),
            };
            (reason, *name)
        });
        Self::new(program, reason, place)
    }

    /// A program that is longer than any that makes sense.
    pub(super) fn too_long(program: &str, most: usize) -> Self {
        let begin: String = program.chars().take(LONGEST).collect();
        let reason = format!("it has {} bytes; the limit is {most}", program.len());
        Self::new(&format!("{begin}…"), reason, "")
    }

    fn new(program: &str, reason: String, place: &str) -> Self {
        let quoted = match sanitize(program) {
            shown if shown.is_empty() => "an empty text".to_owned(),
            shown => format!("`{shown}`"),
        };
        Self {
            program: quoted,
            reason,
            position: position(program, place),
        }
    }
}

/// What is said when the parser fails without a reason.
fn unknown<'a>() -> (String, &'a str) {
    ("it can't be read".to_owned(), "")
}

fn expected(wanted: &str, found: &str) -> String {
    if found.is_empty() {
        format!("expected {wanted}, found the end")
    } else {
        format!("expected {wanted}, found `{}`", sanitize(found))
    }
}

/// The empty rest behind the last character.
fn end(program: &str) -> &str {
    &program[program.len()..]
}

/// Where the place, a part of the program, starts: column in characters from 1,
/// and the line when there is more than one.
fn position(program: &str, place: &str) -> String {
    let offset = (place.as_ptr() as usize)
        .checked_sub(program.as_ptr() as usize)
        .filter(|offset| *offset <= program.len())
        .unwrap_or(0);
    let before = program.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().count() + 1;
    if program.contains('\n') {
        let line = before.matches('\n').count() + 1;
        format!("line {line}, column {column}")
    } else {
        format!("column {column}")
    }
}

/// A jq program that failed on a value, in one clean line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    message: String,
    spent: Option<Spent>,
}

impl FilterError {
    /// The message, made harmless and cut to a readable length.
    pub(super) fn new(message: &str) -> Self {
        let shown = sanitize(message);
        let mut short: String = shown.chars().take(LONGEST).collect();
        if short.len() < shown.len() {
            short.pop();
            short.push('…');
        }
        Self {
            message: short,
            spent: None,
        }
    }

    /// What the program has spent, where it was stopped: it would come to no end on
    /// the next record either.
    pub fn spent(&self) -> Option<Spent> {
        self.spent
    }
}

impl From<Ended> for FilterError {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Spent(spent) => Self {
                message: spent.to_string(),
                spent: Some(spent),
            },
            Ended::Fault => Self::new("a fault of the jq interpreter"),
        }
    }
}
