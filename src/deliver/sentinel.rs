//! Microsoft Sentinel: STIX objects for its upload API, and the token that lets them in.
//!
//! Longer than other files: the token, the requests and what an answer refuses are one
//! protocol.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use url::form_urlencoded;

use super::delivery::{Delivered, Receiver};
use super::destination::{Destination, Kind, Network};
use super::encoded::document;
use super::http::{self, Protocol, Receiving};
use super::record::{Step, Unprocessed};
use crate::client::hook::{Hook, HookConfig, HookUrl, Receipt, Undelivered};
use crate::client::pace::Rate;
use crate::client::retry::Policy;
use crate::model::common::Common;
use crate::model::error::{Error, ErrorKind};
use crate::output::Format;
use crate::settings::SinkSection;

pub(super) const KIND: Kind = Kind {
    name: "sentinel",
    read,
};

const KEYS: [&str; 8] = [
    http::KEYS[0],
    http::KEYS[1],
    "workspace",
    "tenant",
    "client_id",
    "client_secret_file",
    "token_url",
    "source_system",
];

/// Where the service is, and where its tokens come from.
const UPLOADS: &str = "https://api.ti.sentinel.azure.com";
const TOKENS: &str = "https://login.microsoftonline.com";
const SCOPE: &str = "https://management.azure.com/.default";
const VERSION: &str = "2024-02-01-preview";

/// What the service takes in a request, and in a minute.
const MOST_OBJECTS: usize = 100;
const RATE: Rate = Rate {
    count: 100,
    per: MINUTE,
};
const MINUTE: Duration = Duration::from_mins(1);

/// A token is renewed so long before its end, or when a tenth of its life is left.
const MARGIN: Duration = Duration::from_mins(5);
/// How long a token lives that does not say it.
const SHORT_LIFE: Duration = Duration::from_mins(10);

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&KEYS)?;
    let url = section.text("url")?.unwrap_or_else(|| UPLOADS.to_owned());
    let receiving = Receiving::at(&url, section, MOST_OBJECTS, MOST_OBJECTS)?;
    let part = |key: &str, example: &str| -> Result<String, Error> {
        let text = section.required(key, example)?;
        let plain = |one: char| one.is_ascii_alphanumeric() || "-._".contains(one);
        if !text.is_empty() && text.chars().all(plain) {
            return Ok(text);
        }
        let name = section.name();
        Err(
            Error::usage(format!("invalid `{key}` of the sink `{name}`: `{text}`"))
                .hint(format!("write an id, such as {example}")),
        )
    };
    let example = "\"00000000-0000-0000-0000-000000000000\"";
    let workspace = part("workspace", example)?;
    let tenant = part("tenant", example)?;
    let client_id = part("client_id", example)?;
    let secret = section.required("client_secret_file", "\"sentinel.secret\"")?;
    let source_system = section.text("source_system")?;
    let source_system = source_system.unwrap_or_else(|| "gti".to_owned());
    if source_system == "Microsoft Sentinel" {
        return Err(Error::usage(
            "`source_system` must not be `Microsoft Sentinel`: the service refuses it",
        )
        .hint("write the name of your own source, or leave it out"));
    }
    let tokens = section.text("token_url")?;
    let tokens = tokens.as_deref().unwrap_or(TOKENS).trim_end_matches('/');
    let sentinel = Sentinel {
        path: format!(
            "/workspaces/{workspace}/threat-intelligence-stix-objects:upload?api-version={VERSION}"
        ),
        tokens: HookUrl::parse(&format!("{tokens}/{tenant}/oauth2/v2.0/token"))?,
        client_id,
        client_secret: http::line(&section.path(&secret))?,
        source_system,
    };
    Ok(http::destination(section, receiving, sentinel))
}

