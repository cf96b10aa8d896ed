//! What a run came to, and the one line that says so.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::time::rfc3339;

/// Counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Records emitted.
    pub new: u64,
    /// Items that were emitted before.
    pub repeats: u64,
    /// Items that the condition did not keep.
    pub dropped: u64,
    /// Items that are dated before or after what was asked for.
    pub outside: u64,
    /// Items that can't be understood, or that a program failed on.
    pub failed: u64,
}

impl Totals {
    /// The summary of a run.
    pub(crate) fn line(
        &self,
        feed: &str,
        requests: u64,
        took: Duration,
        checkpoint: Option<(&str, Option<Timestamp>)>,
    ) -> String {
        let Self {
            new,
            repeats,
            dropped,
            outside,
            failed,
        } = self;
        let not_kept = match dropped {
            0 => String::new(),
            dropped => format!("{dropped} not kept, "),
        };
        let outside = match outside {
            0 => String::new(),
            outside => format!("{outside} outside the window, "),
        };
        let stands = match checkpoint {
            None => String::new(),
            Some((name, Some(mark))) => format!("; checkpoint {name} at {}", rfc3339(mark)),
            Some((name, None)) => format!("; checkpoint {name} not moved"),
        };
        let seconds = took.as_secs_f64();
        format!(
            "{feed}: {new} new, {repeats} repeats, {not_kept}{outside}{failed} failed, {requests} requests, {seconds:.1} s{stands}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_the_contract_s() {
        let totals = Totals {
            new: 230,
            repeats: 12,
            ..Totals::default()
        };
        let mark = "2026-01-02T03:04:05Z".parse().ok();
        assert_eq!(
            totals.line(
                "ioc-stream",
                6,
                Duration::from_millis(1_200),
                Some(("soc", mark))
            ),
            "ioc-stream: 230 new, 12 repeats, 0 failed, 6 requests, 1.2 s; checkpoint soc at 2026-01-02T03:04:05Z"
        );
    }

    #[test]
    fn what_is_passed_over_is_counted() {
        let totals = Totals {
            new: 1,
            dropped: 2,
            outside: 3,
            ..Totals::default()
        };
        assert_eq!(
            totals.line("dtm", 1, Duration::ZERO, None),
            "dtm: 1 new, 0 repeats, 2 not kept, 3 outside the window, 0 failed, 1 requests, 0.0 s"
        );
    }
}
