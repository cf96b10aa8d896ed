//! Alerts meet rules.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::action::Action;
use super::alert::Alert;
use super::test::{Test, Undecided};

/// A checked set of rules, in their order.
pub(crate) struct Rules {
    pub(super) rules: Vec<Rule>,
}

pub(crate) struct Rule {
    /// What it is called; no other rule is.
    pub name: String,
    /// Where it begins in the file, counted from 1.
    pub line: usize,
    /// What it does.
    pub action: Action,
    /// All of them must hold; those in jq come last.
    pub(super) tests: Vec<Test>,
}

/// What an alert meets.
pub(crate) struct Judgement<'r> {
    /// The alert's id, if it has one.
    pub id: Option<String>,
    /// The first rule whose conditions hold. Without one the alert is kept.
    pub rule: Option<&'r Rule>,
    /// Why no rule could be found: a condition that can't judge the alert. It is
    /// kept then, as a later rule might drop what an earlier one meant to keep.
    pub trouble: Option<String>,
    /// Whether that condition was stopped, because it came to no end: it would come
    /// to none on the next alert either.
    pub stopped: bool,
}

impl Rules {
    /// The rules, in the order in which they are tried.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The sinks that alerts are sent to, each once.
    pub(crate) fn sinks(&self) -> BTreeSet<&str> {
        let sinks = self.rules.iter().filter_map(|rule| match &rule.action {
            Action::Route(sink) => Some(sink.as_str()),
            _ => None,
        });
        sinks.collect()
    }

    /// Finds the rule that an alert meets.
    pub(crate) fn judge(&self, json: &str, now: Timestamp) -> Judgement<'_> {
        self.decide(json, now).0
    }

    /// As [`judge`](Self::judge), and says what of the alert made each of the
    /// rule's conditions hold.
    pub(crate) fn explain(&self, json: &str, now: Timestamp) -> (Judgement<'_>, Vec<String>) {
        let (judgement, alert) = self.decide(json, now);
        let reasons = match (judgement.rule, &alert) {
            (Some(rule), Some(alert)) => {
                rule.tests.iter().map(|test| test.because(alert)).collect()
            }
            _ => vec![],
        };
        (judgement, reasons)
    }

    fn decide<'a>(&self, json: &'a str, now: Timestamp) -> (Judgement<'_>, Option<Alert<'a>>) {
        let alert = match Alert::read(json, now) {
            Ok(alert) => alert,
            Err(trouble) => return (Judgement::failed(trouble), None),
        };
        let mut judgement = Judgement {
            id: alert.id().map(str::to_owned),
            rule: None,
            trouble: None,
            stopped: false,
        };
        for rule in &self.rules {
            match rule.meets(&alert) {
                Ok(false) => {}
                Ok(true) => {
                    judgement.rule = Some(rule);
                    break;
                }
                Err(Undecided { reason, stopped }) => {
                    let name = &rule.name;
                    judgement.trouble = Some(format!("rule `{name}` failed on an alert: {reason}"));
                    judgement.stopped = stopped;
                    break;
                }
            }
        }
        (judgement, Some(alert))
    }
}

impl Judgement<'_> {
    /// Of something that no rule can be asked about, for this reason.
    pub(crate) fn failed(trouble: impl Into<String>) -> Self {
        Self {
            id: None,
            rule: None,
            trouble: Some(trouble.into()),
            stopped: false,
        }
    }

    /// What becomes of the alert.
    pub(crate) fn action(&self) -> &Action {
        self.rule.map_or(&Action::Keep, |rule| &rule.action)
    }
}

impl Rule {
    /// The keys of its conditions, those in jq last.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'static str> {
        self.tests.iter().map(Test::key)
    }

    /// Whether every alert meets it.
    pub(super) fn takes_all(&self) -> bool {
        self.tests.is_empty()
    }

    fn meets(&self, alert: &Alert<'_>) -> Result<bool, Undecided> {
        for test in &self.tests {
            if !test.holds(alert)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
