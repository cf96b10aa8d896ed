//! Splunk's HTTP Event Collector: batches of events, and the acknowledgement of its
//! indexers where the token has one.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::delivery::{Delivered, Receiver};
use super::destination::{Destination, Kind, Network};
use super::encoded::Encoded;
use super::http::{self, Protocol, Receiving};
use super::record::Unprocessed;
use crate::client::hook::{Hook, HookUrl, Receipt, Undelivered};
use crate::model::error::{Error, ErrorKind};
use crate::model::time::parse_duration;
use crate::output::Format;
use crate::settings::SinkSection;

pub(super) const KIND: Kind = Kind {
    name: "splunk-hec",
    read,
};

const KEYS: [&str; 8] = [
    http::KEYS[0],
    http::KEYS[1],
    http::KEYS[2],
    http::KEYS[3],
    "token_file",
    "index",
    "channel",
    "ack_timeout",
];

/// How long an acknowledgement is waited for, unless the section says it.
const ACK_TIMEOUT: Duration = Duration::from_mins(5);
/// How often it is asked for: at first soon, then less often.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&KEYS)?;
    let mut receiving = Receiving::read(section, "\"https://splunk.example:8088\"", 100, 1_000)?;
    let token = section.required("token_file", "\"splunk.token\"")?;
    let token = http::line(&section.path(&token))?;
    let name = section.name().to_owned();
    let channel = match section.text("channel")? {
        Some(channel) => channel,
        // The same in every run: what was sent under it can be asked for.
        None => Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            format!("{} {name}", receiving.base).as_bytes(),
        )
        .to_string(),
    };
    let ack_timeout = match section.text("ack_timeout")? {
        None => ACK_TIMEOUT,
        Some(text) => parse_duration(&text).map_err(|error| {
            Error::usage(format!("`ack_timeout` of the sink `{name}`: {error}"))
        })?,
    };
    let headers = [
        ("Authorization", format!("Splunk {token}")),
        ("X-Splunk-Request-Channel", channel.clone()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    receiving.headers.extend(headers);
    let splunk = Splunk {
        index: section.text("index")?,
        channel,
        ack_timeout,
    };
    Ok(http::destination(section, receiving, splunk))
}

/// A collector, described in full.
struct Splunk {
    index: Option<String>,
    channel: String,
    ack_timeout: Duration,
}

impl Protocol for Splunk {
    const FORM: &'static str = "hec";

    fn open(&self, to: &Receiving, network: &Network) -> Result<Box<dyn Receiver>, Error> {
        let events = "/services/collector/event";
        let acks = format!("/services/collector/ack?channel={}", self.channel);
        Ok(Box::new(Collector {
            hook: to.hook(events, "application/json", network)?,
            acks: to.url(&acks)?,
            ack_timeout: self.ack_timeout,
            lines: Encoded::new(Format::Hec, self.index.clone(), network.clock)?,
        }))
    }
}

/// A collector that is sent to.
struct Collector {
    hook: Hook,
    /// Where acknowledgements are asked for.
    acks: HookUrl,
    ack_timeout: Duration,
    lines: Encoded,
}

impl Receiver for Collector {
    fn to(&self) -> String {
        self.hook.url().origin()
    }

    fn form(&self) -> &'static str {
        Splunk::FORM
    }

    fn parts(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
        self.lines.lines(json)
    }

    fn deliver<'a>(&'a self, key: &'a str, records: &'a [Vec<String>]) -> Delivered<'a> {
        Box::pin(async move {
            let mut refused = Vec::new();
            let mut left = Vec::new();
            left.push(0..records.len());
            while let Some(range) = left.pop() {
                let lines = records[range.clone()].concat();
                match self.send(key, lines.join("\n")).await {
                    Ok(()) => {}
                    // One bad event refuses all: the halves tell which it is.
                    Err(Undelivered::Refused(error))
                        if matches!(error.status, Some(400 | 413)) && range.len() > 1 =>
                    {
                        left.extend(http::halves(&range));
                    }
                    Err(Undelivered::Refused(error))
                        if records.len() > 1 && error.status != Some(403) =>
                    {
                        refused.push((range.start, error.to_string()));
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(refused)
        })
    }
}

#[derive(Deserialize)]
struct Answer {
    code: i64,
    #[serde(default)]
    text: String,
    #[serde(default, rename = "ackId")]
    ack: Option<u64>,
}

impl Collector {
    /// Sends events, and waits until they are indexed where the collector says so.
    async fn send(&self, key: &str, body: String) -> Result<(), Undelivered> {
        let ack = RefCell::new(None);
        let judge = |answer: &[u8]| match serde_json::from_slice::<Answer>(answer) {
            Ok(Answer {
                code: 0, ack: id, ..
            }) => {
                *ack.borrow_mut() = id;
                Receipt::Taken
            }
            Ok(Answer { text, code, .. }) => Receipt::Again(format!("{text} (code {code})")),
            Err(_) => {
                Receipt::Elsewhere("its answer is not from an HTTP Event Collector".to_owned())
            }
        };
        self.hook.deliver(key, Bytes::from(body), judge).await?;
        match ack.into_inner() {
            None => Ok(()),
            Some(id) => self.acknowledged(key, id).await,
        }
    }

    /// Waits until events are indexed.
    async fn acknowledged(&self, key: &str, id: u64) -> Result<(), Undelivered> {
        #[derive(Deserialize)]
        struct Acks {
            acks: std::collections::BTreeMap<String, bool>,
        }
        let until = Instant::now() + self.ack_timeout;
        let mut pause = FIRST_PAUSE;
        loop {
            let done = RefCell::new(false);
            let judge = |answer: &[u8]| match serde_json::from_slice::<Acks>(answer) {
                Ok(Acks { acks }) => {
                    *done.borrow_mut() = acks.get(&id.to_string()).copied().unwrap_or_default();
                    Receipt::Taken
                }
                Err(_) => Receipt::Elsewhere("its answer tells of no acknowledgement".to_owned()),
            };
            let body = Bytes::from(format!("{{\"acks\":[{id}]}}"));
            self.hook.deliver_to(&self.acks, key, body, judge).await?;
            if done.into_inner() {
                return Ok(());
            }
            if Instant::now() >= until {
                let text = format!(
                    "it has not acknowledged the events within {} s",
                    self.ack_timeout.as_secs()
                );
                return Err(Undelivered::Failed(Error::new(ErrorKind::Timeout, text)));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
