//! Ctrl-C and SIGTERM, as something to wait for.

use std::cell::Cell;

use crate::error::Exit;

/// The signals that ask the run to end. The record in hand is finished; the
/// second signal finds the default handling of a process that hangs.
#[derive(Default)]
pub struct Signals {
    seen: Cell<Option<Exit>>,
}

impl Signals {
    /// Which signal came, as the code to exit with.
    pub fn seen(&self) -> Option<Exit> {
        self.seen.get()
    }

    /// Completes when one comes.
    pub async fn wait(&self) {
        let exit = first().await;
        self.seen.set(Some(exit));
    }
}

#[cfg(unix)]
async fn first() -> Exit {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // Without handlers the signals keep their default, which ends the process.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => Exit::Interrupted,
        _ = terminate.recv() => Exit::Terminated,
    }
}

#[cfg(not(unix))]
async fn first() -> Exit {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Exit::Interrupted,
        Err(_) => std::future::pending().await,
    }
}
