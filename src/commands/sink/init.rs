//! `gti sink init`.

use serde::Serialize;

use super::InitArgs;
use crate::commands::context::Context;
use crate::commands::members::sinks::PREPARED;
use crate::commands::row::Row;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "sink init",
    columns: Columns(&["sink", "detail"]),
    members: PREPARED,
    single: true,
    subject: Subject::Program,
};

#[derive(Serialize)]
struct Prepared<'a> {
    sink: &'a str,
    detail: String,
}

pub(super) async fn run(args: &InitArgs, cx: &mut Context) -> Result<Exit, Error> {
    let sink = cx.sink_named(&args.name)?;
    let network = cx.network()?;
    let detail = tokio::select! {
        detail = sink.init(&network) => detail?,
        () = cx.signals.wait() => return Ok(cx.signals.seen().unwrap_or(Exit::Interrupted)),
    };
    let mut output = cx.output(LAYOUT)?;
    output.record(&Row(Prepared {
        sink: &args.name,
        detail,
    }))?;
    output.finish()?;
    Ok(Exit::Done)
}
