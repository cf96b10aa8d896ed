//! What a rule does with an alert.

/// The action of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The alert goes no further.
    Drop,
    /// It goes where all go.
    Keep,
    /// It goes where all go, with these tags beside what the service sent.
    Tag(Vec<String>),
    /// It goes where all go, and the service is told this status; none while
    /// the feed is not known, whose own it is then.
    Escalate(Option<String>),
    /// It goes to the sink of this name, and nowhere else.
    Route(String),
}

impl Action {
    /// The names, as a rule writes them.
    pub const NAMES: [&str; 5] = ["drop", "keep", "tag", "escalate", "route"];

    /// The name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Keep => "keep",
            Self::Tag(_) => "tag",
            Self::Escalate(_) => "escalate",
            Self::Route(_) => "route",
        }
    }

    /// What it does that the name alone doesn't say: tags, a status, a sink.
    pub fn with(&self) -> Option<String> {
        match self {
            Self::Drop | Self::Keep => None,
            Self::Tag(tags) => Some(tags.join(", ")),
            Self::Escalate(status) => status.clone(),
            Self::Route(sink) => Some(sink.clone()),
        }
    }
}

/// The statuses of threat monitoring alerts (API notes, section 7.1), the one
/// for `escalate` first.
const DTM: [&str; 9] = [
    "escalated",
    "new",
    "read",
    "in_progress",
    "closed",
    "no_action_required",
    "duplicate",
    "not_relevant",
    "tracked_external",
];

/// The statuses of attack surface issues (API notes, section 6.4), the one for
/// `escalate` first.
const ASM: [&str; 13] = [
    "open_in_progress",
    "open_new",
    "open_triaged",
    "closed",
    "closed_mitigated",
    "closed_resolved",
    "closed_duplicate",
    "closed_out_of_scope",
    "closed_benign",
    "closed_risk_accepted",
    "closed_false_positive",
    "closed_no_repro",
    "closed_tracked_externally",
];

/// The statuses that the objects of a feed can take, first the one that
/// `escalate` gives where the rule names none; nothing for other feeds.
pub fn statuses(feed: &str) -> &'static [&'static str] {
    match feed {
        "dtm" => &DTM,
        "asm" => &ASM,
        _ => &[],
    }
}
