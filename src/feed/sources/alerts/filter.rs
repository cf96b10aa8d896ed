//! A look at a filter before it is sent. What cannot be a filter (AIP-160) is refused,
//! and so are slips of fields and values that are known; what is only not known passes
//! with a warning, because the service may take it.

use super::fields::{FIELDS, values};
use crate::model::error::Error;
use crate::settings::slip_of;

/// Checks a filter.
///
/// # Errors
/// Usage: what is wrong, and where.
pub(super) fn check(text: &str) -> Result<(), Error> {
    let mut reader = Reader {
        text,
        at: 0,
        mixed: false,
    };
    reader.expression(0)?;
    if let Some(rest) = reader.rest().chars().next() {
        return Err(reader.wrong(&format!("`{rest}` closes nothing")));
    }
    if reader.mixed {
        tracing::warn!(
            "in a filter OR binds tighter than AND: `a AND b OR c` means `a AND (b OR c)`; parentheses say what is meant"
        );
    }
    Ok(())
}

/// Deeper than anybody writes by hand.
const DEEPEST: u32 = 100;

/// What ends a word.
const ENDS: &str = "()\"'=:!<>,";

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Whether AND and OR stand side by side.
    mixed: bool,
}

impl<'a> Reader<'a> {
    /// What is left, without blanks in front.
    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    /// Terms joined by AND, OR or a blank, to the end or to a closing parenthesis.
    fn expression(&mut self, depth: u32) -> Result<(), Error> {
        if depth > DEEPEST {
            return Err(self.wrong("parentheses are nested too deep"));
        }
        let (mut joined, mut ands, mut ors) = (true, false, false);
        loop {
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(')') {
                break;
            }
            match self.word() {
                Some(word @ ("AND" | "OR")) => {
                    if joined {
                        return Err(self.wrong(&format!("nothing stands before `{word}`")));
                    }
                    (ands, ors) = (ands || word == "AND", ors || word == "OR");
                    self.at += word.len();
                    let rest = self.rest();
                    if rest.is_empty() || rest.starts_with(')') {
                        return Err(self.wrong(&format!("nothing follows `{word}`")));
                    }
                    joined = true;
                    continue;
                }
                Some(word) if !joined && matches!(word, "and" | "or" | "And" | "Or") => {
                    let upper = word.to_uppercase();
                    return Err(self.wrong(&format!("`{word}` joins nothing: write `{upper}`")));
                }
                _ if !joined && (rest.starts_with("&&") || rest.starts_with("||")) => {
                    return Err(self.wrong("terms are joined by AND and OR"));
                }
                // A blank joins as AND does.
                _ => ands |= !joined,
            }
            self.term(depth)?;
            joined = false;
        }
        self.mixed |= ands && ors;
        Ok(())
    }

    fn term(&mut self, depth: u32) -> Result<(), Error> {
        let rest = self.rest();
        if let Some("NOT") = self.word() {
            self.at += "NOT".len();
            if self.rest().is_empty() {
                return Err(self.wrong("nothing follows `NOT`"));
            }
        } else if rest.starts_with('-') {
            self.at += 1;
        }
        let rest = self.rest();
        if rest.starts_with('(') {
            return self.parenthesis(depth);
        }
        if rest.starts_with(['"', '\'']) {
            self.quoted()?;
            tracing::warn!(
                "a text by itself is not documented to be searched for, and is sent as it is"
            );
            return Ok(());
        }
        let field = self.word().unwrap_or_default();
        if field.is_empty() {
            let first: String = rest.chars().take(1).collect();
            return Err(self.wrong(&format!("no field stands before `{first}`")));
        }
        let begin = self.at;
        self.at += field.len();
        if self.rest().starts_with('(') {
            // A function: what it takes is not known.
            return self.parenthesis(depth);
        }
        let Some(operator) = self.operator()? else {
            tracing::warn!("`{field}` is compared with nothing, and is sent as it is");
            return Ok(());
        };
        let value = self.value(operator, depth)?;
        let known = self.known(field, begin)?;
        match value {
            Some(value) => self.check_value(known, &value),
            None => Ok(()),
        }
    }

