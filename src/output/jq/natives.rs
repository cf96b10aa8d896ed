//! Functions that are not written in jq: those of the interpreter's library, and in
//! their place or beside them those that behave as jq's do.

use std::cmp::Reverse;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jaq_core::native::{Filter, Fun, bome, run, unary, v};
use jaq_core::path::Opt;
use jaq_core::{RunPtr, ValR, ValT};

use super::assign::{modify, set_path};
use super::document::{DEEPEST, is_deeper_than};
use super::regex;
use super::table::Bounded;
use super::value::{Num, Value, described, float, json, number, read, read_all};
use crate::model::common::Common;

type Error = jaq_core::Error<Value>;

/// All functions.
pub(super) fn all() -> impl Iterator<Item = Fun<Bounded>> {
    // Ours of these names treat some arguments as jq does, and call these.
    let inner = jaq_core::funs().filter_map(|(name, arity, function)| match name {
        "limit" => Some(("_limit", arity, function)),
        "range" => Some(("_range", arity, function)),
        _ => None,
    });
    let core = jaq_core::funs().chain(inner);
    let library = jaq_std::funs().filter(|(name, ..)| !REPLACED.contains(name));
    let ours = [
        &conversions()[..],
        &containers(),
        &strings(),
        &objects(),
        &regex::all(),
        &[modify(), set_path()],
    ]
    .concat();
    core.chain(library)
        .chain(ours.into_iter().map(run::<Bounded>))
}

/// What of the library there is not, or in another way. `jn` and `yn` take as many
/// steps as their argument says.
const REPLACED: [&str; 10] = [
    "decode_base64",
    "env",
    "fromjson",
    "jn",
    "ltrimstr",
    "matches",
    "rtrimstr",
    "split_",
    "split_matches",
    "yn",
];

fn conversions() -> [Filter<RunPtr<Bounded>>; 6] {
    [
        ("nan", v(0), |_| bome(Ok(Value::from(f64::NAN)))),
        ("infinite", v(0), |_| bome(Ok(Value::from(f64::INFINITY)))),
        ("tojson", v(0), |cv| bome(Ok(Value::from(json(&cv.1))))),
        ("fromjson", v(0), |cv| bome(from_json(&cv.1))),
        ("tonumber", v(0), |cv| bome(to_number(cv.1))),
        ("length", v(0), |cv| bome(length(&cv.1))),
    ]
}

fn objects() -> [Filter<RunPtr<Bounded>>; 1] {
    [("record", v(0), |cv| bome(record(cv.1)))]
}

/// The common record of an object of the API; one that is such a record stays as it is.
fn record(value: Value) -> ValR<Value> {
    let text = json(&value);
    if text.starts_with("{\"kind\":") {
        return Ok(value);
    }
    let common = Common::read(&text).map_err(|_| {
        Error::str(format_args!(
            "{} is not an object of the API",
            described(&value)
        ))
    })?;
    read(common.json(&text).as_bytes()).map_err(Error::str)
}

fn containers() -> [Filter<RunPtr<Bounded>>; 4] {
    [
        ("has", v(1), |cv| unary(cv, |value, key| has(&value, &key))),
        ("contains", v(1), |cv| {
            unary(cv, |value, part| contains(&value, &part).map(Value::from))
        }),
        ("bsearch", v(1), |cv| {
            unary(cv, |value, wanted| search(&value, &wanted))
        }),
        ("delpaths", v(1), |cv| {
            unary(cv, |value, paths| without(value, &paths))
        }),
    ]
}

