//! Taking a checkpoint: the lock, what it belongs to, and its position.

use std::time::Duration;

use jiff::Timestamp;

use crate::commands::context::Context;
use crate::error::{Exit, Failure};
use crate::ingest::{Held, Memory, Position};
use crate::model::problem::ProblemKind;
use crate::state::checkpoint::{Belongings, CheckpointName, Checkpoints, Hold};

/// A checkpoint, taken.
pub(super) struct Taken {
    pub(super) memory: Memory,
    pub(super) position: Position,
    /// Whether an earlier run began it.
    pub(super) resumed: bool,
    /// Holds the lock as long as it lives.
    pub(super) hold: Option<Hold>,
}

/// How a taking ended that is no failure.
pub(super) enum Taking {
    Taken(Box<Taken>),
    /// A signal came while another run held the lock.
    Stopped(Exit),
}

/// How often a lock is tried while one waits for it.
const PAUSE: Duration = Duration::from_millis(50);
/// So long a lock is waited for in any case: `gti state` looks at it for moments.
const MOMENT: Duration = Duration::from_millis(100);

/// Takes the checkpoint of a name, or begins it at a position; without a name, the
/// run remembers what it meets itself.
pub(super) async fn take(
    cx: &mut Context,
    name: Option<&CheckpointName>,
    wait: Option<Duration>,
    belongings: &Belongings,
    start: Position,
) -> Result<Taking, Failure> {
    let now = (cx.clock)();
    let Some(name) = name else {
        return Ok(Taking::Taken(Box::new(Taken {
            memory: Memory::Run,
            position: start,
            resumed: false,
            hold: None,
        })));
    };
    let directory = cx.settings.directories.state()?.to_owned();
    let hold = match lock(cx, &directory, name, wait).await? {
        Ok(hold) => hold,
        Err(exit) => return Ok(Taking::Stopped(exit)),
    };
    let mut store = Checkpoints::open(&directory)?;
    let found = store.load(name.as_str())?;
    if let Some(found) = &found {
        compare(name, &found.belongings, belongings)?;
    }
    let resumed = found.is_some();
    let checkpoint = store.take_up(name.as_str(), belongings, &start.text(), now)?;
    let position = read(&store, name, &checkpoint.position)?;
    Ok(Taking::Taken(Box::new(Taken {
        memory: Memory::Checkpoint(Box::new(Held { store, checkpoint })),
        position,
        resumed,
        hold: Some(hold),
    })))
}

/// Reads a position; one that is not understood is damage.
pub(super) fn read(
    store: &Checkpoints,
    name: &CheckpointName,
    text: &str,
) -> Result<Position, Failure> {
    Position::parse(text).map_err(|reason| {
        crate::state::StateError::Damaged {
            path: store.path().to_owned(),
            reason: format!("the position of checkpoint `{name}`: {reason}"),
        }
        .into()
    })
}

/// Refuses a run that is not the one that the checkpoint belongs to.
pub(super) fn compare(
    name: &CheckpointName,
    has: &Belongings,
    wants: &Belongings,
) -> Result<(), Failure> {
    let Some((what, has, wants)) = has.difference(wants) else {
        return Ok(());
    };
    let shown = |text: &str| match text {
        "" => "none".to_owned(),
        text => format!("`{text}`"),
    };
    Err(Failure::usage(
        format!(
            "checkpoint `{name}` belongs to a run that differs in {what}: {} there, {} here",
            shown(has),
            shown(wants)
        ),
        format!(
            "give this run a checkpoint of its own, or forget the old one with `gti state reset {name}`"
        ),
    ))
}

async fn lock(
    cx: &Context,
    directory: &std::path::Path,
    name: &CheckpointName,
    wait: Option<Duration>,
) -> Result<Result<Hold, Exit>, Failure> {
    let wait = wait.unwrap_or(MOMENT).max(MOMENT);
    let mut waited = Duration::ZERO;
    loop {
        let holder = match Hold::take(directory, name)? {
            Ok(hold) => return Ok(Ok(hold)),
            Err(holder) => holder,
        };
        if waited >= wait {
            let process = match holder.pid {
                Some(pid) => format!("process {pid}"),
                None => "another process".to_owned(),
            };
            return Err(Failure::new(
                ProblemKind::State,
                format!("checkpoint `{name}` is held by {process}"),
            )
            .hinting("let that run end, or wait for it with --wait-lock 5m"));
        }
        tokio::select! {
            () = cx.signals.wait() => return Ok(Err(cx.signals.seen().unwrap_or(Exit::Interrupted))),
            () = tokio::time::sleep(PAUSE) => waited += PAUSE,
        }
    }
}

/// The position that a run with this checkpoint would go on from; nothing is
/// created or locked.
pub(super) fn peek(
    cx: &Context,
    name: &CheckpointName,
    belongings: &Belongings,
) -> Result<Option<Position>, Failure> {
    let directory = cx.settings.directories.state()?;
    let Some(store) = Checkpoints::open_existing(directory)? else {
        return Ok(None);
    };
    let Some(found) = store.load(name.as_str())? else {
        return Ok(None);
    };
    compare(name, &found.belongings, belongings)?;
    read(&store, name, &found.position).map(Some)
}

/// What a run belongs to.
pub(super) fn belongings(cx: &Context, feed: &str, filters: String, output: String) -> Belongings {
    Belongings {
        feed: feed.to_owned(),
        filters,
        base_url: if cx.settings.sandbox {
            "the sandbox".to_owned()
        } else {
            cx.settings.base_url.to_string()
        },
        output,
    }
}

/// Says that a window was given to a checkpoint that has its own.
pub(super) fn note_window(resumed: bool, given: bool, position: &Position, now: Timestamp) {
    if resumed && given {
        let at = position.mark().unwrap_or(now);
        tracing::info!(
            "--since and --until count for a checkpoint's first run; this one goes on from {at}"
        );
    }
}
