//! Elasticsearch and `OpenSearch`: bulk requests, whose answers tell of each record.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::delivery::{Delivered, Receiver};
use super::destination::{Destination, Kind, Network};
use super::encoded::Encoded;
use super::http::{self, Protocol, Receiving};
use super::record::Unprocessed;
use crate::client::hook::{Hook, Receipt, Undelivered};
use crate::client::retry::{Intervals, Policy};
use crate::model::error::{Error, ErrorKind};
use crate::output::Format;
use crate::settings::SinkSection;

pub(super) const KIND: Kind = Kind {
    name: "elasticsearch",
    read,
};

const KEYS: [&str; 8] = [
    http::KEYS[0],
    http::KEYS[1],
    http::KEYS[2],
    http::KEYS[3],
    "index",
    "api_key_file",
    "user",
    "password_file",
];

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&KEYS)?;
    let mut receiving = Receiving::read(section, "\"https://es.example:9200\"", 500, 10_000)?;
    let file = |key| -> Result<Option<String>, Error> {
        let path = section.text(key)?;
        path.map(|path| http::line(&section.path(&path)))
            .transpose()
    };
    match (file("api_key_file")?, section.text("user")?) {
        (Some(_), Some(_)) => {
            return Err(
                Error::usage("`api_key_file` and `user` are both set").hint("keep one of them")
            );
        }
        (Some(key), None) => {
            let header = ("Authorization".to_owned(), format!("ApiKey {key}"));
            receiving.headers.push(header);
        }
        (None, Some(user)) => {
            let password = file("password_file")?.ok_or_else(|| {
                Error::usage("`user` needs a `password_file`")
                    .hint("write the password into a file, and name it")
            })?;
            receiving.headers.push(http::basic(&user, &password));
        }
        (None, None) => {}
    }
    let index = section.text("index")?;
    Ok(http::destination(
        section,
        receiving,
        Elasticsearch { index },
    ))
}

/// A cluster, described in full.
struct Elasticsearch {
    /// The index or data stream; by default those where Elastic's own rules look.
    index: Option<String>,
}

impl Elasticsearch {
    /// The template that maps what the documents have.
    fn template(&self) -> (String, Bytes) {
        let patterns = match &self.index {
            Some(index) => vec![format!("{index}*")],
            None => vec!["logs-ti_gti.*".to_owned()],
        };
        let keyword = json!({"type": "keyword", "ignore_above": 8191});
        let mut template = json!({
            "index_patterns": patterns,
            "priority": 500,
            "template": {
                "mappings": {
                    // The object has more fields than an index may.
                    "dynamic_templates": [{"texts": {"match_mapping_type": "string", "mapping": keyword}}],
                    "properties": {
                        "@timestamp": {"type": "date"},
                        "event": {"properties": {"original": {"type": "keyword", "index": false, "doc_values": false}}},
                    },
                },
            },
        });
        if self.index.is_none() {
            template["data_stream"] = json!({});
        }
        let name = format!("gti-{}", self.index.as_deref().unwrap_or("ti_gti"));
        (name, Bytes::from(template.to_string()))
    }
}

impl Protocol for Elasticsearch {
    const FORM: &'static str = "bulk";

    fn open(&self, to: &Receiving, network: &Network) -> Result<Box<dyn Receiver>, Error> {
        // Everything else of the answer would only be read over.
        let path = "/_bulk?filter_path=errors,items.*.status,items.*.error";
        Ok(Box::new(Bulk {
            hook: to.hook(path, "application/x-ndjson", network)?,
            lines: Encoded::new(Format::Bulk, self.index.clone(), network.clock)?,
            policy: network.policy,
        }))
    }

    fn init<'a>(
        &'a self,
        to: &'a Receiving,
        network: &'a Network,
    ) -> LocalBoxFuture<'a, Result<String, Error>> {
        Box::pin(async move {
            let (name, body) = self.template();
            let path = format!("/_index_template/{name}");
            let hook = to.hook(&path, "application/json", network)?;
            match hook.put(hook.url(), body).await {
                Ok(()) => Ok(format!("the index template `{name}` is in place")),
                Err(undelivered) => {
                    let error = undelivered.into_error();
                    Err(error.context(format!("the index template `{name}`")))
                }
            }
        })
    }
}

/// A cluster that is sent to.
struct Bulk {
    hook: Hook,
    lines: Encoded,
    policy: Policy,
}

impl Receiver for Bulk {
    fn to(&self) -> String {
        self.hook.url().origin()
    }

    fn form(&self) -> &'static str {
        Elasticsearch::FORM
    }

    fn parts(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
        self.lines.lines(json)
    }

    fn deliver<'a>(&'a self, key: &'a str, records: &'a [Vec<String>]) -> Delivered<'a> {
        Box::pin(async move {
            let mut refused = Vec::new();
            let all: Vec<usize> = (0..records.len()).collect();
            self.send(key, records, all, &mut refused).await?;
            refused.sort_by_key(|(place, _)| *place);
            Ok(refused)
        })
    }
}

