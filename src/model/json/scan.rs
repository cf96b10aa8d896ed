//! A scan over JSON text: containers piece by piece, each piece read once, as
//! what the caller wants of it.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A JSON text, and how far it was read. Every method that succeeds has read what
/// it names, and all of that was valid JSON.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    text: &'a str,
    at: usize,
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Scan<'a> {
    /// The text, from its beginning.
    pub fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads a value.
    ///
    /// # Errors
    /// A reason, when there is no value or none of this kind.
    pub fn value<T: Deserialize<'a>>(&mut self) -> Result<T, String> {
        self.try_value().map_err(|error| self.reason(&error))
    }

    /// Reads a value, whatever it is.
    ///
    /// # Errors
    /// A reason, when there is none.
    pub fn skip(&mut self) -> Result<(), String> {
        self.value::<IgnoredAny>().map(|_| ())
    }

    /// Reads a value, and gives its text.
    ///
    /// # Errors
    /// A reason, when there is none.
    pub fn raw(&mut self) -> Result<&'a str, String> {
        let start = self.position();
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// Reads a value as far as it is a `T`, and gives its text as well. What has
    /// another form has nothing that was looked for.
    ///
    /// # Errors
    /// A reason, when there is no value.
    pub fn view<T: Deserialize<'a> + Default>(&mut self) -> Result<(&'a str, T), String> {
        let start = self.position();
        let view = if let Ok(view) = self.try_value() {
            view
        } else {
            self.skip()?;
            T::default()
        };
        Ok((&self.text[start..self.at], view))
    }

    /// Reads an object: `member` is given each key, and reads its value.
    ///
    /// # Errors
    /// A reason, when there is no object, and what `member` fails with.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&str, &mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.expect(b'{')?;
        if self.accept(b'}') {
            return Ok(());
        }
        loop {
            let Key(key) = self.value()?;
            self.expect(b':')?;
            member(&key, self)?;
            if !self.accept(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Reads a list, each of its items with `item`, and gives where they lie. Null
    /// is a list without items.
    ///
    /// # Errors
    /// A reason, when there is no list, and what `item` fails with.
    pub fn list(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<Vec<Range<usize>>, String> {
        let mut ranges = Vec::new();
        if !self.accept(b'[') {
            return match self.try_value::<()>() {
                Ok(()) => Ok(ranges),
                Err(_) => Err(self.other_than("a list")),
            };
        }
        if self.accept(b']') {
            return Ok(ranges);
        }
        loop {
            ranges.push(self.item(&mut item)?);
            if !self.accept(b',') {
                self.expect(b']')?;
                return Ok(ranges);
            }
        }
    }

    /// Reads one value with `item`, and gives where it lies.
    ///
    /// # Errors
    /// What `item` fails with.
    pub fn item(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<Range<usize>, String> {
        let start = self.position();
        item(self)?;
        Ok(start..self.at)
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    /// A reason, when something does.
    pub fn end(mut self) -> Result<(), String> {
        if self.position() == self.text.len() {
            return Ok(());
        }
        Err(self.other_than("the end"))
    }

    /// The byte that comes next, after white space.
    pub fn peek(&mut self) -> Option<u8> {
        let at = self.position();
        self.text.as_bytes().get(at).copied()
    }

    pub(super) fn accept(&mut self, mark: u8) -> bool {
        let accepted = self.peek() == Some(mark);
        self.at += usize::from(accepted);
        accepted
    }

    pub(super) fn expect(&mut self, mark: u8) -> Result<(), String> {
        if self.accept(mark) {
            return Ok(());
        }
        Err(self.other_than(&format!("`{}`", char::from(mark))))
    }

    /// Where what comes next begins, after white space.
    pub fn position(&mut self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        self.at += rest.iter().take_while(|byte| space(byte)).count();
        self.at
    }

    fn try_value<T: Deserialize<'a>>(&mut self) -> serde_json::Result<T> {
        let rest = &self.text[self.at..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        match values.next() {
            Some(value) => {
                let value = value?;
                self.at += values.byte_offset();
                Ok(value)
            }
            // The error of a text that ends too early.
            None => serde_json::from_str(""),
        }
    }

    /// Where the text is no JSON at all, the reason names line and column of the
    /// whole of it.
    fn reason(&self, error: &serde_json::Error) -> String {
        match serde_json::from_str::<IgnoredAny>(self.text) {
            Err(error) => error.to_string(),
            Ok(_) => format!("{error} of what follows byte {}", self.at),
        }
    }

    fn other_than(&self, expected: &str) -> String {
        match serde_json::from_str::<IgnoredAny>(self.text) {
            Err(error) => error.to_string(),
            Ok(_) => format!("expected {expected} at byte {}", self.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// The items of the list `data`, and how often another member came.
    fn read(text: &str) -> Result<(Vec<&str>, usize), String> {
        let mut scan = Scan::of(text);
        let (mut items, mut others) = (Vec::new(), 0);
        scan.object(|key, value| {
            if key == "data" {
                items = value.list(Scan::skip)?;
                Ok(())
            } else {
                others += 1;
                value.skip()
            }
        })?;
        scan.end()?;
        Ok((items.into_iter().map(|at| &text[at]).collect(), others))
    }

    #[test]
    fn pieces_are_the_text_that_was_sent() {
        let text = "\n{\"a\":[1],\"data\" : [ {\"id\": 1.10} ,1e400,{\"\\\"]\":[]} ] , \"b\":{\"data\":[2]} } ";
        let items = vec![r#"{"id": 1.10}"#, "1e400", r#"{"\"]":[]}"#];
        assert_eq!(read(text), Ok((items, 2)));
        assert_eq!(read(r#"{"d\u0061ta":[1]}"#), Ok((vec!["1"], 0)));
        for text in ["{}", r#"{"data":null}"#, r#"{"data":[ ]}"#] {
            assert_eq!(read(text), Ok((vec![], 0)), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place_in_the_whole() {
        for (text, reason) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            (
                r#"{"data":[{"#,
                "EOF while parsing an object at line 1 column 10",
            ),
            (
                r#"{"data":[1 2]}"#,
                "expected `,` or `]` at line 1 column 12",
            ),
            (r#"{"data":[1,]}"#, "expected value at line 1 column 12"),
            (
                r#"{"data":[]} x"#,
                "trailing characters at line 1 column 13",
            ),
            ("{\n\"data\":[tru]}", "expected ident at line 2 column 12"),
            ("[]", "expected `{` at byte 0"),
            (r#"{"data":{}}"#, "expected a list at byte 8"),
        ] {
            assert_eq!(read(text), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_view_is_lenient_and_json_is_not() {
        let view = |text: &'static str| Scan::of(text).view::<Option<bool>>();
        assert_eq!(view(" true,"), Ok(("true", Some(true))));
        assert_eq!(view("{\"a\":[1]}}"), Ok(("{\"a\":[1]}", None)));
        assert!(view("{\"a\":[1}").is_err());
    }

    proptest! {
        /// As serde judges the whole, so does the scan, of sound texts and of others.
        #[test]
        fn only_json_is_accepted(
            values in prop::collection::vec("[0-9a\"\\\\{}:, ]{0,6}|[0-9]{1,3}|\"[a-z]{0,3}\"|\\{\"a\": ?\\[\\]\\}", 0..5),
            cut in any::<Option<prop::sample::Index>>(),
        ) {
            let whole = format!("{{\"x\": {{}} , \"data\":[{}]}}", values.join(","));
            let text = match cut {
                Some(cut) => &whole[..cut.index(whole.len() + 1)],
                None => &whole,
            };
            let sound = serde_json::from_str::<Value>(text).is_ok();
            prop_assert_eq!(read(text).is_ok(), sound, "{}", text);
        }
    }
}
