//! Dead letters to a webhook.

use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::delivery::WebhookOptions;
use crate::commands::members::runs::REPLAYED;
use crate::commands::row::Row;
use crate::deliver::{Answering, Destination, Fate, Receiver, Replayed, redeliver};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::output::{Columns, Layout, Subject};
use crate::state::dead_letters::{Addressee, DeadLetter};

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "state replay",
    columns: Columns(&["key", "records", "status", "http_status", "error"]),
    members: REPLAYED,
    single: false,
    subject: Subject::Program,
};

/// What became of a dead letter.
#[derive(Serialize)]
struct Shown<'a> {
    key: &'a str,
    records: u64,
    status: &'static str,
    http_status: Option<u16>,
    error: Option<String>,
}

/// Delivers letters; gives those that are left, and what the run came to.
pub(super) async fn run(
    cx: &mut Context,
    options: &WebhookOptions,
    letters: Vec<DeadLetter>,
) -> Result<(Vec<DeadLetter>, Exit), Error> {
    // Whatever is missing is said before the first one goes out.
    let receivers = letters
        .iter()
        .map(|letter| receiver(cx, options, letter))
        .collect::<Result<Vec<_>, _>>()?;
    let mut output = cx.output(LAYOUT)?;
    let mut left = Vec::new();
    let (mut refused, mut ended) = (false, None);
    for (mut letter, receiver) in letters.into_iter().zip(receivers) {
        if ended.is_some() {
            output.record(&Row(Shown::not_attempted(&letter)))?;
            left.push(letter);
            continue;
        }
        let replayed = tokio::select! {
            replayed = redeliver(&mut letter, &*receiver) => replayed,
            () = cx.signals.wait() => {
                ended = Some(cx.signals.seen().unwrap_or(Exit::Interrupted));
                output.record(&Row(Shown::not_attempted(&letter)))?;
                left.push(letter);
                continue;
            }
        };
        output.record(&Row(Shown::of(&replayed)))?;
        match replayed.fate {
            Fate::Delivered => continue,
            Fate::Refused(..) => refused = true,
            Fate::Failed(error) => ended = Some(Exit::of(error.kind)),
        }
        left.push(letter);
    }
    output.finish()?;
    let exit = match ended {
        Some(exit) => exit,
        None if refused => Exit::Partial,
        None => Exit::Done,
    };
    Ok((left, exit))
}

impl<'a> Shown<'a> {
    fn of(replayed: &'a Replayed) -> Self {
        let (status, http_status, error) = match &replayed.fate {
            Fate::Delivered => ("delivered", None, None),
            Fate::Refused(status, error) => ("refused", *status, Some(error.clone())),
            Fate::Failed(error) => ("error", error.status, Some(error.to_string())),
        };
        Self {
            key: &replayed.key,
            records: replayed.records,
            status,
            http_status,
            error,
        }
    }

    fn not_attempted(letter: &'a DeadLetter) -> Self {
        Self {
            key: &letter.key,
            records: letter.count,
            status: "not_attempted",
            http_status: None,
            error: None,
        }
    }
}

/// What a letter is delivered to: what the options name, else what it was to go to.
fn receiver(
    cx: &Context,
    options: &WebhookOptions,
    letter: &DeadLetter,
) -> Result<Box<dyn Receiver>, Error> {
    let to = letter.to.as_ref();
    let sink = to.and_then(|to| to.sink.as_ref());
    let answering: Box<dyn Answering> = if let Some(name) = options.sink.as_ref().or(sink)
        && options.webhook.is_none()
    {
        named(cx, options, name)?
    } else {
        let url = options.webhook.as_ref();
        let url = url.or(to.and_then(|to| to.url.as_ref()));
        let url = url.ok_or_else(|| {
            missing(
                "the destination of a dead letter is not stored, because its URL is a secret",
                "--webhook",
            )
        })?;
        Box::new(options.aimed_at(url)?)
    };
    if let Some(to) = to {
        complete(&answering.addressee(), to)?;
    }
    answering.open(letter.form.as_deref(), &cx.network()?)
}

fn named(cx: &Context, options: &WebhookOptions, name: &str) -> Result<Box<dyn Answering>, Error> {
    if let Some(option) = options.detail() {
        return Err(Error::usage(format!(
            "{option} goes with --webhook only, and these letters go to the sink `{name}`"
        ))
        .hint("change the sink in the configuration file, or give --webhook"));
    }
    match cx.sink_named(name)? {
        Destination::Answering(answering) => Ok(answering),
        _ => Err(
            Error::usage(format!("the sink `{name}` takes no dead letters"))
                .hint("dead letters are delivered to what answers, such as a webhook: name one with --sink or --webhook"),
        ),
    }
}

/// Refuses to deliver with less than a letter needs: unsigned, without its token,
/// or unmapped it would not be what it was.
fn complete(has: &Addressee, needs: &Addressee) -> Result<(), Error> {
    if needs.signed && !has.signed {
        return Err(missing("a dead letter was signed", "--webhook-secret-file"));
    }
    if needs.mapped && !has.mapped {
        return Err(missing("a dead letter was mapped", "--webhook-body"));
    }
    let has_header = |name: &String| has.headers.iter().any(|one| one.eq_ignore_ascii_case(name));
    match needs.headers.iter().find(|name| !has_header(name)) {
        Some(name) => Err(missing(
            &format!("a dead letter was sent with the header `{name}`"),
            "--webhook-header or --webhook-header-file",
        )),
        None => Ok(()),
    }
}

fn missing(what: &str, option: &str) -> Error {
    Error::usage(what).hint(format!("secrets are not kept: give {option} again"))
}
