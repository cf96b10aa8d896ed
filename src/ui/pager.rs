//! Long results at a terminal, through the user's pager.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// So long lines are held back to see whether there is more than a screen of them:
/// what takes longer is watched as it comes, without a pager.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether a pager is open, and which process it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Open(Arc<AtomicU32>);

impl Open {
    /// Whether somebody reads.
    pub(crate) fn is_open(&self) -> bool {
        self.0.load(Ordering::SeqCst) != 0
    }

    /// Ends it, for a process that ends itself.
    pub(crate) fn close(&self) {
        #[cfg(unix)]
        {
            let id = i32::try_from(self.0.load(Ordering::SeqCst)).unwrap_or(0);
            if let Some(id) = rustix::process::Pid::from_raw(id) {
                // It may have ended just now.
                let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
            }
        }
    }

    fn set(&self, id: u32) {
        self.0.store(id, Ordering::SeqCst);
    }
}

/// Standard output that is a terminal: what fits the screen is written to it, and what
/// does not goes through a pager.
pub(crate) struct Pager(Arc<Mutex<Paged>>);

struct Paged {
    stdout: Box<dyn Write + Send>,
    /// The lines of the screen.
    height: usize,
    stage: Stage,
    open: Open,
}

enum Stage {
    /// Held back, with what is started if it gets too long.
    Holding(Vec<u8>, Box<Command>),
    /// In the pager.
    Paging(Child, Option<ChildStdin>),
    /// On the terminal.
    Direct,
}

impl Pager {
    /// Writes to a terminal of so many lines, or through the program of this command.
    pub(crate) fn new(
        stdout: Box<dyn Write + Send>,
        height: usize,
        command: Command,
        open: Open,
    ) -> Self {
        Self(Arc::new(Mutex::new(Paged {
            stdout,
            height,
            stage: Stage::Holding(vec![], Box::new(command)),
            open,
        })))
    }

    fn paged(&self) -> MutexGuard<'_, Paged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what is held back when it was held for long enough.
    fn watch(&self) {
        let paged = Arc::downgrade(&self.0);
        thread::spawn(move || {
            thread::sleep(PATIENCE);
            if let Some(paged) = paged.upgrade() {
                let mut paged = paged.lock().unwrap_or_else(PoisonError::into_inner);
                // Whoever writes next learns of a terminal that is gone.
                let _ = paged.let_go();
            }
        });
    }
}

impl Paged {
    /// Writes what is held back to the terminal, and so what follows.
    fn let_go(&mut self) -> io::Result<()> {
        let Stage::Holding(held, _) = &mut self.stage else {
            return Ok(());
        };
        let held = std::mem::take(held);
        self.stage = Stage::Direct;
        self.stdout.write_all(&held)?;
        self.stdout.flush()
    }

    /// Starts the pager with what is held back. Without one all goes to the terminal.
    fn page(&mut self) -> io::Result<()> {
        let Stage::Holding(held, command) = &mut self.stage else {
            return Ok(());
        };
        let started = command.stdin(Stdio::piped()).spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                let program = command.get_program().to_string_lossy().into_owned();
                tracing::debug!("cannot start the pager `{program}`: {error}");
                return self.let_go();
            }
        };
        self.open.set(child.id());
        let held = std::mem::take(held);
        let mut input = child.stdin.take();
        let written = input
            .as_mut()
            .map_or(Ok(()), |input| input.write_all(&held));
        self.stage = Stage::Paging(child, input);
        written
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut paged = self.paged();
        let height = paged.height;
        let is_long = match &mut paged.stage {
            Stage::Direct => return paged.stdout.write(bytes),
            Stage::Paging(_, None) => return Err(io::ErrorKind::BrokenPipe.into()),
            Stage::Paging(_, Some(input)) => return input.write(bytes),
            Stage::Holding(held, _) => {
                if held.is_empty() {
                    self.watch();
                }
                held.extend_from_slice(bytes);
                memchr::memchr_iter(b'\n', held).count() >= height
            }
        };
        if is_long {
            paged.page()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut paged = self.paged();
        match &mut paged.stage {
            Stage::Direct => paged.stdout.flush(),
            Stage::Paging(_, Some(input)) => input.flush(),
            Stage::Paging(_, None) | Stage::Holding(..) => Ok(()),
        }
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        let mut paged = self.paged();
        // The last of it has no reader to tell that it did not arrive.
        let _ = paged.let_go();
        if let Stage::Paging(child, input) = &mut paged.stage {
            drop(input.take());
            let _ = child.wait();
            paged.open.set(0);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A screen that remembers.
    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().expect("lock").clone()).expect("text")
        }
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("lock").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(lines: usize, command: Command) -> (String, io::Result<()>) {
        let screen = Screen::default();
        let open = Open::default();
        let mut pager = Pager::new(Box::new(screen.clone()), 3, command, open.clone());
        let outcome = (0..lines).try_for_each(|at| writeln!(pager, "{at}"));
        assert!(!open.is_open() || lines >= 3);
        drop(pager);
        assert!(!open.is_open());
        (screen.text(), outcome)
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_fits_the_screen_is_written_to_it() {
        let (screen, outcome) = written(2, shell("exit 1"));
        assert_eq!(screen, "0\n1\n");
        assert!(outcome.is_ok());
    }

    #[test]
    fn what_does_not_goes_through_the_pager_and_all_of_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let script = format!("cat >'{}'", file.path().display());
        let (screen, outcome) = written(5, shell(&script));
        assert_eq!(screen, "");
        assert!(outcome.is_ok());
        let paged = std::fs::read_to_string(file.path()).expect("text");
        assert_eq!(paged, "0\n1\n2\n3\n4\n");
    }

    #[test]
    fn a_pager_that_is_not_there_is_none() {
        let (screen, outcome) = written(4, Command::new("/nonexistent/pager"));
        assert_eq!(screen, "0\n1\n2\n3\n");
        assert!(outcome.is_ok());
    }

    #[test]
    fn a_pager_that_is_left_is_a_closed_pipe() {
        let (screen, outcome) = written(100_000, shell("exit 0"));
        assert_eq!(screen, "");
        let error = outcome.expect_err("a closed pipe");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
