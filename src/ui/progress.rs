//! Progress on long work, at terminals only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Ui, escape};

/// How far a run is; invisible where nobody watches.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Whether it counts records. It then shows where they don't.
    counts: bool,
}

impl Ui {
    /// Shows progress when standard error is a terminal that standard output
    /// does not write to as well: there the records themselves show it.
    pub(crate) fn progress(
        &self,
        total: Option<u64>,
        what: &str,
        data_elsewhere: bool,
    ) -> Progress {
        let seen = self.terminal.stderr && !self.quiet && (data_elsewhere || !self.terminal.stdout);
        if !seen {
            return Progress::hidden();
        }
        let template = match total {
            Some(_) => "{msg} {pos}/{len} [{wide_bar}] {per_sec}, {eta} left",
            None => "{msg} {pos}, {per_sec}, {elapsed}",
        };
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(styled(template));
        bar.set_message(what.to_owned());
        Progress { bar, counts: true }
    }
}

impl Progress {
    /// One that nobody sees.
    pub(crate) fn hidden() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            counts: true,
        }
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        if self.counts {
            self.bar.inc(1);
        }
    }

    /// Clears the line while `write` writes to the terminal that it may be on.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.counts {
            write()
        } else {
            self.bar.suspend(write)
        }
    }

    /// Takes it off the screen.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Bytes on their way, and a word on what is happening; invisible where nobody
/// watches.
#[derive(Clone)]
pub(crate) struct Transfer(ProgressBar);

impl Ui {
    /// Shows a transfer when standard error is a terminal. Records that go to
    /// the same terminal are written [`aside`](Progress::aside).
    pub(crate) fn transfer(&self) -> Transfer {
        if !self.terminal.stderr || self.quiet {
            return Transfer(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(styled("{wide_msg} {elapsed}"));
        Transfer(bar)
    }
}

impl Transfer {
    /// So many more bytes are to be moved.
    pub(crate) fn expect(&self, bytes: u64) {
        if self.0.length().is_none() {
            self.0.set_style(styled(
                "{bytes}/{total_bytes} [{bar:24}] {bytes_per_sec}  {wide_msg}",
            ));
        }
        self.0.inc_length(bytes);
    }

    /// So many more bytes are moved.
    pub(crate) fn moved(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    /// So many bytes have to be moved again.
    pub(crate) fn rewound(&self, bytes: u64) {
        self.0.set_position(self.0.position().saturating_sub(bytes));
    }

    /// Shows a word on what is happening.
    pub(crate) fn say(&self, text: &str) {
        self.0.set_message(escape::line(text).into_owned());
    }

    /// The line, for the records that pass it by. They are not counted.
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            bar: self.0.clone(),
            counts: false,
        }
    }
}

fn styled(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}
