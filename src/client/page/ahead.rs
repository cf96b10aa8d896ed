//! The same walk, some pages ahead: the next page is on its way while those
//! before it are read, a few at a time and on another thread.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, LocalBoxStream, Stream, StreamExt, TryStreamExt};
use tokio::time::{Instant, timeout_at};

use super::walk::Walk;
use super::{Content, Page, Paging, View, viewed};
use crate::client::envelope::{Answer, Flaw};
use crate::client::{Client, Fetched};
use crate::model::error::Error;

/// So many bytes of answers are worth waking a thread for. Half of it costs the
/// stream a twentieth of its rate, twice as much gains as little and takes 3 MB.
const GROUP: usize = 1024 * 1024;

/// How long the first answer of a group waits for others.
const LINGER: Duration = Duration::from_millis(5);

/// So much freed memory, and as much again, is worth keeping.
const KEPT: usize = 4 * GROUP;

/// Groups of answers are allocated and freed over and over. By default glibc gives
/// each back to the system, to take it anew a moment later; freeing a block of this
/// size teaches it to keep as much (mallopt(3), the dynamic threshold). Elsewhere it
/// costs two calls.
fn keep_freed_memory() {
    drop(black_box(Vec::<u8>::with_capacity(KEPT)));
}

/// How answers are read, and what is made of their items.
struct Reader<P, F> {
    paging: P,
    view: F,
}

/// How closely an answer was looked at.
enum Look<V> {
    /// Read as a whole.
    Whole(Content, Vec<V>),
    /// Only the next token is known, and that on condition that the rest is sound.
    Glance(String),
}

/// An answer, and as much of it as was read.
struct Seen<V> {
    /// The token that it was asked with.
    token: Option<String>,
    fetched: Fetched,
    look: Look<V>,
}

impl<V> Seen<V> {
    /// The token that the answer after it is asked with.
    fn next(&self) -> Option<&String> {
        match &self.look {
            Look::Whole(content, _) => content.next.as_ref(),
            Look::Glance(next) => Some(next),
        }
    }
}

/// An answer that was read.
struct Read<V> {
    fetched: Fetched,
    content: Content,
    views: Vec<V>,
    /// The token that the answer after it was asked with, before this one was read.
    led_to: Option<String>,
}

type Reads<'a, V> = LocalBoxStream<'a, Result<Read<V>, Error>>;

