//! The client of the service, or of the simulated one.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use super::Context;
use crate::client::cache::{Freshness, ResponseCache};
use crate::client::key::ApiKey;
use crate::client::pace::Rate;
use crate::client::{CacheUse, Client, Config, Route, TokenSource};
use crate::model::error::Error;
use crate::settings::KeySource;
use crate::state::Cache;

/// How a command wants to use kept answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caching {
    /// Keep answers between runs; without it, only within this one.
    pub kept: bool,
    /// How old an answer may be; nothing for `--refresh`.
    pub ttl: Duration,
    /// Answer from the cache alone.
    pub offline: bool,
}

/// Bodies kept for one key at most, as they are on the disk.
const CACHE_LIMIT: u64 = 512 * 1024 * 1024;

impl Context {
    /// The key, fetched from where the settings say.
    pub(crate) fn key(&mut self) -> Result<ApiKey, Error> {
        let credential = self.settings.required_credential()?.clone();
        let mut stdin: Box<dyn Read> = match credential.source() {
            KeySource::Stdin { .. } => self.ui.take_stdin(),
            _ => Box::new(io::empty()),
        };
        let loaded = credential.load(&mut *stdin)?;
        self.ui.stderr.secrets.hide(loaded.key.expose());
        if let Some(warning) = loaded.warning {
            tracing::warn!("{warning}");
        }
        Ok(loaded.key)
    }

    /// A client for the configured service, or for the simulated one.
    pub(crate) fn client(&mut self, caching: Option<Caching>) -> Result<Client, Error> {
        if self.settings.sandbox {
            return self.sandbox_client(caching);
        }
        let key = self.key()?;
        let base_url = self.settings.base_url.clone();
        let scope = base_url.to_string();
        self.client_for(Some(key), base_url, scope, caching)
    }

    /// A client without a key, to see whether anybody is there.
    pub(crate) fn client_without_key(&self) -> Result<Client, Error> {
        let base_url = self.settings.base_url.clone();
        self.client_for(None, base_url, String::new(), None)
    }

    /// A client with this key instead of the configured one, to check it.
    pub(crate) fn client_with(&self, key: ApiKey) -> Result<Client, Error> {
        let base_url = self.settings.base_url.clone();
        self.client_for(Some(key), base_url, String::new(), None)
    }

    /// Where the service is that answers: the sandbox's own address, once it runs.
    pub(crate) fn service(&self) -> String {
        #[cfg(feature = "sandbox")]
        if let Some(sandbox) = &self.sandbox {
            return sandbox.base_url();
        }
        self.settings.base_url.to_string()
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_client(&mut self, caching: Option<Caching>) -> Result<Client, Error> {
        use crate::sandbox::KEY;

        let base_url = self.start_sandbox()?;
        let key = ApiKey::new(KEY)
            .map_err(|error| Error::state(format!("cannot start the sandbox: {error}")))?;
        // Its port differs from run to run, its answers don't.
        let scope = concat!("sandbox ", env!("CARGO_PKG_VERSION"), " ").to_owned();
        self.client_for(Some(key), base_url, scope, caching)
    }

    /// Starts the sandbox, and tells where it is.
    #[cfg(feature = "sandbox")]
    pub(super) fn start_sandbox(&mut self) -> Result<url::Url, Error> {
        use crate::sandbox::{Options as SandboxOptions, Sandbox};

        let failed = |error: &dyn std::fmt::Display| {
            Error::state(format!("cannot start the sandbox: {error}"))
        };
        let sandbox = Sandbox::start(SandboxOptions {
            now: self.clock,
            ..SandboxOptions::default()
        })
        .map_err(|error| failed(&error))?;
        let base_url = sandbox.base_url().parse().map_err(|error| failed(&error))?;
        self.sandbox = Some(sandbox);
        self.ui.remark("sandbox: simulated data");
        Ok(base_url)
    }

    #[cfg(not(feature = "sandbox"))]
    fn sandbox_client(&mut self, _: Option<Caching>) -> Result<Client, Error> {
        Err(no_sandbox())
    }

    fn client_for(
        &self,
        key: Option<ApiKey>,
        base_url: url::Url,
        scope: String,
        caching: Option<Caching>,
    ) -> Result<Client, Error> {
        let cache = match caching.zip(key.as_ref()) {
            Some((caching, key)) => Some(CacheUse {
                store: self.cache(key, caching.kept)?,
                freshness: Freshness {
                    ttl: caching.ttl,
                    run_started: (self.clock)(),
                    offline: caching.offline,
                },
                scope,
            }),
            None => None,
        };
        let route = Route {
            key,
            redirects: true,
            ..self.route(base_url)?
        };
        self.client_along(route, None, cache)
    }

    /// A client that gets a token for the key, and sends that. Neither the exchange nor
    /// the API redirects, and nothing would be followed; nothing is kept of it.
    pub(super) fn client_with_token(
        &self,
        base_url: url::Url,
        token: TokenSource,
    ) -> Result<Client, Error> {
        self.client_along(self.route(base_url)?, Some(token), None)
    }

    /// The way to an address, without a key.
    fn route(&self, base_url: url::Url) -> Result<Route, Error> {
        Ok(Route {
            base_url,
            key: None,
            x_tool: Some(self.settings.x_tool.clone()),
            redirects: false,
            egress: self.egress()?,
        })
    }

    fn client_along(
        &self,
        route: Route,
        token: Option<TokenSource>,
        cache: Option<CacheUse>,
    ) -> Result<Client, Error> {
        let settings = &self.settings;
        let client = Client::new(Config {
            route,
            token,
            policy: self.policy(),
            rate: settings.rate.map(|rate| Rate {
                count: rate.count.get(),
                per: rate.unit.duration(),
            }),
            concurrency: settings.concurrency.get(),
            max_requests: settings.max_requests,
            cache,
            clock: self.clock,
        })?;
        Ok(client)
    }

    fn cache(&self, key: &ApiKey, kept: bool) -> Result<Arc<dyn ResponseCache>, Error> {
        if !kept {
            return Ok(Arc::new(Cache::temporary()));
        }
        #[cfg(feature = "postgres")]
        if let Some(target) = self.state_target()? {
            let shared = crate::postgres::Responses::new(target, key.fingerprint());
            return Ok(Arc::new(shared));
        }
        let directory = self.settings.directories.cache()?;
        let warn = |warning: String| tracing::warn!("{warning}");
        let fingerprint = key.fingerprint();
        Ok(Arc::new(Cache::open(
            directory,
            &fingerprint,
            CACHE_LIMIT,
            warn,
        )))
    }
}

/// The error of a program without the simulated API.
#[cfg(not(feature = "sandbox"))]
pub(super) fn no_sandbox() -> Error {
    Error::usage("this gti was built without the sandbox")
        .hint("unset GTI_SANDBOX, or build with the default features")
}
