//! Numbers: integers keep their digits, and so do decimals that nothing
//! calculates with.

use jaq_json::Num;

/// Integers with more digits are calculated with as floating-point numbers: their
/// product would take more time and memory than anything else.
const MOST_DIGITS: usize = 4_000;

/// The number that a text stands for; none where it is not JSON number.
pub(in crate::output::jq) fn number(text: &str) -> Option<Num> {
    // As an integer it would lose its sign.
    if text == "-0" {
        return Some(Num::Dec(text.to_owned().into()));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() <= MOST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Num::from_str_radix(text, 10);
    }
    text.parse::<f64>()
        .ok()
        .map(|_| Num::Dec(text.to_owned().into()))
}

/// The number as a floating-point number.
pub(in crate::output::jq) fn float(number: &Num) -> f64 {
    match number {
        #[expect(clippy::cast_precision_loss, reason = "that is what is asked for")]
        Num::Int(integer) => *integer as f64,
        Num::Float(float) => *float,
        Num::BigInt(integer) => integer.to_string().parse().unwrap_or(f64::NAN),
        Num::Dec(text) => text.parse().unwrap_or(f64::NAN),
    }
}

/// The integer part, as far as it goes.
pub(in crate::output::jq) fn integer(number: &Num) -> Option<isize> {
    match number {
        Num::Int(integer) => Some(*integer),
        other => {
            let float = float(other);
            #[expect(clippy::cast_possible_truncation, reason = "jq counts in integers")]
            (!float.is_nan()).then_some(float as isize)
        }
    }
}

/// Whether the product of two integers is worth having with all its digits.
pub(in crate::output::jq) fn fits(left: &Num, right: &Num) -> bool {
    let bits = |number: &Num| match number {
        Num::BigInt(integer) => integer.bits(),
        _ => 64,
    };
    bits(left) + bits(right) <= 4 * MOST_DIGITS as u64
}
