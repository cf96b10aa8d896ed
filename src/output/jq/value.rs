//! The interpreter's values as JSON text.
//!
//! The interpreter's own writer prints what JSON has no words for: `NaN`, byte
//! strings, keys that are no strings. A consumer was promised JSON, so these
//! become what jq makes of them.

use std::fmt::Write;

use jaq_json::{Num, Val};

use super::document::MINUS_ZERO;

/// Below this, a whole floating-point number is printed without a fraction, as
/// jq does: `4 / 2` is `2`.
const WHOLE: f64 = 1e17;

/// The value as compact JSON.
pub(super) fn json(value: &Val) -> String {
    let mut out = String::new();
    append(value, &mut out);
    out
}

/// A string as it is, anything else as JSON.
pub(super) fn text(value: &Val) -> String {
    match value {
        Val::BStr(bytes) | Val::TStr(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => json(other),
    }
}

fn append(value: &Val, out: &mut String) {
    match value {
        Val::Null => out.push_str("null"),
        Val::Bool(true) => out.push_str("true"),
        Val::Bool(false) => out.push_str("false"),
        Val::Num(number) => append_number(number, out),
        Val::BStr(bytes) | Val::TStr(bytes) => append_string(&String::from_utf8_lossy(bytes), out),
        Val::Arr(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                append(item, out);
            }
            out.push(']');
        }
        Val::Obj(members) => {
            out.push('{');
            for (index, (key, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                match key {
                    Val::BStr(_) | Val::TStr(_) => append(key, out),
                    other => append_string(&json(other), out),
                }
                out.push(':');
                append(member, out);
            }
            out.push('}');
        }
    }
}

fn append_string(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).expect("a string is JSON"));
}

fn append_number(number: &Num, out: &mut String) {
    match number {
        Num::Int(_) | Num::BigInt(_) => out.push_str(&number.to_string()),
        Num::Float(float) => append_float(*float, out),
        Num::Dec(text) if *text.as_str() == *MINUS_ZERO => out.push_str("-0"),
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
