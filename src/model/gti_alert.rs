//! GTI Alerts (API notes, second page, section 1.5): projects, alerts, their findings
//! and documents. Members with their default value are absent, and enumerations may
//! get new values: everything is read leniently and kept as it came.

use std::str::FromStr;

use super::view::{Exact, view};

/// The project of an organisation, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project(String);

impl Project {
    /// The id.
    pub fn id(&self) -> &str {
        &self.0
    }

    /// The name of the project: `projects/gti-12345`.
    pub fn name(&self) -> String {
        format!("projects/{}", self.0)
    }
}

impl FromStr for Project {
    type Err = String;

    /// Takes an id, or a name; and the form in which the address of a page holds it.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let id = ["projects/", "projects%2F", "projects%2f"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .unwrap_or(text);
        let sound = !id.is_empty()
            && id.len() <= 128
            && !matches!(id, "." | "..")
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        if sound {
            Ok(Self(id.to_owned()))
        } else {
            Err(format!(
                "`{text}` is not a project: write its id, like gti-12345, which the web interface shows in its address as project=projects%2Fgti-12345"
            ))
        }
    }
}

/// What an alert can be changed to, and the verb that does it. No verb leads back to
/// `NEW`.
pub const VERBS: [(&str, &str); 9] = [
    ("READ", "read"),
    ("TRIAGED", "triage"),
    ("ESCALATED", "escalate"),
    ("RESOLVED", "resolve"),
    ("DUPLICATE", "duplicate"),
    ("FALSE_POSITIVE", "falsePositive"),
    ("NOT_ACTIONABLE", "notActionable"),
    ("BENIGN", "benign"),
    ("TRACKED_EXTERNALLY", "trackExternally"),
];

/// The states that a verb leads to.
pub const REACHABLE: [&str; 9] = {
    let mut states = [""; 9];
    let mut index = 0;
    while index < VERBS.len() {
        states[index] = VERBS[index].0;
        index += 1;
    }
    states
};

/// Every state of an alert that is known.
pub const STATES: [&str; 10] = [
    "NEW",
    "READ",
    "TRIAGED",
    "ESCALATED",
    "RESOLVED",
    "DUPLICATE",
    "FALSE_POSITIVE",
    "NOT_ACTIONABLE",
    "BENIGN",
    "TRACKED_EXTERNALLY",
];

/// The last part of a resource's name, which is its id.
pub fn id_of(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The word of an enumeration without its prefix: `SEVERITY_LEVEL_HIGH` is `HIGH`.
/// What is unspecified says nothing.
pub fn level(word: &str) -> Option<&str> {
    const PREFIXES: [&str; 4] = [
        "SEVERITY_LEVEL_",
        "PRIORITY_LEVEL_",
        "RELEVANCE_LEVEL_",
        "CONFIDENCE_LEVEL_",
    ];
    let bare = PREFIXES
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix))
        .unwrap_or(word);
    let says = !bare.is_empty() && !bare.ends_with("UNSPECIFIED");
    says.then_some(bare)
}

