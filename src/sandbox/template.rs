//! Fixtures: JSON files with blanks that are filled from facts and from seeds.
//!
//! A file describes one kind of thing: objects by name, `facts` that the objects
//! are filled from, and rows of `documented` things, whose facts are fixed. A
//! text may hold blanks. One that is nothing but a blank becomes whatever the
//! blank stands for; otherwise the blanks become text.
//!
//! | blank | stands for |
//! |---|---|
//! | `{name}` | a fact of the thing, a date of its life, a shared part, or a hostile word |
//! | `{name+90d}`, `{name:%Y-%m-%d}` | a date so many days later, or written so |
//! | `{tenths:name}` | a number of tenths as a fraction: 98 is `9.8` |
//! | `{int:label,low,high}` | a number that grows from the seed; a bound may be a fact |
//! | `{hex:label,length}` | hexadecimal digits that do |
//! | `{pick:label,one\|other}` | one of the texts; `3*one` comes three times as often |
//! | `{?condition}` | whether it holds |
//!
//! A text that begins with `number:` is a number with just that spelling, one that
//! begins with `text:` a text even where it is nothing but a blank. An object whose
//! keys begin with `?` is a choice: the value of the first condition that holds
//! (`?fact`, `?!fact`, `?fact=value`, `?fact>=number`, `?chance:label,percent`; `?`
//! alone always does), or nothing at all. A member whose key begins with `+` gives
//! its own members to the object it stands in.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::dates;
use super::json::{Json, Object};
use super::seed::Seed;

/// One kind of thing.
#[derive(Debug)]
pub(super) struct Fixture {
    objects: Object,
    facts: Object,
    documented: Vec<Object>,
}

/// A thing, as far as a fixture is filled from it.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    fixture: &'static Fixture,
    /// What everything invented about it grows from.
    pub(super) seed: Seed,
    row: Option<&'static Object>,
    own: Vec<(&'static str, Json)>,
}

/// Parts that several kinds of things share, and words that attack terminals,
/// spreadsheets, browsers and line-based formats.
static SHARED: LazyLock<Object> = LazyLock::new(|| read(include_str!("fixtures/shared.json")));

fn read(text: &str) -> Object {
    serde_json::from_str(text).expect("fixtures are valid JSON")
}

impl Fixture {
    /// A fixture from its text.
    pub(super) fn new(text: &str) -> Self {
        let mut objects = read(text);
        let mut take = |name| objects.get_mut(name).map_or(Json::Null, std::mem::take);
        let facts = take("facts").into_object();
        let rows = take("documented").into_items().into_iter();
        let documented = rows.map(Json::into_object).collect();
        Self {
            objects,
            facts,
            documented,
        }
    }

    /// The documented things.
    pub(super) fn documented(&self) -> &[Object] {
        &self.documented
    }

    /// The documented thing with a fact.
    pub(super) fn row(&self, name: &str, value: &str) -> Option<&Object> {
        self.documented.iter().find(|row| row.text(name) == value)
    }

    /// Whether things of the kind have a fact of this name.
    pub(super) fn has(&self, fact: &str) -> bool {
        self.facts.get(fact).is_some()
    }
}

impl Thing {
    pub(super) fn new(fixture: &'static Fixture, seed: Seed) -> Self {
        Self {
            fixture,
            seed,
            row: None,
            own: vec![],
        }
    }

    /// The same as a documented one.
    pub(super) fn documented(self, row: Option<&'static Object>) -> Self {
        Self { row, ..self }
    }

