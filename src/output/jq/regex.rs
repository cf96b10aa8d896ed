//! Regular expressions.
//!
//! The engine takes time in proportion to the expression and the text, and can't
//! be interrupted. So what may take long is done on a thread of its own, which is
//! left behind when the time is over.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::mpsc;
use std::time::Duration;

use jaq_core::native::{Filter, bome};
use jaq_core::{Bind, Cv, RunPtr, ValR};
use regex_bites::{Regex, RegexBuilder};

use super::budget::{Spent, spend, time_left};
use super::natives::text;
use super::table::Bounded;
use super::value::{Members, Value, described};

type Error = jaq_core::Error<Value>;

pub(super) fn all() -> [Filter<RunPtr<Bounded>>; 3] {
    let two = || [Bind::Var(()), Bind::Var(())].into();
    [
        ("matches", two(), |cv| bome(matches(&cv))),
        ("split_matches", two(), |cv| bome(split_matches(&cv))),
        ("split_", two(), |cv| bome(split(&cv))),
    ]
}

/// The matches, each as the list of its groups.
fn matches(cv: &Cv<'_, Bounded>) -> ValR<Value> {
    let (text, search) = Search::of(cv)?;
    let found = search.found(&text);
    let mut chars = Chars::of(&text);
    let found = found.iter();
    Ok(found
        .map(|groups| shown(&text, groups, &search, &mut chars))
        .collect())
}

/// What lies between the matches, and the matches.
fn split_matches(cv: &Cv<'_, Bounded>) -> ValR<Value> {
    let (text, search) = Search::of(cv)?;
    let mut parts = Vec::new();
    let mut rest = 0;
    let mut chars = Chars::of(&text);
    for groups in search.found(&text) {
        let (start, end) = groups.first().copied().flatten().unwrap_or((rest, rest));
        parts.push(Value::text(&text[rest..start]));
        parts.push(shown(&text, &groups, &search, &mut chars));
        rest = end;
    }
    parts.push(Value::text(&text[rest..]));
    Ok(parts.into_iter().collect())
}

/// What lies between the matches.
fn split(cv: &Cv<'_, Bounded>) -> ValR<Value> {
    let (text, search) = Search::of(cv)?;
    let mut parts = Vec::new();
    let mut rest = 0;
    for groups in search.found(&text) {
        let (start, end) = groups.first().copied().flatten().unwrap_or((rest, rest));
        parts.push(Value::text(&text[rest..start]));
        rest = end;
    }
    parts.push(Value::text(&text[rest..]));
    Ok(parts.into_iter().collect())
}

/// Where the groups of a match lie; the first one is the whole match.
type Groups = Vec<Option<(usize, usize)>>;

/// An expression and how it is asked.
#[derive(Clone)]
struct Search {
    regex: Regex,
    /// All matches, not only the first one.
    global: bool,
    /// Leaves out matches of nothing.
    some: bool,
}

/// Most programs have a few expressions, and ask them about every record.
const MOST_KEPT: usize = 64;

thread_local! {
    static KEPT: RefCell<HashMap<(String, String), Search>> = RefCell::default();
}

/// What the size of an expression and of a text may come to together, to be done at
/// once: some milliseconds.
const AT_ONCE: usize = 4 * 1024 * 1024;

/// The longest expression.
const LONGEST: usize = 32 * 1024;

impl Search {
    /// The text that is searched, and what it is searched for.
    fn of(cv: &Cv<'_, Bounded>) -> Result<(String, Self), Error> {
        let (mut context, input) = (cv.0.clone(), &cv.1);
        let (flags, expression) = (context.pop_var(), context.pop_var());
        let no_text = || {
            Error::str(format_args!(
                "{} cannot be matched, as it is not a string",
                described(input)
            ))
        };
        let searched = input.as_text().ok_or_else(no_text)?.to_owned();
        // The expression may come as a list with its flags.
        let (expression, flags) = match (&expression, &flags) {
            (Value::Array(pair), given) => {
                let item = |at: usize| pair.items().get(at).cloned().unwrap_or_default();
                let inner = item(1);
                let joined = [given, &inner].map(|flags| flags.as_text().unwrap_or(""));
                let joined = joined.concat();
                (item(0), Value::from(joined))
            }
            _ => (expression.clone(), flags.clone()),
        };
        let flags = match &flags {
            Value::Null => "",
            other => text(other)?,
        };
        Ok((searched, Self::new(text(&expression)?, flags)?))
    }

