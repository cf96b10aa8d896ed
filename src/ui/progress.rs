//! Progress on long work, at terminals only.

use std::collections::VecDeque;
use std::fmt::Write;
use std::time::{Duration, Instant};

use indicatif::style::ProgressTracker;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::{Ui, escape};

/// A rate is that of so long before now: how a run goes on, not how it began.
const RECENT: Duration = Duration::from_secs(10);

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
        if !self.is_watched(data_elsewhere) {
            return Progress::hidden();
        }
        let template = match total {
            Some(_) => "{msg} {human_pos} of {human_len} [{wide_bar}] {rate}, {eta} left",
            None => "{msg} {human_pos}, {rate}, {elapsed}",
        };
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(styled(template).with_key("rate", Recent::default()));
        bar.set_message(what.to_owned());
        Progress { bar, counts: true }
    }

    /// Whether somebody sees progress, which goes to standard error, while data goes
    /// elsewhere or not.
    pub(crate) fn is_watched(&self, data_elsewhere: bool) -> bool {
        self.terminal.stderr && !self.quiet && (data_elsewhere || !self.terminal.stdout)
    }
}

/// How many were done a second, of late.
#[derive(Clone, Default)]
struct Recent(VecDeque<(Instant, u64)>);

impl Recent {
    /// Notes how many are done now, and forgets what is long past.
    fn note(&mut self, now: Instant, done: u64) {
        let is_past = |(then, _): &&(Instant, u64)| now.duration_since(*then) > RECENT;
        while self.0.get(1).as_ref().is_some_and(is_past) {
            self.0.pop_front();
        }
        self.0.push_back((now, done));
    }

    fn a_second(&self) -> u64 {
        let (Some((first, from)), Some((last, to))) = (self.0.front(), self.0.back()) else {
            return 0;
        };
        let millis = last.duration_since(*first).as_millis().max(1);
        let rate = u128::from(to.saturating_sub(*from)) * 1_000 / millis;
        u64::try_from(rate).unwrap_or(u64::MAX)
    }
}

impl ProgressTracker for Recent {
    fn clone_box(&self) -> Box<dyn ProgressTracker> {
        Box::new(self.clone())
    }

    fn tick(&mut self, state: &ProgressState, now: Instant) {
        self.note(now, state.pos());
    }

    fn reset(&mut self, _: &ProgressState, _: Instant) {
        self.0.clear();
    }

    fn write(&self, _: &ProgressState, out: &mut dyn Write) {
        let _ = write!(out, "{}/s", self.a_second());
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
pub(crate) struct Transfer {
    bar: ProgressBar,
    /// Whether all the bytes are known beforehand, those of files included that turn
    /// out not to be needed.
    is_whole: bool,
}

impl Ui {
    /// Shows a transfer when standard error is a terminal. Records that go to
    /// the same terminal are written [`aside`](Progress::aside).
    /// `bytes` are all that there are to move, where that is known.
    pub(crate) fn transfer(&self, bytes: Option<u64>) -> Transfer {
        if !self.is_watched(true) {
            return Transfer {
                bar: ProgressBar::hidden(),
                is_whole: bytes.is_some(),
            };
        }
        let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(styled(if bytes.is_some() {
            BYTES
        } else {
            "{wide_msg} {elapsed}"
        }));
        Transfer {
            bar,
            is_whole: bytes.is_some(),
        }
    }
}

/// How a transfer looks once it is known how much there is.
const BYTES: &str = "{bytes} of {total_bytes} [{bar:24}] {percent} %  {bytes_per_sec}  {wide_msg}";

impl Transfer {
    /// So many more bytes are to be moved.
    pub(crate) fn expect(&self, bytes: u64) {
        if self.is_whole {
            return;
        }
        if self.bar.length().is_none() {
            self.bar.set_style(styled(BYTES));
        }
        self.bar.inc_length(bytes);
    }

    /// So many bytes need not be moved.
    pub(crate) fn spared(&self, bytes: u64) {
        if self.is_whole {
            self.bar.inc(bytes);
        }
    }

    /// So many more bytes are moved.
    pub(crate) fn moved(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// So many bytes have to be moved again.
    pub(crate) fn rewound(&self, bytes: u64) {
        let before = self.bar.position();
        self.bar.set_position(before.saturating_sub(bytes));
    }

    /// Shows a word on what is happening.
    pub(crate) fn say(&self, text: &str) {
        self.bar.set_message(escape::line(text).into_owned());
    }

    /// The line, for the records that pass it by. They are not counted.
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            bar: self.bar.clone(),
            counts: false,
        }
    }
}

fn styled(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_that_of_the_last_ten_seconds() {
        let begun = Instant::now();
        let mut recent = Recent::default();
        assert_eq!(recent.a_second(), 0);
        // A second of a hundred, then five a second.
        for second in 0..=30_u64 {
            let done = if second == 0 { 0 } else { 95 + 5 * second };
            recent.note(begun + Duration::from_secs(second), done);
            let expected = match second {
                0 => 0,
                1 => 100,
                2..=10 => (95 + 5 * second) / second,
                _ => 5,
            };
            if second != 11 {
                assert_eq!(recent.a_second(), expected, "{second}");
            }
        }
        assert!(recent.0.len() <= 12);
    }
}
