//! What shall be changed, and what that means for one item.

/// What shall be changed about every item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// The new status.
    pub status: Option<String>,
    /// Tags that shall be there.
    pub add: Vec<String>,
    /// Tags that shall not.
    pub remove: Vec<String>,
    /// Change only what has this status.
    pub if_status: Option<String>,
    /// The id of the alert that it repeats.
    pub duplicate_of: Option<String>,
}

/// What an item is like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// Its status, where the service says one.
    pub status: Option<String>,
    /// Its tags, in the service's order.
    pub tags: Vec<String>,
    /// Its version, where the service tells versions apart.
    pub version: Version,
    /// The id of the alert that it repeats.
    pub duplicate_of: Option<String>,
}

/// Which version of an item something is said of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Version {
    /// What the service calls it.
    pub etag: Option<String>,
    /// When it was made, RFC 3339.
    pub since: Option<String>,
    /// Who made it.
    pub by: Option<String>,
}

/// What a change means for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It has another status than the one that was expected.
    Skip,
    /// It is not the version any more that the caller has seen.
    Overtaken,
    /// It is that way already.
    Unchanged,
    /// These are to be written.
    Write(Write),
}

/// What differs from how an item is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Write {
    /// The new status.
    pub status: Option<String>,
    /// The id of the alert that it repeats, with the status that says so.
    pub duplicate_of: Option<String>,
    /// The tags to add and to remove, and all of them after that.
    pub tags: Option<Tags>,
}

/// A change of tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tags {
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that go.
    pub removed: Vec<String>,
    /// All of them: what was there in its order, then what is new.
    pub all: Vec<String>,
}

/// What of an item has to be known before it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Its status, which is compared.
    pub status: bool,
    /// Its tags, which are written back.
    pub tags: bool,
    /// Its version, which is compared.
    pub version: bool,
}

impl Change {
    /// Whether tags are to be changed.
    pub(crate) fn concerns_tags(&self) -> bool {
        !self.add.is_empty() || !self.remove.is_empty()
    }

    /// What of an item has to be known, of which the caller has seen this version.
    pub(crate) fn needs(&self, seen: Option<&str>) -> Needs {
        Needs {
            status: self.if_status.is_some(),
            tags: self.concerns_tags(),
            version: seen.is_some(),
        }
    }

    /// What the change means for an item, of which the caller has seen this version.
    pub(crate) fn decide(&self, state: &State, seen: Option<&str>) -> Decision {
        if seen.is_some() && seen != state.version.etag.as_deref() {
            return Decision::Overtaken;
        }
        if self.if_status.is_some() && self.if_status != state.status {
            return Decision::Skip;
        }
        let repeats_another =
            self.duplicate_of.is_some() && self.duplicate_of != state.duplicate_of;
        let status = self.status.clone();
        let status =
            status.filter(|status| repeats_another || state.status.as_ref() != Some(status));
        let write = Write {
            duplicate_of: self.duplicate_of.clone().filter(|_| status.is_some()),
            status,
            tags: self.tags(state),
        };
        if write == Write::default() {
            Decision::Unchanged
        } else {
            Decision::Write(write)
        }
    }

    fn tags(&self, state: &State) -> Option<Tags> {
        let mut all = Vec::with_capacity(state.tags.len() + self.add.len());
        let mut removed = vec![];
        for tag in &state.tags {
            let list = if self.remove.contains(tag) {
                &mut removed
            } else {
                &mut all
            };
            list.push(tag.clone());
        }
        let mut added: Vec<String> = vec![];
        for tag in &self.add {
            if !all.contains(tag) {
                all.push(tag.clone());
                added.push(tag.clone());
            }
        }
        removed.dedup();
        (!added.is_empty() || !removed.is_empty()).then_some(Tags {
            added,
            removed,
            all,
        })
    }
}

