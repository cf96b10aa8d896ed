//! A scan over JSON text: containers piece by piece, each piece read once, as
//! what the caller wants of it.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::surrogate::decode;

/// A JSON text, and how far it was read. Every method that succeeds has read what
/// it names, and all of that was valid JSON.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    text: &'a str,
    at: usize,
}

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
        self.with_text(Self::skip).map(|(text, ())| text)
    }

    /// Reads a value with `read`, and gives its text as well.
    ///
    /// # Errors
    /// What `read` fails with.
    pub fn with_text<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, String>,
    ) -> Result<(&'a str, T), String> {
        let start = self.position();
        let value = read(self)?;
        Ok((&self.text[start..self.at], value))
    }

    /// Reads a string, half characters in it as U+FFFD.
    ///
    /// # Errors
    /// A reason, when there is none.
    pub fn text(&mut self) -> Result<Cow<'a, str>, String> {
        if let Some(inner) = self.plain_text() {
            return Ok(Cow::Borrowed(inner));
        }
        if self.peek() != Some(b'"') {
            return Err(self.other_than("a string"));
        }
        let literal = self.raw()?;
        decode(literal).ok_or_else(|| self.other_than("a string"))
    }

    /// Reads a string that stands as it is, without escapes; most do.
    fn plain_text(&mut self) -> Option<&'a str> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let rest = &self.text[self.at + 1..];
        let end = memchr2(b'"', b'\\', rest.as_bytes())?;
        let inner = &rest[..end];
        // The least rather than a search: the compiler looks at many at once.
        let least = inner.bytes().fold(u8::MAX, u8::min);
        if least < b' ' || rest.as_bytes()[end] != b'"' {
            return None;
        }
        self.at += end + 2;
        Some(inner)
    }

    /// Reads an object: `member` is given each key, and reads its value.
    ///
    /// # Errors
    /// A reason, when there is no object, and what `member` fails with.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&str, &mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.members(|key, value| member(&key, value))
    }

    /// As [`object`](Self::object), with keys that may be kept.
    ///
    /// # Errors
    /// As [`object`](Self::object).
    pub fn members(
        &mut self,
        mut member: impl FnMut(Cow<'a, str>, &mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.expect(b'{')?;
        if self.accept(b'}') {
            return Ok(());
        }
        loop {
            let key = self.text()?;
            self.expect(b':')?;
            member(key, self)?;
            if !self.accept(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Reads a list, each of its items with `item`, and gives where they lie. Null
    /// is none: it says that there is no list, not that it is empty.
    ///
    /// # Errors
    /// A reason, when there is no list, and what `item` fails with.
    pub fn list(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), String>,
    ) -> Result<Vec<Range<usize>>, String> {
        let mut ranges = Vec::new();
        if !self.accept(b'[') {
            return Err(self.other_than("a list"));
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
        item: impl FnOnce(&mut Self) -> Result<(), String>,
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
        for text in ["{}", r#"{"data":[ ]}"#] {
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
            (r#"{"data":null}"#, "expected a list at byte 8"),
        ] {
            assert_eq!(read(text), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn strings_are_read_however_they_are_written() {
        let text = |text: &'static str| Scan::of(text).text();
        for (json, read) in [
            (r#" "plain" "#, "plain"),
            (r#""""#, ""),
            ("\"é 漢\"", "é 漢"),
            (r#""a\"b\n\u00e9\\""#, "a\"b\né\\"),
            (r#""\ud83d\ude00""#, "\u{1f600}"),
            (r#""cut \ud83d""#, "cut \u{fffd}"),
        ] {
            assert_eq!(text(json).as_deref(), Ok(read), "{json}");
        }
        for json in ["", "7", "null", "\"a", r#""\x""#, r#""\ud83""#, "\"a\nb\""] {
            assert!(text(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_key_with_half_a_character_hides_no_member() {
        assert_eq!(read(r#"{"\ud83d":1,"data":[2]}"#), Ok((vec!["2"], 1)));
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
