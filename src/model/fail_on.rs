//! Conditions that turn a verdict into an exit code.

use std::str::FromStr;

use super::verdict::{Judgement, Verdict};

/// One `--fail-on` condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// The verdict is malicious.
    Malicious,
    /// The verdict is suspicious, or worse: a gate that lets what is malicious
    /// pass because it asked for suspicious would be a trap.
    Suspicious,
    /// The threat score is at least this. A missing score never is.
    Score(i64),
}

impl FailOn {
    /// Whether a judgement meets the condition.
    pub fn is_met(self, judgement: &Judgement) -> bool {
        match self {
            Self::Malicious => judgement.verdict == Verdict::Malicious,
            Self::Suspicious => {
                matches!(judgement.verdict, Verdict::Malicious | Verdict::Suspicious)
            }
            Self::Score(least) => judgement.threat_score.is_some_and(|score| score >= least),
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!(
                "`{text}` is not a condition: write malicious, suspicious, score>=N or score:N with N from 0 to 100"
            )
        };
        match text {
            "malicious" => Ok(Self::Malicious),
            "suspicious" => Ok(Self::Suspicious),
            _ => {
                let rest = text.strip_prefix("score").ok_or_else(wrong)?.trim_start();
                let number = rest
                    .strip_prefix(">=")
                    .or_else(|| rest.strip_prefix(':'))
                    .ok_or_else(wrong)?;
                match number.trim().parse() {
                    Ok(least @ 0..=100) => Ok(Self::Score(least)),
                    _ => Err(wrong()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_strictly() {
        assert_eq!("malicious".parse(), Ok(FailOn::Malicious));
        assert_eq!("score>=60".parse(), Ok(FailOn::Score(60)));
        assert_eq!("score >= 60".parse(), Ok(FailOn::Score(60)));
        assert_eq!("score:60".parse(), Ok(FailOn::Score(60)));
        for text in ["", "bad", "score>60", "score>=101", "score>=-1", "score>=x"] {
            let message = text.parse::<FailOn>().expect_err(text);
            assert!(message.contains("score>=N"), "{message}");
        }
    }

    #[test]
    fn a_missing_score_meets_nothing() {
        let judged = |verdict, threat_score| Judgement {
            verdict,
            threat_score,
            severity: None,
            source: None,
            detections: None,
        };
        assert!(!FailOn::Score(0).is_met(&judged(Verdict::Malicious, None)));
        assert!(FailOn::Score(0).is_met(&judged(Verdict::Benign, Some(0))));
        assert!(FailOn::Suspicious.is_met(&judged(Verdict::Malicious, None)));
        assert!(!FailOn::Malicious.is_met(&judged(Verdict::Suspicious, Some(99))));
    }
}
