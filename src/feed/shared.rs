//! A checkpoint that several hosts share: one run works with it, the others wait until
//! it ends or is known to be dead.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::checkpoint::hold_to_now;
use super::position::Position;
use crate::model::error::Error;
use crate::postgres::{Claimed, Database, Holder, Shared, peek as look};
use crate::state::checkpoint::{Belongings, Checkpoint, CheckpointName, Checkpoints, compare};

/// How often the lease is tried while one waits for it.
const PAUSE: Duration = Duration::from_secs(1);

/// A checkpoint that this run has taken up.
pub(super) struct TakenUp {
    pub(super) shared: Shared,
    pub(super) position: Position,
    /// Whether an earlier run began it.
    pub(super) resumed: bool,
}

/// What a run wants of a checkpoint.
pub(super) struct Wish<'a> {
    pub(super) name: &'a CheckpointName,
    pub(super) belongings: &'a Belongings,
    /// Where a first run begins.
    pub(super) start: &'a Position,
    /// How long to wait for another run; none for as long as it takes.
    pub(super) wait: Option<Duration>,
    /// The database of this machine, where files of sinks are written besides.
    pub(super) files: Option<Checkpoints>,
    pub(super) clock: fn() -> Timestamp,
}

/// Takes the checkpoint up as soon as no other run holds it.
pub(super) async fn take_up(database: Database, wish: Wish<'_>) -> Result<TakenUp, Error> {
    let claimed = claim(database, &wish).await?;
    let now = (wish.clock)();
    let resumed = claimed.found.is_some();
    let begun = match &claimed.found {
        None => Ok(wish.start.clone()),
        Some(found) => {
            compare(wish.name, &found.belongings, wish.belongings).and_then(|()| position(found))
        }
    };
    let mut position = match begun {
        Ok(position) => position,
        Err(error) => {
            claimed.give_back().await;
            return Err(error);
        }
    };
    let mut shared = claimed
        .take_up(wish.belongings, &position.text(), wish.files)
        .await?;
    if hold_to_now(&mut position, wish.name, now) {
        shared.stand_at(position.text(), position.mark());
    }
    Ok(TakenUp {
        shared,
        position,
        resumed,
    })
}

/// The position that a run would go on from; nothing is created or held.
pub(super) async fn peek(
    mut database: Database,
    name: &CheckpointName,
    belongings: &Belongings,
    now: Timestamp,
) -> Result<Option<Position>, Error> {
    let Some(found) = look(&mut database, name).await? else {
        return Ok(None);
    };
    compare(name, &found.belongings, belongings)?;
    let mut position = position(&found)?;
    hold_to_now(&mut position, name, now);
    Ok(Some(position))
}

async fn claim(mut database: Database, wish: &Wish<'_>) -> Result<Claimed, Error> {
    let until = wish.wait.map(|wait| Instant::now() + wait);
    let mut said = false;
    loop {
        let holder = match Claimed::take(database, wish.name, (wish.clock)()).await? {
            Ok(claimed) => return Ok(claimed),
            Err((back, holder)) => {
                database = back;
                holder
            }
        };
        let held = held(wish.name, holder.as_ref());
        if until.is_some_and(|until| Instant::now() >= until) {
            return Err(held.hint("wait for that run to end, for example with --wait-lock 5m"));
        }
        if !said {
            said = true;
            tracing::info!("{held}; this run takes over when that one ends");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn held(name: &CheckpointName, holder: Option<&Holder>) -> Error {
    let process = match holder {
        Some(holder) => format!("process {} on {}", holder.pid(), holder.host),
        None => "another process".to_owned(),
    };
    Error::state(format!("checkpoint `{name}` is held by {process}"))
}

fn position(found: &Checkpoint) -> Result<Position, Error> {
    Position::parse(&found.position).map_err(|reason| {
        Error::state(format!(
            "the position of checkpoint `{}` is damaged: {reason}",
            found.name
        ))
    })
}
