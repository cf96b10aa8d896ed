//! What of a record is sent, and how several make one body.

use std::borrow::Cow;

use bytes::Bytes;

use crate::deliver::{Step, Unprocessed};
use crate::model::json::one_line;
use crate::output::jq::{Filter, FilterError};

/// How a delivery looks on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One payload as it is.
    Single,
    /// A JSON array of payloads.
    Array,
    /// One payload a line.
    Lines,
}

/// Makes bodies of records.
pub(crate) struct Payload {
    program: Option<Filter>,
    form: Form,
}

impl Form {
    const ALL: [Self; 3] = [Self::Single, Self::Array, Self::Lines];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Array => "json-array",
            Self::Lines => "ndjson",
        }
    }

    /// The form of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// What a body of this form says it is.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Single | Self::Array => "application/json",
            Self::Lines => "application/x-ndjson",
        }
    }

    /// Joins payloads to a body.
    fn join(self, payloads: &[&str]) -> Bytes {
        Bytes::from(match self {
            Self::Single => payloads.concat(),
            Self::Array => format!("[{}]", payloads.join(",")),
            Self::Lines => payloads.iter().flat_map(|line| [*line, "\n"]).collect(),
        })
    }
}

impl Payload {
    /// Bodies of this form, of records that went through a program where there is
    /// one.
    pub(crate) fn new(program: Option<Filter>, form: Form) -> Self {
        Self { program, form }
    }

    /// The form of the bodies.
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// What is sent of a record, line by line; nothing if the program yields
    /// nothing for it.
    ///
    /// # Errors
    /// Why the program makes no payload of it, in words.
    pub(super) fn of<'a>(&self, json: &'a str) -> Result<Vec<Cow<'a, str>>, Unprocessed> {
        let Some(program) = &self.program else {
            return Ok(vec![one_line(json)]);
        };
        let failed = |cause: FilterError| {
            let stopped = cause.spent().is_some();
            let reason = format!("--webhook-body failed on a record: {cause}");
            Unprocessed::new(Step::Body, reason).stopped(stopped)
        };
        let results = program.run(json).map_err(failed)?;
        if self.form == Form::Single && results.len() > 1 {
            return Err(Unprocessed::new(
                Step::Body,
                "--webhook-body yields more than one value for a record: \
                 join them in an array, or send them with --webhook-format ndjson",
            ));
        }
        Ok(results.into_iter().map(Cow::Owned).collect())
    }

    /// The body of so many payloads.
    pub(super) fn body<'a>(&self, payloads: impl IntoIterator<Item = &'a String>) -> Bytes {
        let payloads: Vec<&str> = payloads.into_iter().map(String::as_str).collect();
        self.form.join(&payloads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(program: &str) -> Payload {
        let program = Filter::compile(program).expect("a program");
        Payload::new(Some(program), Form::Single)
    }

    #[test]
    fn each_record_becomes_one_payload_or_none() {
        let sent = |program: &str| {
            let payload = payload(program);
            payload
                .of(r#"{"id":"1"}"#)
                .map(|sent| sent.into_iter().map(Cow::into_owned).collect::<Vec<_>>())
        };
        assert_eq!(
            sent("{event: .id}"),
            Ok(vec![r#"{"event":"1"}"#.to_owned()])
        );
        assert_eq!(sent("select(.id == \"2\")"), Ok(vec![]));
        assert!(sent(".id, .id").is_err_and(|why| why.reason.contains("more than one")));
        assert!(sent("error(\"no\")").is_err_and(|why| why.reason.contains("no")));
        let plain = Payload::new(None, Form::Single);
        let untouched = r#"{"id": 1.0}"#;
        assert_eq!(plain.of(untouched), Ok(vec![Cow::Borrowed(untouched)]));
        let program = Filter::compile("{index: {_id: .id}}, .").expect("a program");
        let lines = Payload::new(Some(program), Form::Lines);
        assert_eq!(
            lines.of(r#"{"id":"1"}"#).expect("lines").join("\n"),
            "{\"index\":{\"_id\":\"1\"}}\n{\"id\":\"1\"}"
        );
    }

    #[test]
    fn payloads_are_joined_as_receivers_want_them() {
        let two = ["{}", "1"];
        assert_eq!(Form::Array.join(&two), "[{},1]");
        assert_eq!(Form::Array.join(&two[..1]), "[{}]");
        assert_eq!(Form::Lines.join(&two), "{}\n1\n");
        assert_eq!(Form::Single.join(&two[..1]), "{}");
    }
}