fn strings() -> [Filter<RunPtr<Bounded>>; 5] {
    [
        ("ltrimstr", v(1), |cv| {
            unary(cv, |value, affix| {
                let both = value.as_text().zip(affix.as_text());
                let rest = both.and_then(|(text, affix)| text.strip_prefix(affix));
                Ok(rest.map(Value::text).unwrap_or(value))
            })
        }),
        ("rtrimstr", v(1), |cv| {
            unary(cv, |value, affix| {
                let both = value.as_text().zip(affix.as_text());
                let rest = both.and_then(|(text, affix)| text.strip_suffix(affix));
                Ok(rest.map(Value::text).unwrap_or(value))
            })
        }),
        ("_strindices", v(1), |cv| {
            unary(cv, |value, part| places(&value, &part))
        }),
        ("decode_base64", v(0), |cv| {
            bome(text(&cv.1).and_then(decoded))
        }),
        ("_join", v(1), |cv| {
            unary(cv, |value, separator| joined(&value, &separator))
        }),
    ]
}

/// The string, or an error.
pub(super) fn text(value: &Value) -> Result<&str, Error> {
    let no_text = || Error::str(format_args!("{} is not a string", described(value)));
    value.as_text().ok_or_else(no_text)
}

fn from_json(value: &Value) -> ValR<Value> {
    let text = text(value)?;
    if is_deeper_than(text, DEEPEST) {
        return Err(Error::str("the JSON text is nested too deep"));
    }
    if text.trim() == "nan" {
        return Ok(Value::from(f64::NAN));
    }
    let fail = |reason| {
        Error::str(format_args!(
            "{} is not valid JSON: {reason}",
            described(value)
        ))
    };
    let mut values = read_all(text.as_bytes()).map_err(fail)?;
    match values.len() {
        0 | 1 => Ok(values.pop().unwrap_or_default()),
        _ => Err(fail("more than one value".to_owned())),
    }
}

fn to_number(value: Value) -> ValR<Value> {
    let read = match &value {
        Value::Number(_) => return Ok(value),
        Value::Text(text) => number(text.as_str().trim()),
        _ => None,
    };
    let fail = || {
        Error::str(format_args!(
            "{} cannot be parsed as a number",
            described(&value)
        ))
    };
    read.map(Value::Number).ok_or_else(fail)
}

fn length(value: &Value) -> ValR<Value> {
    Ok(match value {
        Value::Null => Value::from(0_usize),
        Value::Bool(_) => {
            return Err(Error::str(format_args!(
                "{} has no length",
                described(value)
            )));
        }
        Value::Number(Num::Int(integer)) if *integer >= 0 => value.clone(),
        Value::Number(number) if float(number) < 0.0 => return -value.clone(),
        Value::Number(_) => value.clone(),
        Value::Text(text) => Value::from(text.as_str().chars().count()),
        Value::Array(array) => Value::from(array.items().len()),
        Value::Object(object) => Value::from(object.members().len()),
    })
}

fn has(value: &Value, key: &Value) -> ValR<Value> {
    let found = match (value, key) {
        (Value::Object(object), Value::Text(key)) => object.members().contains_key(key.as_str()),
        (Value::Array(array), Value::Number(at)) => {
            let at = float(at);
            #[expect(clippy::cast_precision_loss, reason = "no array is that long")]
            let length = array.items().len() as f64;
            at >= 0.0 && at < length
        }
        (Value::Null, Value::Text(_) | Value::Number(_)) => false,
        _ => {
            return Err(Error::str(format_args!(
                "cannot check whether {} has a {} key",
                value.kind(),
                key.kind()
            )));
        }
    };
    Ok(Value::from(found))
}

