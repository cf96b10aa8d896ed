//! The object that an answer has to be about.

use serde_json::value::RawValue;

use super::asked::Asked;
use crate::model::json::{Scan, last_member};
use crate::model::view::{Unread, View};

/// Which object an answer has to be about.
#[derive(Debug, Clone)]
pub(in crate::client) struct Subject<'a> {
    /// The types that it may have; none where any will do.
    kinds: &'static [&'static str],
    /// The members that may hold its id.
    names: &'static [&'static str],
    /// The id that was asked for; none for an object whose id nobody knows yet.
    asked: Option<Asked<'a>>,
    /// Whether it has to have attributes, be there none among them.
    described: bool,
}

impl<'a> Subject<'a> {
    /// The object that was asked for.
    pub(in crate::client) fn asked(asked: Asked<'a>) -> Self {
        Self {
            kinds: &[],
            names: &["id"],
            asked: Some(asked),
            described: false,
        }
    }

    /// An object of the service's choice, which has an id.
    pub(in crate::client) fn any() -> Self {
        Self {
            kinds: &[],
            names: &["id"],
            asked: None,
            described: false,
        }
    }

    /// The same, of one of these types.
    #[must_use]
    pub(in crate::client) fn of(self, kinds: &'static [&'static str]) -> Self {
        Self { kinds, ..self }
    }

    /// The same, whose id may stand in any of these members.
    #[must_use]
    pub(in crate::client) fn known_by(self, names: &'static [&'static str]) -> Self {
        Self { names, ..self }
    }

    /// The same, which has to have attributes: without any, an object says nothing.
    #[must_use]
    pub(in crate::client) fn described(self) -> Self {
        Self {
            described: true,
            ..self
        }
    }

    /// Checks that an object, which is sound JSON, is this one.
    ///
    /// # Errors
    /// A reason, when it has no id, is another one, or lacks its attributes.
    pub(super) fn check(&self, object: &str) -> Result<(), String> {
        let ids: Vec<String> = self
            .names
            .iter()
            .filter_map(|name| scalar(object, name))
            .collect();
        let Some(id) = ids.first() else {
            return Err(format!("the object has no `{}`", self.names[0]));
        };
        if let Some(kind) = scalar(object, "type")
            && !self.kinds.is_empty()
            && !self.kinds.contains(&kind.as_str())
        {
            return Err(format!(
                "the object is a `{kind}`, not a `{}`",
                self.kinds[0]
            ));
        }
        if let Some(asked) = &self.asked
            && !ids.iter().any(|id| asked.is_met(id, object))
        {
            return Err(format!(
                "the object is `{id}`, which is not what was asked for"
            ));
        }
        if self.described && !has_attributes(object) {
            return Err("the object has no `attributes`".to_owned());
        }
        Ok(())
    }
}

/// Whether the attributes of an object are one. What stands behind them is not read.
fn has_attributes(object: &str) -> bool {
    let mut found = false;
    // An error ends the scan where nothing more is to be learned.
    let _ = Scan::of(object).object(|member, value| {
        if member != "attributes" {
            return value.skip();
        }
        found = value.peek() == Some(b'{');
        Err(String::new())
    });
    found
}

/// The text of a member of an object, wherever it stands; none where it is absent,
/// empty, or no text.
///
/// Ids and types come before or after the attributes, which are nearly all of an
/// object and are not to be read twice.
fn scalar(object: &str, name: &str) -> Option<String> {
    match among_first(object, name) {
        Search::Found(text) => text,
        Search::Absent => None,
        Search::Open => match last_member::<&RawValue>(object.as_bytes(), &format!("\"{name}\"")) {
            Some(value) => text(&mut Scan::of(value.get())).ok().flatten(),
            None => anywhere(object, name),
        },
    }
}

/// A text, or a number's digits; none for all else.
fn text(value: &mut Scan<'_>) -> Result<Option<String>, String> {
    String::read(value, &mut Unread::default())
}

/// What came of looking for a member.
enum Search {
    Found(Option<String>),
    Absent,
    /// There is more to look at.
    Open,
}

/// Looks among the members before the first that is an object or a list.
fn among_first(object: &str, name: &str) -> Search {
    let mut search = Search::Absent;
    // An error ends the scan where nothing more is to be learned.
    let _ = Scan::of(object).object(|member, value| {
        search = match value.peek() {
            _ if member == name => Search::Found(text(value)?),
            Some(b'{' | b'[') => Search::Open,
            _ => return value.skip(),
        };
        Err(String::new())
    });
    search
}

fn anywhere(object: &str, name: &str) -> Option<String> {
    let mut found = None;
    let read = Scan::of(object).object(|member, value| {
        if member != name {
            return value.skip();
        }
        found = text(value)?;
        Ok(())
    });
    read.ok().and(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_wherever_they_stand() {
        for object in [
            r#"{"id":"x","type":"t","attributes":{"id":"y","type":"u"}}"#,
            r#"{"attributes":{"id":"y","type":"u"},"id":"x","links":{"self":"s"},"type":"t"}"#,
            r#"{"type":"t","attributes":{"id":"y"},"id":"x","links":{"id":"z","type":"v"}}"#,
            "{ \"attributes\" : [ ] , \"i\\u0064\" : \"x\", \"type\" : \"t\" }",
        ] {
            assert_eq!(scalar(object, "id").as_deref(), Some("x"), "{object}");
            assert_eq!(scalar(object, "type").as_deref(), Some("t"), "{object}");
        }
        for object in [
            "{}",
            r#"{"id":null}"#,
            r#"{"id":""}"#,
            r#"{"id":["x"]}"#,
            r#"{"attributes":{"id":"y"}}"#,
        ] {
            assert_eq!(scalar(object, "id"), None, "{object}");
        }
        assert_eq!(scalar(r#"{"id":17}"#, "id").as_deref(), Some("17"));
    }

    #[test]
    fn an_object_is_the_one_that_was_asked_for_or_none() {
        let domain = Subject::asked(Asked::Domain("evil.example")).of(&["domain"]);
        assert_eq!(
            domain.check(r#"{"id":"Evil.Example.","type":"domain"}"#),
            Ok(())
        );
        assert_eq!(domain.check(r#"{"id":"evil.example"}"#), Ok(()));
        for (object, reason) in [
            ("{}", "the object has no `id`"),
            (
                r#"{"id":"evil.example","type":"url"}"#,
                "the object is a `url`, not a `domain`",
            ),
            (
                r#"{"id":"other.example","type":"domain"}"#,
                "the object is `other.example`, which is not what was asked for",
            ),
        ] {
            assert_eq!(domain.check(object), Err(reason.to_owned()));
        }
        let issue = Subject::asked(Asked::Text("ab")).known_by(&["id", "uid", "uuid"]);
        assert_eq!(issue.check(r#"{"uuid":"AB","uid":"c"}"#), Ok(()));
        assert!(issue.check(r#"{"uuid":"b","uid":"c"}"#).is_err());
        let described = Subject::any().described();
        for (object, good) in [
            (r#"{"id":"x","attributes":{"a":1},"links":[}"#, true),
            (r#"{"attributes":{},"id":"x"}"#, true),
            (r#"{"id":"x","attributes":null}"#, false),
            (r#"{"id":"x","attributes":[]}"#, false),
            (r#"{"id":"x","links":{"attributes":{}}}"#, false),
        ] {
            assert_eq!(described.check(object).is_ok(), good, "{object}");
        }
        assert_eq!(Subject::any().check(r#"{"id":"x"}"#), Ok(()));
        assert!(Subject::any().check("{}").is_err());
    }
}