    fn parenthesis(&mut self, depth: u32) -> Result<(), Error> {
        let open = self.at;
        self.at += 1;
        if self.rest().starts_with(')') {
            return Err(self.wrong("parentheses are empty"));
        }
        self.expression(depth + 1)?;
        if !self.rest().starts_with(')') {
            self.at = open;
            return Err(self.wrong("a parenthesis is not closed"));
        }
        self.at += 1;
        Ok(())
    }

    /// The word that comes next.
    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || ENDS.contains(c));
        let word = &rest[..end.unwrap_or(rest.len())];
        (!word.is_empty()).then_some(word)
    }

    fn operator(&mut self) -> Result<Option<&'static str>, Error> {
        const OPERATORS: [&str; 7] = ["<=", ">=", "!=", "=", "<", ">", ":"];
        let rest = self.rest();
        if rest.starts_with("==") || rest.starts_with("=~") {
            return Err(self.wrong("equal is a single `=`"));
        }
        let found = OPERATORS
            .into_iter()
            .find(|operator| rest.starts_with(operator));
        match found {
            Some(operator) => self.at += operator.len(),
            None if rest.starts_with('!') => return Err(self.wrong("not equal is `!=`")),
            None => {}
        }
        Ok(found)
    }

    /// A value; none for what is more than a value.
    fn value(&mut self, operator: &str, depth: u32) -> Result<Option<String>, Error> {
        let rest = self.rest();
        if rest.starts_with(['"', '\'']) {
            return self.quoted().map(Some);
        }
        if rest.starts_with('(') {
            return self.parenthesis(depth).map(|()| None);
        }
        // Times and durations may stand without quotes.
        let end = rest.find(|c: char| c.is_whitespace() || "()\"'=!<>,".contains(c));
        let value = &rest[..end.unwrap_or(rest.len())];
        if value.is_empty() || matches!(value, "AND" | "OR") {
            return Err(self.wrong(&format!("nothing follows `{operator}`")));
        }
        self.at += value.len();
        Ok(Some(value.to_owned()))
    }

    fn quoted(&mut self) -> Result<String, Error> {
        let rest = self.rest();
        let mut characters = rest.char_indices();
        let quote = characters.next().map_or('"', |(_, quote)| quote);
        let mut text = String::new();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                _ if character == quote => {
                    self.at += at + 1;
                    return Ok(text);
                }
                _ => text.push(character),
            }
        }
        Err(self.wrong("a quote is not closed"))
    }

    /// The documented field that a name stands for, in either spelling.
    fn known(&self, field: &str, begin: usize) -> Result<&'static str, Error> {
        let plain = snake(field);
        if let Some(same) = FIELDS.into_iter().find(|known| *known == plain) {
            return Ok(same);
        }
        if let Some(near) = slip_of(&plain, FIELDS) {
            return Err(self.wrong_at(
                begin,
                &format!("there is no field `{field}`; did you mean `{near}`?"),
            ));
        }
        tracing::warn!(
            "`{field}` is not a documented field of filters, and is sent as it is; known are {}",
            FIELDS.join(", ")
        );
        Ok("")
    }

    fn check_value(&self, field: &str, value: &str) -> Result<(), Error> {
        let values = values(field);
        if values.is_empty() || values.contains(&value) || value.contains('*') {
            return Ok(());
        }
        let near = slip_of(&value.to_uppercase(), values.iter().copied())
            .or_else(|| slip_of(value, values.iter().copied()));
        if let Some(near) = near {
            return Err(self.wrong(&format!(
                "`{field}` has no value `{value}`; did you mean `{near}`?"
            )));
        }
        tracing::warn!(
            "`{value}` is not a known value of `{field}`, and is sent as it is; known are {}",
            values.join(", ")
        );
        Ok(())
    }

    fn wrong(&self, what: &str) -> Error {
        self.wrong_at(self.at, what)
    }

    fn wrong_at(&self, at: usize, what: &str) -> Error {
        let place = self.text[..at.min(self.text.len())].chars().count() + 1;
        Error::usage(format!("the filter is wrong at character {place}: {what}")).hint(
            "write field = \"VALUE\", joined by AND and OR, such as state = \"NEW\" AND severity_analysis.severity_level = \"SEVERITY_LEVEL_HIGH\"; put the whole filter into single quotes in a shell",
        )
    }
}

