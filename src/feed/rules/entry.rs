//! One `[[rule]]` table, read key by key.

use std::borrow::Cow;
use std::ops::Range;
use std::str::FromStr;

use toml_edit::{Item, Table, Value};

use super::action::{Action, statuses};
use super::file::{Ground, Mistakes, meant};
use super::judgement::Rule;
use super::test::{Program, Test};
use crate::output::jq::Filter;

/// Every key of a rule.
const KEYS: [&str; 12] = [
    "name",
    "when",
    "alert_type",
    "severity",
    "monitor_id",
    "tags",
    "min_mscore",
    "age",
    "action",
    "add_tags",
    "status",
    "to",
];

/// The keys that belong to an action, each with its own.
const OF_ACTIONS: [(&str, &str); 3] =
    [("add_tags", "tag"), ("status", "escalate"), ("to", "route")];

/// A rule as it is written, and where mistakes in it go.
pub(super) struct Entry<'t, 'm, 'x> {
    pub(super) table: &'t Table,
    pub(super) ground: Ground<'t>,
    pub(super) mistakes: &'m mut Mistakes<'x>,
}

impl<'t> Entry<'t, '_, '_> {
    /// The rule; none where it can't be made out. Every mistake in it is told.
    pub(super) fn rule(&mut self, line: usize) -> Option<Rule> {
        for (key, _) in self.table.iter().filter(|(key, _)| !KEYS.contains(key)) {
            let keys = format!("write {}", KEYS.join(", "));
            let message = format!("unknown key `{key}`{}", meant(key, KEYS, &keys));
            self.mistakes.add(self.place(key), message);
        }
        let name = self.name();
        let tests = self.tests();
        let action = self.action();
        Some(Rule {
            name: name?,
            line,
            action: action?,
            tests: tests?,
        })
    }

    fn name(&mut self) -> Option<String> {
        let name = self.required("name", "write name = \"…\"")?;
        if name.text.trim().is_empty() {
            self.mistakes
                .add(name.place, "the name is empty: write what the rule is for");
            return None;
        }
        Some(name.text.into_owned())
    }

    /// The conditions; none where one of them is wrong, so that a rule is not
    /// taken for one that matches everything.
    fn tests(&mut self) -> Option<Vec<Test>> {
        let mut tests = vec![];
        let mut whole = true;
        for (key, _) in self.table {
            let test = match key {
                "alert_type" => self.read(key).map(Test::AlertType),
                "severity" => self.read(key).map(Test::Severity),
                "monitor_id" => self.read(key).map(Test::MonitorId),
                "tags" => self.read(key).map(Test::Tags),
                "min_mscore" => self.score().map(Test::MinMscore),
                "age" => self.read(key).map(Test::Age),
                "when" => self.programs().map(Test::When),
                "name" | "action" | "add_tags" | "status" | "to" => continue,
                _ => None,
            };
            whole &= test.is_some();
            tests.extend(test);
        }
        tests.sort_by_key(Test::is_program);
        whole.then_some(tests)
    }

    fn action(&mut self) -> Option<Action> {
        let accepted = format!("write {}", Action::NAMES.join(", "));
        let name = self.required("action", &accepted)?;
        if !Action::NAMES.contains(&name.text.as_ref()) {
            let meant = meant(&name.text, Action::NAMES, &accepted);
            self.mistakes
                .add(name.place, format!("unknown action `{}`{meant}", name.text));
            return None;
        }
        for (key, action) in OF_ACTIONS {
            if action != name.text && self.table.contains_key(key) {
                let message = format!(
                    "`{key}` goes with action = \"{action}\", and this one is \"{}\"",
                    name.text
                );
                self.mistakes.add(self.place(key), message);
            }
        }
        match name.text.as_ref() {
            "drop" => Some(Action::Drop),
            "keep" => Some(Action::Keep),
            "tag" => {
                self.present(
                    "add_tags",
                    "write the tags to add, like add_tags = [\"vip\"]",
                )?;
                self.read("add_tags").map(Action::Tag)
            }
            "escalate" => self.escalate(name.place),
            _ => self.sink().map(Action::Route),
        }
    }

    /// The status to send back, where there is one, is one that the feed takes.
    fn escalate(&mut self, action: Option<Range<usize>>) -> Option<Action> {
        let (feeds, own) = match self.ground.feed {
            Some(feed) => (vec![feed], statuses(feed).map(|(_, own)| own)),
            None => (vec!["dtm", "asm", "alerts"], None),
        };
        let accepted: Vec<&str> = feeds
            .into_iter()
            .filter_map(statuses)
            .flat_map(|(all, _)| all)
            .copied()
            .collect();
        if let Some(feed) = self.ground.feed.filter(|_| accepted.is_empty()) {
            let message = format!(
                "`{feed}` takes no status back: escalate alerts of dtm and of GTI Alerts, and issues of asm, or write tag or route here"
            );
            self.mistakes.add(action, message);
            return None;
        }
        if !self.table.contains_key("status") {
            return Some(Action::Escalate(own.map(str::to_owned)));
        }
        let status = self.one("status")?;
        if !accepted.contains(&status.text.as_ref()) {
            let all = format!("write {}", accepted.join(", "));
            let meant = meant(&status.text, accepted.iter().copied(), &all);
            self.mistakes.add(
                status.place,
                format!("unknown status `{}`{meant}", status.text),
            );
            return None;
        }
        Some(Action::Escalate(Some(status.text.into_owned())))
    }

