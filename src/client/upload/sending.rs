//! One try of an upload, as the transport watches it.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, Stream};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::file::Meter;
use super::reader::{Ending, FileFault, Reader};

/// Pieces that wait for the connection, per file. The reader must not run far
/// ahead: what is held of a file is this many pieces, whatever its size.
const PIECES_AHEAD: usize = 2;

/// One try of an upload, as the transport watches it.
pub(in crate::client) struct Sending {
    state: Arc<Mutex<State>>,
    metered: Arc<Metered>,
}

struct State {
    begun: Instant,
    last: Instant,
    taken: u64,
    size: u64,
    fault: Option<FileFault>,
}

/// Bytes that the systems at both ends may hold of a connection. They are taken
/// at once and leave at the speed of the line, unseen from here.
const HELD: u64 = 8 * 1024 * 1024;

/// The longest time that what is held is given to leave.
const LONGEST_TAIL: Duration = Duration::from_mins(5);

/// How long bytes that are held need to leave, when so many were taken in that
/// time. Little is known of the line before twice as many were taken as can be
/// held, so a tail never lasts longer than what was before it.
fn tail(taken: u64, within: Duration) -> Duration {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    if taken < 2 * HELD {
        return Duration::ZERO;
    }
    LONGEST_TAIL.min(within.mul_f64(share(HELD, taken - HELD)))
}

impl Sending {
    /// A try to send a file of this size.
    pub(super) fn new(size: u64, meter: Option<Arc<dyn Meter>>) -> Self {
        let now = Instant::now();
        Self {
            state: Arc::new(Mutex::new(State {
                begun: now,
                last: now,
                taken: 0,
                size,
                fault: None,
            })),
            metered: Arc::new(Metered {
                meter,
                sent: Mutex::new(0),
            }),
        }
    }

    /// The pieces of the file, as the connection takes them. `digest` gets the
    /// file's before the last one is handed on.
    pub(super) fn flow(
        &self,
        reader: Reader,
        digest: Arc<Mutex<Option<String>>>,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
        let state = Arc::clone(&self.state);
        // Reading and hashing block; many files at once may use many cores.
        tokio::task::spawn_blocking(move || {
            let send = |piece| sender.blocking_send(Ok(piece)).is_ok();
            match reader.read(send) {
                Ok(Some(Ending { last, sha256 })) => {
                    // Before the last piece: the answer to it may be quick.
                    *locked(&digest) = Some(sha256);
                    send(last);
                }
                // The connection broke; another try may be on its way already.
                Ok(None) => {}
                Err(fault) => {
                    let error = io::Error::other(fault.to_string());
                    locked(&state).fault = Some(fault);
                    // Nobody listens any more when the connection was lost first.
                    let _ = sender.blocking_send(Err(error));
                }
            }
        });
        let watched = (receiver, Arc::clone(&self.state), Arc::clone(&self.metered));
        stream::unfold(watched, |(mut receiver, state, metered)| async move {
            let piece: io::Result<Bytes> = receiver.recv().await?;
            let bytes = piece.as_ref().map_or(0, Bytes::len) as u64;
            {
                let mut state = locked(&state);
                state.last = Instant::now();
                state.taken += bytes;
            }
            metered.sent(bytes);
            Some((piece, (receiver, state, metered)))
        })
    }

    /// How long nothing has moved for sure: since the connection took
    /// something, less the time that what is held needs.
    pub(in crate::client) fn idle(&self) -> Duration {
        let state = locked(&self.state);
        let tail = tail(state.taken, state.last.duration_since(state.begun));
        state.last.elapsed().saturating_sub(tail)
    }

    /// Whether the connection has taken the whole file. A service that has not got it
    /// can't have done anything with it.
    pub(in crate::client) fn is_whole(&self) -> bool {
        let state = locked(&self.state);
        state.taken >= state.size
    }

    /// Ends a try whose connection broke: what was wrong with the file, if it
    /// was that.
    pub(in crate::client) fn broken_off(self) -> Option<FileFault> {
        self.rewind();
        locked(&self.state).fault.clone()
    }

    /// The service did not take it: what was sent has to be sent again.
    pub(in crate::client) fn rewind(&self) {
        self.metered.rewind();
    }
}

struct Metered {
    meter: Option<Arc<dyn Meter>>,
    sent: Mutex<u64>,
}

impl Metered {
    fn sent(&self, bytes: u64) {
        if let Some(meter) = &self.meter {
            *locked(&self.sent) += bytes;
            meter.sent(bytes);
        }
    }

    fn rewind(&self) {
        if let Some(meter) = &self.meter {
            meter.rewound(std::mem::take(&mut *locked(&self.sent)));
        }
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_has_the_time_that_the_line_needs() {
        let at = |taken, seconds| tail(taken, Duration::from_secs(seconds)).as_secs();
        assert_eq!(at(HELD, 50), 0, "all of it may be held");
        assert_eq!(at(HELD * 2 - 1, 50), 0, "too little to tell by");
        assert_eq!(at(HELD * 2, 50), 50);
        assert_eq!(at(HELD * 11, 100), 10);
        assert_eq!(at(HELD * 2, 3600), 300, "there is an end to it");
    }
}
