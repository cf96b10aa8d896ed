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

mod node;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::dates;
use super::json::{Json, Object};
use super::seed::Seed;
use node::{Blank, Bound, Condition, Node, Part, by_name, has_blank};

/// One kind of thing.
#[derive(Debug)]
pub(super) struct Fixture {
    objects: BTreeMap<&'static str, Node>,
    facts: BTreeMap<&'static str, Node>,
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
static SHARED: LazyLock<BTreeMap<&str, Node>> =
    LazyLock::new(|| by_name(read(include_str!("../fixtures/shared.json"))));

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
            objects: by_name(objects),
            facts: by_name(facts),
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
        self.facts.contains_key(fact)
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
        let filled = match self.row.and_then(|row| row.get(name)) {
            Some(Json::Text(text)) if has_blank(text) => {
                self.filled(&Json::Text(text.clone()).into())
            }
            Some(json) => Some(json.clone()),
            None => match self.fixture.facts.get(name) {
                Some(node) => self.filled(node),
                None => dates::named(self.seed, name)
                    .map(Json::Int)
                    .or_else(|| self.filled(SHARED.get(name)?)),
            },
        };
        filled.unwrap_or_default()
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

    fn filled(&self, node: &Node) -> Option<Json> {
        Some(match node {
            Node::Fixed(json) => json.clone(),
            Node::Blank(blank) => self.blank(blank),
            Node::Text(parts) => self.joined(parts).into(),
            Node::Number(parts) => Json::Number(self.joined(parts)),
            Node::List(items) => items.iter().filter_map(|item| self.filled(item)).collect(),
            Node::Choice(choices) => {
                return self.filled(self.chosen(choices)?);
            }
            Node::Object(members) => {
                let mut object = Object(Vec::with_capacity(members.len()));
                for member in members {
                    match self.filled(&member.value) {
                        None => {}
                        Some(Json::Object(own)) if member.is_spread => object.extend(own),
                        Some(value) => object.0.push((member.key.clone(), value)),
                    }
                }
                object.into()
            }
        })
    }

    /// The first whose condition holds. Many ask for the same fact one after the other.
    fn chosen<'a>(&self, choices: &'a [(Condition, Node)]) -> Option<&'a Node> {
        let mut last: Option<(&str, Json)> = None;
        for (condition, chosen) in choices {
            let holds = match condition {
                Condition::Equals(name, value) => {
                    let fact = match last.take() {
                        Some((asked, fact)) if asked == *name => fact,
                        _ => self.fact(name),
                    };
                    let equals = fact.text() == *value;
                    last = Some((name, fact));
                    equals
                }
                other => self.holds(other),
            };
            if holds {
                return Some(chosen);
            }
        }
        None
    }

    fn joined(&self, parts: &[Part]) -> String {
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Plain(text) => out.push_str(text),
                Part::Blank(blank) => out.push_str(&self.blank(blank).text()),
            }
        }
        out
    }

    fn blank(&self, blank: &Blank) -> Json {
        match blank {
            Blank::Whether(condition) => self.holds(condition).into(),
            Blank::Tenths(name) => {
                let tenths = self.number(name);
                format!("{}.{}", tenths / 10, tenths % 10).into()
            }
            Blank::Hex { label, length } => self.seed.hex(label, *length).into(),
            Blank::Int { label, low, high } => {
                let bound = |bound: &Bound| match bound {
                    Bound::Fixed(number) => *number,
                    Bound::Fact(name) => self.number(name),
                };
                self.seed.between(label, bound(low), bound(high)).into()
            }
            Blank::Pick { label, texts } => picked(self.seed, label, texts).into(),
            Blank::Fact(name) => self.fact(name),
            Blank::Date { name, days, format } => {
                let date = self.number(name) + days * dates::DAY;
                if format.is_empty() {
                    date.into()
                } else {
                    dates::text(date, format).into()
                }
            }
        }
    }

    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Chance(label, percent) => self.seed.chance(label, *percent),
            Condition::AtLeast(name, least) => self.number(name) >= *least,
            Condition::Equals(name, value) => self.fact(name).text() == *value,
            Condition::Is(name) => self.is(name),
            Condition::IsNot(name) => !self.is(name),
        }
    }
}

/// One of the texts, each of which stands as often as the number before it says.
fn picked(seed: Seed, label: &str, texts: &[(usize, &'static str)]) -> &'static str {
    let mut place = seed.below(label, texts.iter().map(|(weight, _)| weight).sum());
    for (weight, text) in texts {
        if place < *weight {
            return text;
        }
        place -= weight;
    }
    ""
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
