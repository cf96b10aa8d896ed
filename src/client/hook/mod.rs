//! Delivery to a webhook: another origin than the service's, which never sees
//! the API key.

mod address;
mod signature;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

pub use self::address::HookUrl;
pub use self::signature::SigningSecret;

use super::envelope::{Answer, Flaw};
use super::key::Secret;
use super::pace::{Gate, Rate};
use super::request::Request;
use super::retry::Policy;
use super::route::{Egress, Route};
use super::transport::Transport;
use crate::model::error::{Error, ErrorKind};

/// A header that names the delivery: the same for every try of the same records,
/// also after a restart.
pub const KEY_HEADER: &str = "Idempotency-Key";
/// When this try was signed, in seconds since the epoch.
pub const TIMESTAMP_HEADER: &str = "X-GTI-Timestamp";
/// `sha256=` and the HMAC-SHA256 of `TIMESTAMP.BODY` in hexadecimal.
pub const SIGNATURE_HEADER: &str = "X-GTI-Signature";

/// The headers that only the delivery itself sets.
const OWN: [&str; 5] = [
    KEY_HEADER,
    TIMESTAMP_HEADER,
    SIGNATURE_HEADER,
    "Content-Length",
    "Host",
];

/// Where headers come from.
const HEADERS: &str = "`gti ingest ioc-stream --help` shows how headers are given";

/// All that a webhook is made from.
pub struct HookConfig {
    /// Where it is.
    pub url: HookUrl,
    /// Headers, whose values may be secrets.
    pub headers: Vec<(String, String)>,
    /// What bodies are signed with.
    pub secret: Option<SigningSecret>,
    /// What bodies hold that nobody may quote.
    pub hidden: Vec<String>,
    /// The throttle of what it is sent.
    pub rate: Option<Rate>,
    /// What bodies are, unless a header says it.
    pub content_type: &'static str,
    /// The way out, as to the service.
    pub egress: Egress,
    /// How patient to be.
    pub policy: Policy,
    /// Deliveries at once; at least 1.
    pub in_flight: usize,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

/// A webhook.
pub struct Hook {
    transport: Transport,
    url: HookUrl,
    headers: HeaderMap,
    secret: Option<SigningSecret>,
    clock: fn() -> Timestamp,
}

/// What became of a delivery that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undelivered {
    /// The receiver does not want it, now or later.
    Refused(Error),
    /// The receiver could not be reached, or is in trouble: later may be better.
    Failed(Error),
    /// The receiver is not there, or lets nobody in with this token: it would take
    /// no other delivery either, until somebody changes something.
    Closed(Error),
}

impl Undelivered {
    /// The error, whatever it means for the next delivery.
    pub fn into_error(self) -> Error {
        match self {
            Self::Refused(error) | Self::Failed(error) | Self::Closed(error) => error,
        }
    }
}

/// What an answer of 2xx says of the delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It was taken.
    Taken,
    /// It was not taken now, and may be later.
    Again(String),
    /// It was not taken, and why.
    Refused(String),
    /// Some records were not taken: which by their places, and why.
    InPart(Vec<(usize, String)>),
    /// Whoever answers is not the receiver.
    Elsewhere(String),
}

