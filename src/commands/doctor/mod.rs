//! `gti doctor`: what works, what doesn't, and what to do about it.

mod check;
mod local;
mod service;

use std::fmt::Write;

use clap::Args;

use self::check::{Finding, Status};
use super::context::Context;
use crate::commands::members::account::CHECK;
use crate::commands::output_file::Contents;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Format, Layout, Subject, sanitize};
use crate::ui::style::{Style, Tone};

/// Check the key, network, clock, state, cache and quota
///
/// Every check runs, even if an earlier one failed. Asking costs no
/// quota. The report holds no secret: only the last four characters of the key,
/// and no proxy password. It ends with the exit code of the first check that failed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DoctorArgs {
    /// Print the report as one JSON document, to attach to a question
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti doctor
  gti doctor --json > report.json
  gti doctor -f jsonl | jq 'select(.status != \"ok\")'";

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "doctor",
    columns: Columns(&["check", "status", "detail", "hint"]),
    members: CHECK,
    single: false,
    subject: Subject::Program,
};

pub(crate) async fn run(args: DoctorArgs, cx: &mut Context) -> Result<Exit, Error> {
    if args.json {
        cx.settings.format = Some(Format::Json.name().to_owned());
    }
    if !cx.settings.typed.retries {
        // What is wrong now is what is asked for, not what comes right later.
        cx.settings.retries = 0;
    }
    let shaped = cx.settings.fields.is_some() || cx.settings.jq.is_some();
    let for_people = cx.output_format()? == Format::Text && !shaped;
    cx.records_are(Contents::Findings);
    let sink = cx.sink()?;
    let style = if cx.writes_file() {
        cx.ui.style.plain()
    } else {
        cx.ui.style
    };
    // Opened first: a format that can't be is said before anybody is asked.
    let mut way = if for_people {
        Way::Lines(sink, style)
    } else {
        Way::Records(Box::new(cx.output_into(LAYOUT, sink)?))
    };
    let mut checks = vec![
        local::version(),
        local::configuration(cx),
        local::base_url(cx),
        local::alerts(cx),
        local::proxy(cx),
        local::certificates(cx),
        local::checkpoints(cx),
        local::cache(cx),
    ];
    let (key, client) = service::key(cx);
    let secret = client.as_ref().ok().and_then(crate::client::Client::key);
    checks.push(key);
    checks.extend(service::ask(cx, client).await);
    let home = cx.settings.home.as_ref();
    let home = home.map(|home| home.display().to_string());
    let redact = |text: &str| {
        let text = match &secret {
            Some(key) => String::from_utf8_lossy(&key.cut_out(text.as_bytes())).into_owned(),
            None => text.to_owned(),
        };
        match home.as_deref() {
            Some(home) if home.len() > 1 => text.replace(home, "~"),
            _ => text,
        }
    };
    let mut exit = Exit::Done;
    for check in checks {
        let check = Finding {
            detail: redact(&check.detail),
            hint: check.hint.as_deref().map(redact),
            ..check
        };
        if exit == Exit::Done
            && let Some(kind) = check.kind
        {
            exit = Exit::of(kind);
        }
        way.say(&check)?;
    }
    way.finish()?;
    Ok(exit)
}

/// How the report leaves the program.
enum Way {
    Lines(Box<dyn crate::output::sink::Sink>, Style),
    Records(Box<crate::output::Output>),
}

impl Way {
    fn say(&mut self, check: &Finding) -> Result<(), Error> {
        match self {
            Self::Lines(sink, style) => sink.write(lines(check, *style).as_bytes())?,
            Self::Records(output) => output.record(check)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Error> {
        match self {
            Self::Lines(sink, _) => sink.finish()?,
            Self::Records(output) => output.finish()?,
        }
        Ok(())
    }
}

/// A line for the check, and one for what to do.
fn lines(check: &Finding, style: Style) -> String {
    let (word, tone) = match check.status {
        Status::Ok => ("ok  ", Tone::Good),
        Status::Warn => ("warn", Tone::Warn),
        Status::Fail => ("FAIL", Tone::Bad),
    };
    let mut text = format!(
        "{}  {:<13} {}\n",
        style.paint(word, tone),
        check.check,
        sanitize(&check.detail)
    );
    if let Some(hint) = &check.hint {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{:20}hint: {}", "", sanitize(hint));
    }
    text
}
