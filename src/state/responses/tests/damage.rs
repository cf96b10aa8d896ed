//! Files that are damaged, foreign or of another version.

use super::*;

#[test]
fn garbage_is_deleted_at_opening() {
    for garbage in [&b"garbage"[..], &[0xA5; 9_000], b"SQLite format 3\0"] {
        let desk = Desk::new();
        desk.fill();
        fs::write(desk.path(), garbage).unwrap();
        // What an earlier version has put beside it goes as well.
        let aside = desk.path().with_file_name("responses.sqlite.damaged-1");
        fs::write(&aside, garbage).unwrap();
        let mut responses = desk.open();
        assert_eq!(
            desk.warning(),
            format!(
                "the cache `{}` cannot be read (file is not a database); it was deleted and begins anew",
                desk.path().display()
            )
        );
        assert!(!aside.exists());
        assert_eq!(found(&mut responses), 0);
        desk.check_sound(responses);
    }
}

#[test]
fn a_foreign_database_is_deleted() {
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
        assert!(desk.warning().contains("begins anew"), "{part} %");
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
    let mut rebuilt = 0;
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
            rebuilt += 1;
            assert!(desk.warning().contains("begins anew"), "page {page}");
        } else {
            // Whether writing needs the page is `SQLite`'s matter; if it does,
            // the answer is kept all the same.
            responses.store("new".to_owned(), packed(1));
            responses.flush();
            assert_eq!(responses.load("new"), Some(answer(1)), "page {page}");
            let warnings = desk.warnings();
            assert!(warnings.len() <= 1, "page {page}: {warnings:?}");
        }
        desk.check_sound(responses);
    }
    assert!(rebuilt > 10, "only {rebuilt} pages mattered");
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
        responses.store(format!("new {n}"), packed(n));
    }
    responses.flush();
    for n in 0..100 {
        assert_eq!(responses.load(&format!("new {n}")), Some(answer(n)));
    }
    assert!(desk.warning().contains("begins anew"));
    desk.check_sound(responses);
}

#[test]
fn after_the_second_damage_the_run_goes_on_without_the_cache() {
    let desk = Desk::new();
    let mut responses = desk.open();
    for told in ["begins anew", "goes on as with --no-cache"] {
        responses.store("1".to_owned(), packed(1));
        responses.flush();
        let store = responses.store.as_ref().unwrap();
        store
            .connection
            .execute_batch("UPDATE response SET checksum = 0")
            .unwrap();
        assert_eq!(responses.load("1"), None);
        let warning = desk.warning();
        assert!(warning.contains("doesn't match its checksum"), "{warning}");
        assert!(warning.ends_with(told), "{warning}");
    }
    responses.store("2".to_owned(), packed(2));
    responses.flush();
    assert_eq!(responses.load("2"), Some(answer(2)));
    assert_eq!(desk.warnings(), Vec::<String>::new());
}

#[test]
fn what_another_process_rebuilt_is_not_deleted_again() {
    let desk = Desk::new();
    desk.fill();
    let mut first = desk.open();
    let mut second = desk.open();
    let spoil = Connection::open(desk.path()).unwrap();
    spoil
        .execute_batch("UPDATE response SET checksum = 0")
        .unwrap();
    assert_eq!(first.load("1"), None);
    assert!(desk.warning().contains("begins anew"));
    first.store("new".to_owned(), packed(1));
    first.flush();
    assert_eq!(second.load("1"), None);
    assert_eq!(second.load("new"), Some(answer(1)));
    assert_eq!(desk.warnings(), Vec::<String>::new());
    desk.check_sound(first);
}

#[test]
fn a_newer_form_is_deleted() {
    let desk = Desk::new();
    desk.fill();
    let newer = Connection::open(desk.path()).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let responses = desk.open();
    let warning = desk.warning();
    assert!(
        warning.contains("a newer version of gti wrote it (format 99"),
        "{warning}"
    );
    desk.check_sound(responses);
}
