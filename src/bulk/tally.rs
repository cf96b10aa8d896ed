//! What a run over many inputs comes to: the exit code from how each fared.

use serde::{Deserialize, Serialize};

use super::record::Fate;
use crate::model::error::ErrorKind;
use crate::model::exit::Exit;
use crate::model::grouped::grouped;
use crate::model::verdict::Verdict;

/// How the inputs of a run fared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    ok: u64,
    not_found: u64,
    skipped: u64,
    timed_out: u64,
    failed: u64,
    malicious: u64,
    suspicious: u64,
    /// The kinds of the failures, each once.
    kinds: Vec<ErrorKind>,
    condition: bool,
}

impl Tally {
    /// Counts an input.
    pub(crate) fn count(&mut self, fate: Fate<'_>) {
        match fate {
            Fate::Ok => self.ok += 1,
            Fate::NotFound => self.not_found += 1,
            Fate::Skipped => self.skipped += 1,
            Fate::TimedOut => self.timed_out += 1,
            Fate::Failed(problem) => self.failed(problem.kind),
        }
    }

    /// Counts a failure of this kind.
    pub(crate) fn failed(&mut self, kind: ErrorKind) {
        self.failed += 1;
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    /// Counts what the service makes of an input.
    pub(crate) fn judged(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Malicious => self.malicious += 1,
            Verdict::Suspicious => self.suspicious += 1,
            _ => {}
        }
    }

    /// How the inputs fared, in a line: `3,000 looked up: 41 malicious, 1 failed`.
    pub(crate) fn line(&self, done: &str) -> String {
        let counts = [
            (self.malicious, "malicious"),
            (self.suspicious, "suspicious"),
            (self.not_found, "not found"),
            (self.skipped, "skipped"),
            (self.timed_out, "still pending"),
            (self.failed, "failed"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, word)| format!("{} {word}", grouped(count)));
        let counts = counts.collect::<Vec<_>>().join(", ");
        let total = grouped(self.total());
        if counts.is_empty() {
            format!("{total} {done}")
        } else {
            format!("{total} {done}: {counts}")
        }
    }

    /// A condition of the user was met.
    pub(crate) fn condition_met(&mut self) {
        self.condition = true;
    }

    /// How many inputs there were.
    pub(crate) fn total(&self) -> u64 {
        self.ok + self.not_found + self.skipped + self.timed_out + self.failed
    }

    /// How many failed.
    pub(crate) fn failures(&self) -> u64 {
        self.failed
    }

    /// How many were not waited for to the end.
    pub(crate) fn timed_out(&self) -> u64 {
        self.timed_out
    }

    /// The exit code (contract, section 3), of a run that ended early with a
    /// failure of the kind `ended`, or did not.
    ///
    /// A condition that was met outranks everything: a gate must close on what
    /// is known. Then what ended the run; then whether some or all inputs failed,
    /// and if all did for one reason, that reason's own code. What may succeed
    /// another time is one reason, whatever it was each time.
    pub(crate) fn exit(&self, ended: Option<ErrorKind>) -> Exit {
        if self.condition {
            return Exit::Condition;
        }
        if let Some(kind) = ended {
            return Exit::of(kind);
        }
        let Some(first) = self.kinds.first() else {
            return self.unfailed();
        };
        let one = |kind: &ErrorKind| Exit::of(*kind) == Exit::of(*first);
        match () {
            () if self.failed < self.total() => Exit::Partial,
            // --offline, without an answer.
            () if *first == ErrorKind::State => Exit::Partial,
            () if self.kinds.iter().all(one) => Exit::of(*first),
            () if self.kinds.iter().all(|kind| kind.retryable()) => Exit::Network,
            () => Exit::Partial,
        }
    }

