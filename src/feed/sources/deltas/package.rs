//! The archive of one hour and type, read from the socket to its end.

use std::collections::HashMap;

use crate::client::Client;
use crate::client::Egress;
use crate::client::archive::Archive;
use crate::client::download::Broken;
use crate::client::request::Request;
use crate::feed::page::{Item, Page};
use crate::feed::sources::by_time;
use crate::feed::sources::hourly::{self, Identities};
use crate::feed::sources::trace::Trace;
use crate::model::delta::Scored;
use crate::model::error::{Error, ErrorKind};
use crate::model::view::decode;

use super::lines::Portion;
use super::unpack::Unpacker;

/// An archive on its way.
///
/// One that breaks off is asked for again. What was handed on before it broke is passed
/// over then, if it is the same: so a repeat costs no memory, and nothing comes twice.
pub(crate) struct Package<'a> {
    archive: Archive<'a>,
    unpacker: Unpacker,
    min_score: Option<u8>,
    identities: Option<Identities>,
    /// How often each entry came, where equal ones of one archive are told apart.
    times: HashMap<u128, u32>,
    /// By which time identities are remembered.
    time: i64,
    seen: Trace,
    /// What an earlier try of the same archive has handed on.
    before: Trace,
}

impl<'a> Package<'a> {
    /// Asks for an archive and waits for its answer to begin.
    pub(super) async fn open(
        client: &'a Client,
        egress: Egress,
        request: Request,
        min_score: Option<u8>,
        identities: Option<Identities>,
        time: i64,
    ) -> Result<Self, Error> {
        Ok(Self {
            archive: client.archive(request, egress).await?,
            unpacker: Unpacker::start(),
            min_score,
            identities,
            times: HashMap::new(),
            time,
            seen: Trace::default(),
            before: Trace::default(),
        })
    }

    /// The next entries as the archive has them; none at its end.
    async fn portion(&mut self) -> Result<Option<Portion>, Broken> {
        loop {
            let Unpacker { pieces, portions } = &mut self.unpacker;
            let Some(open) = pieces else {
                // The rest is in the unpacker.
                return portions.recv().await.transpose().map_err(unparsable);
            };
            let room = tokio::select! {
                biased;
                portion = portions.recv() => {
                    return portion.transpose().map_err(unparsable);
                }
                // Nobody else sends: the room that there is stays.
                room = open.reserve() => room.is_ok(),
            };
            let piece = if room {
                self.archive.chunk().await?
            } else {
                None
            };
            // Only an unpacker that has failed takes nothing: its portions say why.
            if piece.is_none_or(|piece| open.try_send(piece).is_err()) {
                *pieces = None;
            }
        }
    }

    async fn again(&mut self, broken: Broken) -> Result<(), Error> {
        self.archive.again(broken).await?;
        self.unpacker = Unpacker::start();
        if self.seen.entries > self.before.entries {
            self.before = self.seen;
        }
        self.seen = Trace::default();
        self.times.clear();
        Ok(())
    }

    /// What of a portion was not handed on before.
    fn page(&mut self, portion: Portion) -> Result<Page, Error> {
        let mut page = Page {
            body: portion.body,
            // Lines, and no more than that.
            checked: false,
            ..Page::default()
        };
        for range in portion.entries {
            let entry = &page.body[range.clone()];
            let again = self.seen.entries < self.before.entries;
            self.seen.add(entry);
            if self.seen.entries == self.before.entries && self.seen.look != self.before.look {
                return Err(changed());
            }
            let identity = self.identity(entry);
            if again {
                continue;
            }
            if !self.is_wanted(&page.body[range.clone()]) {
                page.dropped += 1;
                continue;
            }
            page.items.push(Item {
                range,
                identity,
                time: self.time,
            });
        }
        let before = self.before.garbled.saturating_sub(self.seen.garbled);
        self.seen.garbled += portion.oversize.len();
        page.unreadable = portion.oversize.into_iter().skip(before).collect();
        Ok(page)
    }

    /// Whether an entry has the score that it has to have. What can't be read is wanted:
    /// it becomes a dead letter.
    fn is_wanted(&self, entry: &[u8]) -> bool {
        let Some(least) = self.min_score else {
            return true;
        };
        let Ok(json) = str::from_utf8(entry) else {
            return true;
        };
        let Ok(decoded) = decode::<Scored>(json) else {
            return true;
        };
        let score = decoded.view.attributes.gti_assessment.threat_score;
        score.is_some_and(|score| score.0 >= i64::from(least))
    }

    /// What tells an entry from others between runs: all that it says, since entries of
    /// the same indicator differ from hour to hour, and within one.
    fn identity(&mut self, entry: &[u8]) -> Option<String> {
        let Identities { prefix, by_change } = self.identities.as_ref()?;
        let content = by_time::content(entry);
        if *by_change {
            return Some(format!("{prefix}{content}"));
        }
        let times = self.times.entry(by_time::digest(entry)).or_default();
        *times += 1;
        Some(match *times {
            1 => format!("{prefix}{content}"),
            times => format!("{prefix}{content}#{times}"),
        })
    }
}

impl hourly::Package for Package<'_> {
    async fn next(&mut self) -> Result<Option<Page>, Error> {
        loop {
            match self.portion().await {
                Ok(Some(portion)) => {
                    let page = self.page(portion)?;
                    if !page.items.is_empty() || !page.unreadable.is_empty() || page.dropped > 0 {
                        return Ok(Some(page));
                    }
                }
                Ok(None) if self.seen.entries < self.before.entries => return Err(changed()),
                Ok(None) => return Ok(None),
                Err(broken) => self.again(broken).await?,
            }
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
fn unparsable(why: String) -> Broken {
    Broken::unparsable(&why)
}

fn changed() -> Error {
    Error::new(
        ErrorKind::Server,
        "the archive was interrupted, and had changed when it was requested again",
    )
    .hint("run the same command again to read the new archive from its beginning")
}
