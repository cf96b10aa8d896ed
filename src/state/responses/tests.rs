//! The cache on a disk: kept, damaged, full, held by others. One file, because all of
//! it is told of one filled cache.

use super::*;
use crate::state::aside::with_suffix;
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
                responses.store(n.to_string(), &answer(n));
            }
            responses.leave();
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
        responses.store("sound".to_owned(), &answer(7));
        assert_eq!(responses.load("sound"), Some(answer(7)));
        responses.leave();
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
    responses.store("a".to_owned(), &answer(1));
    assert_eq!(responses.load("a"), Some(answer(1)));
    responses.store("a".to_owned(), &answer(2));
    assert_eq!(responses.load("a"), Some(answer(2)));
    // The clock was set back: the last answer counts, not the latest time.
    responses.store("a".to_owned(), &answer(0));
    responses.leave();
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
    responses.store("a".to_owned(), &answer(1));
    assert_eq!(responses.unsettled(), Some(QUIET));
    count(0);
    responses.settle();
    assert_eq!(responses.unsettled(), None);
    count(1);
}

#[test]
fn garbage_is_set_aside_at_opening() {
    for garbage in [&b"garbage"[..], &[0xA5; 9_000], b"SQLite format 3\0"] {
        let desk = Desk::new();
        desk.fill();
        fs::write(desk.path(), garbage).unwrap();
        let mut responses = desk.open();
        let aside = with_suffix(&desk.path(), ".damaged-1");
        assert_eq!(fs::read(&aside).unwrap(), garbage);
        let warning = desk.warning();
        assert!(
            warning.contains(&desk.path().display().to_string()),
            "{warning}"
        );
        assert!(warning.contains(&aside.display().to_string()), "{warning}");
        assert_eq!(found(&mut responses), 0);
        desk.check_sound(responses);
    }
}

#[test]
fn a_foreign_database_is_set_aside() {
    let desk = Desk::new();
    desk.fill();
    let foreign = Connection::open(desk.path()).unwrap();
    foreign
        .execute_batch("DROP TABLE response; CREATE TABLE response (x)")
        .unwrap();
    drop(foreign);
    let mut responses = desk.open();
    assert_eq!(responses.load("1"), None);
    assert!(desk.warning().contains("no such column"));
    desk.check_sound(responses);
}

#[test]
fn a_file_cut_short_anywhere_never_gives_a_wrong_answer() {
    for part in [1, 5, 10, 50, 90, 99] {
        let desk = Desk::new();
        desk.fill();
        let whole = fs::read(desk.path()).unwrap();
        let cut = &whole[..whole.len() * part / 100];
        fs::write(desk.path(), cut).unwrap();
        let mut responses = desk.open();
        found(&mut responses);
        assert!(desk.warning().contains("damaged"), "{part} %");
        desk.check_sound(responses);
    }
}

#[test]
fn any_spoiled_page_is_noticed_in_use_or_does_no_harm() {
    const PAGE: usize = 4096;
    let pages = {
        let desk = Desk::new();
        desk.fill();
        fs::read(desk.path()).unwrap().len() / PAGE
    };
    let mut set_aside = 0;
    // The roots of all trees and some of the pages below them.
    for page in (0..12).chain((12..pages).step_by(8)) {
        let desk = Desk::new();
        desk.fill();
        let mut bytes = fs::read(desk.path()).unwrap();
        bytes[page * PAGE..][..PAGE].fill(0x5A);
        fs::write(desk.path(), bytes).unwrap();
        let mut responses = desk.open();
        let kept = found(&mut responses);
        if kept < FILLED_WITH {
            set_aside += 1;
            assert!(desk.warning().contains("damaged"), "page {page}");
        } else {
            // Whether writing needs the page is `SQLite`'s matter; if it does,
            // the answer is kept all the same.
            responses.store("new".to_owned(), &answer(1));
            responses.settle();
            assert_eq!(responses.load("new"), Some(answer(1)), "page {page}");
            let warnings = desk.warnings();
            assert!(warnings.len() <= 1, "page {page}: {warnings:?}");
        }
        desk.check_sound(responses);
    }
    assert!(set_aside > 10, "only {set_aside} pages mattered");
}

#[test]
fn damage_met_while_writing_loses_none_of_the_new_answers() {
    let desk = Desk::new();
    desk.fill();
    let mut responses = desk.open();
    let mut bytes = fs::read(desk.path()).unwrap();
    bytes[4096..].fill(0x5A);
    fs::write(desk.path(), bytes).unwrap();
    for n in 0..100 {
        responses.store(format!("new {n}"), &answer(n));
    }
    for n in 0..100 {
        assert_eq!(responses.load(&format!("new {n}")), Some(answer(n)));
    }
    assert!(desk.warning().contains("damaged"));
    desk.check_sound(responses);
}