/// A workspace, described in full.
struct Sentinel {
    /// Where its uploads go, below the address of the service.
    path: String,
    /// Where its tokens come from. The secret goes there, and nowhere else.
    tokens: HookUrl,
    client_id: String,
    client_secret: String,
    source_system: String,
}

impl Protocol for Sentinel {
    const FORM: &'static str = "sentinel";

    fn open(&self, to: &Receiving, network: &Network) -> Result<Box<dyn Receiver>, Error> {
        let url = to.url(&self.path)?;
        let exchange = Hook::new(HookConfig {
            url: self.tokens.clone(),
            headers: Vec::new(),
            secret: None,
            hidden: vec![self.client_secret.clone()],
            rate: None,
            content_type: "application/x-www-form-urlencoded",
            egress: network.egress.clone(),
            policy: network.policy,
            in_flight: 1,
            clock: network.clock,
        })?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", &self.client_secret)
            .append_pair("scope", SCOPE)
            .finish();
        let upload = to.clone();
        let path = self.path.clone();
        let network = Network {
            egress: network.egress.clone(),
            ..*network
        };
        let policy = network.policy;
        let clock = network.clock;
        // A way in for each token: the way knows what nobody may quote.
        let way = move |token: &str| {
            let mut upload = upload.clone();
            let header = ("Authorization".to_owned(), format!("Bearer {token}"));
            upload.headers.push(header);
            upload.throttled(&path, "application/json", Some(RATE), &network)
        };
        Ok(Box::new(Workspace {
            to: url.origin(),
            source_system: serde_json::Value::from(self.source_system.as_str()).to_string(),
            exchange,
            form: Bytes::from(form),
            way: Box::new(way),
            session: Mutex::new(None),
            policy,
            clock,
        }))
    }
}

/// A workspace that is sent to.
struct Workspace {
    to: String,
    /// The source as a JSON text.
    source_system: String,
    exchange: Hook,
    /// What a token is asked for with.
    form: Bytes,
    way: Way,
    /// Held during an exchange: deliveries that come meanwhile wait for its token.
    session: Mutex<Option<Arc<Session>>>,
    policy: Policy,
    clock: fn() -> jiff::Timestamp,
}

/// Makes the way in that a token opens.
type Way = Box<dyn Fn(&str) -> Result<Hook, Error> + Send>;

/// The way in, as long as its token lasts.
struct Session {
    hook: Hook,
    until: Instant,
}

impl Receiver for Workspace {
    fn to(&self) -> String {
        self.to.clone()
    }

    fn form(&self) -> &'static str {
        Sentinel::FORM
    }

    fn parts(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
        let bodies = document(Format::StixSentinel, self.clock, json)?;
        let refused = |why: String| Unprocessed::new(Step::Body, why);
        let objects = objects(&bodies).map_err(refused)?;
        let common = Common::read(json).map_err(refused)?;
        // An indicator that nobody calls malicious is none to Sentinel.
        if objects.is_empty() && common.kind != "indicator" {
            let format = Format::StixSentinel;
            return Err(refused(format!("the format {format} has no place for it")));
        }
        Ok(objects)
    }

    fn deliver<'a>(&'a self, key: &'a str, records: &'a [Vec<String>]) -> Delivered<'a> {
        Box::pin(async move {
            let distinct = Distinct::of(records);
            let mut refused = BTreeMap::new();
            let mut refuse = |place: usize, reason: &str| {
                for record in &distinct.owners[place] {
                    refused.entry(*record).or_insert_with(|| reason.to_owned());
                }
            };
            let count = distinct.objects.len();
            let mut left: Vec<_> = requests(count).rev().collect();
            while let Some(range) = left.pop() {
                match self.upload(key, &distinct.objects[range.clone()]).await {
                    Ok(places) => {
                        for (place, reason) in places {
                            if place < range.len() {
                                refuse(range.start + place, &reason);
                            }
                        }
                    }
                    // One bad object refuses all: the halves tell which it is.
                    Err(Undelivered::Refused(error))
                        if matches!(error.status, Some(400 | 413)) && range.len() > 1 =>
                    {
                        left.extend(http::halves(&range));
                    }
                    Err(Undelivered::Refused(error))
                        if matches!(error.status, Some(400 | 413)) && count > 1 =>
                    {
                        refuse(range.start, &error.to_string());
                    }
                    // The role is missing, whatever is sent.
                    Err(Undelivered::Refused(error)) if error.status == Some(403) => {
                        return Err(Undelivered::Closed(error));
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(refused.into_iter().collect())
        })
    }
}

/// What of so many objects goes with each request.
fn requests(count: usize) -> impl DoubleEndedIterator<Item = Range<usize>> {
    let starts = (0..count).step_by(MOST_OBJECTS);
    starts.map(move |start| start..(start + MOST_OBJECTS).min(count))
}

/// The objects of records, each once: what several records are related to is sent with
/// the first of them.
struct Distinct<'a> {
    objects: Vec<&'a str>,
    /// The records that each belongs to.
    owners: Vec<Vec<usize>>,
}

