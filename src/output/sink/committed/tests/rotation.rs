//! Files that are rotated, and what a new start of the machine leaves of them.

use super::*;

#[cfg(unix)]
#[test]
fn a_file_that_is_rotated_is_finished_and_the_next_one_begun() {
    use std::os::unix::fs::PermissionsExt;

    for created in [true, false] {
        let room = Room::new();
        let mut file = room.open(None);
        commit(&mut file, "one\n");
        let private = fs::Permissions::from_mode(0o640);
        fs::set_permissions(room.path(), private.clone()).expect("chmod");
        let rotated = room.path().with_extension("jsonl.1");
        write(&mut file, "two\n");
        fs::rename(room.path(), &rotated).expect("rename");
        if created {
            fs::write(room.path(), "").expect("create");
        }
        file.flush().expect("flush");
        assert_eq!(fs::read_to_string(&rotated).expect("read"), "one\ntwo\n");
        assert!(file.committed().expect("committed"));
        assert!(!file.committed().expect("committed"));
        if !created {
            let found = fs::metadata(room.path()).expect("found");
            assert_eq!(found.permissions().mode() & 0o777, 0o640);
        }
        let mark = commit(&mut file, "three\n");
        drop(file);
        drop(room.open(Some(mark)));
        assert_eq!(room.content().as_deref(), Some("three\n"));
        assert_eq!(fs::read_to_string(&rotated).expect("read"), "one\ntwo\n");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_was_rotated_between_two_runs_is_found() {
    for created in [true, false] {
        let room = Room::new();
        let mut file = room.open(None);
        let mark = commit(&mut file, "one\n");
        write(&mut file, "two\n");
        file.flush().expect("flush");
        drop(file);
        let rotated = room.path().with_extension("jsonl-20260102");
        fs::rename(room.path(), &rotated).expect("rename");
        if created {
            fs::write(room.path(), "").expect("create");
        }
        let mut file = room.open(Some(mark));
        assert_eq!(fs::read_to_string(&rotated).expect("read"), "one\n");
        assert_eq!(room.cut_off(), ["two\n"]);
        let mark = commit(&mut file, "two\n");
        assert_eq!(mark.length, 4);
        drop(file);
        // What is there must be empty to be the next one.
        fs::rename(room.path(), room.path().with_extension("jsonl-20260103")).expect("rename");
        fs::write(room.path(), "theirs\n").expect("write");
        assert!(room.refused(mark).contains("not the file that was written"));
    }
}
