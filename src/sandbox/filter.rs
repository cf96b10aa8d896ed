//! The language of filters and searches: terms joined by blanks or by words,
//! `NOT`, and brackets.

use std::ops::RangeInclusive;

use super::reply::ApiError;

/// A filter, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Term(Term),
}

/// `key:value`, or a text that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) key: Option<String>,
    pub(super) value: String,
}

impl Expression {
    /// Reads a filter; an empty one holds always.
    ///
    /// # Errors
    /// 400 for quotes and brackets that are not closed, and for joining words
    /// that join nothing.
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        if text.trim().is_empty() {
            return Ok(Self::All(vec![]));
        }
        let wrong = || ApiError::invalid_argument(format!("Invalid filter \"{text}\""));
        let tokens = tokens(text).ok_or_else(wrong)?;
        let mut rest = tokens.as_slice();
        let expression = any(&mut rest).ok_or_else(wrong)?;
        rest.is_empty().then_some(expression).ok_or_else(wrong)
    }

    /// All terms, wherever they stand.
    pub(super) fn terms(&self) -> Vec<&Term> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::Not(part) => part.terms(),
            Self::Term(term) => vec![term],
        }
    }

    /// Whether it holds where a term holds that the closure says so of.
    pub(super) fn holds(&self, term: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(term)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(term)),
            Self::Not(part) => !part.holds(term),
            Self::Term(one) => term(one),
        }
    }
}

impl Term {
    /// The key, if there is one.
    pub(super) fn key(&self) -> &str {
        self.key.as_deref().unwrap_or("")
    }

    /// Whether a text has the value in it; a star stands for anything at an end.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let value = self.value.to_lowercase();
        text.to_lowercase().contains(value.trim_matches('*'))
    }

    /// `7+`, `7-`, `7`: what a number may be, as a way of writing it is read.
    pub(super) fn range(&self, read: impl Fn(&str) -> Option<i64>) -> Option<RangeInclusive<i64>> {
        let number = read(self.value.trim_end_matches(['+', '-']))?;
        Some(match self.value.chars().last() {
            Some('+') => number..=i64::MAX,
            Some('-') => i64::MIN..=number,
            _ => number..=number,
        })
    }

    /// The same for whole numbers.
    pub(super) fn allows(&self, number: i64) -> bool {
        let range = self.range(|text| text.parse().ok());
        range.is_some_and(|range| range.contains(&number))
    }

    /// A time with `+` or `-` behind it. A `+` that was not escaped has become a
    /// blank by now; the time without it is refused, so that who forgets it shall
    /// notice.
    pub(super) fn times(&self, read: impl Fn(&str) -> Option<i64>) -> Option<RangeInclusive<i64>> {
        let open = self.value.ends_with(['+', '-']);
        self.range(read).filter(|_| open)
    }
}

/// Whether a word is one of those that a text lists.
pub(super) fn among(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|one| one == word)
}

/// The terms of a text that has nothing but terms.
pub(super) fn words(text: &str) -> Option<Vec<Term>> {
    let term = |token| match token {
        Token::Term(term) => Some(term),
        _ => None,
    };
    tokens(text)?.into_iter().map(term).collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Or,
    And,
    Not,
    Term(Term),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(first) = characters.next() {
        match first {
            blank if blank.is_whitespace() => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            _ => {
                let (mut word, mut quoted, mut key) = (String::new(), false, None);
                let mut next = Some(first);
                while let Some(character) = next {
                    match character {
                        '"' => quoted = !quoted,
                        '\\' if quoted => word.push(characters.next()?),
                        ':' if !quoted && key.is_none() => key = Some(std::mem::take(&mut word)),
                        other => word.push(other),
                    }
                    let ends = |c: &char| !quoted && (c.is_whitespace() || matches!(c, '(' | ')'));
                    next = characters.next_if(|c| !ends(c));
                }
                if quoted {
                    return None;
                }
                tokens.push(match (key, word.as_str()) {
                    (None, "OR" | "or") => Token::Or,
                    (None, "AND" | "and") => Token::And,
                    (None, "NOT" | "not") => Token::Not,
                    (key, _) => Token::Term(Term { key, value: word }),
                });
            }
        }
    }
    Some(tokens)
}

fn any(rest: &mut &[Token]) -> Option<Expression> {
    let mut parts = vec![all(rest)?];
    while take(rest, &Token::Or) {
        parts.push(all(rest)?);
    }
    Some(one_of(parts, Expression::Any))
}

fn all(rest: &mut &[Token]) -> Option<Expression> {
    let mut parts = vec![];
    loop {
        parts.push(one(rest)?);
        let joined = take(rest, &Token::And);
        if matches!(rest.first(), None | Some(Token::Or | Token::Close)) {
            return (!joined).then(|| one_of(parts, Expression::All));
        }
    }
}

fn one(rest: &mut &[Token]) -> Option<Expression> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    match first {
        Token::Not => Some(Expression::Not(Box::new(one(rest)?))),
        Token::Term(term) => Some(Expression::Term(term.clone())),
        Token::Open => {
            let inner = any(rest)?;
            take(rest, &Token::Close).then_some(inner)
        }
        Token::Close | Token::Or | Token::And => None,
    }
}

fn one_of(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        join(parts)
    }
}

fn take(rest: &mut &[Token], token: &Token) -> bool {
    let found = rest.first() == Some(token);
    if found {
        *rest = &rest[1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_joined_as_written() {
        let even = |term: &Term| term.value.parse::<u32>().is_ok_and(|n| n % 2 == 0);
        for (text, expected) in [
            ("2", true),
            ("2 4", true),
            ("2 3", false),
            ("2 AND 3", false),
            ("2 OR 3", true),
            ("NOT 3", true),
            ("NOT (2 OR 3)", false),
            ("1 OR 2 3", false),
            ("(1 OR 2) 4", true),
            ("key:2 \"4\"", true),
        ] {
            let read = Expression::parse(text).expect(text);
            assert_eq!(read.holds(&even), expected, "{text}");
        }
        for text in ["(1", "1)", "1 OR", "AND 1", "NOT", "\"1", "1 AND"] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn quotes_keep_blanks_together() {
        let read =
            Expression::parse(r#"vendor:"Example \"x\" (y) OR: z" a:b:c"#).expect("a filter");
        let values: Vec<_> = read
            .terms()
            .into_iter()
            .map(|term| term.value.clone())
            .collect();
        assert_eq!(values, ["Example \"x\" (y) OR: z", "b:c"]);
    }

    #[test]
    fn numbers_have_a_direction() {
        let term = |value: &str| Term {
            key: None,
            value: value.to_owned(),
        };
        for (value, passes) in [
            ("7", [false, true, false]),
            ("7+", [false, true, true]),
            ("7-", [true, true, false]),
            ("x+", [false; 3]),
        ] {
            assert_eq!(
                [6, 7, 8].map(|number| term(value).allows(number)),
                passes,
                "{value}"
            );
        }
        let times = |value| term(value).times(|text| crate::sandbox::dates::parse(text, 0));
        assert_eq!(times("1970-01-02+"), Some(86_400..=i64::MAX));
        assert_eq!(times("1970-01-01T00:01:00-"), Some(i64::MIN..=60));
        assert_eq!(times("100"), None);
    }
}
