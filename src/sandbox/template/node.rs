//! What a fixture says, read once: its texts taken apart into blanks and what stands
//! between them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::sandbox::json::{Json, Object};

/// A value of a fixture.
#[derive(Debug)]
pub(super) enum Node {
    /// Without a blank.
    Fixed(Json),
    /// Whatever one blank stands for.
    Blank(Blank),
    Text(Vec<Part>),
    /// A number with just this spelling.
    Number(Vec<Part>),
    List(Vec<Node>),
    /// The first whose condition holds.
    Choice(Vec<(Condition, Node)>),
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: Cow<'static, str>,
    /// Whether it gives its own members in its place.
    pub(super) is_spread: bool,
    pub(super) value: Node,
}

/// A part of a text.
#[derive(Debug)]
pub(super) enum Part {
    Plain(&'static str),
    Blank(Blank),
}

#[derive(Debug)]
pub(super) enum Blank {
    Whether(Condition),
    Tenths(&'static str),
    Hex {
        label: &'static str,
        length: usize,
    },
    Int {
        label: &'static str,
        low: Bound,
        high: Bound,
    },
    /// Texts, each with how often it comes.
    Pick {
        label: &'static str,
        texts: Vec<(usize, &'static str)>,
    },
    Fact(&'static str),
    Date {
        name: &'static str,
        days: i64,
        format: &'static str,
    },
}

/// The end of a range: a number, or the fact that it is.
#[derive(Debug)]
pub(super) enum Bound {
    Fixed(i64),
    Fact(&'static str),
}

#[derive(Debug)]
pub(super) enum Condition {
    Always,
    Chance(&'static str, u64),
    AtLeast(&'static str, i64),
    Equals(&'static str, &'static str),
    Is(&'static str),
    IsNot(&'static str),
}

/// The members of an object, by name.
pub(super) fn by_name(object: Object) -> BTreeMap<&'static str, Node> {
    let members = object.0.into_iter();
    members
        .map(|(key, value)| (kept(key), Node::from(value)))
        .collect()
}

/// Fixtures stay as long as the program, and so do their texts.
fn kept(text: Cow<'static, str>) -> &'static str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => text.leak(),
    }
}

impl From<Json> for Node {
    fn from(json: Json) -> Self {
        match json {
            Json::Text(text) if has_blank(&text) => Self::text(kept(text)),
            Json::List(items) => {
                let items: Vec<Self> = items.into_iter().map(Self::from).collect();
                match items.iter().map(Self::fixed).collect::<Option<Vec<_>>>() {
                    Some(fixed) => Self::Fixed(Json::List(fixed)),
                    None => Self::List(items),
                }
            }
            Json::Object(object) => Self::object(object),
            other => Self::Fixed(other),
        }
    }
}

impl Node {
    fn fixed(&self) -> Option<Json> {
        match self {
            Self::Fixed(json) => Some(json.clone()),
            _ => None,
        }
    }

    fn object(Object(members): Object) -> Self {
        if members.first().is_some_and(|(key, _)| key.starts_with('?')) {
            let choices = members.into_iter().map(|(key, value)| {
                let condition = Condition::parse(&kept(key)[1..]);
                (condition, Self::from(value))
            });
            return Self::Choice(choices.collect());
        }
        let members: Vec<Member> = members
            .into_iter()
            .map(|(key, value)| Member {
                is_spread: key.starts_with('+'),
                key,
                value: value.into(),
            })
            .collect();
        let fixed = members.iter().map(|member| {
            let value = member.value.fixed().filter(|_| !member.is_spread)?;
            Some((member.key.clone(), value))
        });
        match fixed.collect::<Option<Vec<_>>>() {
            Some(fixed) => Self::Fixed(Json::Object(Object(fixed))),
            None => Self::Object(members),
        }
    }

    fn text(text: &'static str) -> Self {
        if let Some(spelling) = text.strip_prefix("number:") {
            return Self::Number(parts(spelling));
        }
        if let Some(text) = text.strip_prefix("text:") {
            return Self::Text(parts(text));
        }
        match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((blank, "")) => Self::Blank(Blank::parse(blank)),
            _ => Self::Text(parts(text)),
        }
    }
}

/// Whether a text is more than itself.
pub(super) fn has_blank(text: &str) -> bool {
    text.contains('{') || text.starts_with("number:")
}

fn parts(text: &'static str) -> Vec<Part> {
    let (mut parts, mut rest) = (vec![], text);
    while let Some((before, (blank, after))) = blank_in(rest) {
        parts.push(Part::Plain(before));
        parts.push(Part::Blank(Blank::parse(blank)));
        rest = after;
    }
    parts.push(Part::Plain(rest));
    parts
}

/// The first blank of a text, and what stands before and after it.
fn blank_in(text: &'static str) -> Option<(&'static str, (&'static str, &'static str))> {
    let (before, rest) = text.split_once('{')?;
    Some((before, rest.split_once('}')?))
}

impl Blank {
    fn parse(text: &'static str) -> Self {
        if let Some(condition) = text.strip_prefix('?') {
            return Self::Whether(Condition::parse(condition));
        }
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let (label, arguments) = rest.split_once(',').unwrap_or((rest, ""));
        match name {
            "tenths" => Self::Tenths(label),
            "hex" => Self::Hex {
                label,
                length: arguments.parse().unwrap_or(0),
            },
            "int" => {
                let (low, high) = arguments.split_once(',').unwrap_or_default();
                Self::Int {
                    label,
                    low: Bound::parse(low),
                    high: Bound::parse(high),
                }
            }
            "pick" => Self::Pick {
                label,
                texts: arguments.split('|').map(weighed).collect(),
            },
            _ => match name.find(['+', '-']) {
                None if rest.is_empty() => Self::Fact(name),
                end => {
                    let (name, days) = name.split_at(end.unwrap_or(name.len()));
                    Self::Date {
                        name,
                        days: days.trim_end_matches('d').parse().unwrap_or(0),
                        format: rest,
                    }
                }
            },
        }
    }
}

/// A text, and how often it comes: the number before it says.
fn weighed(text: &'static str) -> (usize, &'static str) {
    match text.split_once('*') {
        Some((weight, text)) => (weight.parse().unwrap_or(1), text),
        None => (1, text),
    }
}

impl Bound {
    fn parse(text: &'static str) -> Self {
        text.parse().map_or(Self::Fact(text), Self::Fixed)
    }
}

impl Condition {
    fn parse(text: &'static str) -> Self {
        let chance = text
            .strip_prefix("chance:")
            .and_then(|rest| rest.split_once(','));
        if let Some((label, percent)) = chance {
            Self::Chance(label, percent.parse().unwrap_or(0))
        } else if let Some((name, least)) = text.split_once(">=") {
            Self::AtLeast(name, least.parse().unwrap_or(0))
        } else if let Some((name, value)) = text.split_once('=') {
            Self::Equals(name, value)
        } else if let Some(name) = text.strip_prefix('!') {
            Self::IsNot(name)
        } else if text.is_empty() {
            Self::Always
        } else {
            Self::Is(text)
        }
    }
}
