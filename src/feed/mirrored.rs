//! The checkpoint of a feed that fills the mirror.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::position::Position;
use crate::model::error::Error;
use crate::state::checkpoint::{Belongings, Checkpoint};
use crate::state::mirror::{Mirrored, Writer};

/// A feed that goes on where the mirror has it.
pub(super) struct TakenUp {
    pub(super) kept: Mirrored,
    pub(super) position: Position,
    /// Whether an earlier run began it.
    pub(super) resumed: bool,
}

/// Takes a feed up where it stands, or begins it.
pub(super) fn take_up(
    writer: Arc<Mutex<Writer>>,
    belongings: &Belongings,
    start: &Position,
    now: Timestamp,
) -> Result<TakenUp, Error> {
    let found = {
        let writer = writer.lock().expect("nobody panics with it");
        writer.source(&belongings.feed)?
    };
    let resumed = found.is_some();
    let (checkpoint, position) = match found {
        None => {
            let begun = Writer::begin(belongings.clone(), start.text(), now);
            (begun, start.clone())
        }
        Some(found) => {
            let position = position(&found, belongings, now)?;
            (found, position)
        }
    };
    Ok(TakenUp {
        kept: Mirrored::new(writer, checkpoint),
        position,
        resumed,
    })
}

fn position(found: &Checkpoint, wants: &Belongings, now: Timestamp) -> Result<Position, Error> {
    let feed = &found.name;
    if let Some((_, has, wants)) = found.belongings.difference(wants) {
        return Err(Error::usage(format!(
            "the mirror has `{feed}` of `{has}`, and this run reads `{wants}`"
        ))
        .hint("give each service a mirror of its own, in another GTI_STATE_DIR"));
    }
    let mut position = Position::parse(&found.position).map_err(|reason| {
        Error::state(format!("the position of `{feed}` in the mirror: {reason}"))
    })?;
    if let Some(latest) = position.hold_to(now) {
        tracing::warn!(
            "the mirror has `{feed}` up to {latest}, in the future: the clock was ahead, or is behind now; this run goes on from now"
        );
    }
    Ok(position)
}
