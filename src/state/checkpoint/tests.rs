//! Checkpoints on a disk.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::*;
use crate::model::file_mark::{FileIdentity, FileMark};
use crate::state::error::StateError;

fn belongings() -> Belongings {
    Belongings {
        feed: "ioc-stream".to_owned(),
        filters: String::new(),
        base_url: "https://api.example".to_owned(),
        destination: DestinationIds {
            output: Some(DestinationId::Stdout),
            ..DestinationIds::default()
        },
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn commit<'a>(position: &'a str, seen: &'a HashMap<String, i64>) -> Commit<'a> {
    Commit {
        position,
        mark: Some(at(1_000)),
        files: &[],
        seen,
        forget_before: None,
        emitted: 2,
        now: at(2_000),
    }
}

fn file(owner: FileOwner, length: u64) -> OutputFile {
    OutputFile {
        owner,
        path: "/a and b".into(),
        mark: FileMark {
            identity: FileIdentity {
                device: Some(1),
                inode: Some(u64::MAX),
            },
            length,
            tail: Some([7; 32]),
        },
        boot: Some("a start".to_owned()),
    }
}

fn ids(names: &[(&str, i64)]) -> HashMap<String, i64> {
    names
        .iter()
        .map(|(name, time)| ((*name).to_owned(), *time))
        .collect()
}

fn has_seen(store: &Checkpoints, checkpoint: &Checkpoint, id: &str) -> bool {
    store.have_seen(checkpoint, [Some(id)].into_iter()).unwrap() == [true]
}

fn opened(home: &Path) -> (Checkpoints, Checkpoint) {
    let mut store = Checkpoints::open(home).unwrap();
    let checkpoint = store
        .take_up("soc", &belongings(), "{}", &[], at(1))
        .unwrap();
    (store, checkpoint)
}

#[test]
fn a_commit_is_whole_and_survives() {
    let home = tempfile::tempdir().unwrap();
    let (mut store, mut checkpoint) = opened(home.path());
    let seen = ids(&[("a", 5), ("b", 9)]);
    let files = [
        file(FileOwner::Checkpoint("soc".parse().unwrap()), 7),
        file(FileOwner::Sink("a sink".to_owned()), 9),
    ];
    let whole = Commit {
        files: &files,
        ..commit("{\"x\":1}", &seen)
    };
    store.commit(&mut checkpoint, &whole).unwrap();
    drop(store);
    let (store, found) = opened(home.path());
    assert_eq!(found, checkpoint);
    assert_eq!(store.output_files().unwrap(), files);
    assert!(has_seen(&store, &found, "a"));
    assert!(!has_seen(&store, &found, "c"));
    assert_eq!(store.seen_count(&found).unwrap(), 2);
}

#[test]
fn what_was_staged_and_not_committed_is_dropped() {
    let home = tempfile::tempdir().unwrap();
    let (mut store, mut checkpoint) = opened(home.path());
    store
        .commit(&mut checkpoint, &commit("{}", &ids(&[("old", 5)])))
        .unwrap();
    store
        .stage(&checkpoint, &ids(&[("old", 8), ("new", 8)]))
        .unwrap();
    assert!(has_seen(&store, &checkpoint, "new"));
    drop(store);
    let (mut store, mut found) = opened(home.path());
    assert!(has_seen(&store, &found, "old"));
    assert!(!has_seen(&store, &found, "new"));
    store.stage(&found, &ids(&[("new", 8)])).unwrap();
    store.commit(&mut found, &commit("{}", &ids(&[]))).unwrap();
    drop(store);
    let (store, found) = opened(home.path());
    assert!(has_seen(&store, &found, "new"));
}

#[test]
fn old_identities_are_forgotten_and_a_rewind_forgets_the_latest() {
    let home = tempfile::tempdir().unwrap();
    let (mut store, mut checkpoint) = opened(home.path());
    let seen = ids(&[("old", 5), ("edge", 10), ("late", 50), ("future", 9_000)]);
    let forgetting = Commit {
        forget_before: Some(10),
        ..commit("{}", &seen)
    };
    store.commit(&mut checkpoint, &forgetting).unwrap();
    let known = |store: &Checkpoints, checkpoint: &Checkpoint| -> Vec<&str> {
        ["old", "edge", "late", "future"]
            .into_iter()
            .filter(|id| has_seen(store, checkpoint, id))
            .collect()
    };
    assert_eq!(known(&store, &checkpoint), ["edge", "late", "future"]);
    store
        .rewind(&checkpoint, "{}", Some(at(20)), 20, at(100))
        .unwrap();
    assert_eq!(known(&store, &checkpoint), ["edge", "future"]);
    // The run that was under way must not put its position over it.
    assert!(
        store
            .commit(&mut checkpoint, &commit("{}", &ids(&[])))
            .is_err()
    );
}

#[test]
fn state_that_is_not_understood_is_refused_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    drop(opened(home.path()));
    let path = home.path().join("checkpoints.sqlite");
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let error = Checkpoints::open(home.path()).unwrap_err();
    assert!(matches!(error, StateError::Newer { .. }), "{error}");

    let garbage = b"this is no database, and it is longer than a header of one hundred bytes, so that nobody takes it for an empty one".to_vec();
    fs::write(&path, &garbage).unwrap();
    let error = Checkpoints::open(home.path()).unwrap_err();
    assert!(matches!(error, StateError::Damaged { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), garbage);
}

#[test]
fn a_difference_is_named() {
    let other = Belongings {
        filters: "entity_type:url".to_owned(),
        ..belongings()
    };
    assert_eq!(
        belongings().difference(&other),
        Some(("filters", String::new(), "entity_type:url".to_owned()))
    );
    assert_eq!(other.difference(&other), None);
}

#[test]
fn files_go_with_their_owners() {
    let home = tempfile::tempdir().unwrap();
    let (mut store, checkpoint) = opened(home.path());
    let of_checkpoint = FileOwner::Checkpoint("soc".parse().unwrap());
    let of_sink = FileOwner::Sink("archive".to_owned());
    let lengths = |store: &Checkpoints| -> Vec<u64> {
        let files = store.output_files().unwrap();
        files.iter().map(|file| file.mark.length).collect()
    };
    store
        .commit_files(&[file(of_checkpoint.clone(), 1), file(of_sink.clone(), 2)])
        .unwrap();
    store.commit_files(&[file(of_sink.clone(), 3)]).unwrap();
    assert_eq!(lengths(&store), [1, 3]);
    store.close_files(&[file(of_sink.clone(), 3)]).unwrap();
    let boots: Vec<bool> = [&of_checkpoint, &of_sink]
        .map(|owner| store.output_file(owner).unwrap().unwrap().boot.is_some())
        .to_vec();
    assert_eq!(boots, [true, false]);
    store.reset_file(&checkpoint).unwrap();
    assert_eq!(lengths(&store), [3]);
    store.commit_files(&[file(of_checkpoint, 1)]).unwrap();
    store.reset(&checkpoint).unwrap();
    assert_eq!(lengths(&store), [3]);
    store.reset_sink("archive").unwrap();
    assert_eq!(lengths(&store), [0_u64; 0]);
}

#[cfg(unix)]
#[test]
fn who_removes_a_lock_file_is_not_let_in() {
    let home = tempfile::tempdir().unwrap();
    let (mut store, checkpoint) = opened(home.path());
    let name = "soc".parse().unwrap();
    let first = Hold::take(home.path(), &name).unwrap().unwrap();
    store.admit(&checkpoint, &first).unwrap().unwrap();
    fs::remove_file(home.path().join("locks/soc.lock")).unwrap();
    let second = Hold::take(home.path(), &name).unwrap().unwrap();
    let held = store.admit(&checkpoint, &second).unwrap().unwrap_err();
    assert_eq!(held.pid, Some(std::process::id()));
    store.dismiss(&checkpoint).unwrap();
    store.admit(&checkpoint, &second).unwrap().unwrap();
}

#[test]
fn a_database_that_is_lost_is_no_beginning() {
    for harm in [
        |path: &Path| fs::write(path, "").unwrap(),
        |path: &Path| fs::remove_file(path).unwrap(),
    ] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("checkpoints.sqlite");
        // Nothing was kept there yet.
        fs::write(&path, "").unwrap();
        drop(opened(home.path()));
        drop(Hold::take(home.path(), &"soc".parse().unwrap()).unwrap());
        harm(&path);
        for opened in [
            Checkpoints::open(home.path()).map(drop),
            Checkpoints::open_existing(home.path()).map(drop),
        ] {
            let error = opened.unwrap_err();
            assert!(matches!(error, StateError::Damaged { .. }), "{error}");
        }
        assert_eq!(
            path.exists(),
            path.metadata().is_ok_and(|found| found.len() == 0)
        );
    }
}
