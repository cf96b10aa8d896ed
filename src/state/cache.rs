//! The handle of the response cache.
//!
//! The program runs on one thread, so a look-up reads where it is: a page that the
//! system has in memory costs less than asking another thread for it. Answers are
//! compressed, gathered and written together on blocking threads; who wants the cache
//! meanwhile waits its turn without holding up the others.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use tokio::sync::Mutex as Turn;
use tokio::task::spawn_blocking;

use super::body::Packed;
use super::place::{PATIENCE, Place, Warn};
use super::responses::{Responses, Waits};
use crate::client::cache::{ResponseCache, Stored};

/// What a temporary cache may take on the disk, bytes: the repeats of one run
/// are seldom far apart.
const TEMPORARY_LIMIT: u64 = 256 << 20;

/// How long an answer waits at most to be written together with others.
const PAUSE: Duration = Duration::from_millis(50);

/// The response cache of one key: a `SQLite` database.
///
/// It never fails; what goes wrong is a warning. Dropping it writes what waits.
pub(crate) struct Cache {
    shared: Shared,
    /// Held while an answer is compressed. One after the other keeps the pool from
    /// starting a thread, with its memory, for each look-up in flight.
    packing: Turn<()>,
}

#[derive(Clone)]
struct Shared {
    /// Whoever wants the responses has this first, and waits for it asynchronously.
    turn: Arc<Turn<()>>,
    responses: Arc<Mutex<Responses>>,
}

impl Cache {
    /// Opens `<directory>/<fingerprint>/responses.sqlite`, creating what is
    /// missing with modes 0700 and 0600. `limit` is what the database may take,
    /// in bytes, before the oldest answers go. Warnings are whole sentences.
    pub(crate) fn open(
        directory: &Path,
        fingerprint: &str,
        limit: u64,
        warn: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        let place = Place {
            directory: directory.to_owned(),
            fingerprint: fingerprint.to_owned(),
            patience: PATIENCE,
        };
        let warn: Warn = Box::new(warn);
        Self::of(Responses::open(place, limit, warn))
    }

    /// Opens a private database that ends with the process, for `--no-cache`:
    /// one run still asks each thing once, in flat memory.
    pub(crate) fn temporary() -> Self {
        Self::of(Responses::temporary(TEMPORARY_LIMIT))
    }

    fn of(responses: Responses) -> Self {
        Self {
            shared: Shared {
                turn: Arc::default(),
                responses: Arc::new(Mutex::new(responses)),
            },
            packing: Turn::default(),
        }
    }
}

impl Shared {
    /// The responses, in their turn.
    fn responses(&self) -> MutexGuard<'_, Responses> {
        self.responses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an answer to those that wait.
    async fn add(&self, key: String, packed: Packed<'static>) -> Waits {
        let _turn = self.turn.lock().await;
        self.responses().store(key, packed)
    }

    /// Writes what waits. It is done even if nobody waits for that.
    async fn flush(self) {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let written = spawn_blocking(move || {
            self.responses().flush();
            drop(turn);
        });
        // A panic there is told by the panic itself.
        let _ = written.await;
    }
}

impl ResponseCache for Cache {
    fn load<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Stored>> {
        async move {
            let _turn = self.shared.turn.lock().await;
            self.shared.responses().load(key)
        }
        .boxed()
    }

    fn store<'a>(&'a self, key: &'a str, stored: Stored) -> BoxFuture<'a, ()> {
        async move {
            // Elsewhere, because this thread has the next answer to read.
            let packing = self.packing.lock().await;
            let packed = spawn_blocking(move || Packed::new(&stored)).await;
            drop(packing);
            let Some(packed) = packed.ok().flatten() else {
                return;
            };
            match self.shared.add(key.to_owned(), packed).await {
                Waits::Full => self.shared.clone().flush().await,
                Waits::First => {
                    let shared = self.shared.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(PAUSE).await;
                        shared.flush().await;
                    });
                }
                Waits::WithOthers => {}
            }
        }
        .boxed()
    }
}

