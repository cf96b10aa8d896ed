//! One line on standard error that is written over, at terminals only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Ui, escape};

/// The line; it goes from the screen when it is dropped.
pub(crate) struct Line(ProgressBar);

impl Ui {
    /// A line to write over; none where nobody watches.
    pub(crate) fn live_line(&self) -> Option<Line> {
        if !self.terminal.stderr || self.quiet {
            return None;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(4));
        bar.set_style(
            ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Some(Line(bar))
    }
}

impl Line {
    /// Shows a text in the place of the one before.
    pub(crate) fn show(&self, text: &str) {
        self.0.set_message(escape::line(text).into_owned());
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