impl Bulk {
    /// Sends the records of these places until each is taken or refused. Those that the
    /// cluster is too busy for go again alone; what was created is only found there.
    async fn send(
        &self,
        key: &str,
        records: &[Vec<String>],
        places: Vec<usize>,
        refused: &mut Vec<(usize, String)>,
    ) -> Result<(), Undelivered> {
        let mut left = vec![places];
        let mut intervals = Intervals::new();
        let mut tries = 0;
        while let Some(places) = left.pop() {
            let lines = places.iter().flat_map(|place| &records[*place]);
            let body: String = lines.flat_map(|line| [line.as_str(), "\n"]).collect();
            let told = RefCell::new(Vec::new());
            let judge = |answer: &[u8]| match read_answer(answer, places.len()) {
                Ok(fates) => {
                    *told.borrow_mut() = fates;
                    Receipt::Taken
                }
                Err(reason) => Receipt::Elsewhere(reason),
            };
            match self.hook.deliver(key, Bytes::from(body), judge).await {
                Ok(_) => {}
                // A body that is too large may do in halves.
                Err(Undelivered::Refused(error))
                    if error.status == Some(413) && places.len() > 1 =>
                {
                    let (one, other) = places.split_at(places.len() / 2);
                    left.extend([other.to_vec(), one.to_vec()]);
                    continue;
                }
                Err(Undelivered::Refused(error)) if places.len() < records.len() => {
                    refused.extend(places.iter().map(|place| (*place, error.to_string())));
                    continue;
                }
                Err(error) => return Err(error),
            }
            let (mut again, mut why) = (Vec::new(), String::new());
            for (place, fate) in places.into_iter().zip(told.into_inner()) {
                match fate {
                    Fate::Taken => {}
                    Fate::Refused(reason) => refused.push((place, reason)),
                    Fate::Busy(reason) => {
                        again.push(place);
                        why = reason;
                    }
                }
            }
            if again.is_empty() {
                continue;
            }
            tries += 1;
            if tries > self.policy.retries {
                let error = Error {
                    tries,
                    ..Error::new(ErrorKind::Server, why)
                };
                return Err(Undelivered::Failed(error));
            }
            self.wait(&mut intervals).await;
            left.push(again);
        }
        Ok(())
    }

    async fn wait(&self, intervals: &mut Intervals) {
        let wait: Duration = intervals.grow().min(self.policy.max_wait);
        tokio::time::sleep(wait).await;
    }
}

/// What became of a record.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// It is there, now or from before.
    Taken,
    /// It may be taken later.
    Busy(String),
    /// It will not be.
    Refused(String),
}

#[derive(Deserialize)]
struct Answer {
    errors: bool,
    #[serde(default)]
    items: Vec<std::collections::BTreeMap<String, Item>>,
}

#[derive(Deserialize)]
struct Item {
    status: u16,
    error: Option<Box<RawValue>>,
}

/// What an answer says of each record, in their order.
fn read_answer(answer: &[u8], records: usize) -> Result<Vec<Fate>, String> {
    let answer: Answer = serde_json::from_slice(answer)
        .map_err(|_| "its answer is not from a _bulk endpoint".to_owned())?;
    if !answer.errors {
        return Ok((0..records).map(|_| Fate::Taken).collect());
    }
    let fates: Vec<Fate> = answer
        .items
        .iter()
        .filter_map(|item| item.values().next())
        .map(Item::fate)
        .collect();
    if fates.len() == records {
        Ok(fates)
    } else {
        let told = fates.len();
        Err(format!(
            "its answer tells of {told} records, and {records} were sent"
        ))
    }
}

impl Item {
    fn fate(&self) -> Fate {
        let reason = || match &self.error {
            Some(error) => format!("{} {}", self.status, said(error)),
            None => self.status.to_string(),
        };
        match self.status {
            // A record with this id is there already.
            200..=299 | 409 => Fate::Taken,
            429 | 500..=599 => Fate::Busy(reason()),
            _ => Fate::Refused(reason()),
        }
    }
}

fn said(error: &RawValue) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Said {
        #[serde(rename = "type")]
        kind: Option<String>,
        reason: Option<String>,
    }
    let said: Said = serde_json::from_str(error.get()).unwrap_or_default();
    let said: Vec<String> = [said.kind, said.reason].into_iter().flatten().collect();
    said.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_tells_of_each_record() {
        let fates = |text: &str| read_answer(text.as_bytes(), 4);
        assert_eq!(
            fates(
                r#"{"errors":true,"items":[{"create":{"status":201}},{"create":{"status":409,"error":{"type":"version_conflict_engine_exception"}}},{"create":{"status":429,"error":{"type":"es_rejected_execution_exception","reason":"full"}}},{"create":{"status":400,"error":{"type":"mapper_parsing_exception"}}}]}"#
            ),
            Ok(vec![
                Fate::Taken,
                Fate::Taken,
                Fate::Busy("429 es_rejected_execution_exception: full".to_owned()),
                Fate::Refused("400 mapper_parsing_exception".to_owned()),
            ])
        );
        assert_eq!(fates(r#"{"errors":false}"#).expect("fates").len(), 4);
        for text in ["{}", "<html>", "", r#"{"errors":true,"items":[]}"#] {
            assert!(fates(text).is_err(), "{text}");
        }
    }
}
