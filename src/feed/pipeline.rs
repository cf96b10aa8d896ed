//! The way of a page: taken, delivered, made durable, told, committed.

use std::time::Duration;

use jiff::Timestamp;

use super::error::FeedError;
use super::escalation::SendBack;
use super::page::Page;
use super::totals::Totals;
use super::work::{Taken, Work};
use crate::deliver::Halt;
use crate::state::checkpoint::{KeptError, Remembered};

/// Everything that a page passes through.
pub(crate) struct Pipeline {
    work: Blocking,
    /// What sends back the statuses that rules give.
    back: Option<SendBack>,
    joining: Joining,
    halt: Halt,
}

/// When pages are committed: each by itself, or several at once where they come
/// faster than they can be made durable one by one.
#[derive(Debug)]
struct Joining {
    joins: bool,
    /// Items taken since the last commit.
    items: usize,
}

/// Pages are joined in one commit until they come to so many items.
const MOST_JOINED: usize = 5_000;

/// So long a page waits for the one after it to be committed together with it.
pub(super) const LINGER: Duration = Duration::from_millis(10);

impl Joining {
    /// Whether what was taken may wait for another page.
    fn may_wait(&self) -> bool {
        self.joins && self.items < MOST_JOINED
    }
}

impl Pipeline {
    /// A pipeline around the work. `halt` is the call to end that its deliveries hear.
    /// `joins` is whether pages may be committed together: where uncommitted records can
    /// be taken back, so that no page comes twice.
    pub(crate) fn new(work: Work, joins: bool, halt: Halt) -> Self {
        let joining = Joining { joins, items: 0 };
        Self {
            work: Blocking(Some(Box::new(work))),
            back: None,
            joining,
            halt,
        }
    }

    /// Sends back the statuses that rules give.
    #[must_use]
    pub(crate) fn sending_back(mut self, back: SendBack) -> Self {
        self.back = Some(back);
        self
    }

    /// The call to end.
    pub(super) fn halt(&self) -> Halt {
        self.halt.clone()
    }

    /// What the run came to so far.
    pub(crate) fn totals(&self) -> Totals {
        self.work.at_rest().totals()
    }

    /// All identities that are remembered.
    pub(super) async fn remembered(&mut self) -> Result<Remembered, KeptError> {
        self.work.run(Work::remembered).await
    }

    /// The time that the checkpoint stands at.
    pub(crate) fn mark(&self) -> Option<Timestamp> {
        self.work.at_rest().mark()
    }

    /// Whether there is room for more records than a page holds.
    pub(super) fn has_room_after(&self, page: &Page) -> bool {
        let room = self.work.at_rest().room();
        room.is_none_or(|room| room > page.items.len() as u64)
    }

    /// Whether what was taken may wait for the page after it to be committed with it.
    pub(super) fn may_wait(&self) -> bool {
        self.joining.may_wait()
    }

    /// Takes a page, and delivers what fills a batch. It is to be settled, unless it is
    /// only a part, or may wait for the one after it.
    pub(super) async fn take(&mut self, page: Page) -> Result<Taken, FeedError> {
        // What is known of a part counts only together with the parts after it.
        if page.after.is_none() && self.work.at_rest().holds_a_page() {
            self.settle().await?;
        }
        self.joining.items += page.items.len();
        let taken = self.work.run(|work| work.take(page)).await?;
        self.deliver(false).await?;
        Ok(taken)
    }

    /// Delivers, makes durable and commits what is there, up to the end of a page.
    pub(super) async fn settle(&mut self) -> Result<(), FeedError> {
        self.deliver(true).await?;
        if self.work.at_rest().due.is_empty() {
            self.work
                .run(|work| work.flush().and_then(|()| work.commit()))
                .await?;
        } else {
            self.work.run(Work::flush).await?;
            self.send_back().await?;
            self.work.run(Work::commit).await?;
        }
        self.joining.items = 0;
        Ok(())
    }

    async fn deliver(&mut self, whole: bool) -> Result<(), FeedError> {
        let work = self.work.home();
        let delivered = work.destinations().deliver(whole).await;
        if delivered.is_err() {
            work.discount();
        }
        Ok(delivered?)
    }

    /// Sends statuses back: after their records are durable, and before the checkpoint
    /// says that they are done.
    async fn send_back(&mut self) -> Result<(), FeedError> {
        let due = std::mem::take(&mut self.work.home().due);
        if let Some(back) = &self.back {
            let answers = back.send(&due).await;
            self.work.home().told(&due, answers)?;
        }
        Ok(())
    }

    /// Goes on in new files where old ones were rotated. Everything up to here must be
    /// committed, and nothing staged.
    pub(super) async fn follow_files(&mut self) -> Result<(), FeedError> {
        self.work.run(Work::follow_files).await
    }

    /// Goes back to the last commit: what came after it will come again.
    pub(super) async fn take_back(&mut self) -> Result<(), FeedError> {
        self.joining.items = 0;
        self.work.run(Work::take_back).await
    }

    /// Ends the destinations. What is not complete is cut back to what was committed,
    /// where that can be.
    ///
    /// # Errors
    /// [`FeedError`].
    ///
    /// # Panics
    /// Never: closing does not panic.
    pub(crate) async fn close(self, complete: bool) -> Result<(), FeedError> {
        let Some(work) = self.work.0 else {
            return Ok(());
        };
        let closed = tokio::task::spawn_blocking(move || work.close(complete));
        closed.await.expect("closing does not panic")
    }
}

/// Work that blocks: `SQLite`, files, pipes, programs that run on records. Each step of
/// it is done on a thread where that is no harm.
struct Blocking(Option<Box<Work>>);

/// The work is at home between its steps; a step that is cut off ends the run.
const AWAY: &str = "a step of the work is not cut off";

impl Blocking {
    async fn run<T: Send + 'static>(
        &mut self,
        step: impl FnOnce(&mut Work) -> T + Send + 'static,
    ) -> T {
        let mut work = self.0.take().expect(AWAY);
        let worked = tokio::task::spawn_blocking(move || {
            let done = step(&mut work);
            (work, done)
        });
        let (work, done) = worked.await.expect("taking a page does not panic");
        self.0 = Some(work);
        done
    }

    fn at_rest(&self) -> &Work {
        self.0.as_deref().expect(AWAY)
    }

    fn home(&mut self) -> &mut Work {
        self.0.as_deref_mut().expect(AWAY)
    }
}
