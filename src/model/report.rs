//! The report on an indicator (API notes, sections 2.2 to 2.4).

use super::verdict::{AnalysisStats, Assessment, Judgement, Verdict, VerdictSource};
use super::view::{Decoded, Map, view};

view! {
    /// The report on an indicator, alone or in a feed.
    pub struct Report {
        /// The API's type: `file`, `url`, `domain`, `ip_address`.
        pub kind as "type": Option<String>,
        /// SHA-256 of a file, id of a URL, else the indicator itself.
        pub id: Option<String>,
        /// What it says.
        pub attributes: ReportAttributes,
        /// What a feed says beside it.
        pub context_attributes: Context,
    }

    /// What a report says. Which of it there is depends on the indicator's type.
    pub struct ReportAttributes {
        /// The service's own judgement.
        pub gti_assessment: Assessment,
        /// How many engines said what.
        pub last_analysis_stats: AnalysisStats,
        /// What engines call it.
        pub popular_threat_classification: ThreatClassification,
        /// What sandboxes saw, by sandbox.
        pub sandbox_verdicts: Map<SandboxVerdict>,
        /// What the community says.
        pub crowdsourced_context: Vec<CrowdsourcedContext>,
        /// The rules of YARA that match.
        pub crowdsourced_yara_results: Vec<YaraMatch>,
        /// The rules of intrusion detection systems that match.
        pub crowdsourced_ids_results: Vec<IdsMatch>,
        /// The rules of Sigma that match.
        pub sigma_analysis_results: Vec<SigmaMatch>,
        /// The configuration that was found in it.
        pub malware_config: MalwareConfig,
        /// What the DNS last said of it.
        pub last_dns_records: Vec<DnsRecord>,
        /// The name of the autonomous system.
        pub as_owner: Option<String>,
        /// The number of the autonomous system.
        pub asn: Option<String>,
        /// Where it is.
        pub country: Option<String>,
        /// The network that it is in.
        pub network: Option<String>,
        /// Who has registered it.
        pub registrar: Option<String>,
        /// What it is about, by who says so.
        pub categories: Map<String>,
        /// The title of a page.
        pub title: Option<String>,
        /// The URL itself.
        pub url: Option<String>,
        /// Where a URL leads.
        pub last_final_url: Option<String>,
        /// What HTTP status it answered.
        pub last_http_response_code: Option<String>,
        /// What threats it is known for.
        pub threat_names: Vec<String>,
        /// The most telling name of a file.
        pub meaningful_name: Option<String>,
        /// The names of a file.
        pub names: Vec<String>,
        /// The type of a file, in words.
        pub type_description: Option<String>,
        /// The size of a file in bytes.
        pub size: Option<String>,
        /// The MD5 of a file.
        pub md5: Option<String>,
        /// The SHA-1 of a file.
        pub sha1: Option<String>,
        /// The SHA-256 of a file.
        pub sha256: Option<String>,
        /// When it was made, as all times here in seconds since the epoch.
        pub creation_date: Option<i64>,
        /// When it was first seen in the wild; 1 where nobody knows.
        pub first_seen_itw_date: Option<i64>,
        /// When it was last seen in the wild.
        pub last_seen_itw_date: Option<i64>,
        /// When it was first handed in.
        pub first_submission_date: Option<i64>,
        /// When it was last handed in.
        pub last_submission_date: Option<i64>,
        /// When it was last analysed.
        pub last_analysis_date: Option<i64>,
        /// When the report was last modified.
        pub last_modification_date: Option<i64>,
        /// Its tags.
        pub tags: Vec<String>,
    }

    /// What engines call an indicator.
    pub struct ThreatClassification {
        /// `trojan.example`
        pub suggested_threat_label: Option<String>,
    }

    /// What a sandbox saw.
    pub struct SandboxVerdict {
        /// `malicious`, …
        pub category: Option<String>,
        /// `MALWARE`, `TROJAN`, …
        pub malware_classification: Vec<String>,
        /// The families that it recognised.
        pub malware_names: Vec<String>,
        /// How sure it is, in per cent.
        pub confidence: Option<String>,
    }

    /// The configuration that was found in a piece of malware.
    pub struct MalwareConfig {
        /// By family.
        pub families: Vec<MalwareFamily>,
    }

    /// A family whose configuration was found.
    pub struct MalwareFamily {
        /// What it is called.
        pub family: Option<String>,
    }

    /// A rule of YARA that matches a file.
    pub struct YaraMatch {
        /// What it is called.
        pub rule_name: Option<String>,
        /// The set that it is in.
        pub ruleset_name: Option<String>,
    }

    /// A rule of an intrusion detection system that matches what a file sent.
    pub struct IdsMatch {
        /// What it says.
        pub rule_msg: Option<String>,
        /// How severe that is.
        pub alert_severity: Option<String>,
    }

    /// A rule of Sigma that matches what a file did.
    pub struct SigmaMatch {
        /// What it is called.
        pub rule_title: Option<String>,
        /// How severe that is.
        pub rule_level: Option<String>,
    }

    /// A record of the DNS.
    pub struct DnsRecord {
        /// `A`, `MX`, …
        pub kind as "type": Option<String>,
        /// What it says.
        pub value: Option<String>,
    }

    /// What the community says.
    pub struct CrowdsourcedContext {
        /// In a line.
        pub title: Option<String>,
    }

    /// What a feed says beside an object.
    pub struct Context {
        /// The id of the notification.
        pub notification_id: Option<String>,
        /// When it was made, in seconds since the epoch.
        pub notification_date: Option<i64>,
        /// What it comes from: `hunting`, `subscriptions`.
        pub origin: Option<String>,
        /// What has raised it.
        pub sources: Vec<Source>,
        /// Its tags: the name of a rule, for example.
        pub tags: Vec<String>,
        /// The threat list that has the object.
        pub threat_list_id: Option<String>,
        /// The URL itself.
        pub url: Option<String>,
    }

    /// What has raised a notification.
    pub struct Source {
        /// Its id.
        pub id: Option<String>,
        /// `hunting_ruleset`, `collection`, `threat_profile`, …
        pub kind as "type": Option<String>,
        /// What it is called.
        pub label: Option<String>,
    }

    /// What every record shows of a report.
    pub struct JudgedReport {
        /// SHA-256 of a file, id of a URL, else the indicator itself.
        pub id: Option<String>,
        /// The attributes that a judgement is made from.
        pub attributes: JudgedAttributes,
    }

    /// The attributes that a judgement is made from.
    pub struct JudgedAttributes {
        /// The service's own judgement.
        pub gti_assessment: Assessment,
        /// How many engines said what.
        pub last_analysis_stats: AnalysisStats,
    }
}

