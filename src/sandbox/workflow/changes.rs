//! What alerts and issues were changed to, and when.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// The state that a change left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: Timestamp,
    pub(super) status: &'static str,
    pub(super) tags: Vec<String>,
}

/// All changes since the sandbox began, by the id of what was changed; each
/// one's in the order of time.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Changes(BTreeMap<String, Vec<Change>>);

impl Changes {
    /// The state as it was at a moment; none where nobody had changed it.
    pub(super) fn as_of(&self, id: &str, moment: Timestamp) -> Option<&Change> {
        let history = self.0.get(id)?;
        history.iter().rev().find(|change| change.at <= moment)
    }

    /// Remembers a change.
    pub(super) fn record(&mut self, id: &str, change: Change) {
        self.0.entry(id.to_owned()).or_default().push(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_knows_nothing_of_later_changes() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let mut changes = Changes::default();
        for (second, status) in [(10, "read"), (20, "closed")] {
            let change = Change {
                at: at(second),
                status,
                tags: vec![],
            };
            changes.record("a", change);
        }
        let status = |second| changes.as_of("a", at(second)).map(|change| change.status);
        assert_eq!(
            [9, 10, 19, 20].map(status),
            [None, Some("read"), Some("read"), Some("closed")]
        );
        assert_eq!(changes.as_of("b", at(99)), None);
    }
}
