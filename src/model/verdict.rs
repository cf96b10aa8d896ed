//! What the service makes of an indicator, in its own words where it has any.
//!
//! The assessment comes first, the engines' counts only where there is none,
//! and a score that is missing stays missing (contract, section 5).

use serde::Serialize;

use super::json::Scan;
use super::view::{Map, Unread, View, read_member, read_object, view};

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

view! {
    /// `gti_assessment` (API notes, section 2.2).
    pub struct Assessment {
        /// `VERDICT_MALICIOUS`, …
        pub verdict: Option<Valued<String>>,
        /// `SEVERITY_HIGH`, …
        pub severity: Option<Valued<String>>,
        /// 0 to 100.
        pub threat_score: Option<Valued<i64>>,
        /// Why, in a sentence.
        pub description: Option<String>,
        /// What it was made of.
        pub contributing_factors: Map<Factor>,
    }

    /// `last_analysis_stats`: how many engines said what (API notes, section 2.3).
    pub struct AnalysisStats {
        malicious: Option<u64>,
        suspicious: Option<u64>,
        undetected: Option<u64>,
        harmless: Option<u64>,
        timeout: Option<u64>,
    }
}

/// What has contributed to an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Factor {
    /// It has, or has not.
    Flag(bool),
    /// In numbers or words: a score, a count, another service's verdict, categories.
    Said(Vec<String>),
}

impl Factor {
    /// Whether it is a fact that counts: `true` says so, and nothing else does.
    pub fn counts(&self) -> bool {
        *self == Self::Flag(true)
    }
}

impl View for Factor {
    fn read(value: &mut Scan<'_>, _: &mut Unread) -> Result<Option<Self>, String> {
        // The map is open: what is new in it is nothing that is missed.
        let mut unread = Unread::default();
        Ok(Some(match value.peek() {
            Some(b't' | b'f') => Self::Flag(value.raw()? == "true"),
            Some(b'[') => {
                let words: Option<Vec<String>> = View::read(value, &mut unread)?;
                Self::Said(words.unwrap_or_default())
            }
            Some(b'{' | b'n') => {
                value.skip()?;
                return Ok(None);
            }
            _ => {
                let word = <String as View>::read(value, &mut unread)?;
                Self::Said(word.into_iter().collect())
            }
        }))
    }
}

/// What an assessment says of one thing: `{"value": …}`, or the value alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued<T>(pub T);

impl<T: View + PartialEq> View for Valued<T> {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        if value.peek() != Some(b'{') {
            return Ok(T::read(value, unread)?.map(Self));
        }
        let read = read_object(
            value,
            unread,
            |said: &mut Option<T>, key, value, unread| match key {
                "value" => read_member(said, value, unread),
                _ => value.skip(),
            },
        )?;
        Ok(read.flatten().map(Self))
    }
}

impl Judgement {
    /// Judges by the assessment, else by the detections.
    pub fn of(assessment: &Assessment, stats: &AnalysisStats) -> Self {
        let detections = stats.counts();
        let (verdict, source) = match (&assessment.verdict, &detections) {
            (Some(Valued(value)), _) => {
                (Verdict::from_api(value), Some(VerdictSource::GtiAssessment))
            }
            (None, Some(counts)) => (counts.verdict(), Some(VerdictSource::Detections)),
            (None, None) => (Verdict::Unknown, None),
        };
        let severity = assessment
            .severity
            .as_ref()
            .map(|Valued(value)| value.trim_start_matches("SEVERITY_").to_ascii_lowercase());
        Self {
            verdict,
            severity,
            threat_score: assessment.threat_score.as_ref().map(|Valued(score)| *score),
            source,
            detections,
        }
    }
}

impl AnalysisStats {
    /// How many engines call it malicious, of how many: `26/72`.
    pub fn ratio(&self) -> Option<String> {
        let counts = self.counts()?;
        Some(format!("{}/{}", counts.malicious, counts.total))
    }

