//! Files that are written, harmed and opened again.

mod rotation;

use std::fs::OpenOptions;

use super::*;

/// A directory with a file, and one for what is not committed.
struct Room(tempfile::TempDir);

impl Room {
    fn new() -> Self {
        let room = tempfile::tempdir().expect("directory");
        fs::create_dir(room.path().join("side")).expect("directory");
        fs::create_dir(room.path().join("log")).expect("directory");
        Self(room)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("log/out.jsonl")
    }

    fn opening(&self, mark: Option<FileMark>) -> Opening {
        Opening {
            path: self.path(),
            owner: "checkpoint `soc`".to_owned(),
            argument: "soc".to_owned(),
            mark,
            appends: false,
            side_directory: self.0.path().join("side"),
            side_name: "soc".to_owned(),
            crash: None,
            // A process that another test starts shares every lock of this one until
            // it becomes another program.
            patience: Duration::from_secs(10),
        }
    }

    fn open(&self, mark: Option<FileMark>) -> CommittedFile {
        self.opening(mark).open().expect("open")
    }

    /// The mark of a file with these committed bytes; nobody has it open.
    fn committed(&self, bytes: &str) -> FileMark {
        let mut file = self.open(None);
        commit(&mut file, bytes)
    }

    fn refused(&self, mark: FileMark) -> String {
        let before = self.content();
        let error = self.opening(Some(mark)).open().expect_err("refused");
        assert_eq!(self.content(), before);
        assert!(
            matches!(error, OutputError::NotAsCommitted { .. }),
            "{error}"
        );
        error.to_string()
    }

    fn content(&self) -> Option<String> {
        fs::read_to_string(self.path()).ok()
    }

    fn append(&self, text: &str) {
        let file = OpenOptions::new().append(true).open(self.path());
        file.expect("open")
            .write_all(text.as_bytes())
            .expect("write");
    }

    /// The side files, without their first lines.
    fn cut_off(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path().join("side")).expect("directory");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
        paths.retain(|path| path.display().to_string().contains(".cut-"));
        paths.sort();
        let read = |path| {
            let text: String = fs::read_to_string(path).expect("read");
            let (header, rest) = text.split_once('\n').expect("a header");
            assert!(header.contains("out.jsonl"), "{header}");
            rest.to_owned()
        };
        paths.into_iter().map(read).collect()
    }
}

fn write(file: &mut CommittedFile, bytes: &str) {
    file.write(bytes.as_bytes()).expect("write");
}

/// Writes and commits.
fn commit(file: &mut CommittedFile, bytes: &str) -> FileMark {
    write(file, bytes);
    file.flush().expect("flush");
    let mark = file.flushed().mark();
    file.committed().expect("committed");
    mark
}

#[test]
fn what_was_not_committed_is_cut_off_and_kept() {
    let room = Room::new();
    let mut file = room.open(None);
    let mark = commit(&mut file, "one\n");
    write(&mut file, "two\n");
    file.flush().expect("flush");
    // Killed before the commit.
    drop(file);
    assert_eq!(room.content().as_deref(), Some("one\ntwo\n"));
    assert_eq!(
        super::uncommitted(&room.opening(Some(mark))).expect("ours"),
        4
    );
    let mut file = room.open(Some(mark));
    assert_eq!(room.content().as_deref(), Some("one\n"));
    assert_eq!(room.cut_off(), ["two\n"]);
    let mark = commit(&mut file, "two\n");
    write(&mut file, "three\n");
    file.flush().expect("flush");
    Box::new(file).abandon().expect("abandon");
    assert_eq!(room.content().as_deref(), Some("one\ntwo\n"));
    assert_eq!(room.cut_off(), ["two\n", "three\n"]);
    drop(room.open(Some(mark)));
}

