//! How much an asset matters to those who own it.

use serde::Serialize;

/// How much an asset matters, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Criticality {
    /// 1, or `minimal`.
    Minimal,
    /// 2, or `low`.
    Low,
    /// 3, or `medium`, or `moderate`.
    Medium,
    /// 4, or `high`.
    High,
    /// 5, or `critical`.
    Critical,
}

impl Criticality {
    /// Every one, from the least.
    pub(crate) const ALL: [Self; 5] = [
        Self::Minimal,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    /// The word in records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads a word in any case, or a number from 1 to 5, of which 5 matters
    /// most. `None` for anything else: a scale that is not known is not guessed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let word = |level: &Self| text.eq_ignore_ascii_case(level.name());
        match text {
            "1" => Some(Self::Minimal),
            "2" => Some(Self::Low),
            "3" => Some(Self::Medium),
            "4" => Some(Self::High),
            "5" => Some(Self::Critical),
            _ if text.eq_ignore_ascii_case("moderate") => Some(Self::Medium),
            _ => Self::ALL.into_iter().find(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_one_scale() {
        for (number, level) in (1..).zip(Criticality::ALL) {
            assert_eq!(Criticality::parse(&number.to_string()), Some(level));
            assert_eq!(Criticality::parse(level.name()), Some(level));
            let shouted = format!(" {} ", level.name().to_uppercase());
            assert_eq!(Criticality::parse(&shouted), Some(level));
        }
        assert_eq!(Criticality::parse("Moderate"), Some(Criticality::Medium));
        for text in ["", "0", "6", "-1", "gold", "tier 1"] {
            assert_eq!(Criticality::parse(text), None, "{text}");
        }
        assert!(Criticality::Critical > Criticality::High);
    }
}
