//! How a sandbox shall behave.

use std::time::Duration;

use jiff::Timestamp;

use super::fault::Fault;

/// The switches of a sandbox; by default it is fast, faultless and generous.
#[derive(Debug, Clone)]
pub struct Options {
    /// Faults to answer with, each for its share of the requests.
    pub fault: Vec<Fault>,
    /// How long every answer waits before it starts.
    pub latency: Duration,
    /// How many requests the daily quota allows; none is a quota that no run
    /// exhausts.
    pub quota: Option<u64>,
    /// What the faults are drawn from: the same seed and the same order of
    /// requests give the same faults. It leaves the data as it is.
    pub seed: u64,
    /// The only key to accept; none accepts any but the documented bad ones.
    pub require_key: Option<String>,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fault: Vec::new(),
            latency: Duration::ZERO,
            quota: None,
            seed: 0,
            require_key: None,
            now: Timestamp::now,
        }
    }
}