    /// The same with a fact that no fixture knows.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.own.push((name, value.into()));
        self
    }

    /// The same with some facts worked out, which are asked for again and again.
    pub(super) fn settled(mut self, names: &[&'static str]) -> Self {
        for name in names {
            self.own.push((name, self.fact(name)));
        }
        self
    }

    /// What is known by a name.
    pub(super) fn fact(&self, name: &str) -> Json {
        if let Some((_, value)) = self.own.iter().find(|(known, _)| *known == name) {
            return value.clone();
        }
        let row = self.row.and_then(|row| row.get(name));
        let json = row.or_else(|| self.fixture.facts.get(name));
        let date = || dates::named(self.seed, name).map(Json::Int);
        match json {
            Some(json) => self.filled(json).unwrap_or_default(),
            None => date()
                .or_else(|| self.filled(SHARED.get(name)?))
                .unwrap_or_default(),
        }
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.fact(name).text().into_owned()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let items = self.fact(name).into_items().into_iter();
        items.map(|item| item.text().into_owned()).collect()
    }

    pub(super) fn number(&self, name: &str) -> i64 {
        match self.fact(name) {
            Json::Int(number) => number,
            _ => 0,
        }
    }

    /// Whether a fact says something, and not that something is not so.
    pub(super) fn is(&self, name: &str) -> bool {
        match self.fact(name) {
            Json::Bool(value) => value,
            Json::Text(text) => !text.is_empty(),
            Json::List(items) => !items.is_empty(),
            other => other != Json::Null,
        }
    }

    /// An object of the fixture, filled in.
    pub(super) fn fill(&self, object: &str) -> Json {
        let object = self.fixture.objects.get(object);
        object
            .and_then(|object| self.filled(object))
            .unwrap_or_default()
    }

    /// The same, by its members.
    pub(super) fn object(&self, object: &str) -> Object {
        self.fill(object).into_object()
    }

    fn filled(&self, json: &Json) -> Option<Json> {
        Some(match json {
            Json::Text(text) if has_blank(text) => self.expanded(text),
            Json::List(items) => items.iter().filter_map(|item| self.filled(item)).collect(),
            Json::Object(Object(members)) if is_choice(members) => {
                let (_, chosen) = members.iter().find(|(key, _)| self.holds(&key[1..]))?;
                return self.filled(chosen);
            }
            Json::Object(Object(members)) => {
                let mut object = Object(Vec::with_capacity(members.len()));
                for (key, value) in members {
                    match self.filled(value) {
                        None => {}
                        Some(Json::Object(own)) if key.starts_with('+') => object.extend(own),
                        Some(value) => object.0.push((key.clone(), value)),
                    }
                }
                object.into()
            }
            other => other.clone(),
        })
    }

    fn expanded(&self, text: &str) -> Json {
        if let Some(spelling) = text.strip_prefix("number:") {
            return Json::Number(self.joined(spelling));
        }
        if let Some(text) = text.strip_prefix("text:") {
            return self.joined(text).into();
        }
        match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((blank, "")) => self.blank(blank),
            _ => self.joined(text).into(),
        }
    }

    fn joined(&self, text: &str) -> String {
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, (blank, after))) = blank_in(rest) {
            out = out + before + &self.blank(blank).text();
            rest = after;
        }
        out + rest
    }

    fn blank(&self, text: &str) -> Json {
        if let Some(condition) = text.strip_prefix('?') {
            return self.holds(condition).into();
        }
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let (label, arguments) = rest.split_once(',').unwrap_or((rest, ""));
        match name {
            "tenths" => {
                let tenths = self.number(label);
                format!("{}.{}", tenths / 10, tenths % 10).into()
            }
            "hex" => self.seed.hex(label, arguments.parse().unwrap_or(0)).into(),
            "int" => {
                let (low, high) = arguments.split_once(',').unwrap_or_default();
                let bound = |text: &str| text.parse().unwrap_or_else(|_| self.number(text));
                self.seed.between(label, bound(low), bound(high)).into()
            }
            "pick" => picked(self.seed, label, arguments).to_owned().into(),
            _ => match name.find(['+', '-']) {
                None if rest.is_empty() => self.fact(name),
                end => {
                    let (name, days) = name.split_at(end.unwrap_or(name.len()));
                    let days: i64 = days.trim_end_matches('d').parse().unwrap_or(0);
                    let date = self.number(name) + days * dates::DAY;
                    if rest.is_empty() {
                        date.into()
                    } else {
                        dates::text(date, rest).into()
                    }
                }
            },
        }
    }

    fn holds(&self, condition: &str) -> bool {
        if let Some((label, percent)) = condition
            .strip_prefix("chance:")
            .and_then(|rest| rest.split_once(','))
        {
            self.seed.chance(label, percent.parse().unwrap_or(0))
        } else if let Some((name, least)) = condition.split_once(">=") {
            self.number(name) >= least.parse().unwrap_or(0)
        } else if let Some((name, value)) = condition.split_once('=') {
            self.fact(name).text() == value
        } else if let Some(name) = condition.strip_prefix('!') {
            !self.is(name)
        } else {
            condition.is_empty() || self.is(condition)
        }
    }
}

/// Whether a text is more than itself. Most are not, which is seen at once.
fn has_blank(text: &str) -> bool {
    text.as_bytes().contains(&b'{') || text.starts_with("number:")
}

fn is_choice(members: &[(Cow<'static, str>, Json)]) -> bool {
    members.first().is_some_and(|(key, _)| key.starts_with('?'))
}

/// The first blank of a text, and what stands before and after it.
fn blank_in(text: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = text.split_once('{')?;
    Some((before, rest.split_once('}')?))
}

/// One of the texts, each of which stands as often as the number before it says.
fn picked<'a>(seed: Seed, label: &str, texts: &'a str) -> &'a str {
    let weighed = |text: &'a str| match text.split_once('*') {
        Some((weight, text)) => (weight.parse().unwrap_or(1), text),
        None => (1, text),
    };
    let mut place = seed.below(label, texts.split('|').map(|text| weighed(text).0).sum());
    let mut all = texts.split('|').map(weighed);
    let found = all.find(|(weight, _)| {
        let hit = place < *weight;
        place = place.saturating_sub(*weight);
        hit
    });
    found.map_or("", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::json::object;

    #[test]
    fn blanks_are_filled() {
        static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
            Fixture::new(
                r#"{
                    "facts": {"double": "{int:x,six,six}", "six": 6},
                    "documented": [{"id": "first", "six": 7}],
                    "all": {
                        "fixed": [1, {"a": null}],
                        "whole": "{count}",
                        "text": "{count} of {name}",
                        "later": "{first+1d:%Y-%m-%d}",
                        "number": "number:{tenths:count}0",
                        "+chosen": {"?name=b": {"wrong": 1}, "?count>=3": {"one": "{?bad}", "two": "{pick:x,2*only}"}},
                        "gone": {"?!bad": 1},
                        "default": {"?nonesuch": 1, "?": 2},
                        "list": [{"?nonesuch": 1}, {"?bad": 2}],
                        "drawn": "{double}"
                    }
                }"#,
            )
        });
        let thing = Thing::new(&FIXTURE, Seed::of("a", "b"))
            .with("count", 3)
            .with("name", "a");
        let thing = thing.with("bad", true).with("first", 0);
        let row = FIXTURE.row("id", "first");
        let expected = object! {
            "fixed": vec![Json::Int(1), object! { "a": Json::Null }.into()],
            "whole": 3,
            "text": "3 of a",
            "later": "1970-01-02",
            "number": Json::Number("0.30".into()),
            "one": true,
            "two": "only",
            "default": 2,
            "list": vec![2],
            "drawn": 7,
        };
        assert_eq!(thing.documented(row).fill("all"), expected.into());
    }
}
