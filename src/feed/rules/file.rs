//! A rules file: TOML, a `[[rule]]` table for each rule, in their order.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, TomlError};

use super::entry::Entry;
use super::judgement::{Rule, Rules};
use crate::settings::{nearest, position};

/// Where rules are to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ground<'a> {
    /// The feed, as it is called on the command line; none where any will do.
    pub feed: Option<&'a str>,
    /// The names of the sinks that there are.
    pub sinks: &'a [String],
}

impl Rules {
    /// Reads a rules file and checks all of it.
    ///
    /// # Errors
    /// Every mistake in it.
    pub(crate) fn parse(path: &Path, text: &str, ground: Ground<'_>) -> Result<Self, RulesError> {
        let mut mistakes = Mistakes {
            text,
            found: vec![],
        };
        let rules = match text.parse::<Document<String>>() {
            Ok(document) => read(&document, ground, &mut mistakes),
            Err(error) => {
                let place = TomlError::span(&error);
                mistakes.add(place, error.message().replace('\n', " "));
                vec![]
            }
        };
        let mut mistakes = mistakes.found;
        if mistakes.is_empty() {
            return Ok(Self { rules });
        }
        mistakes.sort_by_key(|mistake| mistake.line);
        Err(RulesError {
            path: path.to_owned(),
            mistakes,
        })
    }
}

/// The mistakes found so far.
pub(super) struct Mistakes<'a> {
    text: &'a str,
    found: Vec<Mistake>,
}

impl Mistakes<'_> {
    pub(super) fn add(&mut self, place: Option<Range<usize>>, message: impl Into<String>) {
        self.found.push(Mistake {
            line: self.line(place),
            message: message.into(),
        });
    }

    pub(super) fn line(&self, place: Option<Range<usize>>) -> usize {
        position(self.text, place).0
    }
}

fn read(document: &Document<String>, ground: Ground<'_>, mistakes: &mut Mistakes<'_>) -> Vec<Rule> {
    let table = document.as_table();
    for (key, item) in table.iter().filter(|(key, _)| *key != "rule") {
        let place = table.key(key).and_then(toml_edit::Key::span);
        mistakes.add(
            place.or_else(|| item.span()),
            format!(
                "unknown key `{key}`{}",
                meant(key, ["rule"], "write [[rule]] before each rule")
            ),
        );
    }
    let tables = match table.get("rule") {
        Some(Item::ArrayOfTables(tables)) => tables,
        Some(other) => {
            let place = table.key("rule").and_then(toml_edit::Key::span);
            mistakes.add(
                other.span().or(place),
                "`rule` is not a list of tables: write [[rule]] before each rule",
            );
            return vec![];
        }
        None if mistakes.found.is_empty() => {
            mistakes.add(None, "there is no rule: write [[rule]] before each rule");
            return vec![];
        }
        None => return vec![],
    };
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut rules: Vec<Rule> = vec![];
    for table in tables {
        let line = mistakes.line(table.span());
        if let Some(all) = rules.last().filter(|rule| rule.takes_all()) {
            mistakes.add(
                table.span(),
                format!(
                    "this rule never matches: `{}` in line {} has no condition and takes every alert",
                    all.name, all.line
                ),
            );
        }
        let mut entry = Entry {
            table,
            ground,
            mistakes,
        };
        let Some(rule) = entry.rule(line) else {
            continue;
        };
        if let Some(first) = names.insert(rule.name.clone(), line) {
            mistakes.add(
                table.span(),
                format!(
                    "the name `{}` is taken by the rule in line {first}: write another",
                    rule.name
                ),
            );
        }
        rules.push(rule);
    }
    rules
}

/// What somebody may have meant by a word, or else what would be accepted.
pub(super) fn meant<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    accepted: &str,
) -> String {
    match nearest(word, candidates) {
        Some(meant) => format!(": did you mean `{meant}`?"),
        None => format!(": {accepted}"),
    }
}

/// One mistake, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what would be accepted.
    pub message: String,
}

/// Everything that is wrong with a file, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines().collect::<Vec<_>>().join("\n"))]
pub(crate) struct RulesError {
    /// The file.
    pub path: PathBuf,
    /// At least one.
    pub mistakes: Vec<Mistake>,
}

impl RulesError {
    /// Each mistake on a line of its own.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.mistakes.iter().map(|mistake| {
            let Mistake { line, message } = mistake;
            format!("{}:{line}: {message}", self.path.display())
        })
    }
}
