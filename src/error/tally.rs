//! What a run over many items comes to: the exit code from what each came to.

use super::Exit;
use crate::model::problem::ProblemKind;

/// How the items of a run fared.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    ok: u64,
    not_found: u64,
    skipped: u64,
    failed: u64,
    timed_out: u64,
    /// The kind of the failures, while they are all of one kind.
    kind: Option<Kind>,
    condition: bool,
    ended: Option<ProblemKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    One(ProblemKind),
    Several,
}

impl Tally {
    /// An item was answered.
    pub fn ok(&mut self) {
        self.ok += 1;
    }

    /// An item is unknown to the service: an answer too.
    pub fn not_found(&mut self) {
        self.not_found += 1;
    }

    /// An item was not worth asking about.
    pub fn skipped(&mut self) {
        self.skipped += 1;
    }

    /// An item failed. A kind that ends runs makes the whole run end with it.
    pub fn failed(&mut self, kind: ProblemKind) {
        self.failed += 1;
        if kind.ends_run() {
            self.ended.get_or_insert(kind);
        }
        self.kind = match self.kind {
            None => Some(Kind::One(kind)),
            Some(Kind::One(before)) if before == kind => Some(Kind::One(kind)),
            _ => Some(Kind::Several),
        };
    }

    /// An item was submitted, and the wait for it was over too soon.
    pub fn timed_out(&mut self) {
        self.timed_out += 1;
    }

    /// A condition of the user was met.
    pub fn condition_met(&mut self) {
        self.condition = true;
    }

    /// How many items there were.
    pub fn total(&self) -> u64 {
        self.ok + self.not_found + self.skipped + self.failed + self.timed_out
    }

    /// How many failed.
    pub fn failures(&self) -> u64 {
        self.failed
    }

    /// The exit code (contract, section 3).
    ///
    /// A condition that was met outranks everything: a gate must close on what
    /// is known. Then what ended the run; then whether some or all items failed,
    /// and if all did for one reason, that reason's own code.
    pub fn exit(&self) -> Exit {
        if self.condition {
            return Exit::Condition;
        }
        if let Some(kind) = self.ended {
            return Exit::of(kind);
        }
        match self.kind {
            None if self.timed_out > 0 => Exit::WaitTimeout,
            None if self.not_found > 0 && self.ok == 0 => Exit::NotFound,
            None => Exit::Done,
            Some(Kind::One(ProblemKind::State)) => Exit::Partial,
            Some(Kind::One(kind)) if self.failed == self.total() => Exit::of(kind),
            Some(_) => Exit::Partial,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(items: &[&str]) -> Exit {
        let mut tally = Tally::default();
        for item in items {
            match *item {
                "ok" => tally.ok(),
                "not_found" => tally.not_found(),
                "skipped" => tally.skipped(),
                "timed_out" => tally.timed_out(),
                "condition" => tally.condition_met(),
                "invalid" => tally.failed(ProblemKind::Invalid),
                "network" => tally.failed(ProblemKind::Network),
                "server" => tally.failed(ProblemKind::Server),
                "forbidden" => tally.failed(ProblemKind::Forbidden),
                "auth" => tally.failed(ProblemKind::Auth),
                "quota" => tally.failed(ProblemKind::Quota),
                "offline" => tally.failed(ProblemKind::State),
                other => panic!("{other}"),
            }
        }
        tally.exit()
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
            (&["network", "server"], Exit::Partial),
            (&["ok", "network"], Exit::Partial),
            (&["forbidden"], Exit::Credentials),
            (&["ok", "forbidden"], Exit::Partial),
            (&["ok", "auth", "auth"], Exit::Credentials),
            (&["ok", "quota"], Exit::Quota),
            (&["offline"], Exit::Partial),
            (&["ok", "timed_out"], Exit::WaitTimeout),
            (&["timed_out", "network"], Exit::Partial),
            (&["ok", "condition"], Exit::Condition),
            (&["timed_out", "condition"], Exit::Condition),
            (&["condition", "ok", "invalid", "quota"], Exit::Condition),
        ] {
            assert_eq!(exit(items), expected, "{items:?}");
        }
    }
}