#[test]
fn the_second_damage_of_a_run_ends_in_a_temporary_cache() {
    let desk = Desk::new();
    desk.fill();
    fs::write(desk.path(), "garbage").unwrap();
    let mut responses = desk.open();
    assert!(desk.warning().contains("set aside"));
    for n in 0..100 {
        responses.store(n.to_string(), &answer(n));
    }
    responses.settle();
    let file = responses.file.as_ref().unwrap();
    file.opened
        .store
        .connection
        .execute_batch("UPDATE response SET checksum = 0; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    assert_eq!(responses.load("1"), None);
    assert!(desk.warning().contains("damaged again"));
    responses.store("2".to_owned(), &answer(2));
    responses.settle();
    assert_eq!(responses.load("2"), Some(answer(2)));
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn what_another_process_rebuilt_is_not_set_aside_again() {
    let desk = Desk::new();
    desk.fill();
    let mut first = desk.open();
    let mut second = desk.open();
    let spoil = Connection::open(desk.path()).unwrap();
    spoil
        .execute_batch("UPDATE response SET checksum = 0")
        .unwrap();
    assert_eq!(first.load("1"), None);
    assert!(desk.warning().contains("damaged-1"));
    first.store("new".to_owned(), &answer(1));
    first.settle();
    assert_eq!(second.load("1"), None);
    assert_eq!(second.load("new"), Some(answer(1)));
    assert_eq!(desk.warnings(), Vec::<String>::new());
    desk.check_sound(first);
}

#[test]
fn a_newer_form_is_left_alone() {
    let desk = Desk::new();
    desk.fill();
    let newer = Connection::open(desk.path()).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    newer
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    drop(newer);
    let before = fs::read(desk.path()).unwrap();
    let mut responses = desk.open();
    let warning = desk.warning();
    assert!(
        warning.contains("a newer version of gti wrote it (format 99"),
        "{warning}"
    );
    assert_eq!(responses.load("1"), None);
    responses.store("1".to_owned(), &answer(1));
    responses.settle();
    assert_eq!(responses.load("1"), Some(answer(1)));
    responses.leave();
    assert_eq!(fs::read(desk.path()).unwrap(), before);
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
        assert!(desk.warning().contains("can't be used"));
        for n in 0..200 {
            responses.store(n.to_string(), &answer(n));
        }
        for n in 0..200 {
            assert_eq!(responses.load(&n.to_string()), Some(answer(n)));
        }
        assert_eq!(desk.warnings(), Vec::<String>::new());
        responses.leave();
    }
}

#[test]
fn a_full_disk_leaves_the_file_readable_and_loses_nothing_of_this_run() {
    let desk = Desk::new();
    desk.fill();
    let mut responses = desk.open();
    let file = responses.file.as_ref().unwrap();
    file.opened
        .store
        .connection
        .query_row("PRAGMA max_page_count = 1", [], |_| Ok(()))
        .unwrap();
    for n in FILLED_WITH..FILLED_WITH + 80 {
        responses.store(n.to_string(), &answer(n));
    }
    let warning = desk.warning();
    assert!(
        warning.contains("can't be written (database or disk is full)"),
        "{warning}"
    );
    for n in 0..FILLED_WITH + 80 {
        assert_eq!(responses.load(&n.to_string()), Some(answer(n)), "{n}");
    }
    responses.leave();
    let mut responses = desk.open();
    assert_eq!(found(&mut responses), FILLED_WITH);
    assert_eq!(responses.load("200"), None);
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn a_database_held_by_another_process_is_read_and_not_waited_for_twice() {
    let desk = Desk::new();
    desk.fill();
    let mut responses = desk.open();
    let holder = Connection::open(desk.path()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    for n in FILLED_WITH..FILLED_WITH + 80 {
        responses.store(n.to_string(), &answer(n));
    }
    assert!(desk.warning().contains("another process holds it"));
    for n in 0..FILLED_WITH + 80 {
        assert_eq!(responses.load(&n.to_string()), Some(answer(n)), "{n}");
    }
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn opening_writes_nothing_and_so_waits_for_nobody() {
    let desk = Desk::new();
    desk.open().leave();
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
        responses.store(n.to_string(), &answer(n));
        let file = responses.file.as_ref().unwrap();
        largest = largest.max(file.opened.store.size().unwrap().file);
        assert_eq!(responses.load(&n.to_string()), Some(answer(n)));
    }
    assert!(largest <= limit * 9 / 8 + (1 << 20), "{largest}");
    while responses.unsettled().is_some() {
        responses.settle();
    }
    let size = responses.writer().unwrap().size().unwrap();
    assert!(size.used <= limit && size.used > limit / 2, "{size:?}");
    assert_eq!(responses.load("0"), None);
    responses.leave();

    // A lower limit is met in quiet moments of the next run.
    let mut responses = desk.open_in(desk.home.path(), limit / 4);
    assert_eq!(responses.unsettled(), Some(Duration::ZERO));
    while responses.unsettled().is_some() {
        responses.settle();
    }
    let size = responses.writer().unwrap().size().unwrap();
    assert!(size.file <= limit * 9 / 32, "{size:?}");
    assert_eq!(responses.load("999"), Some(answer(999)));
}

#[test]
fn an_answer_that_would_fill_the_cache_is_not_kept() {
    let desk = Desk::new();
    let mut responses = desk.open_in(desk.home.path(), 2000);
    responses.store("large".to_owned(), &answer(1));
    assert_eq!(responses.load("large"), None);
}
