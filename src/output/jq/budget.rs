//! What a program may use while it runs on one value: time, memory, the stack, and
//! the depth and size of what it makes.
//!
//! A program comes from somebody who may be wrong, and runs on what somebody else
//! sent. The interpreter has no bounds of its own, so every step that it takes and
//! every value that it makes is counted here. Whoever spends more than there is
//! unwinds from where it stands to [`bounded`]: no step can go on, and nothing that
//! a program catches can catch that.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    /// How long it may take.
    pub(super) time: Duration,
    /// The bytes that its values may have at one time.
    pub(super) memory: usize,
    /// The stack that it may use.
    pub(super) stack: usize,
}

impl Budget {
    /// For a program of a user on one record. A record takes microseconds, and is
    /// some kilobytes large; who needs more than this has made a mistake.
    pub(super) const USUAL: Self = Self {
        time: Duration::from_secs(10),
        memory: 256 * 1024 * 1024,
        stack: 24 * 1024 * 1024,
    };
}

/// How deep a value may be nested: code that walks over values recurses.
pub(super) const DEEPEST: u32 = 1_000;

/// What was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// The time.
    Time,
    /// The memory.
    Memory,
    /// The stack.
    Stack,
    /// The depth of a value.
    Depth,
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Time => "the program runs for more than 10 s on one record",
            Self::Memory => "the program needs more than 256 MiB for one record",
            Self::Stack => "the program calls itself too often",
            Self::Depth => "the program makes a value that is nested more than 1,000 levels deep",
        })
    }
}

/// Why a program did not come to its end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It has spent something.
    Spent(Spent),
    /// A fault of the interpreter, which has been told.
    Fault,
}

/// The stack is left at least so much for what does not count its steps.
const RESERVE: usize = 512 * 1024;

/// So many steps are taken between two looks at the clock.
const STEPS: u32 = 1024;

thread_local! {
    /// The bytes that values of this thread have.
    static LIVE: Cell<usize> = const { Cell::new(0) };
    /// The most that they may have.
    static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
    /// The lowest address that the stack may come down to.
    static FLOOR: Cell<usize> = const { Cell::new(0) };
    static UNTIL: Cell<Option<Instant>> = const { Cell::new(None) };
    static LEFT: Cell<u32> = const { Cell::new(STEPS) };
}

/// Runs a program, or whatever else makes values, within a budget.
pub(super) fn bounded<T>(budget: Budget, work: impl FnOnce() -> T) -> Result<T, Ended> {
    let stack = budget.stack + 2 * RESERVE;
    stacker::maybe_grow(stack, stack, || {
        let before = (MOST.get(), FLOOR.get(), UNTIL.get());
        MOST.set(LIVE.get().saturating_add(budget.memory));
        FLOOR.set(here().saturating_sub(budget.stack));
        UNTIL.set(Instant::now().checked_add(budget.time));
        LEFT.set(STEPS);
        let done = catch_unwind(AssertUnwindSafe(work));
        MOST.set(before.0);
        FLOOR.set(before.1);
        UNTIL.set(before.2);
        done.map_err(|cause| match cause.downcast::<Spent>() {
            Ok(spent) => Ended::Spent(*spent),
            Err(_) => Ended::Fault,
        })
    })
}

/// Counts a step.
#[inline]
pub(super) fn step() {
    if here() < FLOOR.get() {
        spend(Spent::Stack);
    }
    let left = LEFT.get();
    if left > 0 {
        LEFT.set(left - 1);
        return;
    }
    LEFT.set(STEPS);
    if UNTIL.get().is_some_and(|until| Instant::now() > until) {
        spend(Spent::Time);
    }
}

/// How much time is left; none where there is no end of it.
pub(super) fn time_left() -> Option<Duration> {
    UNTIL
        .get()
        .map(|until| until.saturating_duration_since(Instant::now()))
}

/// Ends the program.
#[cold]
pub(super) fn spend(what: Spent) -> ! {
    resume_unwind(Box::new(what))
}

/// About where the stack stands.
#[inline]
fn here() -> usize {
    let mark = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&mark)).addr()
}

/// Bytes that a value has, for as long as this lives.
#[derive(Debug)]
pub(super) struct Charge(usize);

impl Charge {
    /// Takes so many bytes, before they are allocated.
    pub(super) fn of(bytes: usize) -> Self {
        let mut charge = Self(0);
        charge.add(bytes);
        charge
    }

    /// Takes more.
    pub(super) fn add(&mut self, bytes: usize) {
        let live = LIVE.get().saturating_add(bytes);
        if live > MOST.get() {
            spend(Spent::Memory);
        }
        LIVE.set(live);
        self.0 += bytes;
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        LIVE.set(LIVE.get().saturating_sub(self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LITTLE: Budget = Budget {
        time: Duration::from_millis(20),
        memory: 1_000,
        stack: 1024 * 1024,
    };

    fn deep(level: u64) -> u64 {
        step();
        if level == u64::MAX {
            return level;
        }
        1 + std::hint::black_box(deep(level + 1))
    }

    #[test]
    fn whoever_spends_more_than_there_is_ends_there() {
        let spent = |work: fn()| bounded(LITTLE, work).expect_err("an end");
        assert_eq!(bounded(LITTLE, || 5), Ok(5));
        assert_eq!(
            spent(|| loop {
                step();
            }),
            Ended::Spent(Spent::Time)
        );
        assert_eq!(spent(|| assert!(deep(0) > 0)), Ended::Spent(Spent::Stack));
        assert_eq!(
            spent(|| drop(Charge::of(1_001))),
            Ended::Spent(Spent::Memory)
        );
        assert_eq!(
            spent(|| drop([Charge::of(600), Charge::of(600)])),
            Ended::Spent(Spent::Memory)
        );
        let live = LIVE.get();
        assert_eq!(
            bounded(LITTLE, || (0..9).for_each(|_| drop(Charge::of(600)))),
            Ok(())
        );
        assert_eq!(LIVE.get(), live);
        let _ = Charge::of(5_000);
    }
}
