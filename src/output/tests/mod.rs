//! The formats end to end: options and records in, bytes out.

mod bundles;
mod destinations;
mod exports;
mod json;
mod programs;
mod properties;
mod rows;
mod text;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::sink::{Sink, Stream};
use super::stix::Fact;
use super::*;
use crate::ui::style::Style;

/// A record of fixed parts.
#[derive(Clone, Default)]
struct Sample {
    json: String,
    digest: Option<String>,
    facts: Vec<Fact>,
}

impl Record for Sample {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.json.as_bytes());
    }

    fn text(&self, _: &Style) -> Option<String> {
        self.digest.clone()
    }

    fn stix(&self) -> Vec<Fact> {
        self.facts.clone()
    }
}

/// A record with nothing but JSON.
fn record(json: &str) -> Sample {
    Sample {
        json: json.to_owned(),
        ..Sample::default()
    }
}

/// Two records as the API would send them: one compact, one indented.
fn two() -> [Sample; 2] {
    [
        record(r#"{"ioc":"evil.example","n":{"x":1.10},"tags":["a","b"]}"#),
        record(
            "{\n  \"ioc\": \"a \\n b\",\r\n  \"n\": {\"x\": 123456789012345678901234567890},\n  \"tags\": null\n}",
        ),
    ]
}

const LAYOUT: Layout = Layout {
    command: "sample",
    columns: Columns(&["ioc", "n.x", "tags"]),
    single: false,
    members: Members::Object,
    subject: Subject::Objects,
};

fn with_jq(format: Format, program: &str) -> Options {
    Options {
        jq: Some(program.to_owned()),
        ..Options::new(format)
    }
}

fn with_fields(options: Options, list: &str) -> Options {
    Options {
        fields: Some(list.split(',').map(str::to_owned).collect()),
        ..options
    }
}

/// A writer whose bytes can be looked at while an output holds it.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Seen {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("lock").clone();
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn sink(&self) -> Box<dyn Sink> {
        Box::new(Stream::new(Box::new(self.clone()), "standard output"))
    }
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a whole run writes.
fn run(options: &Options, layout: Layout, records: &[Sample]) -> Result<String, OutputError> {
    let seen = Seen::default();
    let mut output = Output::open(options, layout, seen.sink())?;
    for record in records {
        output.record(record)?;
    }
    output.finish()?;
    Ok(seen.text())
}

fn written(options: &Options, records: &[Sample]) -> String {
    run(options, LAYOUT, records).expect("a run")
}

fn refused(options: &Options, layout: Layout) -> String {
    run(options, layout, &[])
        .expect_err("a refusal")
        .to_string()
}

#[test]
fn an_output_can_move_between_threads() {
    fn is_send<T: Send>() {}
    is_send::<Output>();
    is_send::<jq::Filter>();
}

#[test]
fn what_can_t_be_asked_is_refused_before_anything_is_written() {
    let message = refused(&with_fields(Options::new(Format::Json), "a,,b"), LAYOUT);
    assert!(message.contains("`--fields a,,b`"), "{message}");
    let message = refused(&with_jq(Format::Json, ".a |"), LAYOUT);
    assert!(message.contains("`.a |`"), "{message}");
}