impl State {
    /// The state after a change was written.
    #[must_use]
    pub(crate) fn after(&self, write: &Write) -> Self {
        let tags = write.tags.as_ref().map(|tags| &tags.all);
        Self {
            status: write.status.clone().or_else(|| self.status.clone()),
            tags: tags.unwrap_or(&self.tags).clone(),
            version: self.version.clone(),
            duplicate_of: write.duplicate_of.clone().or(self.duplicate_of.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &str) -> Vec<String> {
        words.split_whitespace().map(str::to_owned).collect()
    }

    /// `STATUS TAG…` before, `--status`, `--add-tag`, `--remove-tag`,
    /// `--if-status`; then `STATUS TAG…` after, or the word for nothing.
    #[test]
    fn the_table_of_decisions() {
        for (before, status, add, remove, if_status, after) in [
            ("new", "read", "", "", "", "read"),
            ("new", "new", "", "", "", "unchanged"),
            ("new", "read", "", "", "new", "read"),
            ("read", "closed", "", "", "new", "skip"),
            ("closed", "closed", "", "", "new", "skip"),
            ("new b a", "", "c", "", "", "new b a c"),
            ("new b a", "", "c a c", "", "", "new b a c"),
            ("new b a", "", "a b", "", "", "unchanged"),
            ("new b a", "", "", "b", "", "new a"),
            ("new a", "", "", "b", "", "unchanged"),
            ("new b a", "", "c", "b x", "", "new a c"),
            ("new a", "read", "a", "", "", "read a"),
            ("new a", "new", "b", "", "", "new a b"),
            ("new a a b", "", "c", "", "", "new a a b c"),
        ] {
            let change = Change {
                status: texts(status).pop(),
                add: texts(add),
                remove: texts(remove),
                if_status: texts(if_status).pop(),
                duplicate_of: None,
            };
            let (first, tags) = before.split_once(' ').unwrap_or((before, ""));
            let state = State {
                status: Some(first.to_owned()),
                tags: texts(tags),
                ..State::default()
            };
            let met = match change.decide(&state, None) {
                Decision::Overtaken => "overtaken".to_owned(),
                Decision::Skip => "skip".to_owned(),
                Decision::Unchanged => "unchanged".to_owned(),
                Decision::Write(write) => {
                    let State { status, tags, .. } = state.after(&write);
                    [vec![status.expect("one")], tags].concat().join(" ")
                }
            };
            assert_eq!(met, after, "{before} {change:?}");
        }
    }

    #[test]
    fn another_version_than_the_one_that_was_seen_is_left_alone() {
        let change = Change {
            status: Some("READ".to_owned()),
            ..Change::default()
        };
        let mut state = State::default();
        for (etag, seen, overtaken) in [
            (Some("1"), Some("1"), false),
            (Some("1"), None, false),
            (Some("2"), Some("1"), true),
            (None, Some("1"), true),
        ] {
            state.version.etag = etag.map(str::to_owned);
            let decision = change.decide(&state, seen);
            assert_eq!(
                decision == Decision::Overtaken,
                overtaken,
                "{etag:?} {seen:?}"
            );
        }
    }

    #[test]
    fn a_duplicate_of_another_alert_is_written_again() {
        let text = |text: &str| Some(text.to_owned());
        let change = Change {
            status: text("DUPLICATE"),
            duplicate_of: text("a"),
            ..Change::default()
        };
        for (status, of, written) in [
            ("NEW", None, true),
            ("DUPLICATE", None, true),
            ("DUPLICATE", text("b"), true),
            ("DUPLICATE", text("a"), false),
        ] {
            let state = State {
                status: text(status),
                duplicate_of: of,
                ..State::default()
            };
            let decision = change.decide(&state, None);
            let expected = if written {
                Decision::Write(Write {
                    status: text("DUPLICATE"),
                    duplicate_of: text("a"),
                    tags: None,
                })
            } else {
                Decision::Unchanged
            };
            assert_eq!(decision, expected, "{state:?}");
        }
    }

    #[test]
    fn an_item_without_a_status_is_given_one_but_meets_no_expectation() {
        let mut change = Change {
            status: Some("read".to_owned()),
            ..Change::default()
        };
        assert!(matches!(
            change.decide(&State::default(), None),
            Decision::Write(_)
        ));
        change.if_status = Some("new".to_owned());
        assert_eq!(change.decide(&State::default(), None), Decision::Skip);
    }
}