impl Hook {
    /// Makes a webhook; nothing is sent yet.
    ///
    /// # Errors
    /// Usage: a header that cannot be sent, or no way out of this machine.
    pub fn new(config: HookConfig) -> Result<Self, Error> {
        let mut headers = HeaderMap::new();
        let json = HeaderValue::from_static(config.content_type);
        headers.insert(CONTENT_TYPE, json);
        for (name, value) in &config.headers {
            if OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                let message = format!("the header `{name}` is set by the delivery itself");
                return Err(Error::usage(message).hint(HEADERS));
            }
            // The value may be a secret.
            let malformed = || {
                Error::usage(format!(
                    "`{name}` cannot be sent as a header: a name consists of letters, digits and `-`, a value is one line of text"
                ))
                .hint(HEADERS)
            };
            let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| malformed())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| malformed())?;
            value.set_sensitive(true);
            headers.insert(parsed, value);
        }
        let secrets = config
            .headers
            .iter()
            .flat_map(|(_, value)| std::iter::once(value.as_str()).chain(value.split(' ').skip(1)))
            .chain(config.hidden.iter().map(String::as_str))
            .map(Secret::new)
            .chain(config.url.secrets());
        let route = Route::elsewhere(config.url.url(), config.egress);
        let gate = Gate::new(config.in_flight, config.rate, None, config.policy);
        let transport = Transport::new(&route, config.policy, gate, config.clock)?;
        Ok(Self {
            transport: transport.hiding(secrets),
            url: config.url,
            headers,
            secret: config.secret,
            clock: config.clock,
        })
    }

    /// Where it is.
    pub fn url(&self) -> &HookUrl {
        &self.url
    }

    /// Delivers one body under a key, and tries again as the policy has it:
    /// because of the key the receiver can tell a repeat. Each try is signed
    /// anew, with its own time. `judge` says what an answer of 2xx means.
    ///
    /// Gives the places of records that were not taken, and why.
    ///
    /// # Errors
    /// [`Undelivered`]: closed are 401, 404, 405 and 410, refused the other answers of
    /// 400 to 499, save 407, 408, 425 and 429.
    pub async fn deliver(
        &self,
        key: &str,
        body: Bytes,
        judge: impl Fn(&[u8]) -> Receipt,
    ) -> Result<Vec<(usize, String)>, Undelivered> {
        self.deliver_to(&self.url, key, body, judge).await
    }

    /// The same, to another address of the receiver.
    ///
    /// # Errors
    /// As [`Hook::deliver`].
    pub async fn deliver_to(
        &self,
        url: &HookUrl,
        key: &str,
        body: Bytes,
        judge: impl Fn(&[u8]) -> Receipt,
    ) -> Result<Vec<(usize, String)>, Undelivered> {
        self.send(async || self.request(url, key, &body), judge)
            .await
    }

    /// Puts a document at an address of the receiver.
    ///
    /// # Errors
    /// As [`Hook::deliver`].
    pub async fn put(&self, url: &HookUrl, body: Bytes) -> Result<(), Undelivered> {
        let request = async || Ok(self.request(url, "put", &body)?.by_put());
        self.send(request, |_| Receipt::Taken).await.map(|_| ())
    }

    async fn send(
        &self,
        request: impl AsyncFn() -> Result<Request, Error>,
        judge: impl Fn(&[u8]) -> Receipt,
    ) -> Result<Vec<(usize, String)>, Undelivered> {
        // Whether to deliver at all is decided by who delivers.
        self.transport.gate.reopen();
        let read = |answer: &Answer| match judge(answer.bytes()) {
            Receipt::Again(reason) => Err(Flaw::Incomplete(self.harmless(&reason))),
            receipt => Ok(receipt),
        };
        let sent = self.transport.send_anew(request, read).await;
        let (_, receipt) = sent.map_err(|error| match error.status {
            Some(401 | 404 | 405 | 410) => Undelivered::Closed(Error {
                kind: ErrorKind::Network,
                ..error
            }),
            Some(407 | 408 | 425 | 429) => Undelivered::Failed(error),
            Some(400..=499) => Undelivered::Refused(error),
            _ => Undelivered::Failed(error),
        })?;
        let said = |kind, reason: &str| Error::new(kind, self.harmless(reason));
        match receipt {
            Receipt::Refused(reason) => {
                Err(Undelivered::Refused(said(ErrorKind::Invalid, &reason)))
            }
            Receipt::Again(reason) => Err(Undelivered::Failed(said(ErrorKind::Server, &reason))),
            Receipt::Elsewhere(reason) => {
                Err(Undelivered::Closed(said(ErrorKind::Network, &reason)))
            }
            Receipt::Taken => Ok(Vec::new()),
            Receipt::InPart(refused) => {
                let refused = refused.into_iter();
                Ok(refused
                    .map(|(place, reason)| (place, self.harmless(&reason)))
                    .collect())
            }
        }
    }

    /// The text without what nobody may quote.
    fn harmless(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.transport.without_secrets(text.as_bytes())).into_owned()
    }

    fn request(&self, url: &HookUrl, key: &str, body: &Bytes) -> Result<Request, Error> {
        let mut headers = self.headers.clone();
        let mut set = |name: &str, text: &str| {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_str(text);
            match (name, value) {
                (Ok(name), Ok(value)) => {
                    headers.insert(name, value);
                    Ok(())
                }
                _ => Err(Error::new(
                    ErrorKind::Invalid,
                    format!("`{text}` cannot be sent as a header"),
                )),
            }
        };
        set(KEY_HEADER, key)?;
        let now = (self.clock)().as_second();
        set(TIMESTAMP_HEADER, &now.to_string())?;
        if let Some(secret) = &self.secret {
            set(SIGNATURE_HEADER, &secret.sign(now, body))?;
        }
        // A repeat is known by its key.
        Ok(Request::to_hook(url.clone(), headers, body.clone()).harmless_twice())
    }
}
