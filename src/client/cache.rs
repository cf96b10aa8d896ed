//! What the client asks of a response cache, and when an entry may be used.

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use jiff::Timestamp;

/// An answer as it is kept: the status and the body's bytes as decoded from
/// the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// HTTP status: 200, or 404 for an object the service does not know.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
    /// When the service gave this answer.
    pub fetched_at: Timestamp,
}

/// Where answers to GET requests are kept between runs, and within one.
///
/// A cache that is in trouble says so by itself, once, and answers `None`: a
/// look-up must never fail because its cache did.
pub trait ResponseCache: Send + Sync {
    /// The newest answer kept under `key`, whatever its age.
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Stored>>;

    /// Keeps an answer under `key`, replacing an older one. Returns when the
    /// answer would be found by `load`, not when it is on the disk.
    fn store<'a>(&'a self, key: &'a str, stored: Stored) -> BoxFuture<'a, ()>;
}

/// When a kept answer may stand for a request.
#[derive(Debug, Clone, Copy)]
pub struct Freshness {
    /// How old an answer may be.
    pub ttl: Duration,
    /// When this run began: what was fetched since is always fresh, so that
    /// one run asks each thing once.
    pub run_started: Timestamp,
    /// Answer from the cache alone, at any age, and never ask the service.
    pub offline: bool,
}

/// An object that was unknown a moment ago may be known by now (somebody
/// scanned it), so "not found" ages faster than a report.
const NOT_FOUND_TTL: Duration = Duration::from_mins(1);

impl Freshness {
    /// Whether `stored` may be used at `now`. An entry from the future (the
    /// clock was set back) may not.
    pub fn allows(&self, stored: &Stored, now: Timestamp) -> bool {
        if self.offline || stored.fetched_at >= self.run_started {
            return true;
        }
        let ttl = if stored.status == 404 {
            self.ttl.min(NOT_FOUND_TTL)
        } else {
            self.ttl
        };
        Duration::try_from(now.duration_since(stored.fetched_at)).is_ok_and(|age| age < ttl)
    }
}
