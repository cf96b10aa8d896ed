//! Ctrl-C and SIGTERM, as something to wait for.

use std::cell::OnceCell;

use tokio::sync::watch;

use crate::error::Exit;

/// The signals that ask the run to end. The record in hand is finished; a second
/// signal ends the process as it stands, should it hang.
#[derive(Default)]
pub struct Signals(OnceCell<watch::Receiver<Option<Exit>>>);

impl Signals {
    /// Which signal came, as the code to exit with.
    pub fn seen(&self) -> Option<Exit> {
        *self.0.get()?.borrow()
    }

    /// Completes when one comes, or has come. Until the first call signals end
    /// the process, as is their default.
    pub async fn wait(&self) {
        let mut heard = self.0.get_or_init(listener).clone();
        if heard.wait_for(Option::is_some).await.is_err() {
            // Nobody listens, so the default stands and this is never heard.
            std::future::pending::<()>().await;
        }
    }
}

/// Lets a write beyond the largest size of a file (`ulimit -f`) fail, instead of
/// ending the process where it stands. For a runtime that is entered.
#[cfg(unix)]
pub fn survive_large_files() {
    use tokio::signal::unix::{SignalKind, signal};
    // Who listens once is spared for good; nobody needs to hear it.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// Lets a write beyond the largest size of a file fail: it does so by itself here.
#[cfg(not(unix))]
pub fn survive_large_files() {}

/// Listens on a thread of its own: the main one may hang in a write to a pipe
/// that nobody reads, and would hear neither the first signal nor the second.
fn listener() -> watch::Receiver<Option<Exit>> {
    let (sender, receiver) = watch::channel(None);
    let (ready, listening) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("gti-signals".to_owned());
    if thread.spawn(move || listen(&sender, ready)).is_ok() {
        // Ends with an error, once the thread listens or has given up.
        let _ = listening.recv();
    }
    receiver
}

fn listen(heard: &watch::Sender<Option<Exit>>, ready: std::sync::mpsc::Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let Ok(mut signals) = Both::new() else { return };
        drop(ready);
        heard.send_replace(Some(signals.next().await));
        let exit = signals.next().await;
        end(exit);
    });
}

#[expect(
    clippy::exit,
    reason = "the main thread hangs, so nobody is there to return to"
)]
fn end(exit: Exit) -> ! {
    std::process::exit(exit.code().into())
}

#[cfg(unix)]
struct Both {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Both {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Exit {
        tokio::select! {
            _ = self.interrupt.recv() => Exit::Interrupted,
            _ = self.terminate.recv() => Exit::Terminated,
        }
    }
}

#[cfg(windows)]
struct Both(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Both {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> Exit {
        self.0.recv().await;
        Exit::Interrupted
    }
}
