//! The checkpoint of a run: the lock, what it belongs to, and its position.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::memory::Memory;
use super::position::Position;
use crate::model::error::{Error, ErrorKind};
use crate::model::time::rfc3339;
use crate::state::StateError;
#[cfg(feature = "postgres")]
use crate::state::checkpoint::Kept as _;
use crate::state::checkpoint::{
    self, Belongings, Checkpoint, CheckpointName, Checkpoints, Hold, Local, OutputFile,
};

/// What is known when the run begins.
#[derive(Default)]
pub(super) struct Taken {
    /// The database, if the run has a checkpoint or a file of a sink.
    store: Option<Checkpoints>,
    checkpoint: Option<Named>,
    /// A checkpoint that several hosts share.
    #[cfg(feature = "postgres")]
    pub(super) shared: Option<Box<super::shared::TakenUp>>,
    /// A checkpoint that the mirror keeps.
    mirrored: Option<Box<super::mirrored::TakenUp>>,
}

/// A checkpoint that is locked.
struct Named {
    name: CheckpointName,
    hold: Hold,
    /// What an earlier run has left; none if this one begins it.
    found: Option<Checkpoint>,
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

/// How often a lock is tried while one waits for it.
const PAUSE: Duration = Duration::from_millis(50);
/// So long a lock is waited for in any case: `gti state` looks at it for moments.
const MOMENT: Duration = Duration::from_millis(100);

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
                named = lock(&mut store, directory, name, wait) => named?,
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
    pub(super) fn store(&mut self) -> Option<&Checkpoints> {
        #[cfg(feature = "postgres")]
        if let Some(taken) = &mut self.shared {
            return taken.shared.files().map(|store| &*store);
        }
        self.store.as_ref()
    }

    /// Whether an earlier run began the checkpoint.
    pub(super) fn is_known(&self) -> bool {
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
            if let Some(store) = shared.files() {
                store.commit_files(files)?;
            }
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
        let Some(Named { name, hold, found }) = self.checkpoint else {
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

/// Refuses a run that is not the one that the checkpoint belongs to.
pub(super) fn compare(
    name: &CheckpointName,
    has: &Belongings,
    wants: &Belongings,
) -> Result<(), Error> {
    let Some((what, has, wants)) = has.difference(wants) else {
        return Ok(());
    };
    let shown = |text: String| match text.as_str() {
        "" => "none".to_owned(),
        text => format!("`{text}`"),
    };
    Err(Error::usage(format!(
        "checkpoint `{name}` belongs to a run that differs in {what}: {} there, {} here",
        shown(has),
        shown(wants)
    ))
    .hint(format!(
        "give this run a checkpoint of its own, or forget the old one with `gti state reset {name}`"
    )))
}

async fn lock(
    store: &mut Checkpoints,
    directory: &Path,
    name: &CheckpointName,
    wait: Option<Duration>,
) -> Result<Named, Error> {
    let wait = wait.unwrap_or(MOMENT).max(MOMENT);
    let mut waited = Duration::ZERO;
    loop {
        let holder = match attempt(store, directory, name)? {
            Ok(named) => return Ok(named),
            Err(holder) => holder,
        };
        if waited >= wait {
            return Err(held(name, &holder)
                .hint("wait for that run to end, for example with --wait-lock 5m"));
        }
        tokio::time::sleep(PAUSE).await;
        waited += PAUSE;
    }
}

/// The failure of one who finds a checkpoint held.
pub(crate) fn held(name: &CheckpointName, holder: &checkpoint::Held) -> Error {
    let process = match holder.pid {
        Some(pid) => format!("process {pid}"),
        None => "another process".to_owned(),
    };
    Error::new(
        ErrorKind::State,
        format!("checkpoint `{name}` is held by {process}"),
    )
}

fn attempt(
    store: &mut Checkpoints,
    directory: &Path,
    name: &CheckpointName,
) -> Result<Result<Named, checkpoint::Held>, Error> {
    let hold = match Hold::take(directory, name)? {
        Ok(hold) => hold,
        Err(holder) => return Ok(Err(holder)),
    };
    let found = store.load(name.as_str())?;
    if let Some(found) = &found
        && let Err(holder) = store.admit(found, &hold)?
    {
        return Ok(Err(holder));
    }
    Ok(Ok(Named {
        name: name.clone(),
        hold,
        found,
    }))
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
