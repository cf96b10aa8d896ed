//! Which records go out, and which way: the condition first, then the rules.

use std::borrow::Cow;

use jiff::Timestamp;

use super::escalation::Escalation;
use super::rules::{Action, Rules, tagged};
use crate::deliver::{Step, Unprocessed};
use crate::output::Shape;
use crate::output::jq::Filter;

/// What chooses among the records of a feed.
pub(crate) struct Selection {
    condition: Option<Filter>,
    /// The shape in which records are written, and shown to the condition.
    shape: Shape,
    rules: Option<Rules>,
}

/// What is to become of a record.
pub(super) enum Choice<'s, 'a> {
    /// It goes out.
    Send {
        /// The record, with tags where a rule gives some.
        json: Cow<'a, str>,
        /// The named sink that it goes to instead of the main way.
        sink: Option<&'s str>,
        /// The status that it is given, or why that can't be sent.
        status: Option<Result<Escalation, &'static str>>,
    },
    /// It is not wanted.
    Drop,
    /// Nobody can say.
    Failed(Unprocessed),
}

impl Selection {
    /// Chooses by a condition on records of this shape and by rules on the objects,
    /// where there are any.
    pub(crate) fn new(condition: Option<Filter>, shape: Shape, rules: Option<Rules>) -> Self {
        Self {
            condition,
            shape,
            rules,
        }
    }

    pub(super) fn choose<'s, 'a>(&'s self, json: &'a str, now: Timestamp) -> Choice<'s, 'a> {
        let holds = |condition: &Filter| condition.truthy(&self.shape.of(json));
        match self.condition.as_ref().map(holds) {
            None | Some(Ok(true)) => self.by_rules(json, now),
            Some(Ok(false)) => Choice::Drop,
            Some(Err(error)) => {
                let reason = format!("--where failed on a record: {error}");
                let stopped = error.spent().is_some();
                Choice::Failed(Unprocessed::new(Step::Where, reason).stopped(stopped))
            }
        }
    }

    fn by_rules<'s, 'a>(&'s self, json: &'a str, now: Timestamp) -> Choice<'s, 'a> {
        let send = |json, sink, status| Choice::Send { json, sink, status };
        let as_it_is = Cow::Borrowed(json);
        let Some(rules) = &self.rules else {
            return send(as_it_is, None, None);
        };
        let judgement = rules.judge(json, now);
        if let Some(trouble) = judgement.trouble {
            let why = Unprocessed::new(Step::Rules, trouble);
            return Choice::Failed(why.stopped(judgement.stopped));
        }
        let Some(rule) = judgement.rule else {
            return send(as_it_is, None, None);
        };
        match &rule.action {
            Action::Drop => Choice::Drop,
            Action::Keep => send(as_it_is, None, None),
            Action::Tag(tags) => send(Cow::Owned(tagged(json, rule, tags)), None, None),
            Action::Route(sink) => send(as_it_is, Some(sink), None),
            Action::Escalate(status) => {
                let status = match (judgement.id, status) {
                    (Some(id), Some(status)) => Ok(Escalation {
                        id,
                        status: status.clone(),
                    }),
                    _ => Err("an alert has no id, so its status cannot be sent back"),
                };
                send(as_it_is, None, Some(status))
            }
        }
    }
}
