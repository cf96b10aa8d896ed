//! Values as JSON text.
//!
//! What JSON has no words for becomes what jq makes of it: `nan` is null.

use std::fmt::{self, Write};

use jaq_json::Num;

use super::Value;
use crate::output::jq::budget::{Spent, spend, step};

/// Below this, a whole floating-point number is printed without a fraction, as
/// jq does: `4 / 2` is `2`.
const WHOLE: f64 = 1e17;

/// The longest text that a value may come to: parts that it shares come again.
const LONGEST: usize = 64 * 1024 * 1024;

/// The value as compact JSON.
pub(in crate::output::jq) fn json(value: &Value) -> String {
    let mut out = String::new();
    append(value, &mut out);
    out
}

/// A string as it is, anything else as JSON.
pub(in crate::output::jq) fn shown(value: &Value) -> String {
    match value.as_text() {
        Some(text) => text.to_owned(),
        None => json(value),
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&json(self))
    }
}

fn append(value: &Value, out: &mut String) {
    step();
    if out.len() > LONGEST {
        spend(Spent::Memory);
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => append_number(number, out),
        Value::Text(text) => append_string(text.as_str(), out),
        Value::Array(array) => {
            out.push('[');
            for (index, item) in array.items().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                append(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (index, (key, member)) in object.members().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                append_string(key, out);
                out.push(':');
                append(member, out);
            }
            out.push('}');
        }
    }
}

fn append_string(text: &str, out: &mut String) {
    let plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
    if text.as_bytes().iter().all(plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
        return;
    }
    out.push_str(&serde_json::to_string(text).expect("a string is JSON"));
}

fn append_number(number: &Num, out: &mut String) {
    match number {
        Num::Int(_) | Num::BigInt(_) => {
            let _ = write!(out, "{number}");
        }
        Num::Float(float) => append_float(*float, out),
        // A decimal that nothing calculated with: its text, unless `tonumber` read
        // what JSON would not (`+1.5`).
        Num::Dec(text) if serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok() => {
            out.push_str(text);
        }
        Num::Dec(text) => append_float(text.parse().unwrap_or(f64::NAN), out),
    }
}

fn append_float(float: f64, out: &mut String) {
    if float.is_nan() {
        out.push_str("null");
    } else if float.fract() == 0.0 && float.abs() < WHOLE {
        let _ = write!(out, "{float:.0}");
    } else {
        let finite = float.clamp(f64::MIN, f64::MAX);
        out.push_str(&serde_json::Value::from(finite).to_string());
    }
}
