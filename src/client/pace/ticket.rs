//! One request at the gate.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{Gate, GateState, lock};
use crate::client::breaker::{Admission, Breaker, Failed, Pass};
use crate::client::request::Request;
use crate::client::retry::Facts;
use crate::model::error::{Error, ErrorKind};

/// One request at the gate, from its first try to its last. It tells the gate
/// what became of each try; dropping it gives back what it holds.
pub(in crate::client) struct Ticket<'a> {
    gate: &'a Gate,
    number: u64,
    pass: Pass,
    elsewhere: bool,
}

impl GateState {
    fn to(&mut self, elsewhere: bool) -> &mut Breaker {
        if elsewhere {
            &mut self.elsewhere
        } else {
            &mut self.service
        }
    }

    fn admit(&mut self, request: &Request, now: Instant) -> Admission {
        if let Some(reason) = &self.closed {
            return Admission::Refused(reason.clone());
        }
        if let Some(reason) = self.forbidden.refusal(request) {
            return Admission::Refused(reason.clone());
        }
        self.to(request.is_elsewhere()).admit(now)
    }
}

impl<'a> Ticket<'a> {
    pub(super) fn new(gate: &'a Gate, number: u64) -> Self {
        Self {
            gate,
            number,
            pass: Pass::Ordinary,
            elsewhere: false,
        }
    }

    /// Waits for this request's turn. The permit is held while the request is in
    /// flight, not while it waits to be tried again.
    ///
    /// # Errors
    /// Why it is not sent.
    pub(in crate::client) async fn enter(
        &mut self,
        request: &Request,
    ) -> Result<SemaphorePermit<'a>, Error> {
        let gate = self.gate;
        self.elsewhere = request.is_elsewhere();
        let permit = gate
            .flights
            .acquire()
            .await
            .expect("the semaphore is never closed");
        let mut in_turn = gate.window.is_none();
        loop {
            gate.check_budget()?;
            let changed = gate.changed.notified();
            let now = Instant::now();
            let admission = gate.state().admit(request, now);
            match (admission, &gate.window) {
                (Admission::Refused(reason), _) => return Err(reason),
                (Admission::Stand(until), window) => {
                    self.bear()?;
                    match until {
                        Some(until) => drop(timeout_at(until, changed).await),
                        None => changed.await,
                    }
                    // A turn that passed unused is lost: many would else go at once.
                    in_turn = window.is_none();
                }
                (Admission::Go(pass), Some(window)) if !in_turn => {
                    // Others may probe meanwhile, whose turn comes sooner.
                    gate.state().to(self.elsewhere).left(pass);
                    let turn = lock(window).turn(now);
                    sleep_until(turn).await;
                    in_turn = true;
                }
                (Admission::Go(pass), _) => {
                    self.pass = pass;
                    gate.count()?;
                    return Ok(permit);
                }
            }
        }
    }

    /// Whether there is any point in standing still.
    fn bear(&self) -> Result<(), Error> {
        if !self.gate.hurried.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut state = self.gate.state();
        let last = state.to(self.elsewhere).last_error().cloned();
        Err(last.unwrap_or_else(|| Error::new(ErrorKind::State, "the run was asked to end")))
    }

    /// Rests before another try: so long, or until the gate decides when. False
    /// when nothing is waited for any more.
    pub(in crate::client) async fn rest(&self, wait: Duration) -> bool {
        let until = Instant::now() + wait;
        loop {
            let changed = self.gate.changed.notified();
            if self.gate.hurried.load(Ordering::Relaxed) {
                return false;
            }
            let holds = self.gate.state().to(self.elsewhere).holds();
            if holds || timeout_at(until, changed).await.is_err() {
                return true;
            }
        }
    }

    /// The try was answered, by an error perhaps.
    pub(in crate::client) fn answered(&mut self, request: &Request, error: Option<&Error>) {
        self.pass = Pass::Ordinary;
        let mut state = self.gate.state();
        let message = state.to(self.elsewhere).answered(Instant::now());
        match error {
            Some(error) if error.kind == ErrorKind::Forbidden => {
                state.forbidden.refused(request, error);
            }
            Some(error) if error.kind == ErrorKind::Auth && !request.has_password() => {
                state.closed.get_or_insert_with(|| error.clone().untried());
            }
            Some(error) if error.kind != ErrorKind::NotFound => {}
            _ => state.forbidden.granted(request),
        }
        drop(state);
        self.gate.changed.notify_waiters();
        if let Some(message) = message {
            tracing::warn!("{message}");
        }
    }

    /// The try failed for a systemic reason; `wait` is what the policy grants
    /// before the next one. True when there shall be none.
    pub(in crate::client) fn failed(
        &mut self,
        request: &Request,
        facts: Facts,
        error: &Error,
        wait: Option<Duration>,
    ) -> bool {
        let pass = std::mem::replace(&mut self.pass, Pass::Ordinary);
        let failed = Failed {
            subject: self.subject(request),
            pass,
            facts,
            error,
            wait,
        };
        let mut state = self.gate.state();
        let verdict = state.to(self.elsewhere).failed(Instant::now(), &failed);
        drop(state);
        self.gate.changed.notify_waiters();
        if let Some(warning) = verdict.warning {
            tracing::warn!("{warning}");
        }
        verdict.is_final
    }

    /// What is asked about. The same thing asked anew says nothing of the service that
    /// it did not say before; of what is sent, each sending counts.
    fn subject(&self, request: &Request) -> u64 {
        if request.body.is_some() {
            return self.number;
        }
        let mut hasher = DefaultHasher::new();
        request.target().hash(&mut hasher);
        hasher.finish()
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.pass == Pass::Probe {
            self.gate.state().to(self.elsewhere).left(self.pass);
            self.gate.changed.notify_waiters();
        }
    }
}
