//! What the service makes of an indicator, in its own words where it has any.
//!
//! The assessment comes first, the engines' counts only where there is none,
//! and a score that is missing stays missing (contract, section 5).

use serde::{Deserialize, Serialize};

use super::lenient;

/// The verdict on an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Known to do harm.
    Malicious,
    /// Signs of harm, no certainty.
    Suspicious,
    /// Looked at, nothing found.
    Undetected,
    /// Known to be harmless.
    Benign,
    /// Nothing to judge by.
    Unknown,
}

impl Verdict {
    /// The word in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malicious => "malicious",
            Self::Suspicious => "suspicious",
            Self::Undetected => "undetected",
            Self::Benign => "benign",
            Self::Unknown => "unknown",
        }
    }

    /// Reads `VERDICT_MALICIOUS`. The list is open: a word that is not known
    /// here stands for a verdict that can't be told.
    fn from_api(value: &str) -> Self {
        match value.trim_start_matches("VERDICT_") {
            "MALICIOUS" => Self::Malicious,
            "SUSPICIOUS" => Self::Suspicious,
            "UNDETECTED" => Self::Undetected,
            "BENIGN" | "HARMLESS" => Self::Benign,
            _ => Self::Unknown,
        }
    }
}

/// What a verdict was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictSource {
    /// `gti_assessment`.
    GtiAssessment,
    /// `last_analysis_stats`.
    Detections,
}

/// How many engines said what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Detections {
    /// Engines that call it malicious.
    pub malicious: u64,
    /// Engines that call it suspicious.
    pub suspicious: u64,
    /// Engines that found nothing.
    pub undetected: u64,
    /// Engines that call it harmless.
    pub harmless: u64,
    /// Engines that gave no answer in time.
    pub timeout: u64,
    /// Engines that gave an answer: all of the above but the timeouts.
    pub total: u64,
}

/// The judgement in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// `low`, `medium`, `high`, … as the service says it, in lower case.
    pub severity: Option<String>,
    /// 0 to 100.
    pub threat_score: Option<i64>,
    /// Where the verdict comes from; `None` when there is nothing to judge by.
    pub source: Option<VerdictSource>,
    /// The engines' counts.
    pub detections: Option<Detections>,
}

/// The attributes that a judgement is made from.
#[derive(Debug, Default, Deserialize)]
pub struct JudgedAttributes {
    #[serde(default, deserialize_with = "lenient::part")]
    gti_assessment: Option<Assessment>,
    #[serde(default, deserialize_with = "lenient::part")]
    last_analysis_stats: Option<Stats>,
}

#[derive(Debug, Default, Deserialize)]
struct Assessment {
    #[serde(default, deserialize_with = "lenient::part")]
    verdict: Option<TextValue>,
    #[serde(default, deserialize_with = "lenient::part")]
    severity: Option<TextValue>,
    #[serde(default, deserialize_with = "lenient::part")]
    threat_score: Option<IntegerValue>,
}

