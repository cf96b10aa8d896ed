//! Inputs in JSON documents: what STIX bundles and MISP events name, and what the
//! items of an array are about. All else in such a document is no input, unlike in
//! a text that is searched.

use std::io::{self, Read};
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::finding::{Finding, ValueType};
use super::form::{Findings, Form, extract_document, whole};
use super::seen::Seen;
use crate::bulk::input::Documents;
use crate::bulk::structured::about;

/// The documents that inputs are read from.
pub(crate) const DOCUMENTS: Documents = Documents {
    known: |line| is_list(line) || form(line).is_some(),
    inputs: |reader| inputs(reader),
};

/// The members that tell forms apart.
#[derive(Deserialize)]
struct Top {
    objects: Option<IgnoredAny>,
    #[serde(rename = "Event")]
    event: Option<IgnoredAny>,
    #[serde(rename = "Attribute")]
    attribute: Option<IgnoredAny>,
    /// What searches of MISP answer.
    response: Option<IgnoredAny>,
}

/// The form of a JSON document, where it is one that says which of its strings are
/// indicators.
fn form(document: &str) -> Option<Form> {
    let begins = document.trim_start();
    if begins.starts_with('[') {
        // Lists of events; the first tells.
        let items = serde_json::from_str::<Vec<&RawValue>>(begins).ok()?;
        return form(items.first()?.get()).filter(|form| *form == Form::Misp);
    }
    let top = serde_json::from_str::<Top>(begins).ok()?;
    if top.objects.is_some() {
        return Some(Form::Stix);
    }
    let misp = top.event.or(top.attribute).or(top.response).is_some();
    misp.then_some(Form::Misp)
}

/// A list as the API sends it.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
}

fn is_list(document: &str) -> bool {
    serde_json::from_str::<Answer<'_>>(document).is_ok()
}

/// The inputs in one document, or in several one behind the other.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where there is none, with what the document is
/// instead.
fn inputs(reader: Box<dyn Read + Send>) -> io::Result<Vec<String>> {
    let text = whole(reader).map_err(|error| invalid(error.to_string()))?;
    let mut found = Values {
        values: vec![],
        seen: Seen::new(),
    };
    // A run that found nothing prints an array all the same.
    let mut nothing = true;
    for document in Deserializer::from_str(&text).into_iter::<&RawValue>() {
        let document = document
            .map_err(|error| invalid(format!("the input is no valid JSON: {error}")))?
            .get();
        nothing &= document == "[]";
        match form(document) {
            Some(form) => extract_document(document, form, &mut found),
            None => found.items(document)?,
        }
    }
    if found.values.is_empty() && !nothing {
        return Err(invalid("no indicator in the JSON document".to_owned()));
    }
    Ok(found.values)
}

/// The values, in their order.
struct Values {
    values: Vec<String>,
    /// A bundle names a value in an indicator and in its observable.
    seen: Seen,
}

impl Values {
    /// What an object is about, or each item of an array: strings, and objects of
    /// this program or of the service.
    fn items(&mut self, document: &str) -> io::Result<()> {
        let items = match serde_json::from_str::<Answer<'_>>(document) {
            Ok(answer) => answer.data,
            Err(_) => serde_json::from_str(document).or_else(|_| {
                serde_json::from_str::<&RawValue>(document).map(|single| vec![single])
            })?,
        };
        for (at, item) in items.iter().enumerate() {
            let item = item.get();
            let value = match serde_json::from_str::<String>(item) {
                Ok(text) => Some(text),
                Err(_) => about(item),
            };
            self.values.push(match value {
                Some(value) => value,
                None if at == 0 => {
                    return Err(invalid(
                        "the JSON document is neither STIX nor MISP, and its items name no indicator (`value`, `ioc`, `id`)".to_owned(),
                    ));
                }
                // As it stands, to be answered as an invalid input.
                None => item.to_owned(),
            });
        }
        Ok(())
    }
}

impl Findings for Values {
    fn take(&mut self, finding: Finding, _: Form) -> ControlFlow<()> {
        let wanted = !matches!(finding.kind, ValueType::Email | ValueType::Cve);
        if wanted && self.seen.is_first(finding.kind, &finding.value) {
            self.values.push(finding.value);
        }
        ControlFlow::Continue(())
    }

    fn once(&self) -> bool {
        true
    }

    fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let reader = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
        inputs(reader).map_err(|error| error.to_string())
    }

    #[test]
    fn documents_give_what_they_are_about_and_nothing_else() {
        let bundle = r#"{"type":"bundle","id":"bundle--1","objects":[
            {"type":"report","name":"evil.example","external_references":[{"url":"https://blog.example/a"}]},
            {"type":"url","value":"http://evil.example/a"},
            {"type":"indicator","pattern":"[url:value = 'http://evil.example/a' OR ipv4-addr:value = '10.0.0.1']"},
            {"type":"file","hashes":{"MD5":"9f86d081884c7d659a2feaa0c55ad015"}}]}"#;
        let event = r#"{"Event":{"info":"see other.example","uuid":"u","Attribute":[
            {"type":"domain|ip","value":"evil.example|192.0.2.1"},
            {"type":"link","value":"https://blog.example/"},
            {"type":"vulnerability","value":"CVE-2099-0001"}],
            "Object":[{"Attribute":[{"type":"ip-dst","value":"192.0.2.2"}]}]}}"#;
        for (text, expected) in [
            ("[]\n".to_owned(), &[][..]),
            (
                bundle.to_owned(),
                &[
                    "http://evil.example/a",
                    "10.0.0.1",
                    "9f86d081884c7d659a2feaa0c55ad015",
                ],
            ),
            (
                event.to_owned(),
                &["evil.example", "192.0.2.1", "192.0.2.2"],
            ),
            (
                format!("[{event}]"),
                &["evil.example", "192.0.2.1", "192.0.2.2"],
            ),
            (
                "[\"hxxp://evil[.]example\", \"no indicator\"]".to_owned(),
                &["hxxp://evil[.]example", "no indicator"],
            ),
            (
                "[\n{\"value\": \"a.example\", \"link\": \"https://b.example\"},\n{\"x\":1}]"
                    .to_owned(),
                &["a.example", "{\"x\":1}"],
            ),
            (
                "{\n \"data\": [{\"id\": \"192.0.2.1\"}]}".to_owned(),
                &["192.0.2.1"],
            ),
            (
                "{\n \"id\": \"a.example\"}\n{\"id\": \"b.example\"}".to_owned(),
                &["a.example", "b.example"],
            ),
        ] {
            let expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(read(&text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_document_without_inputs_is_refused_in_one_message() {
        for (text, says) in [
            (
                "{\"type\":\"bundle\",\"objects\":[]}",
                "no indicator in the JSON document",
            ),
            ("{\n\"a\": {\"b\": 1}}", "neither STIX nor MISP"),
            ("[1, 2]", "neither STIX nor MISP"),
            ("{\n\"a\": ", "no valid JSON: EOF while parsing a value"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