fn contains(value: &Value, part: &Value) -> Result<bool, Error> {
    super::budget::step();
    match (value, part) {
        (Value::Object(value), Value::Object(part)) => {
            for (key, part) in part.members() {
                match value.members().get(key) {
                    Some(value) if contains(value, part)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        (Value::Array(value), Value::Array(part)) => {
            for part in part.items() {
                let same_kind = value
                    .items()
                    .iter()
                    .filter(|item| item.kind() == part.kind());
                let mut found = false;
                for item in same_kind {
                    found = found || contains(item, part)?;
                }
                if !found {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::Text(value), Value::Text(part)) => Ok(value.as_str().contains(part.as_str())),
        _ if value.kind() == part.kind() => Ok(value == part),
        _ => Err(Error::str(format_args!(
            "{} and {} cannot have their containment checked",
            described(value),
            described(part)
        ))),
    }
}

fn search(value: &Value, wanted: &Value) -> ValR<Value> {
    let Value::Array(array) = value else {
        return Err(Error::str(format_args!(
            "{} cannot be searched from",
            described(value)
        )));
    };
    Ok(match array.items().binary_search(wanted) {
        Ok(at) => Value::from(at),
        Err(at) => (Value::from(-1_isize) - Value::from(at))?,
    })
}

/// The value without what the paths lead to, the last ones first.
pub(super) fn without(value: Value, paths: &Value) -> ValR<Value> {
    let Value::Array(paths) = paths else {
        return Err(Error::str("paths must be specified as an array"));
    };
    let mut paths: Vec<&Value> = paths.items().iter().collect();
    paths.sort_by_key(|path| Reverse(*path));
    paths.into_iter().try_fold(value, |value, path| match path {
        Value::Array(path) => without_one(value, path.items()),
        _ => Err(Error::str("a path must be specified as an array")),
    })
}

fn without_one(value: Value, path: &[Value]) -> ValR<Value> {
    super::budget::step();
    let Some((key, rest)) = path.split_first() else {
        return Ok(Value::Null);
    };
    if matches!(value, Value::Null) {
        return Ok(value);
    }
    if !matches!(value, Value::Array(_) | Value::Object(_)) {
        return Err(Error::str(format_args!(
            "cannot delete fields from {}",
            value.kind()
        )));
    }
    if !rest.is_empty() {
        // What is not there can't be deleted, and nothing takes its place.
        let inner = value.clone().index(key)?;
        if matches!(inner, Value::Null) {
            return Ok(value);
        }
    } else if let (Value::Array(array), Value::Number(at)) = (&value, key) {
        #[expect(clippy::cast_precision_loss, reason = "no array is that long")]
        if float(at) < -(array.items().len() as f64) {
            return Ok(value);
        }
    }
    let changed = value.map_index(key, Opt::Essential, |inner| {
        let left = (!rest.is_empty()).then(|| without_one(inner, rest));
        left.map(|left| left.map_err(jaq_core::Exn::from))
            .into_iter()
    });
    changed.map_err(|exception| match exception.get_err() {
        Ok(error) => error,
        Err(_) => Error::str("a path does not fit"),
    })
}

/// Where a string stands within another one, in characters.
fn places(value: &Value, part: &Value) -> ValR<Value> {
    let (text, part) = (text(value)?, text(part)?);
    if part.is_empty() {
        return Ok(Value::Null);
    }
    let (mut at, mut count) = (0, 0);
    let mut found = Vec::new();
    // Overlapping ones, too.
    while let Some(next) = memchr::memmem::find(&text.as_bytes()[at..], part.as_bytes()) {
        count += text[at..at + next].chars().count();
        found.push(Value::from(count));
        at += next;
        let first = text[at..].chars().next().map_or(1, char::len_utf8);
        at += first;
        count += 1;
    }
    Ok(found.into_iter().collect())
}

/// Base64 with its padding or without.
fn decoded(text: &str) -> ValR<Value> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&STANDARD, config).decode(text);
    let fail = |_| Error::str(format_args!("string ({text:?}) is not valid base64 data"));
    let bytes = bytes.map_err(fail)?;
    Ok(Value::from(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Strings with a separator between them; null is an empty one.
fn joined(value: &Value, separator: &Value) -> ValR<Value> {
    let Value::Array(array) = value else {
        return Err(Error::str(format_args!(
            "cannot iterate over {}",
            described(value)
        )));
    };
    let mut out = Value::text("");
    for (at, item) in array.items().iter().enumerate() {
        if at > 0 {
            out = (out + separator.clone())?;
        }
        out = match item {
            Value::Number(_) | Value::Bool(_) => out + Value::from(json(&item.clone())),
            other => out + other.clone(),
        }?;
    }
    Ok(out)
}