view! {
    /// An alert.
    pub struct GtiAlert {
        /// `projects/{project}/alerts/{alert}`.
        pub name: Option<String>,
        /// What it is about, in a few words.
        pub title as "displayName": Option<String>,
        /// The state of the work on it.
        pub state: Option<String>,
        /// What it is about, in some sentences.
        pub summary as "aiSummary": Option<String>,
        /// Its version.
        pub etag: Option<String>,
        /// When it was made and changed, and by whom.
        pub audit: Audit,
        /// How many findings it has.
        pub finding_count as "findingCount": Option<u64>,
        /// Their names.
        pub findings: Vec<String>,
        /// The alert that it repeats.
        pub duplicate_of as "duplicateOf": Option<String>,
        /// What kind of alert it is.
        pub detail: Detail,
        /// How much it concerns the customer.
        pub relevance as "relevanceAnalysis": Relevance,
        /// How bad it is.
        pub severity as "severityAnalysis": Severity,
        /// How soon it is to be looked at.
        pub priority as "priorityAnalysis": Priority,
    }

    /// When something was made and changed, RFC 3339, and by whom.
    pub struct Audit {
        /// When it was made.
        pub created as "createTime": Option<String>,
        /// When it was last changed.
        pub updated as "updateTime": Option<String>,
        /// Who changed it last: a user or a job.
        pub updater: Option<String>,
    }

    /// What kind of alert it is.
    pub struct Detail {
        /// The name of the member that is set.
        pub kind as "detailType": Option<String>,
        /// Leaked data.
        pub data_leak as "dataLeak": DetailOf,
        /// Access for sale.
        pub initial_access_broker as "initialAccessBroker": DetailOf,
        /// Help from within.
        pub insider_threat as "insiderThreat": DetailOf,
    }

    /// What is said of each kind.
    pub struct DetailOf {
        /// How bad it is.
        pub severity: Option<String>,
        /// The documents that it was raised for: ids, or names.
        pub documents as "discoveryDocumentIds": Vec<String>,
        /// The document of a finding.
        pub document as "documentId": Option<String>,
        /// How well that matches, 0 to 1.
        pub score as "matchScore": Option<String>,
    }

    /// How much an alert concerns the customer.
    pub struct Relevance {
        /// Whether it does; absent where it does not.
        pub relevant: Option<bool>,
        /// To which degree.
        pub level as "relevanceLevel": Option<String>,
        /// How sure that is.
        pub confidence: Option<String>,
        /// Why.
        pub reasoning: Option<String>,
    }

    /// How bad an alert is.
    pub struct Severity {
        /// To which degree.
        pub level as "severityLevel": Option<String>,
        /// How sure that is.
        pub confidence: Option<String>,
        /// Why.
        pub reasoning: Option<String>,
    }

    /// How soon an alert is to be looked at.
    pub struct Priority {
        /// To which degree.
        pub level as "priorityLevel": Option<String>,
        /// How sure that is.
        pub confidence: Option<String>,
        /// Why.
        pub reasoning: Option<String>,
    }

    /// What tells alerts and their versions apart.
    pub struct GtiAlertKey {
        /// Its name.
        pub name: Option<String>,
        /// Its version.
        pub etag: Option<String>,
        /// When it was made and changed.
        pub audit: Audit,
    }

    /// What of an alert is compared and changed.
    pub struct GtiAlertState {
        /// The state of the work on it.
        pub state: Option<Exact>,
        /// Its version.
        pub etag: Option<Exact>,
        /// When it was changed, and by whom.
        pub audit: Audit,
        /// The alert that it repeats: its name.
        pub duplicate_of as "duplicateOf": Option<String>,
    }

    /// A finding: one match that an alert was raised for.
    pub struct Finding {
        /// `projects/{project}/findings/{finding}`.
        pub name: Option<String>,
        /// What it is.
        pub title as "displayName": Option<String>,
        /// What it is about, in some sentences.
        pub summary as "aiSummary": Option<String>,
        /// What found it.
        pub provider: Option<String>,
        /// When it was made.
        pub audit: Audit,
        /// What kind of finding it is.
        pub detail: Detail,
        /// How bad it is.
        pub severity as "severityAnalysis": Severity,
    }

    /// A document that an alert was raised for.
    pub struct Document {
        /// `projects/{project}/alerts/{alert}/documents/{document}`.
        pub name: Option<String>,
        /// Its title.
        pub title: Option<String>,
        /// Its text.
        pub content: Option<String>,
        /// Who wrote it.
        pub author: Option<String>,
        /// Where: the name of a forum or a market.
        pub source: Option<String>,
        /// Its address there.
        pub uri as "sourceUri": Option<String>,
        /// Its language: `de`.
        pub language as "languageCode": Option<String>,
        /// What it is about, in some sentences.
        pub summary as "aiSummary": Option<String>,
        /// When it was published.
        pub created as "createTime": Option<String>,
        /// When it was collected.
        pub collected as "collectionTime": Option<String>,
        /// The same in English.
        pub translation: Translation,
    }

    /// A document in English.
    pub struct Translation {
        /// Its title.
        pub title as "translatedTitle": Option<String>,
        /// Its text.
        pub content as "translatedContent": Option<String>,
    }
}

impl Detail {
    /// The member that is set.
    pub fn of(&self) -> &DetailOf {
        let all = [
            &self.data_leak,
            &self.initial_access_broker,
            &self.insider_threat,
        ];
        let set = all.into_iter().find(|of| **of != DetailOf::default());
        set.unwrap_or(&self.data_leak)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_ids_however_they_are_written() {
        for text in [
            "gti-12345",
            "projects/gti-12345",
            "projects%2Fgti-12345",
            " gti-12345\n",
        ] {
            assert_eq!(
                text.parse().map(|it: Project| it.name()),
                Ok("projects/gti-12345".to_owned())
            );
        }
        for text in [
            "",
            "projects/",
            "a/b",
            "..",
            "a b",
            "projects/a/alerts/b",
            "é",
        ] {
            assert!(text.parse::<Project>().is_err(), "{text}");
        }
    }

    #[test]
    fn levels_are_bare_words() {
        for (word, bare) in [
            ("SEVERITY_LEVEL_CRITICAL", Some("CRITICAL")),
            ("PRIORITY_LEVEL_LOW", Some("LOW")),
            ("MEDIUM", Some("MEDIUM")),
            ("RELEVANCE_LEVEL_UNSPECIFIED", None),
            ("SEVERITY_UNSPECIFIED", None),
            ("", None),
            ("WILD", Some("WILD")),
        ] {
            assert_eq!(level(word), bare, "{word}");
        }
    }
}