impl Client {
    /// The pages of a list as [`pages`](Self::pages) gives them, each asked for
    /// while those before it are read, with what `view` makes of each item. For a
    /// walk to the end: one that stops early has asked for pages that nobody uses.
    pub fn pages_ahead<'a, P, V>(
        &'a self,
        paging: P,
        from: Option<String>,
        view: impl View<V> + Send + Sync + 'static,
    ) -> impl Stream<Item = Result<(Page, Vec<V>), Error>> + 'a
    where
        P: Paging + Send + Sync + 'static,
        V: Send + 'static,
    {
        keep_freed_memory();
        let reader = Arc::new(Reader { paging, view });
        let start: (Walk<()>, Option<Reads<'a, V>>) = (Walk::new((), from), None);
        stream::try_unfold(Some(start), move |state| {
            let reader = Arc::clone(&reader);
            async move {
                let Some((mut walk, reads)) = state else {
                    return Ok(None);
                };
                let mut reads = reads.unwrap_or_else(|| self.reads(reader, walk.token.clone()));
                let Some(read) = reads.try_next().await? else {
                    return Ok(None);
                };
                let (page, onward) = walk.turn(read.fetched, read.content)?;
                // Of an answer that turned out otherwise than at a glance, what it
                // led to is of no use.
                let reads = (page.next == read.led_to).then_some(reads);
                Ok(Some(((page, read.views), onward.then_some((walk, reads)))))
            }
        })
    }

    /// The answers from a token on.
    fn reads<P, V, F>(&self, reader: Arc<Reader<P, F>>, from: Option<String>) -> Reads<'_, V>
    where
        P: Paging + Send + Sync + 'static,
        F: View<V> + Send + Sync + 'static,
        V: Send + 'static,
    {
        let groups = grouped(self.seen(Arc::clone(&reader), from));
        let reads = groups.map(move |(group, failed)| {
            let read = self.read(Arc::clone(&reader), group);
            async move {
                let failed = failed.map(Err);
                stream::iter(read.await.into_iter().chain(failed))
            }
        });
        // One group is read while the next one comes in.
        reads.buffered(2).flatten().boxed_local()
    }

    /// The answers from a token on, each asked for as soon as a look at the one
    /// before it shows its token.
    fn seen<P: Paging, V, F: View<V>>(
        &self,
        reader: Arc<Reader<P, F>>,
        from: Option<String>,
    ) -> impl Stream<Item = Result<Seen<V>, Error>> {
        stream::try_unfold(Some(from), move |token| {
            let reader = Arc::clone(&reader);
            async move {
                let Some(token) = token else {
                    return Ok(None);
                };
                let request = reader.paging.request(token.as_deref());
                let look = |answer: &Answer| reader.look(answer);
                let (fetched, look) = self.fetch_checked(&request, look).await?;
                let seen = Seen {
                    token,
                    fetched,
                    look,
                };
                let next = seen.next().cloned().map(Some);
                Ok(Some((seen, next)))
            }
        })
    }

    /// Reads answers as far as that is still to be done. One that can't be read is
    /// asked for once more.
    async fn read<P, V, F>(
        &self,
        reader: Arc<Reader<P, F>>,
        group: Vec<Seen<V>>,
    ) -> Vec<Result<Read<V>, Error>>
    where
        P: Paging + Send + Sync + 'static,
        F: View<V> + Send + Sync + 'static,
        V: Send + 'static,
    {
        let also = Arc::clone(&reader);
        let reading = tokio::task::spawn_blocking(move || {
            let read = group.into_iter().map(|seen| also.read(seen));
            read.collect::<Vec<_>>()
        });
        let mut reads = Vec::new();
        for read in reading.await.expect("reading a page does not panic") {
            reads.push(match read {
                Ok(read) => Ok(read),
                Err(token) => self.read_anew(&reader, token).await,
            });
        }
        reads
    }

    async fn read_anew<P: Paging, V, F: View<V>>(
        &self,
        reader: &Reader<P, F>,
        token: Option<String>,
    ) -> Result<Read<V>, Error> {
        let request = reader.paging.request(token.as_deref());
        let read = |answer: &Answer| reader.whole(answer);
        let (fetched, (content, views)) = self.fetch_checked(&request, read).await?;
        Ok(Read {
            fetched,
            content,
            views,
            led_to: None,
        })
    }
}

/// Answers that came close together, and the failure that ended them.
fn grouped<'a, V: 'a>(
    seen: impl Stream<Item = Result<Seen<V>, Error>> + 'a,
) -> impl Stream<Item = (Vec<Seen<V>>, Option<Error>)> + 'a {
    stream::unfold(Some(seen.boxed_local()), |seen| async move {
        let mut seen = seen?;
        let (mut group, mut bytes) = (Vec::new(), 0);
        let mut came = seen.next().await;
        let until = Instant::now() + LINGER;
        loop {
            match came {
                Some(Ok(answer)) => {
                    bytes += answer.fetched.body.len();
                    group.push(answer);
                }
                Some(Err(error)) => return Some(((group, Some(error)), None)),
                None if group.is_empty() => return None,
                None => return Some(((group, None), None)),
            }
            if bytes >= GROUP {
                break;
            }
            match timeout_at(until, seen.next()).await {
                Ok(next) => came = next,
                Err(_) => break,
            }
        }
        Some(((group, None), Some(seen)))
    })
}

impl<P: Paging, F> Reader<P, F> {
    /// Reads an answer as a whole.
    fn whole<V>(&self, answer: &Answer) -> Result<(Content, Vec<V>), Flaw>
    where
        F: View<V>,
    {
        viewed(&self.paging, answer, &self.view)
    }

    /// Glances at an answer, or reads it where a glance shows nothing.
    fn look<V>(&self, answer: &Answer) -> Result<Look<V>, Flaw>
    where
        F: View<V>,
    {
        if let Some(next) = self.paging.glance(answer) {
            return Ok(Look::Glance(next));
        }
        let (content, views) = self.whole(answer)?;
        Ok(Look::Whole(content, views))
    }

    /// Reads an answer to its end, or says with which token to ask for it again.
    fn read<V>(&self, seen: Seen<V>) -> Result<Read<V>, Option<String>>
    where
        F: View<V>,
    {
        let led_to = seen.next().cloned();
        let (content, views) = match seen.look {
            Look::Whole(content, views) => (content, views),
            Look::Glance(_) => {
                let answer = Answer::without_headers(seen.fetched.body.clone());
                self.whole(&answer).map_err(|_| seen.token)?
            }
        };
        Ok(Read {
            fetched: seen.fetched,
            content,
            views,
            led_to,
        })
    }
}
