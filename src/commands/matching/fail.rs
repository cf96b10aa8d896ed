//! The conditions of `gti match --fail-on`.

use std::str::FromStr;

use crate::local::matching::Known;
use crate::model::fail_on;

/// When a run exits with 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// A line matches.
    Any,
    /// A line has an indicator that is malicious.
    Malicious,
    /// A line has an indicator with this threat score or a higher one.
    Score(i64),
}

impl Condition {
    /// Whether it is met by a value of a line.
    pub(super) fn is_met(self, known: &Known) -> bool {
        match self {
            Self::Any => true,
            Self::Malicious => known.verdict.as_deref() == Some("malicious"),
            Self::Score(least) => known.threat_score.is_some_and(|score| score >= least),
        }
    }
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = text.parse::<fail_on::FailOn>();
        match (text, known) {
            ("any", _) => Ok(Self::Any),
            (_, Ok(fail_on::FailOn::Malicious)) => Ok(Self::Malicious),
            (_, Ok(fail_on::FailOn::Score(least))) => Ok(Self::Score(least)),
            _ => Err(format!(
                "`{text}` is not a condition: write any, malicious, or score:N with N from 0 to 100"
            )),
        }
    }
}
