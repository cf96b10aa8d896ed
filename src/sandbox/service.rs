//! What the simulated service remembers between requests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fault::{Faults, Hit};
use super::options::Options;
use super::scan::Submissions;
use super::usage::Usage;
use super::workflow::Changes;

/// The state of a sandbox, shared by all its requests. A part that changes has
/// a lock of its own, held for the change alone.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) options: Options,
    requests: AtomicU64,
    faults: Mutex<Faults>,
    usage: Mutex<Usage>,
    submissions: Mutex<Submissions>,
    changes: Mutex<Changes>,
    endpoints: Mutex<BTreeMap<String, u64>>,
}

/// A handle to the service, as the routes hold it.
pub(super) type Shared = Arc<Service>;

impl Service {
    pub(super) fn new(options: Options) -> Shared {
        Arc::new(Self {
            requests: AtomicU64::new(0),
            faults: Mutex::new(Faults::new(&options.fault, options.seed)),
            usage: Mutex::new(Usage::new(options.quota)),
            submissions: Mutex::default(),
            changes: Mutex::default(),
            endpoints: Mutex::default(),
            options,
        })
    }

    /// Counts a request that came in, and notes what it asks for.
    pub(super) fn count_request(&self, endpoint: String) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        *locked(&self.endpoints).entry(endpoint).or_default() += 1;
    }

    /// How many requests came in for each endpoint.
    pub(super) fn endpoints(&self) -> BTreeMap<String, u64> {
        locked(&self.endpoints).clone()
    }

    pub(super) fn submissions(&self) -> MutexGuard<'_, Submissions> {
        locked(&self.submissions)
    }

    /// What alerts and issues were changed to.
    pub(super) fn changes(&self) -> MutexGuard<'_, Changes> {
        locked(&self.changes)
    }

    /// How many requests came in.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The fault that hits the next request, which may be free of quota.
    pub(super) fn next_fault(&self, free: bool) -> Option<Hit> {
        locked(&self.faults).next(free)
    }

    pub(super) fn usage(&self) -> MutexGuard<'_, Usage> {
        locked(&self.usage)
    }
}

/// The lock, even after a panic under it: no change under these locks can be
/// left half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
