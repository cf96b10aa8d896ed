//! The cache on a disk: kept, full, held by others.

mod damage;

use super::*;
use crate::state::directory::create_directory;
use crate::state::directory::private_file;
use crate::state::place::DATABASE;
use jiff::Timestamp;
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;

const LIMIT: u64 = 64 << 20;
const FILLED_WITH: u32 = 40;

struct Desk {
    home: TempDir,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Desk {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            warnings: Arc::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.home.path().join("key").join(DATABASE)
    }

    fn open(&self) -> Responses {
        self.open_in(self.home.path(), LIMIT)
    }

    fn open_in(&self, directory: &Path, limit: u64) -> Responses {
        let place = Place {
            directory: directory.to_owned(),
            fingerprint: "key".to_owned(),
            patience: Duration::from_millis(20),
        };
        let warnings = Arc::clone(&self.warnings);
        let warn = move |text| warnings.lock().unwrap().push(text);
        Responses::open(place, limit, Box::new(warn))
    }

    /// Puts a closed database with the first answers there, and no log, which
    /// would mend what is spoiled in the file.
    fn fill(&self) {
        static FILLED: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let desk = Desk::new();
            let mut responses = desk.open();
            for n in 0..FILLED_WITH {
                responses.store(n.to_string(), packed(n));
            }
            responses.close();
            let connection = Connection::open(desk.path()).unwrap();
            connection
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
                .unwrap();
            fs::read(desk.path()).unwrap()
        });
        create_directory(self.path().parent().unwrap()).unwrap();
        private_file(&self.path()).unwrap();
        fs::write(self.path(), &*FILLED).unwrap();
    }

    fn warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap())
    }

    /// The one warning since the last look.
    fn warning(&self) -> String {
        let warnings = self.warnings();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        warnings.into_iter().next().unwrap()
    }

    /// Stores and loads, now and after opening anew: all is well.
    fn check_sound(&self, mut responses: Responses) {
        responses.store("sound".to_owned(), packed(7));
        assert_eq!(responses.load("sound"), Some(answer(7)));
        responses.close();
        let mut responses = self.open();
        assert_eq!(responses.load("sound"), Some(answer(7)));
        assert_eq!(self.warnings(), Vec::<String>::new());
    }
}

/// Answer number `n`: some pages of text that hardly shrinks.
fn answer(n: u32) -> Stored {
    let mut state = n;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b' ' + (state >> 26) as u8)
    });
    Stored {
        status: 200,
        body: noise.take(6000).collect::<String>().into(),
        fetched_at: Timestamp::from_second(1_700_000_000 + i64::from(n)).unwrap(),
    }
}

fn packed(n: u32) -> Packed<'static> {
    Packed::new(&answer(n)).unwrap()
}

fn found(responses: &mut Responses) -> u32 {
    let found = (0..FILLED_WITH)
        .filter(|n| {
            let found = responses.load(&n.to_string());
            assert!(found.is_none() || found == Some(answer(*n)), "{n}");
            found.is_some()
        })
        .count();
    u32::try_from(found).unwrap()
}