    /// How many engines call it malicious, if they were sent.
    pub fn malicious_count(&self) -> Option<u64> {
        self.malicious
    }

    /// The counts; `None` when not one was sent.
    pub fn counts(&self) -> Option<Detections> {
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
    use crate::model::report::JudgedReport;
    use crate::model::view::decode;

    fn judge(attributes: &str) -> Judgement {
        let object = format!("{{\"attributes\":{attributes}}}");
        let report = decode::<JudgedReport>(&object).expect(attributes);
        report.judgement().expect(attributes)
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
    fn what_is_odd_hides_nothing_beside_it() {
        for attributes in [
            r#"{"gti_assessment":{"verdict":"VERDICT_MALICIOUS"}}"#,
            r#"{"gti_assessment":{"description":"\ud83d","severity":[],"verdict":{"x":1,"value":"VERDICT_MALICIOUS"}}}"#,
            r#"{"\ude00":{},"gti_assessment":{"verdict":{"value":"MALICIOUS"},"threat_score":{"value":1e999}}}"#,
            r#"{"gti_assessment":["VERDICT_BENIGN"],"last_analysis_stats":{"malicious":50,"suspicious":"many"}}"#,
            r#"{"gti_assessment":{"verdict":[]},"last_analysis_stats":{"malicious":5e1}}"#,
        ] {
            let judged = judge(attributes);
            assert_eq!(judged.verdict, Verdict::Malicious, "{attributes}");
            assert_eq!((judged.severity, judged.threat_score), (None, None));
        }
    }

    #[test]
    fn a_judgement_that_cannot_be_read_is_not_none() {
        for (attributes, unread) in [
            ("[]", "cannot read `attributes`: expected an object"),
            (
                r#"{"gti_assessment":7}"#,
                "cannot read `attributes.gti_assessment`: expected an object",
            ),
            (
                r#"{"gti_assessment":{"verdict":{"value":["VERDICT_MALICIOUS"]}}}"#,
                "cannot read `attributes.gti_assessment.verdict.value`: expected a text",
            ),
            (
                r#"{"last_analysis_stats":{"malicious":-1}}"#,
                "cannot read `attributes.last_analysis_stats.malicious`: expected a count",
            ),
            (
                r#"{"last_analysis_stats":{"malicious":"many","suspicious":2,"undetected":60}}"#,
                "cannot read `attributes.last_analysis_stats.malicious`: expected a count",
            ),
            (
                r#"{"last_analysis_stats":{"malicious":0,"suspicious":[],"undetected":60}}"#,
                "cannot read `attributes.last_analysis_stats.suspicious`: expected a count",
            ),
            (
                r#"{"gti_assessment":{"verdict":{"value":{}}},"last_analysis_stats":{"malicious":0}}"#,
                "cannot read `attributes.gti_assessment.verdict.value`: expected a text",
            ),
            (
                r#"{"gti_assessment":"x","last_analysis_stats":{"suspicious":1}}"#,
                "cannot read `attributes.gti_assessment`: expected an object",
            ),
        ] {
            let object = format!("{{\"attributes\":{attributes}}}");
            let report = decode::<JudgedReport>(&object).expect(attributes);
            assert_eq!(report.judgement(), Err(unread.to_owned()));
        }
    }

    #[test]
    fn counts_without_the_one_that_matters_are_not_shown() {
        let judged = judge(
            r#"{"gti_assessment":{"verdict":{"value":"VERDICT_BENIGN"}},"last_analysis_stats":{"malicious":-1,"undetected":9}}"#,
        );
        assert_eq!((judged.verdict, judged.detections), (Verdict::Benign, None));
        let judged = judge(r#"{"last_analysis_stats":{"malicious":1,"timeout":"x"}}"#);
        let counts = judged.detections.map(|counts| counts.malicious);
        assert_eq!((judged.verdict, counts), (Verdict::Malicious, Some(1)));
    }

    #[test]
    fn nothing_to_judge_by_is_unknown() {
        for attributes in [
            "{}",
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
