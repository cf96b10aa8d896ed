//! The member that is added to a line.

use serde::Serialize;

use super::line::{Form, Line, Status, Told};

/// How lines are written.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    /// The name of the member.
    pub member: String,
    /// Whether only lines with a hit are written.
    pub only_hits: bool,
    /// How the other side is talked to.
    pub protocol: Protocol,
}

/// How the other side is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Lines in, the same lines out.
    Lines,
    /// rsyslog's mmexternal: for each message, what is to be changed of it.
    Rsyslog,
}

#[derive(Serialize)]
struct Member<'a> {
    status: &'static str,
    worst: Option<Worst<'a>>,
    indicators: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Worst<'a> {
    value: &'a str,
    verdict: Option<&'a str>,
    severity: Option<&'a str>,
    threat_score: Option<i64>,
}

#[derive(Serialize)]
struct Shown<'a> {
    value: &'a str,
    #[serde(rename = "type")]
    value_type: &'static str,
    field: &'a str,
    verdict: Option<&'a str>,
    severity: Option<&'a str>,
    threat_score: Option<i64>,
    link: Option<String>,
    from: &'static str,
}

/// The member of most lines.
const NOTHING: &[u8] = br#"{"status":"none","worst":null,"indicators":[]}"#;

impl Style {
    /// Writes a line of these bytes; whether it was a hit.
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        bytes: &[u8],
        line: &Line,
        status: Status,
    ) -> bool {
        let hit = line.told.iter().any(Told::is_hit);
        let (text, ending) = bytes.split_at(bytes.len() - line.ending);
        match self.protocol {
            Protocol::Rsyslog => {
                if hit || !self.only_hits {
                    out.extend_from_slice(b"{\"$!\":{");
                    self.member(out, line, status);
                    out.extend_from_slice(b"}}\n");
                } else {
                    // Each message wants an answer.
                    out.extend_from_slice(b"{}\n");
                }
            }
            // What begins as an object and can't be read is kept: nobody knows whether it
            // is a hit.
            Protocol::Lines
                if self.only_hits
                    && !hit
                    && !(matches!(line.form, Form::Other)
                        && text.trim_ascii_start().starts_with(b"{")) => {}
            Protocol::Lines => {
                match line.form {
                    Form::Other => out.extend_from_slice(text),
                    Form::Object(gap) => {
                        out.extend_from_slice(&text[..gap.at]);
                        if !gap.first {
                            out.push(b',');
                        }
                        self.member(out, line, status);
                        out.extend_from_slice(&text[gap.at..]);
                    }
                    Form::Text => {
                        out.extend_from_slice(b"{\"message\":");
                        json(out, &String::from_utf8_lossy(text));
                        out.push(b',');
                        self.member(out, line, status);
                        out.push(b'}');
                    }
                }
                out.extend_from_slice(ending);
            }
        }
        hit
    }

    /// Writes a piece of a line that is too long to be looked at.
    pub(super) fn pass(&self, out: &mut Vec<u8>, piece: &[u8]) {
        match self.protocol {
            Protocol::Rsyslog if piece.ends_with(b"\n") => out.extend_from_slice(b"{}\n"),
            Protocol::Lines if !self.only_hits => out.extend_from_slice(piece),
            _ => {}
        }
    }

    fn member(&self, out: &mut Vec<u8>, line: &Line, status: Status) {
        json(out, &self.member);
        out.push(b':');
        if line.told.is_empty() && status == Status::None {
            out.extend_from_slice(NOTHING);
            return;
        }
        let worst = line.told.iter().rev().max_by_key(|told| told.badness());
        json(
            out,
            &Member {
                status: status.name(),
                worst: worst.map(|told| Worst {
                    value: &told.known.value,
                    verdict: told.known.verdict.as_deref(),
                    severity: told.known.severity.as_deref(),
                    threat_score: told.known.threat_score,
                }),
                indicators: line.told.iter().map(Shown::of).collect(),
            },
        );
    }
}

impl<'a> Shown<'a> {
    fn of(told: &'a Told) -> Self {
        let known = &told.known;
        Self {
            value: &known.value,
            value_type: known.value_type.name(),
            field: &told.field,
            verdict: known.verdict.as_deref(),
            severity: known.severity.as_deref(),
            threat_score: known.threat_score,
            link: known.link(),
            from: told.from.name(),
        }
    }
}

fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(out, value).expect("texts and numbers are JSON");
}