#[derive(Debug, Default, Deserialize)]
struct TextValue {
    #[serde(default, deserialize_with = "lenient::text")]
    value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct IntegerValue {
    #[serde(default, deserialize_with = "lenient::integer")]
    value: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
struct Stats {
    #[serde(default, deserialize_with = "lenient::unsigned")]
    malicious: Option<u64>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    suspicious: Option<u64>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    undetected: Option<u64>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    harmless: Option<u64>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    timeout: Option<u64>,
}

impl JudgedAttributes {
    /// Judges by the assessment, else by the detections.
    pub fn judge(self) -> Judgement {
        let detections = self.last_analysis_stats.and_then(Stats::counts);
        let assessment = self.gti_assessment.unwrap_or_default();
        let assessed = assessment.verdict.and_then(|verdict| verdict.value);
        let (verdict, source) = match (assessed, &detections) {
            (Some(value), _) => (
                Verdict::from_api(&value),
                Some(VerdictSource::GtiAssessment),
            ),
            (None, Some(counts)) => (counts.verdict(), Some(VerdictSource::Detections)),
            (None, None) => (Verdict::Unknown, None),
        };
        Judgement {
            verdict,
            severity: assessment
                .severity
                .and_then(|severity| severity.value)
                .map(|value| value.trim_start_matches("SEVERITY_").to_ascii_lowercase()),
            threat_score: assessment.threat_score.and_then(|score| score.value),
            source,
            detections,
        }
    }
}

impl Stats {
    /// The counts; `None` when not one was sent.
    fn counts(self) -> Option<Detections> {
        let sent = [
            self.malicious,
            self.suspicious,
            self.undetected,
            self.harmless,
            self.timeout,
        ];
        if sent.iter().all(Option::is_none) {
            return None;
        }
        let [malicious, suspicious, undetected, harmless, timeout] =
            sent.map(Option::unwrap_or_default);
        let total = malicious
            .saturating_add(suspicious)
            .saturating_add(undetected)
            .saturating_add(harmless);
        Some(Detections {
            malicious,
            suspicious,
            undetected,
            harmless,
            timeout,
            total,
        })
    }
}

impl Detections {
    fn verdict(&self) -> Verdict {
        if self.malicious > 0 {
            Verdict::Malicious
        } else if self.suspicious > 0 {
            Verdict::Suspicious
        } else {
            Verdict::Undetected
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(attributes: &str) -> Judgement {
        serde_json::from_str::<JudgedAttributes>(attributes)
            .expect(attributes)
            .judge()
    }

    #[test]
    fn the_assessment_stands_as_it_is() {
        let judged = judge(
            r#"{"gti_assessment":{"verdict":{"value":"VERDICT_BENIGN"},"severity":{"value":"SEVERITY_NONE"},"threat_score":{"value":1}},
                "last_analysis_stats":{"malicious":9,"suspicious":1,"undetected":2,"harmless":3,"timeout":4,"confirmed-timeout":1}}"#,
        );
        assert_eq!(judged.verdict, Verdict::Benign);
        assert_eq!(judged.severity.as_deref(), Some("none"));
        assert_eq!(judged.threat_score, Some(1));
        assert_eq!(judged.source, Some(VerdictSource::GtiAssessment));
        assert_eq!(
            judged
                .detections
                .map(|counts| (counts.total, counts.timeout)),
            Some((15, 4))
        );
    }

    #[test]
    fn the_detections_speak_where_there_is_no_assessment() {
        for (stats, verdict) in [
            (r#"{"malicious":1,"suspicious":5}"#, Verdict::Malicious),
            (r#"{"malicious":0,"suspicious":"5"}"#, Verdict::Suspicious),
            (r#"{"harmless":70}"#, Verdict::Undetected),
        ] {
            let judged = judge(&format!(r#"{{"last_analysis_stats":{stats}}}"#));
            assert_eq!(
                (judged.verdict, judged.source),
                (verdict, Some(VerdictSource::Detections))
            );
            assert_eq!(
                (judged.threat_score, judged.severity),
                (None, None),
                "nothing is invented"
            );
        }
    }

    #[test]
    fn nothing_to_judge_by_is_unknown() {
        for attributes in [
            "{}",
            r#"{"gti_assessment":"none","last_analysis_stats":[]}"#,
            r#"{"gti_assessment":{"verdict":7,"severity":[]}}"#,
            r#"{"gti_assessment":null,"last_analysis_stats":null}"#,
            r#"{"gti_assessment":{},"last_analysis_stats":{}}"#,
            r#"{"gti_assessment":{"verdict":{"value":null},"threat_score":null}}"#,
        ] {
            let judged = judge(attributes);
            assert_eq!(
                (judged.verdict, judged.source),
                (Verdict::Unknown, None),
                "{attributes}"
            );
        }
        assert_eq!(
            judge(r#"{"gti_assessment":{"verdict":{"value":"VERDICT_NEW"}}}"#).verdict,
            Verdict::Unknown
        );
    }
}
