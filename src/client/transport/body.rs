//! Reads the body of an answer, and waits for it: the idle timeout, the least pace,
//! the ceiling.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, timeout};

use super::Transport;
use crate::client::ceiling::{self, Ceiling, Pace};
use crate::client::failed_try::{FailedTry, sorted};
use crate::client::fault::Fault;
use crate::client::incoming::Incoming;
use crate::client::upload::Sending;
use crate::model::error::ErrorKind;
use crate::model::time::format_duration;

/// The shortest time between two looks at an upload that may have stalled.
const SHORTEST_LOOK: Duration = Duration::from_millis(10);

impl Transport {
    /// The whole body, of at most so many bytes. A large one grows in the one buffer
    /// that there is for large ones.
    pub(in crate::client) async fn read(
        &self,
        incoming: &mut Incoming,
        ceiling: Ceiling,
    ) -> Result<Bytes, FailedTry> {
        let mut pace = Pace::new(self.idle_timeout);
        let Some(first) = self.in_pace(incoming, &mut pace, 0).await? else {
            return Ok(Bytes::new());
        };
        ceiling.admits(first.len())?;
        // Most bodies are one piece, which is not copied.
        let Some(mut next) = self.in_pace(incoming, &mut pace, first.len()).await? else {
            return Ok(first);
        };
        let mut body = Vec::with_capacity((first.len() + next.len()).min(ceiling::FREE) * 2);
        body.extend_from_slice(&first);
        drop(first);
        while body.len() + next.len() <= ceiling::FREE {
            ceiling.admits(body.len() + next.len())?;
            body.extend_from_slice(&next);
            match self.in_pace(incoming, &mut pace, body.len()).await? {
                Some(piece) => next = piece,
                None => return Ok(body.into()),
            }
        }
        let mut large = self.large.lock().await;
        large.clear();
        large.append(&mut body);
        drop(body);
        loop {
            ceiling.admits(large.len() + next.len())?;
            large.extend_from_slice(&next);
            match self.in_pace(incoming, &mut pace, large.len()).await? {
                Some(piece) => next = piece,
                None => return Ok(Bytes::copy_from_slice(&large)),
            }
        }
    }

    /// As much of an error's body as says what it is; the rest is not waited for.
    pub(super) async fn beginning(&self, incoming: &mut Incoming) -> Result<Bytes, FailedTry> {
        let mut pace = Pace::new(self.idle_timeout);
        let mut body = BytesMut::new();
        while body.len() < ceiling::ERROR {
            let next = self.in_pace(incoming, &mut pace, body.len()).await?;
            let Some(chunk) = next else {
                break;
            };
            body.extend_from_slice(&chunk);
        }
        body.truncate(ceiling::ERROR);
        Ok(body.freeze())
    }

    /// The next piece of a body that has come to `size`, if that comes in time.
    async fn in_pace(
        &self,
        incoming: &mut Incoming,
        pace: &mut Pace,
        size: usize,
    ) -> Result<Option<Bytes>, FailedTry> {
        let since = Instant::now();
        let chunk = timeout(pace.left(size), self.chunk(incoming)).await;
        let chunk = chunk.map_err(|_| pace.too_slow(size))?;
        pace.waited(since);
        chunk
    }

    /// The next piece of a body, decoded; none at its end. Pieces that decode to
    /// nothing are no sign of life for ever.
    pub(in crate::client) async fn chunk(
        &self,
        incoming: &mut Incoming,
    ) -> Result<Option<Bytes>, FailedTry> {
        let since = Instant::now();
        loop {
            if since.elapsed() > self.idle_timeout {
                return Err(self.silent());
            }
            let piece = self.within(incoming.receive()).await?;
            let is_last = piece.is_none();
            let decoded = incoming.decode(piece)?;
            if !decoded.is_empty() {
                return Ok(Some(decoded));
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    /// Waits for the answer to an upload. Every piece of the body that the
    /// connection takes is a sign of life.
    pub(super) async fn while_sending<T>(
        &self,
        sending: &Sending,
        step: impl Future<Output = Result<T, reqwest::Error>>,
    ) -> Result<T, FailedTry> {
        let silence = async {
            while let Some(left) = self.idle_timeout.checked_sub(sending.idle())
                && !left.is_zero()
            {
                // At least a moment: an estimate may move while nothing else does.
                tokio::time::sleep(left.max(SHORTEST_LOOK)).await;
            }
        };
        tokio::select! {
            done = step => done.map_err(|error| sorted(error, self.proxy.as_deref())),
            () = silence => Err(self.silent()),
        }
    }

    /// Waits for the next sign of life, at most as long as the idle timeout.
    pub(super) async fn within<T>(
        &self,
        step: impl Future<Output = Result<T, reqwest::Error>>,
    ) -> Result<T, FailedTry> {
        match timeout(self.idle_timeout, step).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(sorted(error, self.proxy.as_deref())),
            Err(_) => Err(self.silent()),
        }
    }

    pub(super) fn silent(&self) -> FailedTry {
        FailedTry::new(
            Fault::Timeout,
            ErrorKind::Timeout,
            format!(
                "nothing received for {}",
                format_duration(self.idle_timeout)
            ),
        )
        .hint("it is safe to run the same command again; --timeout sets the idle timeout")
    }
}
