//! The circuit breaker: what holds requests back while the service is away.
//!
//! Pure state: it neither waits nor knows the time; the gate (`pace`) does both.
//!
//! Tries that fail for a systemic reason count while no answer comes in
//! between. When it is enough of them, by several requests, the requests stand
//! still and one at a time goes on probing, with the growing waits of a single
//! request. The last probe goes together with all that may be in flight, so that
//! some inputs that always fail are not taken for an outage. If they fail too,
//! every further request is refused. One answer ends it all.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::patience::too_long;
use super::retry::{Decision, Facts, Intervals, Policy, decide};
use crate::model::error::Error;

/// Failed tries in a row from which on one request probes for all. With one
/// request in four failing at random this many come together once in a thousand
/// tries, and the first answer on its way heals it.
const SUSPECT: u32 = 5;

/// Inputs that failed, and nothing that was answered, without which nothing is
/// refused: some inputs in a row may be bad, and random failures of one request in
/// four do not come to it.
const SURE: usize = 12;

/// Users are warned of an outage that will have lasted this long at the next try.
const WORTH_A_WARNING: Duration = Duration::from_secs(5);

/// The least time between two warnings about one outage.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(10);

/// What a request is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// As one of many.
    Ordinary,
    /// As the only one, to see whether the service is back.
    Probe,
    /// With all that may be in flight, for the last time.
    Last,
}

/// What a request that wants to be sent has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Admission {
    /// To go.
    Go(Pass),
    /// To stand still: until this moment, or until something changes.
    Stand(Option<Instant>),
    /// That nothing is sent any more.
    Refused(Error),
}

/// A try that failed for a systemic reason (`Fault::is_systemic`).
pub(super) struct Failed<'a> {
    /// What was asked about, as a hash.
    pub(super) subject: u64,
    /// What it was sent as.
    pub(super) pass: Pass,
    /// What happened, and its tries so far.
    pub(super) facts: Facts,
    /// The failure in words.
    pub(super) error: &'a Error,
    /// The wait before its next try, if the policy grants it one.
    pub(super) wait: Option<Duration>,
}

/// What follows from a failed try.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Whether the request has failed for good, whatever the policy grants it.
    pub(super) is_final: bool,
    /// The warning that is due.
    pub(super) warning: Option<String>,
}

/// The circuit breaker of one destination of requests.
pub(super) struct Breaker {
    policy: Policy,
    state: State,
    /// Since when nothing was answered; none while all is well.
    outage: Option<Outage>,
}

enum State {
    /// Requests go as they come.
    Closed,
    /// One request goes from this moment on; or it is out.
    Probing { at: Instant, out: bool },
    /// All go from this moment on, each once.
    LastRound { at: Instant },
    /// None goes.
    Open(Error),
}

