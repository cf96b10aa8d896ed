//! An issue of attack surface management (API notes, sections 6.2 and 6.4). In
//! detail it has no `id`, but a `uid` of the same value.

use super::view::{Exact, view};

view! {
    /// An issue.
    pub struct Issue {
        /// Its id, in lists.
        pub id: Option<String>,
        /// The same id, in lists and in detail.
        pub uid: Option<String>,
        /// `weak_ssl_ciphers_enabled`.
        pub name: Option<String>,
        /// The name for people.
        pub pretty_name: Option<String>,
        /// What it is about.
        pub description: Option<String>,
        /// When it was first seen, RFC 3339.
        pub first_seen: Option<String>,
        /// When it was last seen, RFC 3339.
        pub last_seen: Option<String>,
        /// What has it.
        pub entity_name: Option<String>,
        /// `Intrigue::Entity::Uri`, …
        pub entity_type: Option<String>,
        /// The collection that it is in.
        pub collection: Option<String>,
        /// `misconfiguration`, …, in detail.
        pub category: Option<String>,
        /// `confirmed`, …, in detail.
        pub confidence: Option<String>,
        /// Its tags.
        pub tags: Vec<String>,
        /// Whether CISA lists it as known to be exploited.
        pub cisa_known_exploited: Option<bool>,
        /// What is most asked for.
        pub summary: IssueSummary,
        /// More of it, in detail.
        pub details: IssueDetails,
    }

    /// What of an issue is most asked for.
    pub struct IssueSummary {
        /// The name for people.
        pub pretty_name: Option<String>,
        /// 1 (critical) to 5 (informational).
        pub severity: Option<i64>,
        /// `open_new`, …
        pub status: Option<String>,
        /// `confirmed`, …
        pub confidence: Option<String>,
        /// `misconfiguration`, …
        pub category: Option<String>,
        /// Weaknesses and vulnerabilities.
        pub identifiers: Vec<Identifier>,
    }

    /// What an issue has in detail.
    pub struct IssueDetails {
        /// Its name.
        pub name: Option<String>,
        /// The name for people.
        pub pretty_name: Option<String>,
        /// 1 (critical) to 5 (informational).
        pub severity: Option<i64>,
        /// `confirmed`, `potential`: not the state of the work on it.
        pub status: Option<String>,
        /// What it is about.
        pub description: Option<String>,
        /// What was seen.
        pub proof: Option<String>,
        /// How to mend it.
        pub remediation: Option<String>,
        /// Where to read more.
        pub references: Vec<IssueReference>,
        /// Weaknesses and vulnerabilities.
        pub identifiers: Vec<Identifier>,
    }

    /// Where to read more.
    pub struct IssueReference {
        /// The address.
        pub uri: Option<String>,
    }

    /// A weakness or a vulnerability.
    pub struct Identifier {
        /// `CWE`, `CVE`.
        pub kind as "type": Option<String>,
        /// `CWE-298`.
        pub name: Option<String>,
    }

    /// What tells issues apart, and what moves.
    pub struct IssueKey {
        /// Its id, in lists.
        pub id: Option<String>,
        /// The same id.
        pub uid: Option<String>,
        /// Another id.
        pub uuid: Option<String>,
        /// When it was last seen, RFC 3339.
        pub last_seen: Option<String>,
        /// What moves.
        pub summary: IssueProgress,
    }

    /// What of an issue moves.
    pub struct IssueProgress {
        /// 1 to 5.
        pub severity: Option<String>,
        /// `open_new`, …
        pub status: Option<String>,
        /// The same in other words.
        pub status_new_detailed: Option<String>,
    }

    /// What of an issue is changed: read to be compared.
    pub struct IssueState {
        /// Where the status stands in detail.
        pub status: Option<Exact>,
        /// Where it stands in lists.
        pub summary: IssueStateSummary,
    }

    /// Where the status stands in lists.
    pub struct IssueStateSummary {
        /// `open_new`, …
        pub status: Option<Exact>,
    }
}

impl Issue {
    /// 1 (critical) to 5 (informational).
    pub fn severity(&self) -> Option<i64> {
        self.summary.severity.or(self.details.severity)
    }
}
