//! What the service thinks of an indicator: verdict, score, and how many
//! engines agree.

use super::json::{Json, Object, list, object};
use super::role::Role;
use super::seed::Seed;
use super::subject::{Kind, Subject};

/// The verdict of `gti_assessment`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Malicious,
    Suspicious,
    Benign,
    Undetected,
}

/// A verdict with the numbers that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Assessment {
    pub(super) verdict: Verdict,
    /// 0 to 100.
    pub(super) score: i64,
    /// How many engines call it malicious.
    pub(super) malicious: i64,
    /// How many engines call it suspicious.
    pub(super) suspicious: i64,
}

impl Assessment {
    /// The assessment of an indicator, always the same.
    pub(super) fn of(subject: &Subject) -> Self {
        let seed = subject.seed;
        let verdict = match subject.role {
            Some(
                Role::Malicious | Role::Forbidden | Role::Hostile | Role::Odd | Role::Unassessed,
            ) => Verdict::Malicious,
            Some(Role::Suspicious) => Verdict::Suspicious,
            Some(Role::Benign) => Verdict::Benign,
            Some(Role::Undetected | Role::Sparse | Role::Slow | Role::NotFound) => {
                Verdict::Undetected
            }
            None => match seed.below("verdict", 20) {
                0..5 => Verdict::Malicious,
                5..8 => Verdict::Suspicious,
                8..12 => Verdict::Benign,
                _ => Verdict::Undetected,
            },
        };
        Self::drawn(verdict, subject.role, seed)
    }

    fn drawn(verdict: Verdict, role: Option<Role>, seed: Seed) -> Self {
        let (score, malicious, suspicious) = match verdict {
            Verdict::Malicious => (60..=100, 9..=48, 0..=5),
            Verdict::Suspicious => (20..=59, 0..=2, 1..=6),
            Verdict::Benign => (0..=0, 0..=0, 0..=0),
            Verdict::Undetected => (0..=10, 0..=0, 0..=0),
        };
        let draw = |label, range: std::ops::RangeInclusive<i64>| {
            seed.between(label, *range.start(), *range.end())
        };
        // A documented indicator has a score that can be quoted.
        let score = match (role, verdict) {
            (Some(_), Verdict::Malicious) => 87,
            (Some(_), Verdict::Suspicious) => 42,
            (Some(_), Verdict::Undetected) => 1,
            _ => draw("score", score),
        };
        Self {
            verdict,
            score,
            malicious: draw("malicious", malicious),
            suspicious: draw("suspicious", suspicious),
        }
    }

    /// `SEVERITY_…`, as both `severity` and `threat_severity_level` say it.
    pub(super) fn severity(self) -> &'static str {
        match self.score {
            _ if matches!(self.verdict, Verdict::Benign | Verdict::Undetected) => "SEVERITY_NONE",
            80.. => "SEVERITY_HIGH",
            40.. => "SEVERITY_MEDIUM",
            _ => "SEVERITY_LOW",
        }
    }

    /// Whether the indicator is tied to malware, actors and the like.
    pub(super) fn is_bad(self) -> bool {
        matches!(self.verdict, Verdict::Malicious | Verdict::Suspicious)
    }

    /// The attribute `gti_assessment`.
    pub(super) fn attribute(self, subject: &Subject) -> Object {
        if subject.role == Some(Role::Sparse) {
            return object! { "verdict": Json::Null, "threat_score": object! {} };
        }
        let (verdict, description) = match self.verdict {
            Verdict::Malicious => (
                "VERDICT_MALICIOUS",
                "Synthetic data: an invented analyst tied this indicator to invented malware and to the actor behind it.",
            ),
            Verdict::Suspicious => (
                "VERDICT_SUSPICIOUS",
                "Synthetic data: some of what this indicator does is unusual and worth a look.",
            ),
            Verdict::Benign => (
                "VERDICT_BENIGN",
                "Synthetic data: an invented analyst found this indicator harmless.",
            ),
            Verdict::Undetected => (
                "VERDICT_UNDETECTED",
                "Synthetic data: nothing speaks against this indicator.",
            ),
        };
        object! {
            "verdict": object! { "value": verdict },
            "contributing_factors": self.factors(subject.kind, subject.seed),
            "severity": object! { "value": self.severity() },
            "threat_score": object! { "value": self.score },
            "description": description,
        }
    }

    fn factors(self, kind: Kind, seed: Seed) -> Object {
        let mut factors = object! {
            "gti_confidence_score": self.score,
            "mandiant_confidence_score": seed.between("confidence", 0, self.score),
        };
        match self.verdict {
            Verdict::Benign => {
                factors.push("mandiant_analyst_benign", true);
                factors.push("pervasive_indicator", true);
                factors.push("legitimate_software", kind == Kind::File);
            }
            Verdict::Undetected => factors.push("safebrowsing_verdict", "harmless"),
            Verdict::Suspicious | Verdict::Malicious => {
                factors.push("mandiant_analyst_malicious", self.score >= 80);
                factors.push("mandiant_association_actor", self.score >= 80);
                factors.push("mandiant_association_malware", true);
                factors.push("mandiant_association_report", self.score >= 60);
                factors.push("malicious_sandbox_verdict", kind == Kind::File);
                factors.push("google_malware_analysis", true);
                factors.push(
                    "associated_malware_configuration",
                    seed.chance("config", 50),
                );
                factors.push(
                    "normalised_categories",
                    list!["malware", "phishing", "malware"],
                );
                if kind == Kind::File {
                    factors.push("gavs_detections", seed.between("gavs", 1, 5));
                    factors.push("gavs_categories", list!["trojan", "downloader"]);
                    factors.push("matched_malicious_yara", true);
                } else {
                    factors.push("safebrowsing_verdict", "malicious");
                    factors.push("high_severity_related_files", true);
                }
            }
        }
        factors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_goes_with_verdict_and_score() {
        let with = |verdict, score| Assessment {
            verdict,
            score,
            malicious: 0,
            suspicious: 0,
        };
        for (assessment, severity) in [
            (with(Verdict::Malicious, 87), "SEVERITY_HIGH"),
            (with(Verdict::Malicious, 60), "SEVERITY_MEDIUM"),
            (with(Verdict::Suspicious, 20), "SEVERITY_LOW"),
            (with(Verdict::Undetected, 10), "SEVERITY_NONE"),
            (with(Verdict::Benign, 0), "SEVERITY_NONE"),
        ] {
            assert_eq!(assessment.severity(), severity, "{assessment:?}");
        }
    }

    #[test]
    fn every_verdict_is_met_among_undocumented_indicators() {
        for verdict in [
            Verdict::Malicious,
            Verdict::Suspicious,
            Verdict::Benign,
            Verdict::Undetected,
        ] {
            let met = (1..=40_u8).any(|last| {
                let subject = Subject::ip([198, 51, 100, last].into());
                Assessment::of(&subject).verdict == verdict
            });
            assert!(met, "{verdict:?}");
        }
    }
}
