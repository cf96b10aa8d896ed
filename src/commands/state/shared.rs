//! `gti state` over a database that several hosts share.

use super::StateCommand;
use super::list::LAYOUT as LIST;
use super::rewind::LAYOUT as REWIND;
use super::row::{Around, Shown};
use super::show::LAYOUT as SHOW;
use super::verify::{self, Verdict};
use crate::commands::context::Context;
use crate::commands::row::Row;
use crate::enrich::journal::JOB;
use crate::feed::Position;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::output::Layout;
use crate::postgres::{Claimed, Database, Entry, Patience};
use crate::state::checkpoint::{CheckpointName, FileOwner};
use crate::state::dead_letters::DeadLetters;

/// The database that a command is about; none where it is about this machine: the files
/// of sinks and the dead letters stay there.
pub(super) fn database(command: &StateCommand, cx: &Context) -> Result<Option<Database>, Error> {
    let local = match command {
        StateCommand::Reset { owner, .. } => matches!(owner, FileOwner::Sink(_)),
        StateCommand::Replay(_) => true,
        _ => false,
    };
    if local {
        return Ok(None);
    }
    let target = cx.state_target()?;
    Ok(target.map(|target| Database::new(target, Patience::none())))
}

/// What is said of `gti state init` where this machine keeps the state.
pub(super) fn missing() -> Error {
    Error::usage("the state directory needs nothing created")
        .hint("name a database with --state or GTI_STATE_URL")
}

pub(super) async fn run(
    command: &StateCommand,
    database: Database,
    cx: &mut Context,
) -> Result<Exit, Error> {
    match command {
        StateCommand::List => list(database, cx).await,
        StateCommand::Show { name } => show(name, database, cx).await,
        StateCommand::Rewind { name, by } => rewind(name, *by, database, cx).await,
        StateCommand::Reset {
            owner: FileOwner::Checkpoint(name),
            file,
        } => reset(name, *file, database, cx).await,
        StateCommand::Verify { name } => verify(name, database, cx).await,
        StateCommand::Init => init(database, cx).await,
        StateCommand::Reset { .. } | StateCommand::Replay(_) => Err(missing()),
    }
}

fn around(cx: &Context, entry: &Entry) -> Result<Around, Error> {
    let directory = cx.settings.directories.state()?;
    let name: Result<CheckpointName, _> = entry.checkpoint.name.parse();
    let letters = match name {
        Ok(name) => DeadLetters::of(directory, &name).count()?,
        Err(_) => 0,
    };
    let holder = entry.holder.as_ref().map(crate::postgres::Holder::pid);
    let file = entry.file.as_ref().map(|file| file.mark);
    Ok(Around::shared(holder, file, letters))
}

fn unknown(name: &CheckpointName) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("there is no checkpoint `{name}`"),
    )
    .hint("`gti state list` lists the checkpoints")
}

async fn list(mut database: Database, cx: &mut Context) -> Result<Exit, Error> {
    let entries = database.entries().await?;
    let mut output = cx.output(LIST)?;
    for entry in &entries {
        let around = around(cx, entry)?;
        output.record(&Row(Shown::brief(&entry.checkpoint, around)))?;
    }
    output.finish()?;
    Ok(Exit::Done)
}

async fn show(
    name: &CheckpointName,
    mut database: Database,
    cx: &mut Context,
) -> Result<Exit, Error> {
    let entry = database.entry(name).await?.ok_or_else(|| unknown(name))?;
    let seen = database.seen_count(name).await?;
    let around = around(cx, &entry)?;
    one(cx, SHOW, Shown::whole(&entry.checkpoint, around, seen))
}

fn one(cx: &mut Context, layout: Layout, shown: Shown) -> Result<Exit, Error> {
    let mut output = cx.output(layout)?;
    output.record(&Row(shown))?;
    output.finish()?;
    Ok(Exit::Done)
}

/// A checkpoint that is to be changed, with its lease.
async fn claimed(
    name: &CheckpointName,
    database: Database,
    cx: &Context,
) -> Result<Claimed, Error> {
    let claimed = match Claimed::take(database, name, (cx.clock)()).await? {
        Ok(claimed) => claimed,
        Err((_, holder)) => {
            let holder = holder.map_or_else(
                || "another process".to_owned(),
                |holder| format!("process {} on {}", holder.pid(), holder.host),
            );
            return Err(
                Error::state(format!("checkpoint `{name}` is held by {holder}"))
                    .hint("wait for that run to end"),
            );
        }
    };
    if claimed.found.is_none() {
        claimed.give_back().await;
        return Err(unknown(name));
    }
    Ok(claimed)
}

async fn reset(
    name: &CheckpointName,
    file: bool,
    database: Database,
    cx: &mut Context,
) -> Result<Exit, Error> {
    let mut claimed = claimed(name, database, cx).await?;
    let done = if file {
        claimed.reset_file().await
    } else {
        claimed.reset().await
    };
    claimed.give_back().await;
    done?;
    cx.ui.note(&if file {
        format!("checkpoint `{name}` will continue in whatever file it finds")
    } else {
        format!("checkpoint `{name}` is forgotten")
    });
    Ok(Exit::Done)
}

async fn rewind(
    name: &CheckpointName,
    by: std::time::Duration,
    database: Database,
    cx: &mut Context,
) -> Result<Exit, Error> {
    let mut claimed = claimed(name, database, cx).await?;
    let now = (cx.clock)();
    let found = claimed.found.clone().ok_or_else(|| unknown(name))?;
    let moved = match Position::parse(&found.position) {
        Ok(mut stands) => {
            // From a time to come one would not get back to what was missed.
            stands.hold_to(now);
            let (back, since) = stands.rewound(by);
            let moved = claimed.rewind(&back.text(), back.mark(), since, now).await;
            moved.map_err(Error::from)
        }
        Err(reason) => Err(damaged(name, &reason)),
    };
    claimed.give_back().await;
    one(cx, REWIND, Shown::brief(&moved?, Around::default()))
}

fn damaged(name: &CheckpointName, reason: &str) -> Error {
    Error::state(format!(
        "the position of checkpoint `{name}` is damaged: {reason}"
    ))
}

async fn verify(
    name: &CheckpointName,
    mut database: Database,
    cx: &mut Context,
) -> Result<Exit, Error> {
    let entry = database.entry(name).await?.ok_or_else(|| unknown(name))?;
    let mut problems = Vec::new();
    if entry.checkpoint.belongings.feed != JOB
        && let Err(reason) = Position::parse(&entry.checkpoint.position)
    {
        problems.push(damaged(name, &reason).to_string());
    }
    if let Err(error) = database.check_rights().await {
        problems.push(Error::from(error).to_string());
    }
    verify::tell(
        cx,
        Verdict {
            name: name.to_string(),
            ok: problems.is_empty(),
            problems,
            uncommitted_bytes: None,
        },
    )
}

async fn init(mut database: Database, cx: &mut Context) -> Result<Exit, Error> {
    let applied = database.migrate().await?;
    let schema = database.target().schema().to_owned();
    cx.ui.note(&match applied {
        0 => format!("the tables in the schema `{schema}` are up to date"),
        1 => format!("applied 1 migration to the schema `{schema}`"),
        applied => format!("applied {applied} migrations to the schema `{schema}`"),
    });
    Ok(Exit::Done)
}
