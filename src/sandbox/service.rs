//! What the simulated service remembers between requests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::alerts::Uses;
use super::fault::{Faults, Hit};
use super::json::{Json, Object};
use super::options::Options;
use super::scan::Submissions;
use super::states::States;

/// The state of a sandbox, shared by all its requests. A part that changes has
/// a lock of its own, held for the change alone.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) options: Options,
    requests: AtomicU64,
    endpoints: Mutex<BTreeMap<String, u64>>,
    faults: Mutex<Faults>,
    usage: Mutex<Usage>,
    submissions: Mutex<Submissions>,
    states: Mutex<States>,
    uses: Mutex<Uses>,
}

/// A handle to the service, as the routes hold it.
pub(super) type Shared = Arc<Service>;

impl Service {
    pub(super) fn new(options: Options) -> Shared {
        Arc::new(Self {
            requests: AtomicU64::new(0),
            endpoints: Mutex::default(),
            faults: Mutex::new(Faults::new(&options.fault, options.seed)),
            usage: Mutex::new(Usage::new(options.quota)),
            submissions: Mutex::default(),
            states: Mutex::default(),
            uses: Mutex::default(),
            options,
        })
    }

    /// Counts a request that came in, and notes what it asks for.
    pub(super) fn count_request(&self, endpoint: String) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        *locked(&self.endpoints).entry(endpoint).or_default() += 1;
    }

    /// How many requests came in.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many requests came in for each endpoint.
    pub(super) fn endpoints(&self) -> BTreeMap<String, u64> {
        locked(&self.endpoints).clone()
    }

    /// The fault that hits the next request, which may be free of quota.
    pub(super) fn next_fault(&self, free: bool, asks: bool) -> Option<Hit> {
        locked(&self.faults).next(free, asks)
    }

    pub(super) fn usage(&self) -> MutexGuard<'_, Usage> {
        locked(&self.usage)
    }

    pub(super) fn submissions(&self) -> MutexGuard<'_, Submissions> {
        locked(&self.submissions)
    }

    /// The tokens that were given for keys.
    pub(super) fn uses(&self) -> MutexGuard<'_, Uses> {
        locked(&self.uses)
    }

    /// What alerts and issues were changed to.
    pub(super) fn states(&self) -> MutexGuard<'_, States> {
        locked(&self.states)
    }
}

/// The lock, even after a panic under it: no change under these locks can be
/// left half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Requests that cost quota, counted; and the daily allowance.
#[derive(Debug, Default)]
pub(super) struct Usage {
    allowed: Option<u64>,
    by_endpoint: BTreeMap<String, u64>,
}

impl Usage {
    fn new(allowed: Option<u64>) -> Self {
        let by_endpoint = BTreeMap::new();
        Self {
            allowed,
            by_endpoint,
        }
    }

    /// Counts a request; false where the allowance is used up, and then it is
    /// not counted.
    pub(super) fn spend(&mut self, endpoint: &str) -> bool {
        let left = self.allowed.is_none_or(|allowed| self.used() < allowed);
        if left {
            *self.by_endpoint.entry(endpoint.to_owned()).or_default() += 1;
        }
        left
    }

    pub(super) fn allowed(&self) -> Option<u64> {
        self.allowed
    }

    pub(super) fn used(&self) -> u64 {
        self.by_endpoint.values().sum()
    }

    /// How much was used by each endpoint.
    pub(super) fn counts(&self) -> Object {
        let counts = self.by_endpoint.iter();
        let counts = counts.map(|(endpoint, count)| (endpoint.clone().into(), Json::count(*count)));
        Object(counts.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_not_counted() {
        let mut usage = Usage::new(Some(2));
        let answers: Vec<bool> = (0..4).map(|_| usage.spend("files")).collect();
        assert_eq!(answers, [true, true, false, false]);
        assert_eq!((usage.used(), usage.by_endpoint["files"]), (2, 2));
    }
}
