//! One gate for the whole process: requests in flight, requests in a span of
//! time, the run's own budget, and the circuit breaker.

mod ticket;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

pub(super) use self::ticket::Ticket;
use super::breaker::Breaker;
use super::forbidden::Forbidden;
use super::retry::Policy;
use crate::model::error::{Error, ErrorKind};

/// At most `count` requests within any span of `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests.
    pub count: u32,
    /// The span they share.
    pub per: Duration,
}

/// Where every request passes before it is sent, and where it tells what became
/// of it.
pub(super) struct Gate {
    flights: Semaphore,
    window: Option<Mutex<Window>>,
    budget: Option<u64>,
    sent: AtomicU64,
    tickets: AtomicU64,
    state: Mutex<GateState>,
    /// Wakes all that wait, whatever for.
    changed: Notify,
    hurried: AtomicBool,
}

/// What the gate knows: a circuit breaker for the service, and one for all else.
struct GateState {
    service: Breaker,
    /// To the addresses that the service gives for an upload, and to webhooks.
    elsewhere: Breaker,
    forbidden: Forbidden,
    /// Why no request is sent, whatever it asks: the key was refused, or the run's
    /// own budget is spent.
    closed: Option<Error>,
}

impl Gate {
    pub(super) fn new(
        concurrency: usize,
        rate: Option<Rate>,
        budget: Option<u64>,
        policy: Policy,
    ) -> Self {
        Self {
            flights: Semaphore::new(concurrency),
            window: rate.map(|rate| Mutex::new(Window::new(rate))),
            budget,
            sent: AtomicU64::new(0),
            tickets: AtomicU64::new(0),
            state: Mutex::new(GateState {
                service: Breaker::new(policy),
                elsewhere: Breaker::new(policy),
                forbidden: Forbidden::default(),
                closed: None,
            }),
            changed: Notify::new(),
            hurried: AtomicBool::new(false),
        }
    }

    /// The ticket of a new request.
    pub(super) fn ticket(&self) -> Ticket<'_> {
        Ticket::new(self, self.tickets.fetch_add(1, Ordering::Relaxed))
    }

    /// Why nothing is sent to the service any more.
    pub(super) fn closed(&self) -> Option<Error> {
        let state = self.state();
        state.closed.as_ref().or(state.service.refusal()).cloned()
    }

    /// Completes once nothing is sent any more, whatever comes: the key was refused, or
    /// the budget is spent.
    pub(super) async fn ended(&self) {
        loop {
            let changed = self.changed.notified();
            if self.state().closed.is_some() {
                return;
            }
            changed.await;
        }
    }

    /// Takes the next request as if there had been no outage.
    pub(super) fn reopen(&self) {
        let mut state = self.state();
        state.service.reset();
        state.elsewhere.reset();
        drop(state);
        self.changed.notify_waiters();
    }

    /// From now on nothing is waited for: what would be tried again, or would stand
    /// still until the service is back, fails with what is known so far.
    pub(super) fn hurry(&self) {
        self.hurried.store(true, Ordering::Relaxed);
        self.changed.notify_waiters();
    }

    /// Requests sent so far, repeats included.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Counts a request, if the budget has one left.
    fn count(&self) -> Result<(), Error> {
        let budget = self.budget.unwrap_or(u64::MAX);
        let more = |sent| (sent < budget).then_some(sent + 1);
        let counted = self
            .sent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        counted.map(|_| ()).map_err(|_| self.spent(budget))
    }

    /// Whether the budget is spent, before anything is waited for.
    fn check_budget(&self) -> Result<(), Error> {
        match self.budget {
            Some(budget) if self.sent() >= budget => Err(self.spent(budget)),
            _ => Ok(()),
        }
    }

    /// A request that the budget has no room for closes the gate for all.
    fn spent(&self, budget: u64) -> Error {
        let message = format!("the run's budget of {budget} requests is spent");
        let error = Error::new(ErrorKind::Quota, message)
            .hint("run again for what is left, or raise --max-requests");
        let mut state = self.state();
        let error = state.closed.get_or_insert(error).clone();
        drop(state);
        self.changed.notify_waiters();
        error
    }

    fn state(&self) -> MutexGuard<'_, GateState> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The turns given out within the last span. Counting exactly is worth a queue:
/// a bucket that refills would let nearly twice the count pass in one span, and
/// the service counts rolling minutes.
struct Window {
    rate: Rate,
    turns: VecDeque<Instant>,
}

impl Window {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            turns: VecDeque::new(),
        }
    }

    /// The next free turn, at `now` or later, which is thereby taken.
    fn turn(&mut self, now: Instant) -> Instant {
        let mut turn = now;
        if self.turns.len() >= self.rate.count as usize
            && let Some(oldest) = self.turns.pop_front()
        {
            turn = turn.max(oldest + self.rate.per);
        }
        self.turns.push_back(turn);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_span_holds_more_than_its_count() {
        let start = Instant::now();
        let per = Duration::from_mins(1);
        let mut window = Window::new(Rate { count: 4, per });
        let turns: Vec<_> = (0..40)
            .map(|n| window.turn(start + Duration::from_secs(n)))
            .collect();
        assert_eq!(turns[3], start + Duration::from_secs(3));
        for (first, fifth) in turns.iter().zip(&turns[4..]) {
            assert!(*fifth >= *first + per);
        }
    }
}
