//! How old an alert may be.

use std::str::FromStr;
use std::time::Duration;

use crate::model::time::parse_duration;

/// A bound of the age: `>24h`, `<1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Older(Duration),
    Younger(Duration),
}

impl Age {
    /// Whether something of this age is within the bound.
    pub(super) fn admits(self, age: Duration) -> bool {
        match self {
            Self::Older(bound) => age > bound,
            Self::Younger(bound) => age < bound,
        }
    }
}

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is not a bound of the age: write \">24h\" for what is older, \"<1h\" for what is younger"
            )
        };
        let text = text.trim();
        let bound = |rest: &str| parse_duration(rest).map_err(|_| wrong());
        if let Some(rest) = text.strip_prefix('>') {
            return Ok(Self::Older(bound(rest)?));
        }
        let rest = text.strip_prefix('<').ok_or_else(wrong)?;
        Ok(Self::Younger(bound(rest)?))
    }
}
