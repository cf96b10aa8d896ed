//! A thread that owns what may block, asked from asynchronous code.

use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::sync::oneshot;

/// Jobs that may wait at once: enough to keep the thread busy, few enough that
/// what they carry takes no memory worth naming.
const MOST_WAITING: usize = 64;

/// What lives on the thread.
pub(super) trait Resident: 'static {
    /// How long the queue must stay empty before [`settle`](Self::settle) is
    /// called; `None` when there is nothing to settle.
    fn unsettled(&self) -> Option<Duration>;

    /// Does a small piece of the work that was put off. Called until
    /// [`unsettled`](Self::unsettled) is `None` or a job arrives.
    fn settle(&mut self);

    /// Finishes: nothing will be asked any more.
    fn leave(self);
}

type Job<R> = Box<dyn FnOnce(&mut R) + Send>;

enum Message<R> {
    Run(Job<R>),
    Leave,
}

/// A thread with its resident. Dropping it runs what is queued, lets the
/// resident leave, and waits for that.
pub(super) struct Worker<R> {
    messages: mpsc::Sender<Message<R>>,
    room: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

impl<R: Resident> Worker<R> {
    /// Starts the thread; `move_in` makes the resident there.
    pub(super) fn spawn(
        name: &str,
        move_in: impl FnOnce() -> R + Send + 'static,
    ) -> io::Result<Self> {
        let (messages, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let mut resident = move_in();
                serve(&mut resident, &queue);
                // Whoever still asks must not wait for an answer.
                drop(queue);
                resident.leave();
            })?;
        Ok(Self {
            messages,
            room: Arc::new(Semaphore::new(MOST_WAITING)),
            thread: Some(thread),
        })
    }

    /// Runs `job` on the thread, after all that was asked before; `None` when
    /// the worker has been closed.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut R) -> T + Send + 'static,
    ) -> Option<T> {
        let permit = Arc::clone(&self.room).acquire_owned().await.ok()?;
        let (reply, answer) = oneshot::channel();
        let job = move |resident: &mut R| {
            let outcome = job(resident);
            drop(permit);
            // The one who asked may have gone.
            let _ = reply.send(outcome);
        };
        self.messages.send(Message::Run(Box::new(job))).ok()?;
        answer.await.ok()
    }
}

fn serve<R: Resident>(resident: &mut R, queue: &mpsc::Receiver<Message<R>>) {
    loop {
        let message = match resident.unsettled() {
            None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(quiet) => queue.recv_timeout(quiet),
        };
        match message {
            Ok(Message::Run(job)) => job(resident),
            Err(RecvTimeoutError::Timeout) => resident.settle(),
            Ok(Message::Leave) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

impl<R> Drop for Worker<R> {
    fn drop(&mut self) {
        let _ = self.messages.send(Message::Leave);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use std::sync::Mutex;

    type Diary = Arc<Mutex<Vec<String>>>;

    struct Clerk(Diary);

    impl Clerk {
        fn note(&mut self, text: &str) {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }

    impl Resident for Clerk {
        fn unsettled(&self) -> Option<Duration> {
            None
        }

        fn settle(&mut self) {}

        fn leave(mut self) {
            self.note("left");
        }
    }

    fn clerk() -> (Worker<Clerk>, Diary) {
        let diary = Diary::default();
        let moved = Arc::clone(&diary);
        let worker = Worker::spawn("clerk", move || Clerk(moved)).unwrap();
        (worker, diary)
    }

    struct Debtor {
        debts: u32,
        told: tokio::sync::mpsc::UnboundedSender<u32>,
    }

    impl Resident for Debtor {
        fn unsettled(&self) -> Option<Duration> {
            (self.debts > 0).then_some(Duration::from_millis(1))
        }

        fn settle(&mut self) {
            self.debts -= 1;
            let _ = self.told.send(self.debts);
        }

        fn leave(self) {}
    }

    #[tokio::test]
    async fn jobs_run_in_order() {
        let (worker, diary) = clerk();
        for n in 0..100 {
            worker.ask(move |clerk| clerk.note(&n.to_string())).await;
        }
        drop(worker);
        let mut wanted: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        wanted.push("left".to_owned());
        assert_eq!(*diary.lock().unwrap(), wanted);
    }

    #[tokio::test]
    async fn more_may_ask_than_may_wait_and_each_gets_its_answer() {
        let (worker, diary) = clerk();
        let asked = (0..MOST_WAITING * 8).map(|n| {
            worker.ask(move |clerk| {
                clerk.note(&n.to_string());
                n * 2
            })
        });
        let answers = futures::future::join_all(asked).await;
        let wanted: Vec<_> = (0..MOST_WAITING * 8).map(|n| Some(n * 2)).collect();
        assert_eq!(answers, wanted);
        assert_eq!(diary.lock().unwrap().len(), wanted.len());
    }

    #[tokio::test]
    async fn an_empty_queue_settles_what_was_put_off() {
        let (told, mut settled) = tokio::sync::mpsc::unbounded_channel();
        let worker = Worker::spawn("debtor", move || Debtor { debts: 0, told }).unwrap();
        worker.ask(|debtor| debtor.debts = 2).await;
        // No further job: silence alone makes it settle, piece by piece.
        assert_eq!(settled.recv().await, Some(1));
        assert_eq!(settled.recv().await, Some(0));
    }

    #[tokio::test]
    async fn dropping_runs_what_is_queued() {
        let (worker, diary) = clerk();
        {
            let mut asked = std::pin::pin!(worker.ask(|clerk| clerk.note("abandoned")));
            let _ = futures::poll!(asked.as_mut());
        }
        drop(worker);
        let diary = diary.lock().unwrap();
        assert_eq!(diary.first().unwrap(), "abandoned");
        assert_eq!(diary.last().unwrap(), "left");
    }
}
