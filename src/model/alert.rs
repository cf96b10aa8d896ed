//! An alert of digital threat monitoring (API notes, section 7.3).

use super::view::{Exact, view};

view! {
    /// An alert.
    pub struct Alert {
        /// Its id.
        pub id: Option<String>,
        /// What it is about.
        pub title: Option<String>,
        /// `Message`, `Paste`, …
        pub alert_type: Option<String>,
        /// `high`, `medium`, `low`.
        pub severity: Option<String>,
        /// 0 to 1, as it was sent.
        pub confidence: Option<String>,
        /// The maliciousness of the indicators in it, 0 to 100.
        pub indicator_mscore: Option<i64>,
        /// The state of the work on it.
        pub status: Option<String>,
        /// When it was made, RFC 3339.
        pub created_at: Option<String>,
        /// When it was last changed, RFC 3339.
        pub updated_at: Option<String>,
        /// The monitor that raised it.
        pub monitor_id: Option<String>,
        /// What that is called.
        pub monitor_name: Option<String>,
        /// Its tags.
        pub tags: Vec<String>,
        /// Why it is as severe as that.
        pub severity_reasoning: SeverityReasoning,
        /// What of the document the monitor matched.
        pub doc_matches: Vec<DocumentMatch>,
        /// What it is about, in a sentence.
        pub alert_summary: Option<String>,
        /// What the document says.
        pub ai_doc_summary: Option<String>,
        /// What an analyst made of it.
        pub analysis: Option<String>,
    }

    /// Why an alert is as severe as it is.
    pub struct SeverityReasoning {
        /// The rule, in words.
        pub rule: Option<String>,
    }

    /// What of a document a monitor matched.
    pub struct DocumentMatch {
        /// Where: `body`.
        pub match_path: Option<String>,
        /// What.
        pub locations: Vec<MatchLocation>,
    }

    /// One match.
    pub struct MatchLocation {
        /// The text that matched.
        pub value: Option<String>,
    }

    /// What tells alerts apart, and their times.
    pub struct AlertKey {
        /// Its id.
        pub id: Option<String>,
        /// When it was made, RFC 3339.
        pub created_at: Option<String>,
        /// When it was last changed, RFC 3339.
        pub updated_at: Option<String>,
    }

    /// What of an alert is changed: read to be written back.
    pub struct AlertState {
        /// The state of the work on it.
        pub status: Option<Exact>,
        /// All of its tags; none where they were not sent, which is not the same as
        /// no tags.
        pub tags: Option<Vec<Exact>>,
    }
}
