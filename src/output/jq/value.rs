//! The interpreter's values as JSON text.
//!
//! The interpreter's own writer prints what JSON has no words for: `NaN`, byte
//! strings, keys that are no strings. A consumer was promised JSON, so these
//! become what jq makes of them.

use jaq_json::{Num, Val};

/// Below this, a whole floating-point number is printed without a fraction, as
/// jq does: `4 / 2` is `2`.
const WHOLE: f64 = 1e17;

/// The value as compact JSON.
pub(super) fn json(value: &Val) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// A string as it is, anything else as JSON.
pub(super) fn text(value: &Val) -> String {
    match value {
        Val::BStr(bytes) | Val::TStr(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => json(other),
    }
}

fn write(value: &Val, out: &mut String) {
    match value {
        Val::Null => out.push_str("null"),
        Val::Bool(true) => out.push_str("true"),
        Val::Bool(false) => out.push_str("false"),
        Val::Num(number) => write_number(number, out),
        Val::BStr(bytes) | Val::TStr(bytes) => write_string(&String::from_utf8_lossy(bytes), out),
        Val::Arr(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
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
                    Val::BStr(_) | Val::TStr(_) => write(key, out),
                    other => write_string(&json(other), out),
                }
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).expect("a string is JSON"));
}

fn write_number(number: &Num, out: &mut String) {
    match number {
        Num::Int(_) | Num::BigInt(_) => out.push_str(&number.to_string()),
        Num::Float(float) => write_float(*float, out),
        // A decimal that nothing calculated with: its text, unless `tonumber` read
        // what JSON would not (`+1.5`).
        Num::Dec(text) if serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok() => {
            out.push_str(text);
        }
        Num::Dec(text) => write_float(text.parse().unwrap_or(f64::NAN), out),
    }
}

fn write_float(float: f64, out: &mut String) {
    if float.is_nan() {
        out.push_str("null");
    } else if float.fract() == 0.0 && float.abs() < WHOLE {
        out.push_str(&format!("{float:.0}"));
    } else {
        let finite = float.clamp(f64::MIN, f64::MAX);
        out.push_str(&serde_json::Value::from(finite).to_string());
    }
}
