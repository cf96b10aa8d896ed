//! What goes with a request: fields, or a JSON body.

use std::path::Path;
use std::str::FromStr;

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::commands::context::{Context, INPUT};
use crate::model::error::Error;
use crate::settings::bounded;

/// In bytes: as much as the service takes in one request that is no upload.
const LARGEST: u64 = 8 * 1024 * 1024;

/// A name and a value as typed: `status=closed`, `content=@notes.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    name: String,
    value: String,
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err(format!("`{text}` is not a field: write NAME=VALUE")),
        }
    }
}

impl Field {
    /// Name and value as texts, the value from its file if it names one.
    pub(super) fn text(&self, cx: &mut Context) -> Result<(String, String), Error> {
        let value = match self.value.strip_prefix('@') {
            None => self.value.clone(),
            Some(source) => String::from_utf8(read(source, "--field", cx)?).map_err(|_| {
                Error::usage(format!("`{source}` is not UTF-8 text")).hint("--field takes text")
            })?,
        };
        Ok((self.name.clone(), value))
    }

    fn json(&self, cx: &mut Context) -> Result<(String, Value), Error> {
        let (name, text) = self.text(cx)?;
        if self.value.starts_with('@') {
            return Ok((name, Value::String(text)));
        }
        Ok((name, typed(text)))
    }
}

/// The value as `gh api -F` takes it.
fn typed(text: String) -> Value {
    match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ => match text.parse::<i64>() {
            // `007` and `+1` are no numbers but names of something.
            Ok(number) if number.to_string() == text => number.into(),
            _ => Value::String(text),
        },
    }
}

/// The fields as one object. Of a name that comes again the last value counts.
pub(super) fn json_object(fields: &[Field], cx: &mut Context) -> Result<Vec<u8>, Error> {
    let object: Result<Map<String, Value>, Error> =
        fields.iter().map(|field| field.json(cx)).collect();
    Ok(Value::Object(object?).to_string().into_bytes())
}

/// The body that `--data` names or is, checked to be JSON and otherwise untouched.
pub(super) fn data(text: &str, cx: &mut Context) -> Result<Vec<u8>, Error> {
    let body = match text.strip_prefix('@') {
        Some(source) => read(source, "--data", cx)?,
        None => text.as_bytes().to_vec(),
    };
    let checked: Result<IgnoredAny, _> = serde_json::from_slice(&body);
    checked.map_err(|error| {
        Error::usage(format!("the body of --data is not JSON: {error}"))
            .hint("write JSON, @FILE, or @- for standard input")
    })?;
    Ok(body)
}

fn read(source: &str, option: &str, cx: &mut Context) -> Result<Vec<u8>, Error> {
    let outcome = if source == "-" {
        bounded::read_from(cx.list_input()?, LARGEST)
    } else {
        cx.own().spare(INPUT, Path::new(source))?;
        bounded::read(Path::new(source), LARGEST)
    };
    outcome.map_err(|error| {
        Error::usage(format!("cannot read `{source}`: {error}"))
            .hint(format!("{option} takes @FILE, or @- for standard input"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_types_that_they_look_like() {
        for (text, json) in [
            ("true", "true"),
            ("null", "null"),
            ("-7", "-7"),
            ("007", "\"007\""),
            ("1.5", "\"1.5\""),
            ("", "\"\""),
            ("closed", "\"closed\""),
        ] {
            assert_eq!(typed(text.to_owned()).to_string(), json);
        }
        assert!(
            "a=b=c"
                .parse::<Field>()
                .is_ok_and(|field| field.value == "b=c")
        );
        assert!("=b".parse::<Field>().is_err() && "b".parse::<Field>().is_err());
    }
}