    fn unfailed(&self) -> Exit {
        if self.timed_out > 0 {
            Exit::WaitTimeout
        } else if self.not_found > 0 && self.ok == 0 {
            Exit::NotFound
        } else {
            Exit::Done
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Error;

    #[test]
    fn a_line_tells_what_there_was_of_each() {
        let mut tally = Tally::default();
        assert_eq!(tally.line("looked up"), "0 looked up");
        for at in 0..1234 {
            tally.count(Fate::Ok);
            tally.judged(if at % 2 == 0 {
                Verdict::Malicious
            } else {
                Verdict::Benign
            });
        }
        tally.judged(Verdict::Suspicious);
        tally.count(Fate::NotFound);
        tally.failed(ErrorKind::Network);
        assert_eq!(
            tally.line("looked up"),
            "1,236 looked up: 617 malicious, 1 suspicious, 1 not found, 1 failed"
        );
    }

    fn exit(items: &[&str], ended: Option<ErrorKind>) -> Exit {
        let mut tally = Tally::default();
        for item in items {
            let kind = match *item {
                "ok" => {
                    tally.count(Fate::Ok);
                    continue;
                }
                "not_found" => {
                    tally.count(Fate::NotFound);
                    continue;
                }
                "skipped" => {
                    tally.count(Fate::Skipped);
                    continue;
                }
                "timed_out" => {
                    tally.count(Fate::TimedOut);
                    continue;
                }
                "condition" => {
                    tally.condition_met();
                    continue;
                }
                "invalid" => ErrorKind::Invalid,
                "network" => ErrorKind::Network,
                "server" => ErrorKind::Server,
                "timeout" => ErrorKind::Timeout,
                "forbidden" => ErrorKind::Forbidden,
                "auth" => ErrorKind::Auth,
                "quota" => ErrorKind::Quota,
                "rate_limit" => ErrorKind::RateLimit,
                "offline" => ErrorKind::State,
                other => panic!("{other}"),
            };
            tally.count(Fate::Failed(&Error::new(kind, "")));
        }
        tally.exit(ended)
    }

    #[test]
    fn the_table_of_exit_codes() {
        for (items, expected) in [
            (&[][..], Exit::Done),
            (&["ok", "ok"], Exit::Done),
            (&["ok", "not_found", "skipped"], Exit::Done),
            (&["skipped"], Exit::Done),
            (&["not_found"], Exit::NotFound),
            (&["not_found", "not_found", "skipped"], Exit::NotFound),
            (&["ok", "invalid"], Exit::Partial),
            (&["not_found", "invalid"], Exit::Partial),
            (&["invalid"], Exit::Partial),
            (&["network", "network"], Exit::Network),
            (&["network", "server", "timeout"], Exit::Network),
            (&["quota", "rate_limit"], Exit::Quota),
            (&["quota", "server"], Exit::Network),
            (&["network", "server", "invalid"], Exit::Partial),
            (&["auth", "forbidden"], Exit::Credentials),
            (&["ok", "network"], Exit::Partial),
            (&["forbidden"], Exit::Credentials),
            (&["ok", "forbidden"], Exit::Partial),
            (&["ok", "quota"], Exit::Partial),
            (&["offline"], Exit::Partial),
            (&["ok", "timed_out"], Exit::WaitTimeout),
            (&["timed_out", "network"], Exit::Partial),
            (&["ok", "condition"], Exit::Condition),
            (&["timed_out", "condition"], Exit::Condition),
        ] {
            assert_eq!(exit(items, None), expected, "{items:?}");
        }
    }

    #[test]
    fn what_ended_a_run_decides_unless_a_condition_was_met() {
        for (items, kind, expected) in [
            (
                &["ok", "auth", "auth"][..],
                ErrorKind::Auth,
                Exit::Credentials,
            ),
            (&["ok", "quota"], ErrorKind::Quota, Exit::Quota),
            (&["ok", "network"], ErrorKind::Network, Exit::Network),
            (
                &["condition", "ok", "invalid", "quota"],
                ErrorKind::Quota,
                Exit::Condition,
            ),
        ] {
            assert_eq!(exit(items, Some(kind)), expected, "{items:?}");
        }
    }
}
