//! The shared client of the API: one transport for every request.
//!
//! It is blind: no command line, no output, no environment, no database. It
//! defines what it wants of a response cache and leaves storing to `state`.

pub mod archive;
mod bearer;
mod breaker;
mod bypass;
pub mod cache;
mod ceiling;
mod change;
mod document;
pub mod download;
pub mod endpoints;
mod envelope;
pub mod error;
mod failed_try;
mod fault;
mod flight;
mod forbidden;
mod foreign;
pub mod hook;
mod incoming;
pub mod key;
mod loopback;
mod once;
pub mod pace;
pub mod page;
pub mod path;
mod patience;
pub mod request;
mod resolver;
pub mod retry;
mod route;
mod rpc_status;
pub(crate) mod tls;
mod transport;
pub mod upload;

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

pub use self::bearer::TokenSource;
pub use self::bypass::Bypass;
pub use self::envelope::{Answer, Flaw};
pub use self::loopback::is_loopback;
pub use self::route::{Egress, ProxyRoute, Route};

use self::bearer::Bearer;
use self::cache::{Freshness, ResponseCache, Stored};
use self::flight::Flights;
use self::key::ApiKey;
use self::pace::{Gate, Rate};
use self::request::Request;
use self::transport::Transport;
use crate::model::error::{Error, ErrorKind};

/// All that a client is made from.
pub struct Config {
    /// How to reach the service.
    pub route: Route,
    /// How patient to be.
    pub policy: retry::Policy,
    /// The credential of the alerts API, where that is what the route leads to.
    pub token: Option<TokenSource>,
    /// The throttle of the whole process.
    pub rate: Option<Rate>,
    /// Requests in flight at once; at least 1.
    pub concurrency: usize,
    /// The run's budget of requests, repeats counted.
    pub max_requests: Option<u64>,
    /// Where answers are kept.
    pub cache: Option<CacheUse>,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

/// How answers are kept and used again.
pub struct CacheUse {
    /// Where they are kept.
    pub store: Arc<dyn ResponseCache>,
    /// Which of them may be used.
    pub freshness: Freshness,
    /// Sets the answers of one service apart from another's: the base URL.
    pub scope: String,
}

impl CacheUse {
    /// What an answer is kept under.
    fn key(&self, request: &Request) -> String {
        format!("{}{}", self.scope, request.target())
    }
}

/// The client. It is cheap to clone; clones share connections and throttle.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Transport,
    cache: Option<CacheUse>,
    flights: Flights,
    key: Option<ApiKey>,
    base_url: url::Url,
    clock: fn() -> Timestamp,
}

/// A body, and where it came from.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The body as decoded from the wire.
    pub body: Bytes,
    /// When the service gave it.
    pub fetched_at: Timestamp,
    /// Whether it came from the cache.
    pub cached: bool,
}

impl Client {
    /// Makes a client; nothing is sent yet.
    pub fn new(config: Config) -> Result<Self, Error> {
        let gate = Gate::new(
            config.concurrency,
            config.rate,
            config.max_requests,
            config.policy,
        );
        let mut transport = Transport::new(&config.route, config.policy, gate, config.clock)?;
        if let Some(source) = config.token {
            let bearer = Bearer::new(source, &config.route, config.policy, config.clock)?;
            transport = transport.with_bearer(bearer);
        }
        Ok(Self(Arc::new(Inner {
            transport,
            cache: config.cache,
            flights: Flights::default(),
            key: config.route.key,
            base_url: config.route.base_url,
            clock: config.clock,
        })))
    }

    /// The key that it sends.
    pub fn key(&self) -> Option<ApiKey> {
        self.0.key.clone()
    }

    /// Why nothing is sent to the service any more: the key was refused, the quota
    /// is used up, or the service stayed away for longer than the retries lasted.
    /// Every further request fails with it, unsent; kept answers are still found.
    pub fn closed(&self) -> Option<Error> {
        self.0.transport.closed()
    }

    /// Completes once nothing is sent any more, and nothing can change that: waits for
    /// another request are in vain.
    pub async fn ended(&self) {
        self.0.transport.gate.ended().await;
    }

    /// Asks a service anew that stayed away, as if for the first time. A key that
    /// was refused stays refused.
    pub fn reopen(&self) {
        self.0.transport.reopen();
    }