impl<'a> Distinct<'a> {
    fn of(records: &'a [Vec<String>]) -> Self {
        let mut known = HashMap::new();
        let mut distinct = Self {
            objects: Vec::new(),
            owners: Vec::new(),
        };
        for (record, objects) in records.iter().enumerate() {
            for object in objects {
                let place = *known.entry(id(object)).or_insert_with(|| {
                    distinct.objects.push(object);
                    distinct.owners.push(Vec::new());
                    distinct.objects.len() - 1
                });
                // The last word on an id counts.
                distinct.objects[place] = object;
                distinct.owners[place].push(record);
            }
        }
        distinct
    }
}

/// What tells an object from others.
fn id(object: &str) -> String {
    #[derive(Deserialize)]
    struct Object {
        id: String,
    }
    serde_json::from_str::<Object>(object).map_or_else(|_| object.to_owned(), |it| it.id)
}

/// The objects of bodies that would be uploaded.
fn objects(bodies: &str) -> Result<Vec<String>, String> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        stixobjects: Vec<&'a RawValue>,
    }
    let mut objects = Vec::new();
    for line in bodies.lines() {
        let body: Body<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
        objects.extend(body.stixobjects.iter().map(|it| it.get().to_owned()));
    }
    Ok(objects)
}

impl Workspace {
    /// Uploads objects; the places of those that were refused, and why.
    async fn upload(
        &self,
        key: &str,
        objects: &[&str],
    ) -> Result<Vec<(usize, String)>, Undelivered> {
        let body = Bytes::from(format!(
            r#"{{"sourcesystem":{},"stixobjects":[{}]}}"#,
            self.source_system,
            objects.join(",")
        ));
        let (mut is_new, mut waits) = (false, 0);
        loop {
            let session = self.session().await?;
            match session.hook.deliver(key, body.clone(), judge).await {
                // It ended before its time: once more, with another one.
                Err(Undelivered::Closed(error)) if error.status == Some(401) && !is_new => {
                    is_new = true;
                    self.forget(&session).await;
                }
                // The limit is of a minute, and others may use it up.
                Err(Undelivered::Failed(error))
                    if error.status == Some(429) && waits < self.policy.retries =>
                {
                    waits += 1;
                    sleep(MINUTE.min(self.policy.max_wait)).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// The way in, with a token that is good.
    async fn session(&self) -> Result<Arc<Session>, Undelivered> {
        let mut held = self.session.lock().await;
        if let Some(session) = held.as_ref().filter(|it| Instant::now() < it.until) {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(self.exchange().await?);
        *held = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Forgets a token that was refused, if it is still the one in use.
    async fn forget(&self, session: &Arc<Session>) {
        let mut held = self.session.lock().await;
        if held.as_ref().is_some_and(|it| Arc::ptr_eq(it, session)) {
            *held = None;
        }
    }

    /// Asks for a token.
    async fn exchange(&self) -> Result<Session, Undelivered> {
        let token = RefCell::new(None);
        let judge = |answer: &[u8]| match serde_json::from_slice::<Token>(answer) {
            Ok(answer) => {
                *token.borrow_mut() = Some(answer);
                Receipt::Taken
            }
            // Nothing of it may be quoted.
            Err(_) => Receipt::Elsewhere("its answer holds no token".to_owned()),
        };
        let origin = self.exchange.url().origin();
        let about = |error: Error| error.context(format!("a token from {origin}"));
        let asked = self
            .exchange
            .deliver("token", self.form.clone(), judge)
            .await;
        asked.map_err(|undelivered| match undelivered {
            Undelivered::Failed(error) => Undelivered::Failed(about(error)),
            // No record is to blame.
            Undelivered::Refused(error) | Undelivered::Closed(error) => Undelivered::Closed(about(
                Error {
                    kind: ErrorKind::Auth,
                    ..error
                }
                .hint("check `tenant`, `client_id` and the secret in `client_secret_file`"),
            )),
        })?;
        let token = token.into_inner();
        let token = token.ok_or_else(|| {
            Undelivered::Failed(about(Error::new(ErrorKind::Decode, "there is none")))
        })?;
        let life = token.expires_in.map_or(SHORT_LIFE, Duration::from_secs);
        let margin = MARGIN.min(life / 10);
        Ok(Session {
            hook: (self.way)(&token.access_token).map_err(Undelivered::Closed)?,
            until: Instant::now() + life.saturating_sub(margin),
        })
    }
}

/// What an exchange answers. It has no `Debug`.
#[derive(Deserialize)]
struct Token {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

/// What an answer of 2xx says of the objects: nothing where all are in.
fn judge(answer: &[u8]) -> Receipt {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(default)]
        errors: Vec<Refusal>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Refusal {
        record_index: usize,
        #[serde(default)]
        error_messages: Vec<String>,
    }
    if answer.trim_ascii().is_empty() {
        return Receipt::Taken;
    }
    match serde_json::from_slice::<Answer>(answer) {
        Ok(Answer { errors }) if errors.is_empty() => Receipt::Taken,
        Ok(Answer { errors }) => Receipt::InPart(
            errors
                .into_iter()
                .map(|it| (it.record_index, it.error_messages.join("; ")))
                .collect(),
        ),
        Err(_) => Receipt::Elsewhere("its answer is not from the upload API".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_records_share_is_sent_once_and_its_refusal_is_theirs() {
        let object = |id: &str| format!(r#"{{"id":"{id}"}}"#);
        let records = [
            vec![object("identity--1"), object("indicator--1")],
            vec![object("identity--1"), object("indicator--2")],
        ];
        let distinct = Distinct::of(&records);
        assert_eq!(distinct.objects.len(), 3);
        assert_eq!(distinct.owners, [vec![0, 1], vec![0], vec![1]]);
        let sizes = |count| requests(count).map(|it| it.len()).collect::<Vec<_>>();
        assert_eq!(sizes(250), [100, 100, 50]);
        assert_eq!(sizes(100), [100]);
    }

    #[test]
    fn an_answer_tells_of_what_was_refused() {
        for (answer, receipt) in [
            ("", Receipt::Taken),
            (" \n", Receipt::Taken),
            ("{}", Receipt::Taken),
            (r#"{"errors":[]}"#, Receipt::Taken),
            (
                r#"{"errors":[{"recordIndex":3,"errorMessages":["a","b"]}]}"#,
                Receipt::InPart(vec![(3, "a; b".to_owned())]),
            ),
            (
                "<html>",
                Receipt::Elsewhere("its answer is not from the upload API".to_owned()),
            ),
        ] {
            assert_eq!(judge(answer.as_bytes()), receipt, "{answer}");
        }
    }
}
