//! The checkpoint of a run: the lock, what it belongs to, and its position.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::memory::Memory;
use super::position::Position;
use crate::model::error::Error;
use crate::model::time::rfc3339;
use crate::state::StateError;
use crate::state::checkpoint::{
    Belongings, Checkpoint, CheckpointName, Checkpoints, Hold, Local, Locked, OutputFile, compare,
};

/// What is known when the run begins.
#[derive(Default)]
pub(super) struct Taken {
    /// The database, if the run has a checkpoint or a file of a sink.
    store: Option<Checkpoints>,
    checkpoint: Option<Locked>,
    /// A checkpoint that several hosts share.
    #[cfg(feature = "postgres")]
    pub(super) shared: Option<Box<super::shared::TakenUp>>,
    /// A checkpoint that the mirror keeps.
    mirrored: Option<Box<super::mirrored::TakenUp>>,
}

/// What the run goes on with.
pub(super) struct Begun {
    pub(super) memory: Memory,
    pub(super) position: Position,
    /// Whether an earlier run began it.
    pub(super) resumed: bool,
    /// Holds the lock as long as it lives.
    pub(super) hold: Option<Hold>,
}

/// Opens the database, locks the checkpoint of a name, if there is one, and compares
/// what it belongs to. None if the run is stopped while another one holds the lock.
pub(super) async fn take(
    directory: &Path,
    name: Option<&CheckpointName>,
    wait: Option<Duration>,
    belongings: &Belongings,
    stop: impl Future<Output = ()>,
) -> Result<Option<Taken>, Error> {
    let mut store = Checkpoints::open(directory)?;
    let checkpoint = match name {
        None => None,
        Some(name) => {
            let named = tokio::select! {
                biased;
                named = store.lock(directory, name, wait) => named?,
                () = stop => return Ok(None),
            };
            if let Some(found) = &named.found {
                compare(name, &found.belongings, belongings)?;
            }
            Some(named)
        }
    };
    Ok(Some(Taken {
        store: Some(store),
        checkpoint,
        ..Taken::default()
    }))
}

impl Taken {
    /// A checkpoint that several hosts share, taken up.
    #[cfg(feature = "postgres")]
    pub(super) fn shared(taken: super::shared::TakenUp) -> Self {
        Self {
            shared: Some(Box::new(taken)),
            ..Self::default()
        }
    }

    /// A checkpoint that the mirror keeps, taken up.
    pub(super) fn mirrored(taken: super::mirrored::TakenUp) -> Self {
        Self {
            mirrored: Some(Box::new(taken)),
            ..Self::default()
        }
    }

    /// The database.
    pub(super) fn store(&self) -> Option<&Checkpoints> {
        #[cfg(feature = "postgres")]
        if let Some(taken) = &self.shared {
            return taken.shared.files();
        }
        self.store.as_ref()
    }

    /// The file of this host that a shared checkpoint keeps count of.
    #[cfg(feature = "postgres")]
    pub(super) fn shared_file(&self) -> Option<OutputFile> {
        self.shared.as_ref()?.shared.file().cloned()
    }

    /// Whether an earlier run began the checkpoint.
    pub(super) fn is_known(&self) -> bool {
        #[cfg(feature = "postgres")]
        if let Some(taken) = &self.shared {
            return taken.resumed;
        }
        let checkpoint = self.checkpoint.as_ref();
        checkpoint.is_some_and(|named| named.found.is_some())
    }

    /// Takes the checkpoint up, or begins it at a position, together with the files
    /// that the state does not know yet; without a name, the run remembers what it
    /// meets itself.
    pub(super) fn begin(
        self,
        belongings: &Belongings,
        start: &Position,
        files: &[OutputFile],
        now: Timestamp,
    ) -> Result<Begun, Error> {
        let of_the_run = |store: Option<Checkpoints>| Begun {
            memory: Memory::Run(store.map(Box::new)),
            position: start.clone(),
            resumed: false,
            hold: None,
        };
        #[cfg(feature = "postgres")]
        if let Some(taken) = self.shared {
            let super::shared::TakenUp {
                mut shared,
                position,
                resumed,
            } = *taken;
            shared.keep_local_files(files)?;
            return Ok(Begun {
                memory: Memory::Checkpoint(Box::new(shared)),
                position,
                resumed,
                hold: None,
            });
        }
        if let Some(taken) = self.mirrored {
            return Ok(Begun {
                memory: Memory::Checkpoint(Box::new(taken.kept)),
                position: taken.position,
                resumed: taken.resumed,
                hold: None,
            });
        }
        let Some(mut store) = self.store else {
            return Ok(of_the_run(None));
        };
        let Some(Locked { name, hold, found }) = self.checkpoint else {
            store.commit_files(files)?;
            return Ok(of_the_run(Some(store)));
        };
        let text = start.text();
        let mut checkpoint = store.take_up(name.as_str(), belongings, &text, files, now)?;
        if found.is_none() {
            // Nobody else can hold what was not there.
            let _ = store.admit(&checkpoint, &hold)?;
        }
        let mut position = position(&store, &checkpoint)?;
        if hold_to_now(&mut position, &name, now) {
            checkpoint.position = position.text();
            checkpoint.mark = position.mark();
        }
        Ok(Begun {
            memory: Memory::Checkpoint(Box::new(Local::new(store, checkpoint))),
            position,
            resumed: found.is_some(),
            hold: Some(hold),
        })
    }
}

/// The position of a checkpoint; one that is not understood is damage.
pub(crate) fn position(
    store: &Checkpoints,
    checkpoint: &Checkpoint,
) -> Result<Position, StateError> {
    Position::parse(&checkpoint.position).map_err(|reason| StateError::Damaged {
        path: store.path().to_owned(),
        reason: format!("the position of checkpoint `{}`: {reason}", checkpoint.name),
    })
}

/// Holds a position to the time that it is, and says so if a clock was ahead when it
/// was stored; whether it was.
pub(super) fn hold_to_now(position: &mut Position, name: &CheckpointName, now: Timestamp) -> bool {
    let Some(latest) = position.hold_to(now) else {
        return false;
    };
    let (latest, now) = (rfc3339(latest), rfc3339(now));
    tracing::warn!(
        "checkpoint `{name}` is in the future, at {latest}: the clock was ahead when it was stored, or is behind now; the run continues from now, {now}. For older records: gti state rewind {name} 24h"
    );
    true
}

/// The position that a run with this checkpoint would go on from; nothing is
/// created or locked.
pub(super) fn peek(
    directory: &Path,
    name: &CheckpointName,
    belongings: &Belongings,
    now: Timestamp,
) -> Result<Option<Position>, Error> {
    let Some(store) = Checkpoints::open_existing(directory)? else {
        return Ok(None);
    };
    let Some(found) = store.load(name.as_str())? else {
        return Ok(None);
    };
    compare(name, &found.belongings, belongings)?;
    let mut position = position(&store, &found)?;
    hold_to_now(&mut position, name, now);
    Ok(Some(position))
}

/// Says that a window was given to a checkpoint that has its own.
pub(super) fn note_window(resumed: bool, given: bool, position: &Position, now: Timestamp) {
    if resumed && given {
        let at = position.mark().unwrap_or(now);
        tracing::info!(
            "--since and --until apply only to a checkpoint's first run; this one continues from {at}"
        );
    }
}
