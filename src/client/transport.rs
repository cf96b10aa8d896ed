//! Sends one request and brings back its answer: the only place where the
//! program talks to the network.

mod body;
mod token;

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use tokio::sync::{Mutex, SemaphorePermit};
use tokio::time::Instant;

use super::bearer::{self, Bearer};
use super::envelope::{Answer, Flaw};
use super::error;
use super::failed_try::{FailedTry, redirected, unsendable};
use super::fault::{self, Fault};
use super::incoming::Incoming;
use super::key::{ApiKey, Secret};
use super::pace::Gate;
use super::patience::Patience;
use super::request::{Body, Request};
use super::retry::{self, Policy};
use super::route::{Route, http_client};
use super::rpc_status::from_rpc;
use super::upload::Sending;
use crate::model::error::{Error, ErrorKind};

pub(super) struct Transport {
    http: reqwest::Client,
    base: String,
    key: Option<ApiKey>,
    /// What lets requests in at the alerts API, in the key's place.
    bearer: Option<Box<Bearer>>,
    /// What is cut out of every answer that is quoted.
    secrets: Vec<Secret>,
    /// The proxy on the way, if there is one.
    proxy: Option<String>,
    idle_timeout: Duration,
    redirects: bool,
    policy: Policy,
    pub(super) gate: Gate,
    clock: fn() -> Timestamp,
    /// The one large body that is on its way. It is not given back in between: the
    /// allocator would keep what it was, and what is new would come on top of it.
    large: Mutex<Vec<u8>>,
}

impl Transport {
    pub(super) fn new(
        route: &Route,
        policy: Policy,
        gate: Gate,
        clock: fn() -> Timestamp,
    ) -> Result<Self, Error> {
        let secrets = route.key.iter().map(|key| Secret::new(key.expose()));
        Ok(Self {
            http: http_client(route)?,
            base: route.base_url.as_str().trim_end_matches('/').to_owned(),
            key: route.key.clone(),
            bearer: None,
            secrets: secrets.collect(),
            proxy: route.egress.proxies.through(&route.base_url),
            idle_timeout: route.egress.idle_timeout,
            redirects: route.redirects,
            policy,
            gate,
            clock,
            large: Mutex::default(),
        })
    }

    /// A transport that quotes none of these secrets either.
    pub(super) fn hiding(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Sends the request until it is answered, or until the policy says stop.
    ///
    /// `read` reads the body; what it rejects is asked for again where that may
    /// help.
    pub(super) async fn send<T>(
        &self,
        request: &Request,
        read: impl Fn(&Answer) -> Result<T, Flaw>,
    ) -> Result<(Answer, T), Error> {
        self.send_anew(async || Ok(request.clone()), read).await
    }

    /// As [`send`](Self::send), with a request that is made for each try: some
    /// addresses are good for one request only. What making it fails with ends
    /// the sending; it had retries of its own.
    pub(super) async fn send_anew<T>(
        &self,
        prepare: impl AsyncFn() -> Result<Request, Error>,
        read: impl Fn(&Answer) -> Result<T, Flaw>,
    ) -> Result<(Answer, T), Error> {
        let mut patience = self.patience();
        loop {
            let request = prepare().await?;
            patience.tries += 1;
            let failed = match self.attempt(&request, &mut patience).await {
                Ok((status, answer)) => match read(&answer) {
                    Ok(value) => {
                        patience.ticket.answered(&request, None);
                        return Ok((answer, value));
                    }
                    Err(flaw) if request.is_exchange() => {
                        FailedTry::flawed(status, bearer::mentionable(answer.bytes()), flaw)
                    }
                    Err(flaw) => self.flawed(status, answer.bytes(), flaw),
                },
                Err(Ended::Failed(failed)) => failed,
                Err(Ended::Refused(error)) => return Err(patience.refused(error)),
            };
            self.wait(&mut patience, &request, failed).await?;
        }
    }

    /// How patient it is.
    pub(super) fn policy(&self) -> Policy {
        self.policy
    }

    /// The patience that a new request begins with.
    pub(super) fn patience(&self) -> Patience<'_> {
        Patience::new(self.policy, self.gate.ticket())
    }

