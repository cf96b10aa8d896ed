//! Filters as AIP-160 has them: comparisons joined by `AND`, `OR` (which binds
//! tighter) and blanks, `NOT` or `-`, and parentheses.

use super::status::Status;

/// A filter, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Compared(Comparison),
}

/// `field operator value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    /// In snake case: both spellings are in use.
    pub(super) field: String,
    pub(super) operator: String,
    pub(super) value: String,
}

/// Fields that can be compared (API notes, second page, section 1.4).
pub(super) const FIELDS: [&str; 17] = [
    "audit.create_time",
    "audit.creator",
    "audit.update_time",
    "audit.updater",
    "detail.detail_type",
    "detail.data_leak.severity",
    "detail.data_leak.discovery_document_ids",
    "detail.initial_access_broker.severity",
    "detail.initial_access_broker.discovery_document_ids",
    "detail.insider_threat.severity",
    "finding_count",
    "priority_analysis.priority_level",
    "relevance_analysis.confidence",
    "relevance_analysis.relevance_level",
    "relevance_analysis.relevant",
    "severity_analysis.severity_level",
    "state",
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Minus,
    Operator(String),
    Quoted(String),
    Word(String),
}

impl Filter {
    /// Reads a filter; an empty one holds always.
    ///
    /// # Errors
    /// 400 for what is no filter, and for a field that there is none of.
    pub(super) fn parse(text: &str) -> Result<Self, Status> {
        let wrong = || Status::invalid(format!("Invalid filter: {text}"));
        let tokens = tokens(text).ok_or_else(wrong)?;
        if tokens.is_empty() {
            return Ok(Self::All(vec![]));
        }
        let mut rest = tokens.as_slice();
        let filter = sequence(&mut rest).ok_or_else(wrong)?;
        if !rest.is_empty() {
            return Err(wrong());
        }
        match filter.unknown() {
            Some(field) => Err(Status::invalid(format!(
                "Invalid filter: unknown field \"{field}\""
            ))),
            None => Ok(filter),
        }
    }

    fn unknown(&self) -> Option<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(Self::unknown),
            Self::Not(part) => part.unknown(),
            Self::Compared(one) => {
                (!FIELDS.contains(&one.field.as_str())).then_some(one.field.as_str())
            }
        }
    }

    /// Whether it holds where a comparison holds of which the closure says so.
    pub(super) fn holds(&self, is: &impl Fn(&Comparison) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(is)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(is)),
            Self::Not(part) => !part.holds(is),
            Self::Compared(one) => is(one),
        }
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = vec![];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '"' => {
                let end = rest[1..].find('"')?;
                (Token::Quoted(rest[1..=end].to_owned()), end + 2)
            }
            '=' | ':' => (Token::Operator(first.to_string()), 1),
            '!' | '<' | '>' => {
                let length = if rest[1..].starts_with('=') { 2 } else { 1 };
                if &rest[..length] == "!" {
                    return None;
                }
                (Token::Operator(rest[..length].to_owned()), length)
            }
            '-' => (Token::Minus, 1),
            _ => {
                let is_end = |c: char| c.is_whitespace() || "()\"=:!<>".contains(c);
                let length = rest.find(is_end).unwrap_or(rest.len());
                (Token::Word(rest[..length].to_owned()), length)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

/// Factors joined by `AND`, or by nothing.
fn sequence(rest: &mut &[Token]) -> Option<Filter> {
    let mut parts = vec![factor(rest)?];
    loop {
        match rest.first() {
            None | Some(Token::Close) => break,
            Some(Token::Word(word)) if word == "AND" => *rest = &rest[1..],
            Some(_) => {}
        }
        parts.push(factor(rest)?);
    }
    Some(Filter::All(parts))
}

/// Terms joined by `OR`.
fn factor(rest: &mut &[Token]) -> Option<Filter> {
    let mut parts = vec![term(rest)?];
    while let Some(Token::Word(word)) = rest.first()
        && word == "OR"
    {
        *rest = &rest[1..];
        parts.push(term(rest)?);
    }
    Some(Filter::Any(parts))
}

fn term(rest: &mut &[Token]) -> Option<Filter> {
    let (first, onward) = rest.split_first()?;
    *rest = onward;
    match first {
        Token::Minus => Some(Filter::Not(Box::new(term(rest)?))),
        Token::Word(word) if word == "NOT" => Some(Filter::Not(Box::new(term(rest)?))),
        Token::Open => {
            let inner = sequence(rest)?;
            let (close, onward) = rest.split_first()?;
            *rest = onward;
            (*close == Token::Close).then_some(inner)
        }
        Token::Word(field) if !matches!(field.as_str(), "AND" | "OR") => {
            let [
                Token::Operator(operator),
                Token::Quoted(value) | Token::Word(value),
                ..,
            ] = *rest
            else {
                return None;
            };
            *rest = &rest[2..];
            Some(Filter::Compared(Comparison {
                field: snake(field),
                operator: operator.clone(),
                value: value.clone(),
            }))
        }
        _ => None,
    }
}

/// `severityAnalysis.severityLevel` as `severity_analysis.severity_level`.
fn snake(field: &str) -> String {
    let mut snake = String::new();
    for character in field.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn or_binds_tighter_than_and() {
        let holds = |text: &str, state: &str| {
            let filter = Filter::parse(text).expect(text);
            filter.holds(&|one: &Comparison| one.value == state)
        };
        let text = r#"state = "A" AND state = "B" OR state = "A""#;
        assert!(holds(text, "A"));
        assert!(!holds(text, "B"));
        assert!(holds(r#"NOT (state = "B") -state="C""#, "A"));
        assert!(holds("", "A"));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in [
            "state",
            "state =",
            "(state = \"A\"",
            "state = \"A",
            "AND",
            "= \"A\"",
            "state = \"A\" OR",
            "nonesuch = \"A\"",
            "state ! \"A\"",
            "state = \"A\")",
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
        assert!(Filter::parse("severityAnalysis.severityLevel != SEVERITY_LEVEL_LOW").is_ok());
    }
}
