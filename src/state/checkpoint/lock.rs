//! Taking a checkpoint for a run: its lock, and whether it belongs to such a run.

use std::path::Path;
use std::time::Duration;

use super::hold::{Held, Hold};
use super::name::CheckpointName;
use super::row::{Belongings, Checkpoint};
use super::store::Checkpoints;
use crate::model::error::{Error, ErrorKind};

/// How often a lock is tried while one waits for it.
const PAUSE: Duration = Duration::from_millis(50);
/// So long a lock is waited for in any case: `gti state` looks at it for moments.
const MOMENT: Duration = Duration::from_millis(100);

/// A checkpoint that is locked.
pub(crate) struct Locked {
    /// Its name.
    pub name: CheckpointName,
    /// The lock.
    pub hold: Hold,
    /// What an earlier run has left; none if this one begins it.
    pub found: Option<Checkpoint>,
}

impl Checkpoints {
    /// Locks the checkpoint of a name, and reads what an earlier run has left of it.
    ///
    /// # Errors
    /// State: another run holds it for longer than one waits, or the state can't be used.
    pub(crate) async fn lock(
        &mut self,
        directory: &Path,
        name: &CheckpointName,
        wait: Option<Duration>,
    ) -> Result<Locked, Error> {
        let wait = wait.unwrap_or(MOMENT).max(MOMENT);
        let mut waited = Duration::ZERO;
        loop {
            let holder = match self.attempt(directory, name)? {
                Ok(locked) => return Ok(locked),
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

    fn attempt(
        &mut self,
        directory: &Path,
        name: &CheckpointName,
    ) -> Result<Result<Locked, Held>, Error> {
        let hold = match Hold::take(directory, name)? {
            Ok(hold) => hold,
            Err(holder) => return Ok(Err(holder)),
        };
        let found = self.load(name.as_str())?;
        if let Some(found) = &found
            && let Err(holder) = self.admit(found, &hold)?
        {
            return Ok(Err(holder));
        }
        Ok(Ok(Locked {
            name: name.clone(),
            hold,
            found,
        }))
    }
}

/// Refuses a run that is not the one that the checkpoint belongs to.
///
/// # Errors
/// Usage, with what differs.
pub(crate) fn compare(
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
    .hint(own_checkpoint(name)))
}

/// What to do with a checkpoint that belongs to another run.
pub(crate) fn own_checkpoint(name: &CheckpointName) -> String {
    format!(
        "give this run a checkpoint of its own, or forget the old one with `gti state reset {name}`"
    )
}

/// The failure of one who finds a checkpoint held.
pub(crate) fn held(name: &CheckpointName, holder: &Held) -> Error {
    let process = match holder.pid {
        Some(pid) => format!("process {pid}"),
        None => "another process".to_owned(),
    };
    Error::new(
        ErrorKind::State,
        format!("checkpoint `{name}` is held by {process}"),
    )
}
