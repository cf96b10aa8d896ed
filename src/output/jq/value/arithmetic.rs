//! `+ - * / %`, as jq has them.

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};
use std::rc::Rc;

use jaq_core::ops::Math;
use jaq_json::Num;
use memchr::memmem;

use super::number::{fits, float, integer};
use super::{Array, Charge, Object, Value};
use crate::output::jq::budget::{Spent, spend, step};

type Error = jaq_core::Error<Value>;
type Result = std::result::Result<Value, Error>;

/// The longest string that a program may make.
const LONGEST: usize = 64 * 1024 * 1024;

impl Add for Value {
    type Output = Result;

    fn add(self, other: Self) -> Result {
        step();
        Ok(match (self, other) {
            (Self::Null, other) | (other, Self::Null) => other,
            (Self::Number(left), Self::Number(right)) => Self::Number(left + right),
            (Self::Text(left), Self::Text(right)) => {
                if left.as_str().len() + right.as_str().len() > LONGEST {
                    spend(Spent::Memory);
                }
                Self::Text(left.followed_by(right.as_str()))
            }
            (Self::Array(mut left), Self::Array(right)) => {
                for item in right.items() {
                    left.change(|items| items.push(item.clone()));
                    left.holds(left.items().len() - 1);
                }
                Self::Array(left)
            }
            (Self::Object(mut left), Self::Object(right)) => {
                for (key, value) in right.members() {
                    left.insert(Rc::clone(key), value.clone());
                }
                Self::Object(left)
            }
            (left, right) => return Err(Error::math(left, Math::Add, right)),
        })
    }
}

impl Sub for Value {
    type Output = Result;

    fn sub(self, other: Self) -> Result {
        step();
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => Ok(Self::Number(left - right)),
            (Self::Array(left), Self::Array(right)) => {
                let mut without: Vec<&Self> = right.items().iter().collect();
                without.sort();
                let left = left.items().iter();
                let kept = left.filter(|item| without.binary_search(item).is_err());
                Ok(kept.cloned().collect())
            }
            (left, right) => Err(Error::math(left, Math::Sub, right)),
        }
    }
}

impl Mul for Value {
    type Output = Result;

    fn mul(self, other: Self) -> Result {
        step();
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => Ok(Self::Number(product(left, right))),
            (Self::Text(text), Self::Number(times)) | (Self::Number(times), Self::Text(text)) => {
                Ok(repeated(text.as_str(), float(&times)))
            }
            (Self::Object(left), Self::Object(right)) => Ok(Self::Object(merged(left, &right))),
            (left, right) => Err(Error::math(left, Math::Mul, right)),
        }
    }
}

impl Div for Value {
    type Output = Result;

    fn div(self, other: Self) -> Result {
        step();
        match (self, other) {
            (Self::Number(left), Self::Number(right)) if float(&right) != 0.0 => {
                Ok(Self::Number(left / right))
            }
            (left @ Self::Number(_), right @ Self::Number(_)) => Err(Error::str(format_args!(
                "{left} and {right} cannot be divided because the divisor is zero"
            ))),
            (Self::Text(text), Self::Text(separator)) => {
                Ok(split(text.as_str(), separator.as_str()))
            }
            (left, right) => Err(Error::math(left, Math::Div, right)),
        }
    }
}

impl Rem for Value {
    type Output = Result;

    fn rem(self, other: Self) -> Result {
        step();
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => {
                let (Some(dividend), Some(divisor)) = (integer(&left), integer(&right)) else {
                    return Ok(Self::from(f64::NAN));
                };
                match dividend.checked_rem(divisor) {
                    Some(rest) => Ok(Self::from(rest)),
                    None if divisor != 0 => Ok(Self::from(0_isize)),
                    None => Err(Error::str(format_args!(
                        "{left} and {right} cannot be divided because the divisor is zero"
                    ))),
                }
            }
            (left, right) => Err(Error::math(left, Math::Rem, right)),
        }
    }
}

impl Neg for Value {
    type Output = Result;

    fn neg(self) -> Result {
        match self {
            Self::Number(number) => Ok(Self::Number(-number)),
            other => Err(Error::typ(other, "number")),
        }
    }
}

fn product(left: Num, right: Num) -> Num {
    if fits(&left, &right) {
        left * right
    } else {
        Num::Float(float(&left) * float(&right))
    }
}

/// A string so many times; `null` if that is not once.
fn repeated(text: &str, times: f64) -> Value {
    if times.is_nan() || times <= 0.0 {
        return Value::Null;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and what is too large saturates"
    )]
    let times = (times as usize).max(1);
    let size = text.len().saturating_mul(times);
    if size > LONGEST {
        spend(Spent::Memory);
    }
    drop(Charge::of(size));
    Value::from(text.repeat(times))
}

/// The parts of a string between separators.
fn split(text: &str, separator: &str) -> Value {
    if text.is_empty() {
        return Value::from_iter([]);
    }
    if separator.is_empty() {
        let mut buffer = [0; 4];
        return text
            .chars()
            .map(|char| Value::text(char.encode_utf8(&mut buffer)))
            .collect();
    }
    let mut rest = 0;
    let ends = memmem::find_iter(text.as_bytes(), separator).chain([text.len()]);
    ends.map(|end| {
        let part = Value::text(&text[rest..end]);
        rest = end + separator.len();
        part
    })
    .collect()
}

/// An object with the members of another one, objects within them merged as well.
fn merged(mut left: Rc<Object>, right: &Rc<Object>) -> Rc<Object> {
    for (key, value) in right.members() {
        step();
        let value = match (left.members().get(key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => {
                Value::Object(merged(Rc::clone(inner), value))
            }
            _ => value.clone(),
        };
        left.insert(Rc::clone(key), value);
    }
    left
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        Self::Array(Rc::new(values.into_iter().collect::<Array>()))
    }
}