#[test]
fn what_was_stored_is_found_at_once_and_in_the_next_run() {
    let desk = Desk::new();
    let mut responses = desk.open();
    assert_eq!(responses.load("a"), None);
    responses.store("a".to_owned(), packed(1));
    assert_eq!(responses.load("a"), Some(answer(1)));
    responses.store("a".to_owned(), packed(2));
    assert_eq!(responses.load("a"), Some(answer(2)));
    // The clock was set back: the last answer counts, not the latest time.
    responses.store("a".to_owned(), packed(0));
    responses.close();
    let mut responses = desk.open();
    assert_eq!(responses.load("a"), Some(answer(0)));
    assert_eq!(responses.load("A"), None);
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn nothing_is_locked_while_answers_wait_or_when_they_are_written() {
    let desk = Desk::new();
    let mut responses = desk.open();
    let other = Connection::open(desk.path()).unwrap();
    let count = |expected: i64| {
        other
            .execute_batch("BEGIN IMMEDIATE; COMMIT")
            .expect("the database is free");
        let rows: i64 = other
            .query_row("SELECT count(*) FROM response", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, expected);
    };
    responses.store("a".to_owned(), packed(1));
    count(0);
    responses.flush();
    count(1);
}

#[test]
fn answers_wait_until_they_are_many_or_large() {
    let desk = Desk::new();
    let mut responses = desk.open();
    for _ in 0..2 {
        assert_eq!(responses.store("0".to_owned(), packed(0)), Waits::First);
        for n in 1..MOST_ANSWERS - 1 {
            assert_eq!(responses.store(n.to_string(), packed(0)), Waits::WithOthers);
        }
        assert_eq!(responses.store("last".to_owned(), packed(0)), Waits::Full);
        responses.flush();
    }
    let large = Packed {
        body: vec![0; MOST_BYTES].into(),
        ..packed(0)
    };
    assert_eq!(responses.store("0".to_owned(), large), Waits::Full);
}

#[test]
fn a_place_that_can_not_be_written_gives_a_temporary_cache() {
    let desk = Desk::new();
    let file = desk.home.path().join("file");
    fs::write(&file, "").unwrap();
    let taken = desk.home.path().join("taken");
    create_directory(&taken.join("key").join(DATABASE)).unwrap();
    for directory in [file, taken] {
        let mut responses = desk.open_in(&directory, LIMIT);
        assert!(desk.warning().contains("cannot be used"));
        for n in 0..200 {
            responses.store(n.to_string(), packed(n));
        }
        for n in 0..200 {
            assert_eq!(responses.load(&n.to_string()), Some(answer(n)));
        }
        assert_eq!(desk.warnings(), Vec::<String>::new());
        responses.close();
    }
}

#[test]
fn a_full_disk_loses_nothing_of_this_run() {
    let desk = Desk::new();
    desk.fill();
    let mut responses = desk.open();
    let store = responses.store.as_ref().unwrap();
    store
        .connection
        .query_row("PRAGMA max_page_count = 1", [], |_| Ok(()))
        .unwrap();
    let new = FILLED_WITH..FILLED_WITH + 80;
    for n in new.clone() {
        responses.store(n.to_string(), packed(n));
    }
    responses.flush();
    let warning = desk.warning();
    assert!(
        warning.contains("cannot be used (database or disk is full)"),
        "{warning}"
    );
    for n in new {
        assert_eq!(responses.load(&n.to_string()), Some(answer(n)), "{n}");
    }
    responses.close();
    let mut responses = desk.open();
    assert_eq!(found(&mut responses), FILLED_WITH);
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn a_database_held_by_another_process_is_not_waited_for_twice() {
    let desk = Desk::new();
    desk.fill();
    let mut responses = desk.open();
    let holder = Connection::open(desk.path()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(found(&mut responses), FILLED_WITH);
    responses.store("new".to_owned(), packed(1));
    responses.flush();
    assert!(desk.warning().contains("another process holds it"));
    responses.flush();
    assert_eq!(responses.load("new"), Some(answer(1)));
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn opening_writes_nothing_and_so_waits_for_nobody() {
    let desk = Desk::new();
    desk.open().close();
    let holder = Connection::open(desk.path()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut responses = desk.open();
    assert_eq!(responses.load("1"), None);
    holder.execute_batch("COMMIT").unwrap();
    desk.check_sound(responses);
}

#[test]
fn the_limit_holds_while_answers_keep_coming() {
    let desk = Desk::new();
    let limit = 2 << 20;
    let mut responses = desk.open_in(desk.home.path(), limit);
    let mut largest = 0;
    for n in 0..1000 {
        if responses.store(n.to_string(), packed(n)) == Waits::Full {
            responses.flush();
        }
        let size = responses.store.as_ref().unwrap().size().unwrap();
        largest = largest.max(size.file);
        assert_eq!(responses.load(&n.to_string()), Some(answer(n)));
    }
    assert!(largest <= limit * 9 / 8 + (1 << 20), "{largest}");
    responses.flush();
    let size = responses.store.as_ref().unwrap().size().unwrap();
    assert!(size.used <= limit && size.used > limit / 2, "{size:?}");
    assert_eq!(responses.load("0"), None);
    responses.close();

    // A lower limit is met by the next run that adds to it.
    let mut responses = desk.open_in(desk.home.path(), limit / 4);
    responses.store("new".to_owned(), packed(1000));
    responses.flush();
    let size = responses.store.as_ref().unwrap().size().unwrap();
    assert!(size.file <= limit * 9 / 32, "{size:?}");
    assert_eq!(responses.load("999"), Some(answer(999)));
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn an_answer_that_would_fill_the_cache_is_not_kept() {
    let desk = Desk::new();
    let mut responses = desk.open_in(desk.home.path(), 2000);
    responses.store("large".to_owned(), packed(1));
    assert_eq!(responses.load("large"), None);
}