    fn sink(&mut self) -> Option<String> {
        let sink = self.required("to", "write the name of a sink, like to = \"soc\"")?;
        let sinks = self.ground.sinks;
        if !sinks.iter().any(|name| *name == sink.text) {
            let accepted = match sinks {
                [] => "the configuration has none".to_owned(),
                names => format!("the configuration has {}", names.join(", ")),
            };
            let meant = meant(&sink.text, sinks.iter().map(String::as_str), &accepted);
            self.mistakes.add(
                sink.place,
                format!("there is no sink `{}`{meant}", sink.text),
            );
            return None;
        }
        Some(sink.text.into_owned())
    }

    fn programs(&mut self) -> Option<Vec<Program>> {
        let texts = self.texts("when")?;
        let wanted = texts.len();
        let programs: Vec<Program> = texts
            .into_iter()
            .filter_map(|Text { text, place }| match Filter::compile(&text) {
                Ok(filter) => Some(Program {
                    text: text.trim().to_owned(),
                    filter,
                }),
                Err(error) => {
                    self.mistakes.add(place, error.to_string());
                    None
                }
            })
            .collect();
        (programs.len() == wanted).then_some(programs)
    }

    fn score(&mut self) -> Option<i64> {
        let item = self.table.get("min_mscore")?;
        let score = item.as_integer().filter(|score| (0..=100).contains(score));
        if score.is_none() {
            let message = format!(
                "`min_mscore` is {}: write a whole number from 0 to 100",
                shown(item)
            );
            self.mistakes.add(item.span(), message);
        }
        score
    }

    /// One value or several, each read as what the key holds.
    fn read<T: FromStr>(&mut self, key: &str) -> Option<Vec<T>>
    where
        T::Err: ToString,
    {
        let texts = self.texts(key)?;
        let wanted = texts.len();
        let read: Vec<T> = texts
            .into_iter()
            .filter_map(|Text { text, place }| match text.parse::<T>() {
                Ok(value) => Some(value),
                Err(error) => {
                    self.mistakes.add(place, error.to_string());
                    None
                }
            })
            .collect();
        (read.len() == wanted).then_some(read)
    }

    /// A text that must be there.
    fn required(&mut self, key: &str, accepted: &str) -> Option<Text<'t>> {
        self.present(key, accepted)?;
        self.one(key)
    }

    /// Sees that a key is there.
    fn present(&mut self, key: &str, accepted: &str) -> Option<()> {
        if self.table.contains_key(key) {
            return Some(());
        }
        let message = format!("this rule has no {key}: {accepted}");
        self.mistakes.add(self.table.span(), message);
        None
    }

    /// The one text of a key.
    fn one(&mut self, key: &str) -> Option<Text<'t>> {
        let item = self.table.get(key)?;
        if let Some(text) = item.as_value().and_then(|value| text(key, value)) {
            return Some(text);
        }
        let message = format!("`{key}` is {}: write a text in quotes", shown(item));
        self.mistakes.add(item.span(), message);
        None
    }

    /// The texts of a key that takes one or a list of them.
    fn texts(&mut self, key: &str) -> Option<Vec<Text<'t>>> {
        let item = self.table.get(key)?;
        let values: Vec<&Value> = match item.as_value() {
            Some(Value::Array(values)) => values.iter().collect(),
            one => one.into_iter().collect(),
        };
        let wanted = "write a text in quotes, or a list of them";
        if values.is_empty() {
            let message = format!("`{key}` is {}: {wanted}", shown(item));
            self.mistakes.add(item.span(), message);
            return None;
        }
        let mut texts = vec![];
        for value in &values {
            if let Some(text) = text(key, value) {
                texts.push(text);
                continue;
            }
            let kind = value.type_name();
            let shown = value.to_string();
            let message = format!(
                "`{}` in `{key}` is of the kind {kind}: {wanted}",
                shown.trim()
            );
            self.mistakes.add(value.span(), message);
        }
        (texts.len() == values.len()).then_some(texts)
    }

    /// The place of a key.
    fn place(&self, key: &str) -> Option<Range<usize>> {
        self.table.key(key).and_then(toml_edit::Key::span)
    }
}

/// A text and where it stands.
pub(super) struct Text<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) place: Option<Range<usize>>,
}

/// A text; a severity may be a number.
pub(super) fn text<'t>(key: &str, value: &'t Value) -> Option<Text<'t>> {
    let text = match value {
        Value::String(text) => Cow::Borrowed(text.value().as_str()),
        Value::Integer(number) if key == "severity" => Cow::Owned(number.value().to_string()),
        _ => return None,
    };
    Some(Text {
        text,
        place: value.span(),
    })
}

/// An item as a message names it.
pub(super) fn shown(item: &Item) -> String {
    match item.as_value() {
        Some(Value::Array(values)) if values.is_empty() => "empty".to_owned(),
        Some(value) => format!("`{}`", value.to_string().trim()),
        None => format!("of the kind {}", item.type_name()),
    }
}
