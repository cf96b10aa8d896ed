//! How a delivery that waits learns that the run is to end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// So long deliveries may go on after a signal: a page that is nearly done is
/// finished and committed, one that hangs is left to the next run.
const GRACE: Duration = Duration::from_secs(1);

/// A call to end, which work can heed while it waits. Clones hear the same call.
#[derive(Debug, Clone)]
pub(crate) struct Halt(Arc<watch::Sender<Option<Instant>>>);

impl Default for Halt {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Halt {
    /// Calls for the end. Only the first call counts.
    pub(crate) fn call(&self) {
        self.0.send_if_modified(|due| {
            let first = due.is_none();
            due.get_or_insert(Instant::now() + GRACE);
            first
        });
    }

    /// The outcome of the work; none as soon as the call comes.
    pub(crate) async fn until<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut heard = self.0.subscribe();
        tokio::select! {
            biased;
            _ = heard.wait_for(Option::is_some) => None,
            done = work => Some(done),
        }
    }

    /// The outcome of the work; none if it has to end before it is done.
    pub(super) async fn unless<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.due() => None,
        }
    }

    /// Waits, and says whether the run goes on afterwards. There is no grace for
    /// waiting.
    pub(crate) async fn pause(&self, wait: Duration) -> bool {
        let mut heard = self.0.subscribe();
        tokio::select! {
            _ = heard.wait_for(Option::is_some) => false,
            () = sleep(wait) => true,
        }
    }

    async fn due(&self) {
        let mut heard = self.0.subscribe();
        let due = match heard.wait_for(Option::is_some).await {
            Ok(due) => *due,
            Err(_) => None,
        };
        match due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_leaves_a_moment_to_finish_and_none_to_wait() {
        let halt = Halt::default();
        assert_eq!(halt.unless(async { 1 }).await, Some(1));
        assert!(halt.pause(Duration::from_secs(9)).await);
        let start = Instant::now();
        halt.clone().call();
        sleep(Duration::from_secs(1)).await;
        halt.call();
        assert!(!halt.pause(Duration::from_secs(9)).await);
        assert_eq!(halt.unless(async { 1 }).await, Some(1));
        assert_eq!(halt.unless(pending::<()>()).await, None);
        assert_eq!(start.elapsed(), GRACE);
    }
}