    /// Sends the request until its answer begins, or until the policy says stop.
    /// The permit is held as long as the body is read.
    pub(super) async fn open<'a>(
        &'a self,
        request: &Request,
        patience: &mut Patience<'a>,
    ) -> Result<(Incoming, SemaphorePermit<'a>), Error> {
        loop {
            patience.tries += 1;
            let failed = match self.begin(request, patience).await {
                Ok(opened) => return Ok(opened),
                Err(Ended::Failed(failed)) => failed,
                Err(Ended::Refused(error)) => return Err(patience.refused(error)),
            };
            self.wait(patience, request, failed).await?;
        }
    }

    /// Waits before another try, or gives the failure back as the policy has it.
    pub(super) async fn wait(
        &self,
        patience: &mut Patience<'_>,
        request: &Request,
        mut failed: FailedTry,
    ) -> Result<(), Error> {
        // What a body could not be read as may quote it.
        let message = self.without_secrets(failed.error.message.as_bytes());
        failed.error.message = String::from_utf8_lossy(&message).into_owned();
        let error = (*failed.error).clone();
        let wait = patience.after(request, failed)?;
        if patience.ticket.rest(wait).await {
            return Ok(());
        }
        Err(patience.given_up(error))
    }

    /// One try, from the gate to the last byte of the body.
    async fn attempt(
        &self,
        request: &Request,
        patience: &mut Patience<'_>,
    ) -> Result<(u16, Answer), Ended> {
        let (mut incoming, permit) = self.begin(request, patience).await?;
        let status = incoming.response().status().as_u16();
        let headers = incoming.take_headers();
        let body = self
            .read(&mut incoming, request.ceiling())
            .await
            .map_err(Ended::Failed)?;
        drop(permit);
        Ok((status, Answer::new(body, headers)))
    }

    /// One try, from the gate to the first byte of the body; an answer that is an
    /// error is read to its end.
    async fn begin<'a>(
        &self,
        request: &Request,
        patience: &mut Patience<'a>,
    ) -> Result<(Incoming, SemaphorePermit<'a>), Ended> {
        let Some(bearer) = &self.bearer else {
            return self.begin_with(request, patience, HeaderMap::new()).await;
        };
        let (headers, token) = bearer.headers().await.map_err(Ended::Refused)?;
        match self.begin_with(request, patience, headers).await {
            // It may have ended, or been taken back: another one is tried, once.
            Err(Ended::Failed(failed)) if failed.is_unauthorized() => {
                bearer.refused(&token).await;
                let (headers, _) = bearer.headers().await.map_err(Ended::Refused)?;
                self.begin_with(request, patience, headers).await
            }
            outcome => outcome,
        }
    }

    /// The same with these headers.
    async fn begin_with<'a>(
        &self,
        request: &Request,
        patience: &mut Patience<'a>,
        headers: HeaderMap,
    ) -> Result<(Incoming, SemaphorePermit<'a>), Ended> {
        let entered = patience.ticket.enter(request).await;
        let permit = entered.map_err(Ended::Refused)?;
        let started = Instant::now();
        let sent = self.ask(request, headers).await;
        tracing::debug!(
            method = %request.method,
            path = request.shown(),
            tries = patience.tries,
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            status = match &sent {
                Ok(response) => i32::from(response.status().as_u16()),
                Err(_) => -1,
            },
            "request"
        );
        let mut incoming = Incoming::new(sent.map_err(Ended::Failed)?);
        let status = incoming.response().status();
        let is_redirect = request.takes_redirects
            && status.is_redirection()
            && incoming.response().headers().contains_key(LOCATION);
        if status.is_success() || is_redirect {
            return Ok((incoming, permit));
        }
        let body = self.beginning(&mut incoming).await.map_err(Ended::Failed)?;
        Err(Ended::Failed(self.failed(
            request,
            status.as_u16(),
            incoming.response().headers(),
            &body,
        )))
    }

    /// What an answer comes to whose status is a success, and whose body is not
    /// what was due.
    pub(super) fn flawed(&self, status: u16, body: &[u8], flaw: Flaw) -> FailedTry {
        FailedTry::flawed(status, &self.without_secrets(body), flaw)
    }

    /// What an answer that is an error comes to.
    fn failed(
        &self,
        request: &Request,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> FailedTry {
        let retry_after = headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry::retry_after(value, (self.clock)()));
        let body = self.without_secrets(body);
        let error = if (300..400).contains(&status) {
            redirected(status, headers, self.redirects)
        } else if request.is_exchange() {
            error::of_exchange(status, &body)
        } else if self.bearer.is_some() {
            from_rpc(status, &body)
        } else if request.has_error_objects() {
            let error = error::from_answer(status, &body);
            match &self.key {
                Some(key) if error.kind == ErrorKind::Auth => error.hint(key.advice()),
                _ => error,
            }
        } else {
            error::from_status(status, &body)
        };
        if error.foreign.is_some() && error.kind != ErrorKind::Server {
            return FailedTry::foreign(error);
        }
        let fault = Fault::Status {
            status,
            quota: fault::is_quota(error.code.as_deref()),
        };
        FailedTry {
            fault,
            retry_after,
            cut_short: false,
            error: Box::new(error),
        }
    }

    /// The text without the secrets, which whatever stands before the service may
    /// send back in its error page.
    pub(super) fn without_secrets<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let tokens = self.bearer.as_deref().map(Bearer::secrets);
        let tokens = tokens.iter().flatten();
        self.secrets
            .iter()
            .chain(tokens)
            .fold(Cow::Borrowed(text), |text, secret| {
                match secret.cut_out(&text) {
                    Some(cut) => Cow::Owned(cut),
                    None => text,
                }
            })
    }

    /// Sends the request, and waits for its answer to begin.
    async fn ask(&self, request: &Request, headers: HeaderMap) -> Result<Response, FailedTry> {
        let url = match &request.elsewhere {
            Some(address) => address.as_str().to_owned(),
            None => format!("{}{}", self.base, request.target()),
        };
        let mut builder = self
            .http
            .request(request.method.clone(), url)
            .headers(request.headers.clone())
            .headers(headers);
        let mut sending = None;
        match &request.body {
            None => {}
            Some(Body::Form(text)) => {
                builder = builder
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(text.clone());
            }
            Some(Body::Json(body)) => {
                builder = builder
                    .header(CONTENT_TYPE, "application/json")
                    .body(body.clone());
            }
            Some(Body::Bytes(body)) => builder = builder.body(body.clone()),
            Some(Body::File(upload)) => {
                let begun = upload.begin().map_err(|fault| unsendable(&fault))?;
                builder = builder
                    .header(CONTENT_TYPE, begun.content_type)
                    .header(CONTENT_LENGTH, begun.length)
                    .body(begun.body);
                sending = Some(begun.sending);
            }
        }
        let sent = match &sending {
            None => self.within(builder.send()).await,
            Some(sending) => self.while_sending(sending, builder.send()).await,
        };
        let response = match sent {
            Ok(response) => response,
            // A body that breaks off breaks the connection, which says nothing
            // of the reason: the file does.
            Err(mut failed) => {
                failed.cut_short = sending.as_ref().is_some_and(|it| !it.is_whole());
                return Err(sending
                    .and_then(Sending::broken_off)
                    .map_or(failed, |fault| unsendable(&fault)));
            }
        };
        if let Some(sending) = &sending
            && !response.status().is_success()
        {
            sending.rewind();
        }
        Ok(response)
    }
}

enum Ended {
    /// The try failed; the policy decides.
    Failed(FailedTry),
    /// The request was not sent at all.
    Refused(Error),
}
