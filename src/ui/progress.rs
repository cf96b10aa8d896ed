//! Progress on long work, at terminals only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Ui;

/// A counter of things done; invisible where nobody watches.
pub struct Progress(ProgressBar);

impl Ui {
    /// Shows progress when standard error is a terminal that standard output
    /// does not write to as well: there the records themselves show it.
    pub fn progress(&self, total: Option<u64>, what: &str, data_elsewhere: bool) -> Progress {
        let seen = self.terminal.stderr && !self.quiet && (data_elsewhere || !self.terminal.stdout);
        if !seen {
            return Progress(ProgressBar::hidden());
        }
        let template = match total {
            Some(_) => "{msg} {pos}/{len} [{wide_bar}] {per_sec}, {eta} left",
            None => "{msg} {pos}, {per_sec}, {elapsed}",
        };
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        bar.set_style(style);
        bar.set_message(what.to_owned());
        Progress(bar)
    }
}

impl Progress {
    /// One more is done.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Takes it off the screen.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
