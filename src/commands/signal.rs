//! Ctrl-C and SIGTERM, as something to wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use crate::model::exit::Exit;
use crate::ui::pager::Open;

/// How long a run may take to end once it was asked to: it finishes the record in
/// hand, and what hangs in a pipe that nobody reads, in a program that never ends
/// or in an answer that never comes is left where it is.
const GRACE: Duration = Duration::from_millis(1500);

/// The signals that ask the run to end. The record in hand is finished, if that is
/// soon done; a second signal ends the process as it stands. Neither loses
/// anything: what is kept is whole at any moment.
pub(crate) struct Signals {
    heard: watch::Receiver<Option<Exit>>,
    heeded: Arc<AtomicBool>,
    /// What somebody may be reading.
    pub(crate) pager: Open,
}

impl Signals {
    /// Listens, on a thread of its own: the main one may hang in a write to a pipe
    /// that nobody reads.
    pub(crate) fn listen() -> Self {
        let (sender, heard) = watch::channel(None);
        let heeded = Arc::new(AtomicBool::new(false));
        let (ready, listening) = mpsc::channel();
        let thread = thread::Builder::new().name("gti-signals".to_owned());
        let minded = Arc::clone(&heeded);
        let pager = Open::default();
        let open = pager.clone();
        if thread
            .spawn(move || listen(&sender, &minded, &open, ready))
            .is_ok()
        {
            // Ends with an error, once the thread listens or has given up.
            let _ = listening.recv();
        }
        Self {
            heard,
            heeded,
            pager,
        }
    }

    /// Which signal came, as the code to exit with.
    pub(crate) fn seen(&self) -> Option<Exit> {
        *self.heard.borrow()
    }

    /// Completes when one comes, or has come. Until the first call they end the
    /// process at once: there is nothing to finish.
    pub(crate) async fn wait(&self) {
        self.heeded.store(true, Ordering::SeqCst);
        if self.heard.clone().wait_for(Option::is_some).await.is_err() {
            // Nobody listens, so the system's default stands and this is never heard.
            std::future::pending::<()>().await;
        }
    }
}

/// Lets a write beyond the largest size of a file (`ulimit -f`) fail, instead of
/// ending the process where it stands. For a runtime that is entered.
#[cfg(unix)]
fn survive_large_files() {
    use tokio::signal::unix::{SignalKind, signal};
    // Who listens once is spared for good; nobody needs to hear it.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// Lets a write beyond the largest size of a file fail: it does so by itself here.
#[cfg(not(unix))]
fn survive_large_files() {}

fn listen(
    heard: &watch::Sender<Option<Exit>>,
    heeded: &AtomicBool,
    pager: &Open,
    ready: mpsc::Sender<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        survive_large_files();
        let Ok(mut signals) = Both::new() else { return };
        drop(ready);
        let first = signals.next().await;
        heard.send_replace(Some(first));
        let mut last = first;
        if heeded.load(Ordering::SeqCst) || stays(pager, last) {
            let again = tokio::time::timeout(GRACE, signals.next()).await;
            last = again.unwrap_or(first);
        }
        // Ctrl-C is the pager's own while it is open: whoever reads decides when it
        // closes, and the terminal is never left to two programs.
        while stays(pager, last) {
            let next = tokio::time::timeout(GRACE, signals.next()).await;
            last = next.unwrap_or(last);
        }
        pager.close();
        end(last);
    });
}

/// Whether the process goes on although it was asked to end.
fn stays(pager: &Open, asked: Exit) -> bool {
    asked == Exit::Interrupted && pager.is_open()
}

#[expect(
    clippy::exit,
    reason = "the main thread has nothing to finish or hangs, so nobody is there to return to"
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
