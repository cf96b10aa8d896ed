//! SIGKILL at instants spread over the life of a run.

use std::process::Child;
use std::time::Duration;

/// Kills runs at instants spread over their life, however long a machine takes over
/// one: a run that ends before its instant brings the next instants forward, a run that
/// doesn't moves them back. So some runs are killed on the slowest machine and on the
/// fastest, and no test has to know which of them it is on.
pub(crate) struct Killer {
    /// Within what time the next instant lies.
    span: Duration,
    turn: u32,
}

impl Killer {
    pub(crate) fn new() -> Self {
        Self {
            span: Duration::from_millis(120),
            turn: 0,
        }
    }

    /// Waits for the next instant. The fractions of the span repeat after 32 turns.
    pub(crate) fn wait(&mut self) {
        self.turn += 1;
        std::thread::sleep(self.span * (1 + self.turn * 13 % 32) / 32);
    }

    /// Kills a run, and tells whether it was under way.
    pub(crate) fn kill(&mut self, mut child: Child) -> bool {
        let under_way = child.try_wait().expect("a state").is_none();
        child.kill().expect("a kill");
        child.wait().expect("an end");
        self.span = if under_way {
            (self.span * 5 / 4).min(Duration::from_secs(1))
        } else {
            self.span * 3 / 5
        };
        under_way
    }
}
