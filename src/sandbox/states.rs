//! What alerts and issues were changed to, and when.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::json::Json;

/// What may be changed about an alert or an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// Since when it is so.
    pub(super) since: Timestamp,
    pub(super) status: String,
    pub(super) tags: Vec<String>,
}

/// Every state that somebody set since the sandbox began, by the id of the thing;
/// each one's in the order of time.
#[derive(Debug, Default)]
pub(super) struct States(BTreeMap<String, Vec<State>>);

impl States {
    /// The state as it was at a moment; none where nobody had changed it.
    pub(super) fn as_of(&self, id: &str, moment: Timestamp) -> Option<State> {
        let history = self.0.get(id)?;
        let mut latest_first = history.iter().rev();
        latest_first.find(|state| state.since <= moment).cloned()
    }

    /// Remembers a new state.
    pub(super) fn set(&mut self, id: &str, state: State) {
        self.0.entry(id.to_owned()).or_default().push(state);
    }
}

/// RFC 3339 with milliseconds, as both services write it.
pub(super) fn time(time: Timestamp) -> Json {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_knows_nothing_of_later_changes() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let mut states = States::default();
        for (second, status) in [(10, "read"), (20, "closed")] {
            let state = State {
                since: at(second),
                status: status.to_owned(),
                tags: vec![],
            };
            states.set("a", state);
        }
        let seen = |second| states.as_of("a", at(second)).map(|state| state.status);
        assert_eq!(
            [9, 10, 19, 20].map(seen),
            [
                None,
                Some("read".into()),
                Some("read".into()),
                Some("closed".into())
            ]
        );
        assert_eq!(states.as_of("b", at(99)), None);
    }
}
