//! Removes the caches of all keys: `gti cache clear`.

use std::fs;
use std::path::Path;

use super::error::StateError;
use super::lock::Lock;
use super::place::{LOCK, PATIENCE, remove};
use super::stats::homes;
use super::stats::stats;

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cleared {
    /// Caches, one for each key.
    pub caches: u64,
    /// Answers in them, as far as they could be read.
    pub entries: u64,
    /// Bytes on the disk.
    pub disk_bytes: u64,
}

/// Removes every cache under `directory`, and nothing else. A process that has one open keeps what it has until it ends.
///
/// # Errors
/// [`StateError`] when the directory can't be listed, the lock can't be had, or
/// a file can't be removed; what was removed before stays removed.
pub(crate) fn clear(directory: &Path) -> Result<Cleared, StateError> {
    let counted = stats(directory)?;
    if counted.is_empty() {
        return Ok(Cleared::default());
    }
    let path = directory.join(LOCK);
    let _lock = match Lock::acquire(&path, PATIENCE) {
        Ok(Some(lock)) => lock,
        Ok(None) => return Err(StateError::Held { path }),
        Err(source) => return Err(StateError::Lock { path, source }),
    };
    for home in homes(directory)? {
        for file in home.files {
            remove(&file).map_err(|source| StateError::Remove { path: file, source })?;
        }
        // Whatever else somebody put there keeps the directory.
        let _ = fs::remove_dir(&home.path);
    }
    Ok(Cleared {
        caches: counted.len() as u64,
        entries: counted.iter().map(|stats| stats.entries).sum(),
        disk_bytes: counted.iter().map(|stats| stats.disk_bytes).sum(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::client::cache::ResponseCache;
    use crate::client::cache::Stored;
    use crate::state::Cache;
    use crate::state::place::DATABASE;
    use jiff::Timestamp;

    /// Spoils a closed cache: what its log holds would mend the file.
    fn spoil(directory: &Path, fingerprint: &str) {
        let path = directory.join(fingerprint).join(DATABASE);
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .unwrap();
        std::fs::write(path, "garbage, not SQLite").unwrap();
    }

    async fn fill(directory: &Path, fingerprint: &str, answers: i64) -> Cache {
        let cache = Cache::open(directory, fingerprint, 64 << 20, |_| {});
        for n in 1..=answers {
            let stored = Stored {
                status: 200,
                body: "x".repeat(10_000).into(),
                fetched_at: Timestamp::from_second(n).unwrap(),
            };
            cache.store(&n.to_string(), stored).await;
        }
        cache
    }

    #[tokio::test]
    async fn caches_are_counted_key_by_key() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(stats(&home.path().join("none")).unwrap(), []);
        assert_eq!(stats(home.path()).unwrap(), []);
        assert_eq!(home.path().read_dir().unwrap().count(), 0);

        drop(fill(home.path(), "b", 3).await);
        drop(fill(home.path(), "a", 0).await);
        std::fs::write(home.path().join("note"), "not ours").unwrap();
        let counted = stats(home.path()).unwrap();
        assert_eq!(counted.len(), 2);
        let (a, b) = (&counted[0], &counted[1]);
        assert_eq!((a.fingerprint.as_str(), a.entries), ("a", 0));
        assert_eq!((a.oldest, a.newest, &a.problem), (None, None, &None));
        assert_eq!((b.fingerprint.as_str(), b.entries), ("b", 3));
        assert_eq!(b.plain_bytes, 30_000);
        assert!(b.packed_bytes > 0 && b.packed_bytes < 3_000, "{b:?}");
        assert!(b.disk_bytes > 4096, "{b:?}");
        assert_eq!(b.oldest, Timestamp::from_second(1).ok());
        assert_eq!(b.newest, Timestamp::from_second(3).ok());
    }

    #[tokio::test]
    async fn an_unreadable_cache_is_counted_with_its_problem() {
        let home = tempfile::tempdir().unwrap();
        drop(fill(home.path(), "a", 1).await);
        spoil(home.path(), "a");
        let counted = stats(home.path()).unwrap();
        assert_eq!(counted[0].entries, 0);
        assert_eq!(
            counted[0].problem.as_deref(),
            Some("file is not a database")
        );
        drop(fill(home.path(), "a", 2).await);
        let counted = stats(home.path()).unwrap();
        assert_eq!(counted[0].entries, 2);
        assert_eq!(counted[0].problem, None);
    }

    #[tokio::test]
    async fn clearing_removes_all_of_ours_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(clear(home.path()).unwrap(), Cleared::default());
        for fingerprint in ["a", "b"] {
            drop(fill(home.path(), fingerprint, 2).await);
        }
        // What an earlier version has left beside a database.
        let aside = home.path().join("b").join("responses.sqlite.damaged-1");
        std::fs::write(aside, "garbage").unwrap();
        let note = home.path().join("b").join("note");
        std::fs::write(&note, "not ours").unwrap();

        let cleared = clear(home.path()).unwrap();
        assert_eq!((cleared.caches, cleared.entries), (2, 4));
        assert!(cleared.disk_bytes > 8192);
        assert_eq!(stats(home.path()).unwrap(), []);
        assert!(note.exists() && !home.path().join("a").exists());
        assert_eq!(home.path().join("b").read_dir().unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_cache_in_use_survives_clearing_and_the_next_one_is_sound() {
        let home = tempfile::tempdir().unwrap();
        let open = fill(home.path(), "a", 2).await;
        clear(home.path()).unwrap();
        let next = fill(home.path(), "a", 1).await;
        drop(open);
        assert!(next.load("1").await.is_some());
        drop(next);
        let counted = stats(home.path()).unwrap();
        assert_eq!((counted[0].entries, &counted[0].problem), (1, &None));
    }
}