#[test]
fn a_torn_write_is_known_by_its_beginning() {
    let room = Room::new();
    let mut file = room.open(None);
    let mark = commit(&mut file, "one\n");
    let large: String = (0..BUFFER)
        .map(|at| if at % 80 == 79 { '\n' } else { 'x' })
        .collect();
    write(&mut file, &large);
    write(&mut file, "more\n");
    drop(file);
    for length in [4 + BUFFER as u64, 4 + BUFFER as u64 - 1, 70_001, 5] {
        let file = OpenOptions::new().write(true).open(room.path());
        file.expect("open").set_len(length).expect("cut");
        let uncommitted = super::uncommitted(&room.opening(Some(mark)));
        assert_eq!(uncommitted.expect("ours"), length - 4);
    }
    drop(room.open(Some(mark)));
    assert_eq!(room.content().as_deref(), Some("one\n"));
}

#[test]
fn what_others_did_is_refused_and_left_alone() {
    type Harm = fn(&Room);
    let harms: [(&str, Harm, &str); 7] = [
        (
            "one\n",
            |room| room.append("theirs\n"),
            "7 bytes follow the 4 committed ones",
        ),
        (
            "",
            |room| room.append("theirs\n"),
            "7 bytes follow the 0 committed ones",
        ),
        (
            "one\n",
            |room| fs::write(room.path(), "o\n").expect("write"),
            "it has 2 bytes, 4 were committed",
        ),
        (
            "one\n",
            |room| fs::write(room.path(), "two\n").expect("write"),
            "are not those that were written",
        ),
        (
            "one\n",
            |room| fs::remove_file(room.path()).expect("remove"),
            "it is gone, with 4 committed bytes",
        ),
        (
            "one\n",
            |room| {
                let copy = room.path().with_extension("copy");
                fs::copy(room.path(), &copy).expect("copy");
                fs::rename(copy, room.path()).expect("rename");
            },
            "not the file that was written",
        ),
        (
            "",
            |room| {
                let copy = room.path().with_extension("copy");
                fs::write(&copy, "theirs\n").expect("write");
                fs::rename(copy, room.path()).expect("rename");
            },
            "not the file that was written",
        ),
    ];
    for (committed, harm, word) in harms {
        let room = Room::new();
        let mark = room.committed(committed);
        harm(&room);
        let told = room.refused(mark);
        assert!(told.contains(word), "{told}");
        assert!(
            super::uncommitted(&room.opening(Some(mark))).is_err(),
            "{word}"
        );
        assert_eq!(room.cut_off(), [""; 0]);
    }
}

#[test]
fn an_empty_file_that_is_gone_or_replaced_by_an_empty_one_is_no_loss() {
    let room = Room::new();
    let mark = room.committed("");
    fs::remove_file(room.path()).expect("remove");
    drop(room.open(Some(mark)));
    fs::remove_file(room.path()).expect("remove");
    fs::write(room.path(), "").expect("write");
    drop(room.open(Some(mark)));
}

#[test]
fn what_others_do_while_it_is_written_ends_the_run_and_nothing_is_cut() {
    type Harm = fn(&Room);
    let harms: [(Harm, &str); 4] = [
        (
            |room| room.append("theirs\n"),
            "another program wrote 7 bytes to it",
        ),
        (
            |room| fs::write(room.path(), "").expect("write"),
            "it was cut from 4 to 0 bytes",
        ),
        (
            |room| fs::write(room.path(), "two\n").expect("write"),
            "another program changed",
        ),
        (
            |room| fs::remove_file(room.path()).expect("remove"),
            "it was deleted",
        ),
    ];
    for (harm, word) in harms {
        // Before anything is written, and between the writing and the commit.
        for written in [false, true] {
            let room = Room::new();
            let mut file = room.open(None);
            let mark = commit(&mut file, "one\n");
            if written {
                write(&mut file, "more\n");
                file.spill().expect("spill");
                if word.contains("4 to 0") || word.contains("changed") {
                    continue;
                }
            }
            harm(&room);
            let content = room.content();
            write(&mut file, "ours\n");
            let error = file.flush().expect_err("refused").to_string();
            assert!(error.contains(word), "{error}");
            let _ = Box::new(file).abandon();
            assert_eq!(room.content(), content, "{word}");
            if content.is_some() {
                room.refused(mark);
            }
        }
    }
}

