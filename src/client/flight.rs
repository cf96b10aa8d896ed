//! Lets one of several equal requests fly, and the others wait for its answer
//! to be in the cache.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<String, Arc<AsyncMutex<()>>>>);

/// The right to ask for one thing; the next in line gets it when this drops.
pub(super) struct Boarded<'a> {
    flights: &'a Flights,
    key: &'a str,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Flights {
    pub(super) async fn board<'a>(&'a self, key: &'a str) -> Boarded<'a> {
        let line = Arc::clone(self.lock().entry(key.to_owned()).or_default());
        Boarded {
            flights: self,
            key,
            turn: Some(line.lock_owned().await),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<AsyncMutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Boarded<'_> {
    fn drop(&mut self) {
        self.turn = None;
        let mut flights = self.flights.lock();
        // The map's own reference is the last one when nobody waits.
        if flights
            .get(self.key)
            .is_some_and(|line| Arc::strong_count(line) == 1)
        {
            flights.remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn equal_requests_fly_one_by_one_and_leave_nothing_behind() {
        let flights = Flights::default();
        let first = flights.board("a").await;
        let other = flights.board("b").await;
        let mut second = Box::pin(flights.board("a"));
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        drop(second.await);
        drop(other);
        assert!(flights.lock().is_empty());
    }
}
