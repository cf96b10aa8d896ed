//! One package of one list, read from the socket to its end.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::split::{Portion, Splitter};
use crate::client::Client;
use crate::client::download::{Broken, Download};
use crate::client::endpoints::threat_lists::{Entries, MOST_ENTRIES};
use crate::feed::page::{Item, Page};
use crate::feed::sources::by_time;
use crate::feed::sources::hourly::{self, Identities};
use crate::feed::sources::trace::Trace;
use crate::model::error::{Error, ErrorKind};
use crate::model::threat_list::EntryKey;
use crate::model::view::{Decoded, decode};

/// The types of indicators, which a package that is cut off is asked for by.
const TYPES: [&str; 4] = ["file", "url", "ip_address", "domain"];

/// A package on its way.
///
/// An answer that breaks off is asked for again. What was handed on before it
/// broke is passed over then, if it is the same: so a repeat costs no memory,
/// and nothing comes twice.
pub(crate) struct Package<'a> {
    client: &'a Client,
    list: String,
    hour: String,
    wanted: Entries,
    /// Whether it is asked for type by type, since one answer can't hold it.
    by_type: bool,
    /// Types that are yet to be asked for.
    types: VecDeque<String>,
    answer: Option<Answer<'a>>,
    /// How often each entry was handed on, while the answer may turn out to be cut
    /// off at the limit. When it is asked for by type, what is left of them.
    handed_on: Option<HashMap<u64, u32>>,
    /// What makes an identity, if repeats are to be looked for.
    identity: Option<String>,
    /// Whether an entry's own date is part of its identity.
    by_date: bool,
    /// By which time identities are remembered.
    time: i64,
}

/// One answer of the service.
struct Answer<'a> {
    download: Download<'a>,
    splitter: Splitter,
    done: bool,
    seen: Trace,
    /// What an earlier try of the same answer has handed on.
    before: Trace,
}

impl<'a> Package<'a> {
    /// Asks for a package and waits for its answer to begin.
    pub(super) async fn open(
        client: &'a Client,
        list: &str,
        package: &str,
        wanted: &Entries,
        identities: Option<Identities>,
        time: i64,
    ) -> Result<Self, Error> {
        let answer = Answer::open(client, list, package, wanted).await?;
        let by_date = identities.as_ref().is_some_and(|it| it.by_change);
        Ok(Self {
            client,
            list: list.to_owned(),
            hour: package.to_owned(),
            wanted: wanted.clone(),
            by_type: false,
            types: VecDeque::new(),
            answer: Some(answer),
            handed_on: Some(HashMap::new()),
            identity: identities.map(|it| it.prefix),
            by_date,
            time,
        })
    }

    /// An answer has as many entries as one may have: there may be more.
    fn cut_off(&mut self) {
        let (list, package) = (&self.list, &self.hour);
        let asked: Vec<&str> = match &self.wanted.types {
            None => TYPES.to_vec(),
            Some(types) => types.split(',').map(str::trim).collect(),
        };
        if let [one] = asked.as_slice() {
            tracing::warn!(
                "threat list `{list}` ({package}) has {MOST_ENTRIES} entries of type {one}, the most that one answer holds: there may be more; --query or --min-score narrows it"
            );
            return;
        }
        tracing::warn!(
            "threat list `{list}` ({package}) has {MOST_ENTRIES} entries, the most that one answer holds: asking for each type by itself"
        );
        self.types = asked.into_iter().map(str::to_owned).collect();
        self.by_type = true;
    }

    fn page(&mut self, portion: Portion) -> Page {
        let Portion {
            body,
            entries,
            garbled,
        } = portion;
        let mut items = Vec::with_capacity(entries.len());
        let mut repeats = 0;
        for range in entries {
            let many = |some: &HashMap<u64, u32>| some.len() as u64 > MOST_ENTRIES;
            if !self.by_type && self.handed_on.as_ref().is_some_and(many) {
                // More than the limit, so there is no limit: nothing is cut off.
                self.handed_on = None;
            }
            if self.identity.is_none() && self.handed_on.is_none() {
                items.push(Item {
                    range,
                    identity: None,
                    time: self.time,
                });
                continue;
            }
            let entry = &body[range.clone()];
            let key = key(entry);
            let mut place = 1;
            if let Some(handed_on) = &mut self.handed_on {
                let times = handed_on.entry(hash(&key)).or_default();
                if !self.by_type {
                    *times += 1;
                    place = *times;
                } else if *times > 0 {
                    *times -= 1;
                    repeats += 1;
                    continue;
                }
            }
            let identity = self
                .identity
                .as_ref()
                .map(|prefix| identity(&key, prefix, self.by_date, place));
            items.push(Item {
                range,
                identity,
                time: self.time,
            });
        }
        Page {
            body,
            items,
            unreadable: garbled,
            repeats,
            // Complete objects by their braces, and no more than that: not checked.
            ..Page::default()
        }
    }
}