#[test]
fn one_run_at_a_time_has_it_open() {
    let room = Room::new();
    let file = room.open(None);
    let mark = file.flushed().mark();
    for mark in [None, Some(mark)] {
        let opening = Opening {
            patience: Duration::ZERO,
            ..room.opening(mark)
        };
        let error = opening.open().expect_err("in use");
        assert!(matches!(error, OutputError::InUse { .. }), "{error}");
    }
    drop(file);
    drop(room.open(Some(mark)));
}

#[test]
fn a_file_that_holds_something_is_taken_over_only_if_that_is_meant() {
    let room = Room::new();
    fs::write(room.path(), "theirs\nand a half").expect("write");
    let error = room
        .opening(None)
        .open()
        .expect_err("not empty")
        .to_string();
    assert!(error.contains("already holds 17 bytes"), "{error}");
    let opening = Opening {
        appends: true,
        ..room.opening(None)
    };
    commit(&mut opening.open().expect("open"), "ours\n");
    assert_eq!(
        room.content().as_deref(),
        Some("theirs\nand a half\nours\n")
    );
}

#[test]
fn what_is_older_than_a_crash_of_the_machine_is_set_aside() {
    let room = Room::new();
    let mark = room.committed("one\n");
    room.append("\0\0\0\0");
    let modified = fs::metadata(room.path()).and_then(|found| found.modified());
    let modified = modified.expect("a time");
    let opening = |crash| Opening {
        crash: Some(crash),
        ..room.opening(Some(mark))
    };
    let error = opening(modified).open().expect_err("theirs").to_string();
    assert!(error.contains("gti did not write them"), "{error}");
    let file = opening(modified + Duration::from_secs(1)).open();
    drop(file.expect("what the crash left"));
    assert_eq!(room.content().as_deref(), Some("one\n"));
    assert_eq!(room.cut_off(), ["\0\0\0\0"]);
}

#[test]
fn a_mark_of_an_earlier_version_is_understood() {
    let room = Room::new();
    let mark = room.committed("one\n");
    let former = FileMark {
        identity: FileIdentity {
            device: None,
            ..mark.identity
        },
        tail: None,
        ..mark
    };
    room.append("two");
    let file = room.open(Some(former));
    assert_eq!(file.flushed().mark(), mark);
    assert_eq!(room.content().as_deref(), Some("one\n"));
    assert_eq!(room.cut_off(), ["two"]);
}

#[test]
fn a_device_may_have_another_number_after_a_start_of_the_machine() {
    let room = Room::new();
    let mark = room.committed("one\n");
    let elsewhere = |mark: FileMark| FileMark {
        identity: FileIdentity {
            device: Some(u64::MAX),
            ..mark.identity
        },
        ..mark
    };
    drop(room.open(Some(elsewhere(mark))));
    fs::write(room.path(), "two\n").expect("write");
    room.refused(elsewhere(mark));
}

#[test]
fn a_file_is_released_with_what_others_wrote_and_without_what_comes_again() {
    for (more, theirs, left) in [
        ("two\nthree\n", "", "one\n"),
        ("two\nthree\n", "theirs\n", "one\ntheirs\n"),
        ("", "theirs\n", "one\ntheirs\n"),
    ] {
        let room = Room::new();
        let mut file = room.open(None);
        let mark = commit(&mut file, "one\n");
        write(&mut file, more);
        file.flush().expect("flush");
        drop(file);
        room.append(theirs);
        let released = release(&room.opening(Some(mark)));
        assert_eq!(released.is_err(), more.is_empty(), "{released:?}");
        assert_eq!(room.content().as_deref(), Some(left));
    }
}
