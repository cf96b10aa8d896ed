//! What a rule does with an alert.

use super::judgement::Rule;
use crate::client::endpoints::asm::ISSUE_STATUSES;
use crate::client::endpoints::dtm_alerts::ALERT_STATUSES;
use crate::model::gti_alert::REACHABLE;

/// The action of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
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
    pub(crate) const NAMES: [&str; 5] = ["drop", "keep", "tag", "escalate", "route"];

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Keep => "keep",
            Self::Tag(_) => "tag",
            Self::Escalate(_) => "escalate",
            Self::Route(_) => "route",
        }
    }

    /// What it does that the name alone doesn't say: tags, a status, a sink.
    pub(crate) fn with(&self) -> Option<String> {
        match self {
            Self::Drop | Self::Keep => None,
            Self::Tag(tags) => Some(tags.join(", ")),
            Self::Escalate(status) => status.clone(),
            Self::Route(sink) => Some(sink.clone()),
        }
    }
}

/// The statuses that the objects of a feed can take, and of these the one that
/// `escalate` gives where the rule names none; nothing for other feeds.
pub(crate) fn statuses(feed: &str) -> Option<(&'static [&'static str], &'static str)> {
    match feed {
        "dtm" => Some((&ALERT_STATUSES, "escalated")),
        "asm" => Some((&ISSUE_STATUSES, "open_in_progress")),
        "alerts" => Some((&REACHABLE, "ESCALATED")),
        _ => None,
    }
}

/// The alert with one more member, `gti`, at its end: the rule and its tags.
/// Everything before it stays byte for byte.
pub(crate) fn tagged(json: &str, rule: &Rule, tags: &[String]) -> String {
    let mark = serde_json::json!({ "rule": rule.name, "tags": tags });
    let body = json.trim_end();
    let Some(open) = body.strip_suffix('}') else {
        return json.to_owned();
    };
    let empty = open.trim_end().ends_with('{') && open.trim().len() == 1;
    let comma = if empty { "" } else { "," };
    format!("{open}{comma}\"gti\":{mark}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escalating_gives_a_status_that_the_feed_takes() {
        for feed in ["dtm", "asm", "alerts"] {
            let (all, own) = statuses(feed).expect("takes statuses back");
            assert!(all.contains(&own), "{feed}");
        }
        assert_eq!(statuses("vuln"), None);
    }
}
