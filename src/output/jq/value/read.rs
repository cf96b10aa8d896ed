//! JSON text into values.

use std::rc::Rc;

use hifijson::num::LexWrite;
use hifijson::str::LexAlloc;
use hifijson::token::{Expect, Lex};
use hifijson::{Error, Read, SliceLexer};

use super::number::number;
use super::{Members, Text, Value};

/// Reads one value.
///
/// # Errors
/// What is no JSON, in words.
pub(in crate::output::jq) fn read(json: &[u8]) -> Result<Value, String> {
    let mut lexer = SliceLexer::new(json);
    lexer
        .exactly_one(Lex::ws_peek, value)
        .map_err(|error| told(json, &lexer, &error))
}

/// Reads the values that stand one behind another.
pub(in crate::output::jq) fn read_all(json: &[u8]) -> Result<Vec<Value>, String> {
    let mut lexer = SliceLexer::new(json);
    let mut values = Vec::new();
    while let Some(next) = lexer.ws_peek() {
        match value(next, &mut lexer) {
            Ok(value) => values.push(value),
            Err(error) => return Err(told(json, &lexer, &error)),
        }
    }
    Ok(values)
}

fn told(json: &[u8], lexer: &SliceLexer<'_>, error: &Error) -> String {
    format!("byte {}: {error}", json.len() - lexer.as_slice().len())
}

fn value(next: u8, lexer: &mut SliceLexer<'_>) -> Result<Value, Error> {
    Ok(match next {
        b'n' if lexer.strip_prefix(b"null") => Value::Null,
        b't' if lexer.strip_prefix(b"true") => Value::Bool(true),
        b'f' if lexer.strip_prefix(b"false") => Value::Bool(false),
        b'0'..=b'9' | b'-' => {
            let (text, _) = lexer.num_string().validated()?;
            Value::Number(number(text).ok_or(hifijson::num::Error::ExpectedDigit)?)
        }
        b'"' => Value::Text(text(lexer)?),
        b'[' => {
            let mut items = Vec::new();
            lexer.discarded().seq(b']', Lex::ws_peek, |next, lexer| {
                items.push(value(next, lexer)?);
                Ok::<_, Error>(())
            })?;
            items.into_iter().collect()
        }
        b'{' => {
            let mut members = Members::default();
            lexer.discarded().seq(b'}', Lex::ws_peek, |next, lexer| {
                if next != b'"' {
                    return Err(Expect::String.into());
                }
                let key: Rc<str> = match text(lexer)? {
                    Text::Short(text) => text,
                    long @ Text::Long(_) => long.as_str().into(),
                };
                lexer.expect(Lex::ws_peek, b':').ok_or(Expect::Colon)?;
                let next = lexer.ws_peek().ok_or(Expect::Value)?;
                members.insert(key, value(next, lexer)?);
                Ok::<_, Error>(())
            })?;
            Value::object(members)
        }
        _ => return Err(Expect::Value.into()),
    })
}

fn text(lexer: &mut SliceLexer<'_>) -> Result<Text, Error> {
    let text = lexer.discarded().str_string()?;
    Ok(match text {
        std::borrow::Cow::Borrowed(text) => text.into(),
        std::borrow::Cow::Owned(text) => text.into(),
    })
}
