//! The credential of the alerts API: a token, for which the key is exchanged at one
//! origin, and which goes to one other (API notes, second page, section 1.1). The key
//! itself never goes where the token does, nor the other way round.

mod token;

use std::sync::{Mutex as StdMutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use self::token::Token;
use super::envelope::{Answer, Flaw};
use super::foreign::is_page;
use super::key::{ApiKey, Secret};
use super::pace::Gate;
use super::request::Request;
use super::retry::Policy;
use super::route::Route;
use super::transport::Transport;
use crate::model::error::{Error, ErrorKind};
use crate::model::lenient;

/// Where a key is exchanged for a token, and what else a request with it says.
#[derive(Clone)]
pub struct TokenSource {
    /// The address of the exchange: https, or http to loopback.
    pub url: Url,
    /// The key.
    pub key: ApiKey,
    /// The project in whose name requests are made.
    pub project: String,
}

/// Gives requests their token, and gets one where there is none.
pub(super) struct Bearer {
    source: TokenSource,
    project: HeaderValue,
    exchange: Transport,
    /// Held during an exchange: requests that come meanwhile wait for its token.
    held: Mutex<Held>,
    /// What is cut out of whatever quotes it.
    secrets: StdMutex<Vec<Secret>>,
    /// Why there is no token, until somebody asks anew.
    failure: StdMutex<Option<Error>>,
}

#[derive(Default)]
struct Held(Option<Token>);

/// A token that went with a request, to say which one was refused.
pub(super) struct Sent(Token);

/// What the exchange answers, as far as it is of use.
#[derive(Deserialize)]
struct Exchanged {
    #[serde(default)]
    access_token: Option<String>,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::unsigned")]
    expires_in: Option<u64>,
}

/// The header that names the project.
const PROJECT: HeaderName = HeaderName::from_static("x-goog-user-project");

impl Bearer {
    /// `route` is the way to the alerts API.
    ///
    /// # Errors
    /// Usage, for a project that no header can name, and what the HTTP client cannot
    /// be made of.
    pub(super) fn new(
        source: TokenSource,
        route: &Route,
        policy: Policy,
        clock: fn() -> Timestamp,
    ) -> Result<Self, Error> {
        let route = Route {
            base_url: source.url.clone(),
            key: None,
            redirects: false,
            ..route.clone()
        };
        let project = HeaderValue::from_str(&source.project).map_err(|error| {
            Error::usage(format!("`{}` cannot be a project", source.project)).caused_by(error)
        })?;
        let gate = Gate::new(1, None, None, policy);
        let key = Secret::new(source.key.expose());
        let exchange = Transport::new(&route, policy, gate, clock)?.hiding([key.clone()]);
        Ok(Self {
            source,
            project,
            exchange,
            held: Mutex::default(),
            secrets: StdMutex::new(vec![key]),
            failure: StdMutex::default(),
        })
    }

    /// The headers that let a request in, and the token among them.
    ///
    /// # Errors
    /// Why there is no token.
    pub(super) async fn headers(&self) -> Result<(HeaderMap, Sent), Error> {
        let token = self.token().await?;
        let mut headers = HeaderMap::new();
        if let Some(value) = token.header() {
            headers.insert(AUTHORIZATION, value);
        }
        headers.insert(PROJECT, self.project.clone());
        Ok((headers, Sent(token)))
    }

    /// Forgets a token that was refused, if it is still the one in use.
    pub(super) async fn refused(&self, sent: &Sent) {
        let mut held = self.held.lock().await;
        if held.0.as_ref().is_some_and(|token| token.is(&sent.0)) {
            held.0 = None;
        }
    }

    /// Why there is no token.
    pub(super) fn failure(&self) -> Option<Error> {
        lock(&self.failure).clone()
    }

    /// Asks for a token anew where the exchange failed. A key that was refused stays
    /// refused.
    pub(super) fn reopen(&self) {
        let mut failure = lock(&self.failure);
        if failure
            .as_ref()
            .is_some_and(|error| error.kind != ErrorKind::Auth)
        {
            *failure = None;
            self.exchange.gate.reopen();
        }
    }

    /// Waits no more between the tries of an exchange.
    pub(super) fn hurry(&self) {
        self.exchange.gate.hurry();
    }

    /// The secrets that an answer may quote.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        lock(&self.secrets).clone()
    }

    async fn token(&self) -> Result<Token, Error> {
        let mut held = self.held.lock().await;
        if let Some(token) = held.0.as_ref().filter(|token| token.is_good()) {
            return Ok(token.clone());
        }
        if let Some(error) = self.failure() {
            return Err(error);
        }
        match self.exchange().await {
            Ok(token) => {
                let mut secrets = lock(&self.secrets);
                // The key, the token before it, and this one.
                if secrets.len() > 2 {
                    secrets.remove(1);
                }
                secrets.push(Secret::new(token.expose()));
                held.0 = Some(token.clone());
                Ok(token)
            }
            Err(error) => {
                *lock(&self.failure) = Some(error.clone().untried());
                Err(error)
            }
        }
    }

    async fn exchange(&self) -> Result<Token, Error> {
        let TokenSource { url, key, .. } = &self.source;
        tracing::debug!(origin = origin(url), "exchanging the key for a token");
        let body = serde_json::json!({ "api_key": key.expose() }).to_string();
        let request = Request::to_exchange(url.clone(), body);
        // The exchange has a transport of the same kind, which has no token.
        let sent = Box::pin(self.exchange.send(&request, read)).await;
        let (_, token) = sent.map_err(|error| self.explained(error))?;
        Ok(token)
    }

    fn explained(&self, error: Error) -> Error {
        let message = format!(
            "token exchange at {}: {}",
            origin(&self.source.url),
            error.message
        );
        let hint = match error.kind {
            ErrorKind::Auth => Some(self.source.key.advice()),
            ErrorKind::Forbidden => Some(
                "the key was not accepted here: ask the administrator of your group whether it may use GTI Alerts".to_owned(),
            ),
            _ if error.foreign.is_some()
                || error.status.is_some_and(|status| (300..400).contains(&status))
                || matches!(error.kind, ErrorKind::Invalid | ErrorKind::Decode) =>
            {
                Some("check --token-url, and that no proxy or captive portal intercepts requests; `gti doctor` names the origin".to_owned())
            }
            _ => None,
        };
        let error = Error { message, ..error };
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Reads the answer of the exchange. No reason quotes it: it may hold a token.
fn read(answer: &Answer) -> Result<Token, Flaw> {
    let unfit = |reason: &str| Flaw::Unfit(reason.to_owned());
    let body = answer.bytes();
    let exchanged: Exchanged = serde_json::from_slice(body)
        .map_err(|_| unfit("the answer of the token exchange is not the JSON that was expected"))?;
    if let Some(kind) = &exchanged.token_type
        && !kind.eq_ignore_ascii_case("bearer")
    {
        return Err(unfit("`token_type` is not Bearer"));
    }
    let text = exchanged.access_token.unwrap_or_default();
    if text.is_empty() {
        return Err(unfit("no `access_token`"));
    }
    Token::new(&text, exchanged.expires_in).map_err(Flaw::Unfit)
}

/// What an answer of the exchange that is a success and no good may say of itself:
/// whether it is a page, and nothing else of it.
pub(super) fn mentionable(body: &[u8]) -> &'static [u8] {
    if is_page(body) { b"<html>" } else { b"{}" }
}

/// An address as it may be shown.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn lock<T>(mutex: &StdMutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
