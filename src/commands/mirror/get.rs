//! `gti mirror get`.

use clap::Args;
use serde::Serialize;

use super::existing;
use crate::bulk::{Fate, Tally};
use crate::commands::context::Context;
use crate::commands::members::mirroring::ENTRY;
use crate::commands::row::Row;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::indicator::Indicator;
use crate::model::time::epoch;
use crate::output::{Columns, Layout, Subject};
use crate::state::mirror::Entry;

/// Look indicators up in the mirror; no request is sent
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GetArgs {
    /// Indicators, defanged or not
    #[arg(value_name = "IOC", required = true)]
    iocs: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  gti mirror get evil.example 203.0.113[.]7
  gti mirror get evil.example -f json --jq .threat_score";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "mirror get",
    columns: Columns(&[
        "ioc",
        "type",
        "status",
        "verdict",
        "severity",
        "threat_score",
        "lists",
        "actors",
        "malware",
        "updated_at",
    ]),
    members: ENTRY,
    single: false,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Found<'a> {
    ioc: &'a str,
    value: Option<&'a str>,
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    status: &'static str,
    #[serde(flatten)]
    entry: Option<Told<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Error>,
}

/// What the mirror has of an indicator.
#[derive(Serialize)]
struct Told<'a> {
    verdict: Option<&'a str>,
    severity: Option<&'a str>,
    threat_score: Option<i64>,
    lists: &'a [String],
    actors: &'a [String],
    malware: &'a [String],
    first_seen: Option<String>,
    last_seen: Option<String>,
    updated_at: Option<String>,
    link: Option<String>,
}

impl<'a> Told<'a> {
    fn of(entry: &'a Entry) -> Self {
        let details = &entry.details;
        Self {
            verdict: details.verdict.as_deref(),
            severity: details.severity.as_deref(),
            threat_score: details.threat_score,
            lists: &details.lists,
            actors: &details.actors,
            malware: &details.malware,
            first_seen: details.first_seen.and_then(epoch),
            last_seen: details.last_seen.and_then(epoch),
            updated_at: epoch(entry.updated),
            link: entry.link(),
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &GetArgs, cx: &mut Context) -> Result<Exit, Error> {
    let mirror = existing(cx)?;
    mirror.one_state()?;
    let mut output = cx.output(LAYOUT)?;
    let mut tally = Tally::default();
    for ioc in &args.iocs {
        let indicator = match Indicator::asked(ioc, None) {
            Ok(indicator) => indicator,
            Err(invalid) => {
                let error = Error::invalid(invalid.to_string());
                tally.failed(ErrorKind::Invalid);
                output.record(&Row(Found {
                    ioc,
                    value: None,
                    kind: None,
                    status: "invalid",
                    entry: None,
                    error: Some(&error),
                }))?;
                continue;
            }
        };
        let entry = mirror.find(indicator.kind(), indicator.value())?;
        tally.count(match &entry {
            Some(_) => Fate::Ok,
            None => Fate::NotFound,
        });
        output.record(&Row(Found {
            ioc,
            value: Some(indicator.value()),
            kind: Some(indicator.kind().name()),
            status: if entry.is_some() { "ok" } else { "not_found" },
            entry: entry.as_ref().map(Told::of),
            error: None,
        }))?;
    }
    output.finish()?;
    Ok(tally.exit(None))
}
