//! One throttle for the whole process: requests in flight, requests in a span
//! of time, a pause that the service asked for, and the run's own budget.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use super::error::ClientError;

/// At most `count` requests within any span of `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests.
    pub count: u32,
    /// The span they share.
    pub per: Duration,
}

/// The run's budget of requests is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the run's budget of {0} requests is spent")]
pub struct BudgetSpent(pub u64);

/// Why a request is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    Spent(BudgetSpent),
    /// Nothing is sent any more, for the reason given.
    Closed(ClientError),
}

/// Where every request passes before it is sent.
pub(super) struct Gate {
    flights: Semaphore,
    paused_until: Mutex<Option<Instant>>,
    window: Option<Mutex<Window>>,
    budget: Option<u64>,
    closed: OnceLock<ClientError>,
    sent: AtomicU64,
}

impl Gate {
    pub(super) fn new(concurrency: usize, rate: Option<Rate>, budget: Option<u64>) -> Self {
        Self {
            flights: Semaphore::new(concurrency),
            paused_until: Mutex::new(None),
            window: rate.map(|rate| Mutex::new(Window::new(rate))),
            budget,
            closed: OnceLock::new(),
            sent: AtomicU64::new(0),
        }
    }

    /// Waits for this request's turn. The permit is held while the request is
    /// in flight, not while it waits to be tried again.
    pub(super) async fn enter(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        let permit = self
            .flights
            .acquire()
            .await
            .expect("the semaphore is never closed");
        if let Some(reason) = self.closed.get() {
            return Err(Refusal::Closed(reason.clone()));
        }
        let sent = self.sent.fetch_add(1, Ordering::Relaxed);
        if let Some(budget) = self.budget
            && sent >= budget
        {
            self.sent.fetch_sub(1, Ordering::Relaxed);
            return Err(Refusal::Spent(BudgetSpent(budget)));
        }
        if let Some(window) = &self.window {
            let turn = lock(window).turn(Instant::now());
            sleep_until(turn).await;
        }
        // After the turn, not before it: a pause that began meanwhile counts.
        loop {
            let pause = *lock(&self.paused_until);
            match pause {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return Ok(permit),
            }
        }
    }

    /// Holds every request back for `wait` from now.
    pub(super) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut paused = lock(&self.paused_until);
        if paused.is_none_or(|before| before < until) {
            *paused = Some(until);
        }
    }

    /// Lets nothing through from now on; the first reason stands.
    pub(super) fn close(&self, reason: ClientError) {
        let _ = self.closed.set(reason);
    }

    /// Requests sent so far, repeats included.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
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
    use crate::model::problem::ProblemKind;

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

    #[tokio::test]
    async fn the_budget_is_exact() {
        let gate = Gate::new(2, None, Some(3));
        for _ in 0..3 {
            assert!(gate.enter().await.is_ok());
        }
        let spent = Refusal::Spent(BudgetSpent(3));
        assert_eq!(gate.enter().await.err(), Some(spent));
        assert_eq!(gate.sent(), 3);
    }

    #[tokio::test]
    async fn a_closed_gate_stops_those_who_wait_before_it() {
        let gate = Gate::new(1, None, None);
        let flying = gate.enter().await.expect("a permit");
        let mut waiting = Box::pin(gate.enter());
        assert!(futures::poll!(&mut waiting).is_pending());
        let reason = |text| ClientError::new(ProblemKind::Auth, text);
        gate.close(reason("first"));
        gate.close(reason("second"));
        drop(flying);
        let refusal = Refusal::Closed(reason("first"));
        assert_eq!(waiting.await.err(), Some(refusal));
        assert_eq!(gate.sent(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everyone_and_only_grows() {
        let gate = Gate::new(2, None, None);
        let start = Instant::now();
        gate.pause(Duration::from_secs(30));
        gate.pause(Duration::from_secs(10));
        assert!(gate.enter().await.is_ok());
        assert_eq!(start.elapsed().as_secs(), 30);
    }
}