/// The members that a verdict hangs on.
const VERDICT: &str = "attributes.gti_assessment.verdict";
const MALICIOUS: &str = "attributes.last_analysis_stats.malicious";
const SUSPICIOUS: &str = "attributes.last_analysis_stats.suspicious";

impl Decoded<JudgedReport> {
    /// What the service makes of the indicator.
    ///
    /// # Errors
    /// What is wrong with the report, where a judgement was sent and cannot be read:
    /// that is not the same as none.
    pub fn judgement(&self) -> Result<Judgement, String> {
        // Of two judgements nobody knows which one holds.
        if let Some(unread) = self.unread.iter().find(|unread| unread.is_repeat()) {
            return Err(unread.to_string());
        }
        let attributes = &self.view.attributes;
        let mut judgement =
            Judgement::of(&attributes.gti_assessment, &attributes.last_analysis_stats);
        // What might have made it worse. Malicious by any count is malicious.
        let decides: &[&str] = match (judgement.source, judgement.verdict) {
            (None, _) => &["attributes"],
            (Some(VerdictSource::GtiAssessment), _) | (_, Verdict::Malicious) => &[],
            (_, Verdict::Suspicious) => &[VERDICT, MALICIOUS],
            _ => &[VERDICT, MALICIOUS, SUSPICIOUS],
        };
        if let Some(unread) = decides.iter().find_map(|member| self.unread.of(member)) {
            return Err(unread.to_string());
        }
        // Counts without the one that matters most would read as none.
        if self.unread.of(MALICIOUS).is_some() {
            judgement.detections = None;
        }
        Ok(judgement)
    }
}

impl Context {
    /// The notification that the object came with, and when it was made.
    pub fn notification(&self) -> Option<(String, jiff::Timestamp)> {
        let made = jiff::Timestamp::from_second(self.notification_date?).ok()?;
        Some((self.notification_id.clone()?, made))
    }
}

impl Report {
    /// What the service makes of the indicator.
    pub fn judgement(&self) -> Judgement {
        let attributes = &self.attributes;
        Judgement::of(&attributes.gti_assessment, &attributes.last_analysis_stats)
    }
}