/// `severityAnalysis.severityLevel` as `severity_analysis.severity_level`: the service
/// is said to take both.
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_service_may_take_passes_as_it_is() {
        for text in [
            "",
            r#"detail.detail_type = "initial_access_broker""#,
            r#"detail.detail_type != "data_leak""#,
            r#"detail.insider_threat.severity = "HIGH""#,
            r#"audit.create_time >= "2026-04-03T00:00:00Z" AND audit.create_time < "2026-04-06T00:00:00Z""#,
            r#"state = "NEW" OR state = "TRIAGED""#,
            r#"severity_analysis.severity_level = "SEVERITY_LEVEL_CRITICAL""#,
            r#"severityAnalysis.severityLevel = "SEVERITY_LEVEL_HIGH""#,
            r#"NOT (state="NEW" -state='READ') finding_count>3"#,
            "audit.update_time > 2026-04-03T00:00:00Z",
            r#"detail.suspicious_domain.severity = "HIGH""#,
            r#"labels.team = "blue" has_alert("name=\"x\"")"#,
            r#"state = ("NEW" OR "READ")"#,
            "relevance_analysis.relevant = true",
            r#"state : "*" AND state = "QUARANTINED""#,
            "\"acme.example\"",
        ] {
            assert!(check(text).is_ok(), "{text}: {:?}", check(text));
        }
    }

    #[test]
    fn what_cannot_be_a_filter_is_refused_with_its_place() {
        for (text, said) in [
            ("state =", "at character 8: nothing follows `=`"),
            ("= \"NEW\"", "at character 1: no field stands before `=`"),
            (
                "(state = \"NEW\"",
                "at character 1: a parenthesis is not closed",
            ),
            ("state = \"NEW\")", "at character 14: `)` closes nothing"),
            ("state = \"NEW", "at character 9: a quote is not closed"),
            ("state == \"NEW\"", "equal is a single `=`"),
            ("state ! \"NEW\"", "not equal is `!=`"),
            ("AND state = \"NEW\"", "nothing stands before `AND`"),
            ("state = \"NEW\" OR", "nothing follows `OR`"),
            ("state = \"NEW\" and state = \"READ\"", "write `AND`"),
            (
                "state = \"NEW\" && state = \"READ\"",
                "joined by AND and OR",
            ),
            ("()", "parentheses are empty"),
            ("NOT", "nothing follows `NOT`"),
            (
                "stat = \"NEW\"",
                "at character 1: there is no field `stat`; did you mean `state`?",
            ),
            (
                "audit.updated_time > \"x\"",
                "did you mean `audit.update_time`?",
            ),
            (
                "severityAnalysis.severtyLevel = \"x\"",
                "did you mean `severity_analysis.severity_level`?",
            ),
            (
                "state = \"TRAIGED\"",
                "`state` has no value `TRAIGED`; did you mean `TRIAGED`?",
            ),
            ("state = \"new\"", "did you mean `NEW`?"),
        ] {
            let error = check(text).expect_err(text);
            assert!(error.message.contains(said), "{text}: {error}");
        }
        assert!(check(&"(".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_filter_is_too_odd(text in "[ -~é]*") {
            let _ = check(&text);
        }

        #[test]
        fn nor_is_one_of_likely_parts(parts in proptest::collection::vec(prop_oneof![
            Just("state"), Just("="), Just("\"NEW\""), Just("("), Just(")"), Just("AND"),
            Just("OR"), Just("NOT"), Just("-"), Just("\""), Just("é"), Just("!="), Just(" "),
        ], 0..12)) {
            let _ = check(&parts.concat());
            let _ = check(&parts.join(" "));
        }
    }
}