impl hourly::Package for Package<'_> {
    async fn next(&mut self) -> Result<Option<Page>, Error> {
        loop {
            let Some(answer) = &mut self.answer else {
                let Some(kind) = self.types.pop_front() else {
                    return Ok(None);
                };
                let wanted = Entries {
                    types: Some(kind),
                    ..self.wanted.clone()
                };
                let answer = Answer::open(self.client, &self.list, &self.hour, &wanted).await?;
                self.answer = Some(answer);
                self.wanted = wanted;
                continue;
            };
            if let Some(portion) = answer.next().await? {
                let page = self.page(portion);
                if !page.items.is_empty() || !page.unreadable.is_empty() || page.repeats > 0 {
                    return Ok(Some(page));
                }
                continue;
            }
            let entries = answer.seen.entries;
            self.answer = None;
            if entries == MOST_ENTRIES {
                self.cut_off();
            }
        }
    }
}

impl<'a> Answer<'a> {
    async fn open(
        client: &'a Client,
        list: &str,
        package: &str,
        wanted: &Entries,
    ) -> Result<Self, Error> {
        let request = wanted.request(list, package)?;
        Ok(Self {
            download: client.download(request).await?,
            splitter: Splitter::default(),
            done: false,
            seen: Trace::default(),
            before: Trace::default(),
        })
    }

    /// The next entries that were not handed on before; none at the end.
    async fn next(&mut self) -> Result<Option<Portion>, Error> {
        loop {
            if self.done {
                return Ok(None);
            }
            let portion = match self.download.chunk().await {
                Ok(Some(piece)) => self
                    .splitter
                    .push(&piece)
                    .map_err(|why| Broken::unparsable(&why)),
                Ok(None) => match self.splitter.finish() {
                    Ok(last) => {
                        self.done = true;
                        Ok(last)
                    }
                    Err(why) => Err(Broken::unparsable(&why)),
                },
                Err(broken) => Err(broken),
            };
            match portion {
                Ok(None) => {}
                Ok(Some(mut portion)) => {
                    self.pass_over(&mut portion)?;
                    if !portion.entries.is_empty() || !portion.garbled.is_empty() {
                        return Ok(Some(portion));
                    }
                }
                Err(broken) => self.again(broken).await?,
            }
            if self.done && self.seen.entries < self.before.entries {
                return Err(changed());
            }
        }
    }

    async fn again(&mut self, broken: Broken) -> Result<(), Error> {
        self.download.again(broken).await?;
        self.splitter = Splitter::default();
        if self.seen.entries > self.before.entries {
            self.before = self.seen;
        }
        self.seen = Trace::default();
        Ok(())
    }

    /// Takes out what an earlier try has handed on.
    fn pass_over(&mut self, portion: &mut Portion) -> Result<(), Error> {
        let mut passed = 0;
        for range in &portion.entries {
            let again = self.seen.entries < self.before.entries;
            self.seen.add(&portion.body[range.clone()]);
            if again {
                passed += 1;
                if self.seen.entries == self.before.entries && self.seen.look != self.before.look {
                    return Err(changed());
                }
            }
        }
        portion.entries.drain(..passed);
        let before = self.before.garbled.saturating_sub(self.seen.garbled);
        self.seen.garbled += portion.garbled.len();
        portion.garbled.drain(..before.min(portion.garbled.len()));
        Ok(())
    }
}

fn changed() -> Error {
    Error::new(
        ErrorKind::Server,
        "the list was interrupted, and had changed when it was requested again",
    )
    .hint("run the same command again to read the new list from its beginning")
}

/// What tells an entry apart: its type and id, or all that it says where it has no
/// id that can be read.
fn key(entry: &[u8]) -> EntryKey {
    let content = || Some(by_time::content(entry));
    match decode::<EntryKey>(&String::from_utf8_lossy(entry)) {
        Ok(Decoded { view, .. }) => EntryKey {
            id: view.id.or_else(content),
            ..view
        },
        Err(_) => EntryKey {
            id: content(),
            ..EntryKey::default()
        },
    }
}

/// What tells the entry from others within an answer.
fn hash(key: &EntryKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&key.kind, &key.id).hash(&mut hasher);
    hasher.finish()
}

/// What tells the entry from others between runs. `place` counts those of the same
/// id in one answer.
fn identity(key: &EntryKey, prefix: &str, by_date: bool, place: u32) -> String {
    let kind = key.kind.as_deref().unwrap_or("");
    let id = key.id.as_deref().unwrap_or("");
    let mut identity = match key.attributes.last_modification_date {
        Some(date) if by_date => format!("{prefix}{kind}:{id}@{date}"),
        _ => format!("{prefix}{kind}:{id}"),
    };
    if place > 1 {
        let _ = write!(identity, "#{place}");
    }
    identity
}
