//! The same walk, one request ahead: the next page is on its way while the one in
//! hand is read.

use std::task::Poll;

use futures::future::{FutureExt, ready};
use futures::poll;
use futures::stream::{self, Stream};

use super::walk::Walk;
use super::{Content, Page, Paging};
use crate::client::transport::Answer;
use crate::client::{Client, ClientError, Fetched};

/// An answer, and as much of it as was read.
type Seen = (Fetched, Look);

/// How closely an answer was looked at.
enum Look {
    /// Read as a whole.
    Whole(Content),
    /// Only the next token is known, and that on condition that the rest is sound.
    Glance(String),
}

impl Client {
    /// The pages of a list as [`pages`](Self::pages) gives them, each asked for
    /// while the one before it is read. For a walk to the end: one that stops
    /// early has asked for a page that nobody uses.
    pub fn pages_ahead<'a, P: Paging + Clone + 'a>(
        &'a self,
        paging: P,
        from: Option<String>,
    ) -> impl Stream<Item = Result<Page, ClientError>> + 'a {
        let start = Some((Walk::new(paging, from), None));
        stream::try_unfold(start, move |state| async move {
            let Some((mut walk, coming)) = state else {
                return Ok(None);
            };
            let (fetched, look) = match coming {
                Some(coming) => coming.await?,
                None => self.look(walk.paging.clone(), walk.token.clone()).await?,
            };
            let mut coming = None;
            let (fetched, content) = match look {
                Look::Whole(content) => (fetched, content),
                Look::Glance(next) => {
                    let mut page = self.look(walk.paging.clone(), Some(next)).boxed_local();
                    // The request is out before the reading begins.
                    let early = poll!(&mut page);
                    tokio::task::yield_now().await;
                    match walk
                        .paging
                        .read(&Answer::without_headers(fetched.body.clone()))
                    {
                        Ok(content) => {
                            coming = Some(match early {
                                Poll::Pending => page,
                                Poll::Ready(page) => ready(page).boxed_local(),
                            });
                            (fetched, content)
                        }
                        Err(_) => self.whole(&walk.paging, walk.token.as_deref()).await?,
                    }
                }
            };
            let (page, onward) = self.turn(&mut walk, fetched, content)?;
            Ok(Some((page, onward.then_some((walk, coming)))))
        })
    }

    /// Fetches a page and glances at it, or reads it where a glance shows nothing.
    async fn look<P: Paging>(&self, paging: P, token: Option<String>) -> Result<Seen, ClientError> {
        let request = paging.request(token.as_deref());
        let read = |answer: &Answer| match paging.glance(answer) {
            Some(next) => Ok(Look::Glance(next)),
            None => paging.read(answer).map(Look::Whole),
        };
        self.fetch_checked(&request, read).await
    }

    /// Fetches a page and reads it.
    async fn whole<P: Paging>(
        &self,
        paging: &P,
        token: Option<&str>,
    ) -> Result<(Fetched, Content), ClientError> {
        let read = |answer: &Answer| paging.read(answer);
        self.fetch_checked(&paging.request(token), read).await
    }
}