    fn new(expression: &str, flags: &str) -> Result<Self, Error> {
        let key = (expression.to_owned(), flags.to_owned());
        if let Some(found) = KEPT.with_borrow(|kept| kept.get(&key).cloned()) {
            return Ok(found);
        }
        let made = Self::compile(expression, flags)?;
        KEPT.with_borrow_mut(|kept| {
            if kept.len() >= MOST_KEPT {
                kept.clear();
            }
            kept.insert(key, made.clone());
        });
        Ok(made)
    }

    fn compile(expression: &str, flags: &str) -> Result<Self, Error> {
        if expression.len() > LONGEST {
            return Err(Error::str("a regular expression is too long"));
        }
        let mut builder = RegexBuilder::new(expression);
        let (mut global, mut some) = (false, false);
        for flag in flags.chars() {
            match flag {
                'g' => global = true,
                'n' => some = true,
                'i' => drop(builder.case_insensitive(true)),
                'x' => drop(builder.ignore_whitespace(true)),
                's' => drop(builder.dot_matches_new_line(true)),
                'l' => drop(builder.swap_greed(true)),
                'm' => drop(builder.multi_line(true)),
                'p' => drop(builder.multi_line(true).dot_matches_new_line(true)),
                _ => {
                    return Err(Error::str(format_args!(
                        "{flags} is not a valid modifier string"
                    )));
                }
            }
        }
        let fail = |error| {
            Error::str(format_args!(
                "{expression} is not a regular expression: {error}"
            ))
        };
        Ok(Self {
            regex: builder.build().map_err(fail)?,
            global,
            some,
        })
    }

    /// The matches in a text.
    fn found(&self, text: &str) -> Vec<Groups> {
        let effort = text.len().saturating_mul(self.regex.as_str().len());
        if effort <= AT_ONCE {
            return self.find(text);
        }
        let (told, tells) = mpsc::channel();
        let (search, text) = (self.clone(), text.to_owned());
        let work = move || {
            // Nobody may be listening any more.
            let _ = told.send(search.find(&text));
        };
        if std::thread::Builder::new().spawn(work).is_err() {
            spend(Spent::Memory);
        }
        match tells.recv_timeout(time_left().unwrap_or(Duration::MAX)) {
            Ok(found) => found,
            Err(_) => spend(Spent::Time),
        }
    }

    fn find(&self, text: &str) -> Vec<Groups> {
        let found = self.regex.captures_iter(text).map(|captures| {
            let group = |group: Option<regex_bites::Match<'_>>| {
                group.map(|group| (group.start(), group.end()))
            };
            captures.iter().map(group).collect::<Groups>()
        });
        let empty = |groups: &Groups| groups[0].is_none_or(|(start, end)| start == end);
        let found = found.filter(|groups| !(self.some && empty(groups)));
        found
            .take(if self.global { usize::MAX } else { 1 })
            .collect()
    }
}

/// A match as programs see it.
fn shown(text: &str, groups: &Groups, search: &Search, chars: &mut Chars<'_>) -> Value {
    let names = search.regex.capture_names();
    let groups = groups.iter().zip(names).enumerate();
    groups
        .map(|(place, (group, name))| {
            let (offset, length, string) = match group {
                Some((start, end)) => {
                    let part = &text[*start..*end];
                    let offset = Value::from(chars.before(*start));
                    (offset, Value::from(part.chars().count()), Value::text(part))
                }
                None => (Value::from(-1_isize), Value::from(0_usize), Value::Null),
            };
            let mut members = Members::default();
            members.insert("offset".into(), offset);
            members.insert("length".into(), length);
            members.insert("string".into(), string);
            if place > 0 {
                let name = name.map(Value::text);
                members.insert("name".into(), name.unwrap_or_default());
            }
            Value::object(members)
        })
        .collect()
}

/// How many characters stand before a byte, asked mostly in ascending order.
struct Chars<'a> {
    text: &'a str,
    byte: usize,
    count: usize,
}

impl<'a> Chars<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            byte: 0,
            count: 0,
        }
    }

    fn before(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            *self = Self::of(self.text);
        }
        self.count += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.count
    }
}