impl Drop for Cache {
    /// Waits for a flush that is under way. What the runtime still holds of the
    /// cache finds it closed.
    fn drop(&mut self) {
        self.shared.responses().close();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use futures::future::join_all;
    use jiff::Timestamp;
    use std::sync::Mutex;

    type Warnings = Arc<Mutex<Vec<String>>>;

    fn open(directory: &Path, fingerprint: &str) -> (Cache, Warnings) {
        let warnings = Warnings::default();
        let told = Arc::clone(&warnings);
        let warn = move |text| told.lock().unwrap().push(text);
        let cache = Cache::open(directory, fingerprint, 64 << 20, warn);
        (cache, warnings)
    }

    fn answer(n: usize) -> Stored {
        Stored {
            status: 200,
            body: format!("{{\"data\":{n}}}").repeat(200).into(),
            fetched_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn dropping_it_writes_all() {
        let home = tempfile::tempdir().unwrap();
        let (cache, _) = open(home.path(), "key");
        for n in 0..100 {
            cache.store(&n.to_string(), answer(n)).await;
        }
        drop(cache);
        let (cache, warnings) = open(home.path(), "key");
        for n in 0..100 {
            assert_eq!(cache.load(&n.to_string()).await, Some(answer(n)));
        }
        drop(cache);
        assert_eq!(*warnings.lock().unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn dropping_it_waits_for_what_is_being_written() {
        let home = tempfile::tempdir().unwrap();
        let (cache, _) = open(home.path(), "key");
        cache.store("a", answer(1)).await;
        // Begun, and given up by who asked for it.
        let mut flush = Box::pin(cache.shared.clone().flush());
        let _ = futures::poll!(flush.as_mut());
        drop(flush);
        drop(cache);
        let (cache, _) = open(home.path(), "key");
        assert_eq!(cache.load("a").await, Some(answer(1)));
    }

    #[tokio::test]
    async fn what_waits_is_written_at_a_pause() {
        let home = tempfile::tempdir().unwrap();
        let (cache, _) = open(home.path(), "key");
        let (other, _) = open(home.path(), "key");
        cache.store("a", answer(1)).await;
        assert_eq!(other.load("a").await, None);
        while other.load("a").await.is_none() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn keys_of_different_customers_never_mix() {
        let home = tempfile::tempdir().unwrap();
        let (one, _) = open(home.path(), "one");
        let (two, _) = open(home.path(), "two");
        one.store("a", answer(1)).await;
        drop(one);
        assert_eq!(two.load("a").await, None);
    }

    #[tokio::test]
    async fn a_temporary_cache_answers_repeats_and_ends_with_its_handle() {
        let cache = Cache::temporary();
        for n in 0..1000 {
            cache.store(&n.to_string(), answer(n)).await;
        }
        for n in 0..1000 {
            assert_eq!(cache.load(&n.to_string()).await, Some(answer(n)));
        }
        drop(cache);
        assert_eq!(Cache::temporary().load("1").await, None);
    }

    #[tokio::test]
    async fn many_at_once_on_one_file_get_right_answers_and_no_trouble() {
        const WRITERS: usize = 4;
        const ANSWERS: usize = 300;
        let home = tempfile::tempdir().unwrap();
        let caches: Vec<_> = (0..WRITERS).map(|_| open(home.path(), "key")).collect();
        let hammer = |writer: usize| {
            let cache = &caches[writer].0;
            async move {
                for n in 0..ANSWERS {
                    let own = format!("{writer}/{n}");
                    cache.store(&own, answer(n)).await;
                    cache.store(&format!("shared/{n}"), answer(n)).await;
                    assert_eq!(cache.load(&own).await, Some(answer(n)));
                    let other = format!("{}/{n}", (writer + 1) % WRITERS);
                    let found = cache.load(&other).await;
                    assert!(found.is_none() || found == Some(answer(n)), "{other}");
                }
            }
        };
        join_all((0..WRITERS).map(hammer)).await;
        for (cache, warnings) in caches {
            drop(cache);
            assert_eq!(*warnings.lock().unwrap(), Vec::<String>::new());
        }
        let (cache, _) = open(home.path(), "key");
        for n in 0..ANSWERS {
            for owner in ["0", "1", "2", "3", "shared"] {
                assert_eq!(cache.load(&format!("{owner}/{n}")).await, Some(answer(n)));
            }
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn every_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("cache");
        let (cache, _) = open(&directory, "key");
        cache.store("a", answer(1)).await;
        drop(cache);
        let mut seen = Vec::new();
        let mut look = vec![directory];
        while let Some(path) = look.pop() {
            let metadata = std::fs::metadata(&path).unwrap();
            if metadata.is_dir() {
                look.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            seen.push((name, metadata.permissions().mode() & 0o7777));
        }
        seen.sort();
        let wanted = [
            (".lock", 0o600),
            ("cache", 0o700),
            ("key", 0o700),
            ("responses.sqlite", 0o600),
            ("responses.sqlite-shm", 0o600),
            ("responses.sqlite-wal", 0o600),
        ];
        assert_eq!(seen, wanted.map(|(name, mode)| (name.to_owned(), mode)));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn loose_modes_are_told_and_mended() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        drop(open(home.path(), "key").0);
        let loose = home.path().join("key");
        std::fs::set_permissions(&loose, PermissionsExt::from_mode(0o755)).unwrap();
        let (cache, warnings) = open(home.path(), "key");
        drop(cache);
        assert_eq!(
            *warnings.lock().unwrap(),
            [format!(
                "`{}` was open to other users (mode 0755) and is private now",
                loose.display()
            )]
        );
    }
}
