//! A run over many inputs as a command sees it: begun, printed, and told.

use std::io;
use std::time::Duration;

use futures::Stream;

use super::context::Context;
use crate::bulk::{self, Ended, Job, OnStop, Printed, Printer, Tally};
use crate::client::Client;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::model::time::in_words;

/// So many records make a run whose end is worth a line.
const LONG: u64 = 10;

/// Does a job for every input, prints the records, and tells how it ended.
pub(super) async fn run<J: Job>(
    cx: &Context,
    client: &Client,
    job: &J,
    inputs: impl Stream<Item = io::Result<J::Input>>,
    mut printer: Printer<J::Record>,
) -> Result<Exit, Error> {
    let concurrency = cx.settings.concurrency.get();
    let stop = cx.signals.wait();
    let ended = bulk::run(client, job, inputs, concurrency, stop, &mut printer).await;
    let on_stop = job.on_stop();
    let whole = matches!(ended, Ended::Complete);
    let outcome = printer.close(whole || on_stop.lasts());
    if let Ended::Consumer(error) = ended {
        // What was written so far is still to be a document. A second failure,
        // like that of the same closed pipe, says nothing new.
        return Err(error.into());
    }
    let summary = outcome?;
    let records = summary.tally.total();
    tracing::info!(records, requests = client.requests_sent(), "done");
    match ended {
        Ended::Input(error) => Err(unread(&error)),
        Ended::Stopped => {
            let resume = summary.remarks.resume.map(|how| format!("; {how}"));
            let resume = resume.unwrap_or_default();
            if let Some(done) = summary.remarks.done {
                sum(cx, client, &summary.tally, done, summary.took);
            }
            cx.ui
                .note(&format!("stopped after {records} records{resume}"));
            Ok(cx.signals.seen().unwrap_or(Exit::Interrupted))
        }
        _ => Ok(conclude(cx, client, on_stop, summary)),
    }
}

/// The failure of an input that can't be read to its end.
pub(super) fn unread(error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::InvalidData {
        return Error::usage(error.to_string()).hint("give one indicator a line, CSV with a header (--column names the column), JSON lines, STIX 2.1 or MISP; --extract finds indicators in any text");
    }
    let message = format!("cannot read the rest of the input: {error}");
    Error::new(ErrorKind::State, message)
        .hint("run again with the rest: what was read before has its records")
}

/// Says what a long run came to.
fn sum(cx: &Context, client: &Client, tally: &Tally, done: &str, took: Duration) {
    if tally.total() >= LONG {
        cx.ui.sum(&format!(
            "{}; {} requests, {}",
            tally.line(done),
            grouped(client.requests_sent()),
            in_words(took)
        ));
    }
}

/// Says on standard error what ended the run, or why all of it failed; the records
/// say the rest.
pub(super) fn conclude(cx: &Context, client: &Client, on_stop: OnStop, printed: Printed) -> Exit {
    let Printed {
        tally,
        took,
        first,
        unprinted,
        remarks,
    } = printed;
    if let Some(done) = remarks.done {
        sum(cx, client, &tally, done, took);
    }
    match (remarks.empty, remarks.resume) {
        (Some(empty), _) if tally.total() == 0 => cx.ui.note(empty),
        (_, Some(how)) if tally.timed_out() > 0 => cx.ui.note(&format!(
            "{} of {} analyses are still pending; {how}",
            tally.timed_out(),
            tally.total()
        )),
        _ => {}
    }
    if let Some(error) = unprinted {
        cx.ui.error(&error.into());
    }
    let closed = client.closed();
    let exit = tally.exit(closed.as_ref().map(|error| error.kind));
    let reason = match (closed, first) {
        (Some(closed), _) => Some(closed),
        (None, Some(first)) if exit != Exit::Partial || tally.total() == 1 => Some(first),
        _ => None,
    };
    match reason {
        Some(reason) => cx.ui.error(&reason),
        None if on_stop.lasts() && tally.failures() > 0 => cx.ui.note(&format!(
            "{} of {} failed; their records say why",
            tally.failures(),
            tally.total()
        )),
        None => {}
    }
    exit
}