    /// From now on nothing is waited for: what would be tried again fails instead.
    /// Requests in flight are finished, and new ones are sent.
    pub fn hurry(&self) {
        self.0.transport.hurry();
    }

    /// Where the service is.
    pub fn base_url(&self) -> &url::Url {
        &self.0.base_url
    }

    /// How many requests were sent so far, repeats included.
    pub fn requests_sent(&self) -> u64 {
        self.0.transport.gate.sent()
    }

    /// Whether a kept answer would stand for a request.
    async fn keeps(&self, request: &Request) -> bool {
        let Some(cache) = self.0.cache.as_ref().filter(|_| request.cacheable) else {
            return false;
        };
        let stored = cache.store.load(&cache.key(request)).await;
        stored.is_some_and(|stored| cache.freshness.allows(&stored, (self.0.clock)()))
    }

    /// Sends a request and reads its answer with `read`. A kept answer stands
    /// for a request that is cacheable and was answered recently enough.
    ///
    /// # Errors
    /// What the request came to, after the retries; for a body that `read`
    /// rejects to the end, kind `decode` with its reason.
    async fn fetch_checked<T>(
        &self,
        request: &Request,
        read: impl Fn(&Answer) -> Result<T, Flaw>,
    ) -> Result<(Fetched, T), Error> {
        let cache = self.0.cache.as_ref().filter(|_| request.cacheable);
        let Some(cache) = cache else {
            return self.ask(request, read).await;
        };
        let key = cache.key(request);
        let _boarded = self.0.flights.board(&key).await;
        if let Some(stored) = cache.store.load(&key).await
            && cache.freshness.allows(&stored, (self.0.clock)())
            && let Some(outcome) = recall(stored, &read)
        {
            return outcome;
        }
        if cache.freshness.offline {
            return Err(Error::new(
                ErrorKind::State,
                "not in the cache, and --offline sends no request",
            )
            .hint("run again without --offline to ask the service"));
        }
        let outcome = self.ask(request, read).await;
        if let Some(stored) = worth_keeping(&outcome, self.0.clock) {
            cache.store.store(&key, stored).await;
        }
        outcome
    }

    /// Sends a request that is made anew for each try, and reads its answer.
    ///
    /// # Errors
    /// As [`fetch_checked`](Self::fetch_checked), and whatever `prepare` failed
    /// with, which is not tried again.
    pub(crate) async fn ask_anew<T>(
        &self,
        prepare: impl AsyncFn() -> Result<Request, Error>,
        read: impl Fn(&Answer) -> Result<T, Flaw>,
    ) -> Result<T, Error> {
        let (_, value) = self.0.transport.send_anew(prepare, read).await?;
        Ok(value)
    }

    async fn ask<T>(
        &self,
        request: &Request,
        read: impl Fn(&Answer) -> Result<T, Flaw>,
    ) -> Result<(Fetched, T), Error> {
        let (answer, value) = self.0.transport.send(request, read).await?;
        Ok((
            Fetched {
                body: answer.into_body(),
                fetched_at: (self.0.clock)(),
                cached: false,
            },
            value,
        ))
    }
}

/// What a kept answer comes to; `None` when it no longer can be read.
fn recall<T>(
    stored: Stored,
    read: impl Fn(&Answer) -> Result<T, Flaw>,
) -> Option<Result<(Fetched, T), Error>> {
    let Stored {
        status,
        body,
        fetched_at,
    } = stored;
    if status == 404 {
        return Some(Err(error::advised(error::from_status(status, &body))));
    }
    let answer = Answer::without_headers(body);
    let value = read(&answer).ok()?;
    Some(Ok((
        Fetched {
            body: answer.into_body(),
            fetched_at,
            cached: true,
        },
        value,
    )))
}

/// Answers and "not found" are kept; every other failure is asked about again.
fn worth_keeping<T>(
    outcome: &Result<(Fetched, T), Error>,
    clock: fn() -> Timestamp,
) -> Option<Stored> {
    match outcome {
        Ok((fetched, _)) => Some(Stored {
            status: 200,
            body: fetched.body.clone(),
            fetched_at: fetched.fetched_at,
        }),
        Err(error) if error.kind == ErrorKind::NotFound => {
            let envelope =
                serde_json::json!({"error": {"code": error.code, "message": error.message}});
            Some(Stored {
                status: 404,
                body: Bytes::from(envelope.to_string()),
                fetched_at: clock(),
            })
        }
        Err(_) => None,
    }
}
