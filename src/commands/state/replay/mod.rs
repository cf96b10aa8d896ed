//! `gti state replay`.

mod deliver;
mod emit;

use clap::{Args, ValueEnum};

pub(in crate::commands) use self::emit::LAYOUT;
use crate::commands::context::Context;
use crate::commands::delivery::WebhookOptions;
use crate::commands::output_file::Contents;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::state::checkpoint::CheckpointName;
use crate::state::dead_letters::{DeadLetter, DeadLetters};

/// Process dead letters again, and forget those that succeed
///
/// Records that could not be read, filtered or shaped are printed, through --jq,
/// --fields and --format as they are given now. Deliveries that a webhook refused
/// are sent again, each under its own idempotency key, to the sink or the URL
/// that they were meant for. Secrets are not stored: name their files again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReplayArgs {
    /// The checkpoint's name; the feed's for runs without a checkpoint
    name: CheckpointName,
    /// Leave the other kind of dead letters alone
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,
    #[command(flatten)]
    delivery: WebhookOptions,
}

const EXAMPLES: &str = "\
Examples:
  gti state replay soc --jq '.id' >> soc.txt                 (records, with the program corrected)
  gti state replay soc                                       (a sink of the configuration file)
  gti state replay soc --webhook-secret-file soc.secret      (signed: the secret is not kept)
  gti state replay soc --webhook https://soar.example/new    (elsewhere)
  gti state replay ioc-stream                                (of runs without a checkpoint)";

/// What a dead letter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Records for a file or standard output
    Records,
    /// Records for a webhook
    Deliveries,
}

pub(super) async fn run(args: &ReplayArgs, cx: &mut Context) -> Result<Exit, Error> {
    let ReplayArgs {
        name,
        only,
        delivery: options,
    } = args;
    let directory = cx.settings.directories.state()?.to_owned();
    let letters = DeadLetters::of(&directory, name);
    let Some(mut opened) = letters.open()? else {
        cx.ui.note(&format!("`{name}` has no dead letters"));
        return emit::nothing(cx);
    };
    // Named now, a webhook takes records that were to go elsewhere, too.
    let elsewhere = options.names_one();
    let kind = |letter: &DeadLetter| match letter.to {
        None if !elsewhere => Kind::Records,
        _ => Kind::Deliveries,
    };
    let kind_of_all = opened.letters.first().map(kind);
    let mixed = opened
        .letters
        .iter()
        .any(|one| Some(kind(one)) != kind_of_all);
    let Some(chosen) = only.or(kind_of_all.filter(|_| !mixed)) else {
        return Err(Error::usage(format!(
            "`{name}` has dead letters of both kinds: records to print, and deliveries"
        ))
        .hint("replay one kind after the other, with --only records and --only deliveries"));
    };
    let all = std::mem::take(&mut opened.letters);
    let (these, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| kind(one) == chosen);
    cx.records_are(Contents::Changes);
    let (left, exit) = match chosen {
        Kind::Records => emit::run(cx, name, these)?,
        Kind::Deliveries => deliver::run(cx, options, these).await?,
    };
    // What was printed is where it is to be before it is forgotten here.
    cx.settle_output(exit)?;
    opened.letters = others;
    opened.letters.extend(left);
    letters.close(opened)?;
    Ok(exit)
}
