//! The conditions of `gti match --fail-on`.

use std::str::FromStr;

use crate::model::fail_on;

/// When a run exits with 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AnyLine;

impl FromStr for AnyLine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "any" => Ok(Self),
            _ if text.parse::<fail_on::FailOn>().is_ok() => Err(format!(
                "a list of your own has no verdicts and scores, so `{text}` is never met: write any"
            )),
            _ => Err(format!("`{text}` is not a condition: write any")),
        }
    }
}