impl Breaker {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            state: State::Closed,
            outage: None,
        }
    }

    /// Whether a request may go now. One that goes as a probe has the turn until
    /// [`failed`](Self::failed), [`answered`](Self::answered) or
    /// [`left`](Self::left).
    pub(super) fn admit(&mut self, now: Instant) -> Admission {
        match &mut self.state {
            State::Closed => Admission::Go(Pass::Ordinary),
            State::Probing { out: true, .. } => Admission::Stand(None),
            State::Probing { at, .. } | State::LastRound { at } if now < *at => {
                Admission::Stand(Some(*at))
            }
            State::Probing { out, .. } => {
                *out = true;
                Admission::Go(Pass::Probe)
            }
            State::LastRound { .. } => Admission::Go(Pass::Last),
            State::Open(error) => Admission::Refused(error.clone()),
        }
    }

    /// Whether requests stand still.
    pub(super) fn holds(&self) -> bool {
        !matches!(self.state, State::Closed)
    }

    /// Why nothing is sent any more.
    pub(super) fn refusal(&self) -> Option<&Error> {
        match &self.state {
            State::Open(error) => Some(error),
            _ => None,
        }
    }

    /// The last failure of an outage.
    pub(super) fn last_error(&self) -> Option<&Error> {
        self.outage.as_ref().map(|outage| &outage.error)
    }

    /// Forgets what was: the next request goes as if it were the first.
    pub(super) fn reset(&mut self) {
        self.state = State::Closed;
        self.outage = None;
    }

    /// The service has answered something; what to tell of it.
    pub(super) fn answered(&mut self, now: Instant) -> Option<String> {
        let outage = self.outage.take();
        self.state = State::Closed;
        let outage = outage.filter(|outage| outage.warned_after.is_some())?;
        Some(format!(
            "the service answers again, after {}",
            outage.sum(now)
        ))
    }

    /// A request gives the turn to probe back: nobody waits for its answer.
    pub(super) fn left(&mut self, pass: Pass) {
        if let (Pass::Probe, State::Probing { out, .. }) = (pass, &mut self.state) {
            *out = false;
        }
    }

    /// A try has failed for a systemic reason.
    pub(super) fn failed(&mut self, now: Instant, failed: &Failed<'_>) -> Verdict {
        let outage = self
            .outage
            .get_or_insert_with(|| Outage::new(now, failed.error));
        let tries = outage.tries;
        outage.count(failed);
        let limited = failed.facts.fault.is_limit();
        match self.state {
            State::Open(_) => {}
            State::Closed => {
                if limited || (outage.met.len() > 1 && outage.failures >= SUSPECT) {
                    self.advance(now, failed);
                }
            }
            State::Probing { .. } if failed.pass == Pass::Probe => {
                outage.tries = outage.tries.max(tries + 1);
                self.advance(now, failed);
            }
            // It was on its way before; a longer wait that the service asked of it holds.
            State::Probing { .. } | State::LastRound { .. } if failed.pass != Pass::Last => {
                if limited && let Some(wait) = failed.facts.retry_after {
                    self.postpone(now, wait, failed);
                }
            }
            State::Probing { .. } | State::LastRound { .. } => {
                if outage.met.len() >= SURE || failed.facts.fault.is_quota() {
                    self.state = State::Open(outage.refusal(failed));
                }
            }
        }
        let is_final = match self.state {
            State::Open(_) => true,
            _ => failed.pass == Pass::Last,
        };
        let warning = if is_final {
            None
        } else {
            self.warning(now, failed)
        };
        Verdict { is_final, warning }
    }

    /// Decides for all requests as the policy does for one.
    fn advance(&mut self, now: Instant, failed: &Failed<'_>) {
        let Some(outage) = &mut self.outage else {
            return;
        };
        let grown = outage.interval();
        let facts = |tries| Facts {
            tries,
            repeatable: true,
            ..failed.facts
        };
        let tries = outage.tries;
        self.state = match decide(self.policy, &facts(tries), grown) {
            Decision::Again(wait) => {
                let at = now + wait;
                match decide(self.policy, &facts(tries + 1), grown) {
                    Decision::Stop => State::LastRound { at },
                    _ => State::Probing { at, out: false },
                }
            }
            Decision::TooLong(wait) if failed.facts.fault.is_limit() => {
                State::Open(unsent(&too_long(failed.error.clone(), wait)))
            }
            _ if outage.met.len() >= SURE || failed.facts.fault.is_quota() => {
                State::Open(outage.refusal(failed))
            }
            _ => State::LastRound { at: now },
        };
    }

    /// Holds everybody back for longer, as the service asks.
    fn postpone(&mut self, now: Instant, wait: Duration, failed: &Failed<'_>) {
        if wait > self.policy.max_wait {
            self.state = State::Open(unsent(&too_long(failed.error.clone(), wait)));
        } else if let State::Probing { at, .. } | State::LastRound { at } = &mut self.state {
            *at = (*at).max(now + wait);
        }
    }

    /// One warning as an outage becomes worth one, then one whenever it has lasted
    /// twice as long.
    fn warning(&mut self, now: Instant, failed: &Failed<'_>) -> Option<String> {
        let next = match self.state {
            State::Probing { at, .. } | State::LastRound { at } => {
                Some(at.saturating_duration_since(now))
            }
            _ => failed.wait,
        }?;
        let outage = self.outage.as_mut()?;
        let lasted = now - outage.since;
        let (due, first) = match outage.warned_after {
            None => (lasted + next >= WORTH_A_WARNING, true),
            Some(before) => (lasted >= (before * 2).max(before + BETWEEN_WARNINGS), false),
        };
        if !due {
            return None;
        }
        outage.warned_after = Some(lasted);
        let said = if first {
            unsent(failed.error).to_string()
        } else {
            format!("still {}, {}", failed.facts.fault.name(), outage.sum(now))
        };
        Some(format!("{said}; next try in {}", seconds(next)))
    }
}

/// A time without an answer.
struct Outage {
    since: Instant,
    /// Failed tries, of whatever request.
    failures: u32,
    /// What was asked about, and how often it failed since then.
    met: HashMap<u64, u32>,
    /// The failures of what failed most, and the probes for all.
    tries: u32,
    error: Error,
    /// The last failure that was no limit of requests.
    fault: Option<Error>,
    intervals: Intervals,
    grown: u32,
    /// How long it had lasted at the last warning.
    warned_after: Option<Duration>,
}

impl Outage {
    fn new(now: Instant, error: &Error) -> Self {
        Self {
            since: now,
            failures: 0,
            met: HashMap::new(),
            tries: 0,
            error: unsent(error),
            fault: None,
            intervals: Intervals::new(),
            grown: 0,
            warned_after: None,
        }
    }

    fn count(&mut self, failed: &Failed<'_>) {
        self.failures = self.failures.saturating_add(1);
        let failures = self.met.entry(failed.subject).or_default();
        *failures += 1;
        self.tries = self.tries.max(*failures);
        self.error = unsent(failed.error);
        if !failed.facts.fault.is_limit() {
            self.fault = Some(self.error.clone());
        }
    }

    /// Why nothing is sent any more, whichever failure came last by chance: too many
    /// requests are the reason only if there was no other, or if a quota is spent.
    fn refusal(&self, failed: &Failed<'_>) -> Error {
        let fault = self.fault.as_ref();
        let fault = fault.filter(|_| !failed.facts.fault.is_quota());
        fault.unwrap_or(&self.error).clone()
    }

    /// The interval that follows as many tries.
    fn interval(&mut self) -> Duration {
        let mut interval = self.intervals.grow();
        self.grown += 1;
        while self.grown < self.tries {
            interval = self.intervals.grow();
            self.grown += 1;
        }
        interval
    }

    /// What it came to so far: `41 tries, 12 s`.
    fn sum(&self, now: Instant) -> String {
        let tries = match self.failures {
            1 => "1 try".to_owned(),
            failures => format!("{failures} tries"),
        };
        format!("{tries}, {}", seconds(now - self.since))
    }
}

/// The failure as others meet it, who did not try.
fn unsent(error: &Error) -> Error {
    error.clone().untried()
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64().ceil())
}
