//! `gti sink test`.

use serde::Serialize;

use super::TestArgs;
use crate::commands::context::Context;
use crate::commands::members::sinks::TRIED;
use crate::commands::output_file::Contents;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "sink test",
    columns: Columns(&["check", "status", "detail", "hint"]),
    members: TRIED,
    single: false,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Tried<'a> {
    sink: &'a str,
    check: &'static str,
    status: &'static str,
    detail: String,
    hint: Option<String>,
}

pub(super) async fn run(args: &TestArgs, cx: &mut Context) -> Result<Exit, Error> {
    let sink = cx.sink_named(&args.name)?;
    if !cx.settings.typed.retries {
        // What is wrong now is what is asked for, not what comes right later.
        cx.settings.retries = 0;
    }
    let network = cx.network()?;
    let trials = tokio::select! {
        trials = sink.test(&network) => trials,
        () = cx.signals.wait() => return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted)),
    };
    cx.records_are(Contents::Findings);
    let mut output = cx.output(LAYOUT)?;
    let mut exit = Exit::Done;
    for trial in trials {
        let status = if trial.is_good() { "ok" } else { "fail" };
        if exit == Exit::Done
            && let Some(kind) = trial.kind
        {
            exit = Exit::of(kind);
        }
        output.record(&Row(Tried {
            sink: &args.name,
            check: trial.check,
            status,
            detail: trial.detail,
            hint: trial.hint,
        }))?;
    }
    output.finish()?;
    Ok(exit)
}
