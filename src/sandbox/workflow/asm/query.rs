//! The query of a search: terms of different keys must all hold, of those with
//! the same key one; a negated term must not.

use jiff::Timestamp;

use super::issue::{Issue, State};
use super::project::Project;
use super::term::Term;

/// A query, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query(Vec<Term>);

impl Query {
    /// Reads a query; an empty one asks for everything.
    ///
    /// # Errors
    /// A sentence about the first term that is wrong.
    pub(super) fn parse(text: &str, now: Timestamp) -> Result<Self, String> {
        let terms = split(text).map(|term| Term::parse(term, now));
        Ok(Self(terms.collect::<Result<_, _>>()?))
    }

    /// Whether an issue in its state is asked for.
    pub(super) fn passes(&self, issue: &Issue, state: &State, project: &Project) -> bool {
        self.0.iter().all(|term| {
            let holds = |term: &Term| term.is_true(issue, state, project);
            if term.negated {
                return !holds(term);
            }
            let same = |other: &&Term| other.key == term.key && !other.negated;
            self.0.iter().filter(same).any(holds)
        })
    }
}

/// The terms of a query: blanks part them, save those in quotes.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c == ' ' && !quoted
    })
    .filter(|term| !term.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::super::issue::visible;
    use super::*;
    use crate::sandbox::workflow::changes::Changes;

    #[test]
    fn keys_join_values_choose_and_a_mark_negates() {
        let now: Timestamp = "2026-01-20T03:00:00Z".parse().expect("a time");
        let project = Project::of(&HeaderMap::new()).expect("the default");
        let changes = Changes::default();
        let all = visible(project, now);
        let found = |text: &str| {
            let query = Query::parse(text, now).expect("a query");
            let passes = |issue: &&Issue| query.passes(issue, &issue.state(&changes, now), project);
            all.iter().filter(passes).count()
        };
        let whole = found("");
        assert_eq!(whole, all.len());
        let (one, two) = (found("severity:1"), found("severity:2"));
        assert!(one > 0 && two > 0);
        assert_eq!(found("severity:1 severity:2"), one + two);
        assert_eq!(found("severity_lte:2"), one + two);
        assert_eq!(found("severity:1 severity_gte:2"), 0);
        assert_eq!(found("!severity:1"), whole - one);
        assert_eq!(found("severity:!1 !severity:2"), whole - one - two);
        assert_eq!(found("status_new:open  status_new:closed"), whole);
        assert_eq!(found("name:\"no such name\""), 0);
        let scanned = found("last_seen_after:last_refresh");
        assert_eq!(found("last_seen_after:2026-01-20"), scanned);
        assert!(scanned > 0 && scanned < whole);
    }

    #[test]
    fn what_is_no_query_is_refused() {
        let now = Timestamp::UNIX_EPOCH;
        for text in [
            "word",
            "severity:high",
            "nonesuch:1",
            "last_seen_after:soon",
            "tag:",
        ] {
            assert!(Query::parse(text, now).is_err(), "{text}");
        }
    }
}
