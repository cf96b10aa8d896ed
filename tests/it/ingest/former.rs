//! State that an earlier version has written: its checkpoints go on.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::room::Room;
use super::stream::Stream;

/// Checkpoints of the first version, after twelve items: into a file, into one whose
/// name looks like the text that stood for destinations, and so on.
const FIRST: &str = include_str!("former/checkpoints-1.sql");
/// When the first item was sent.
const BEGAN: i64 = 1_767_322_800;
const CONFIG: &str = r#"
[sinks.archive]
type = "file"
path = "archive.jsonl"

[sinks."this and that"]
type = "webhook"
url = "https://soar.example/hook"
"#;

/// A room as the first version has left it, with the files that it wrote.
fn left_by_the_first_version(stream: &Stream) -> Room {
    for item in 0..12 {
        stream.push(BEGAN + 60 * item, format!("{item:06}"));
    }
    let room = Room::new(&stream.url());
    fs::create_dir(room.path("state")).expect("directory");
    fs::create_dir(room.path("state/locks")).expect("directory");
    fs::write(room.path("config.toml"), CONFIG).expect("write");
    let first = room.run("ingest ioc-stream --since 2026-01-02T02:00:00Z -o {}/out.jsonl");
    assert_eq!(first.code, 0, "{}", first.stderr);
    fs::write(room.path("this and that (1).csv"), "id,type\n").expect("write");
    for name in ["delivered and kept.jsonl", "hook and (file).jsonl"] {
        fs::write(room.path(name), "").expect("write");
    }
    fs::copy(room.path("out.jsonl"), room.path("archive.jsonl")).expect("copy");
    let home = room.path("");
    let home = home.to_str().expect("text").trim_end_matches('/');
    let dump = FIRST
        .replace("@ROOM@", home)
        .replace("@BASE_URL@", stream.url().trim_end_matches('/'));
    let database = Connection::open(room.path("state/checkpoints.sqlite")).expect("open");
    database.execute_batch(&dump).expect("the dump");
    for (name, file) in [
        ("soc", "out.jsonl"),
        ("odd", "this and that (1).csv"),
        ("delivered", "delivered and kept.jsonl"),
        ("hook", "hook and (file).jsonl"),
    ] {
        let (length, inode) = length_and_inode(&room.path(file));
        database
            .execute(
                "UPDATE checkpoint SET file_length = ?2, file_inode = ?3 WHERE name = ?1",
                rusqlite::params![name, length, inode],
            )
            .expect("a mark");
        fs::write(room.path(&format!("state/locks/{name}.lock")), "1\n").expect("write");
    }
    let form = database.pragma_update(None, "user_version", 1);
    form.expect("a form");
    room
}

#[cfg(unix)]
fn length_and_inode(path: &Path) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).expect("found");
    (found.len().cast_signed(), found.ino().cast_signed())
}

#[cfg(not(unix))]
fn length_and_inode(path: &Path) -> (i64, i64) {
    (fs::metadata(path).expect("found").len().cast_signed(), 0)
}

#[test]
fn checkpoints_of_the_first_version_go_on() {
    let stream = Stream::new(40);
    let room = left_by_the_first_version(&stream);
    stream.push(BEGAN + 900, "new");
    // A run of the first version was killed before it committed.
    let out = room.path("out.jsonl");
    let mut content = fs::read_to_string(&out).expect("read");
    content.push_str("{\"torn\":");
    fs::write(&out, &content).expect("write");
    let run = |checkpoint: &str, more: &str| {
        room.run(&format!(
            "--config {{}}/config.toml ingest ioc-stream --checkpoint {checkpoint} {more}"
        ))
    };
    let told = run("soc", "-o {}/out.jsonl").exits(0).stderr;
    assert!(told.contains("1 new, 12 repeats"), "{told}");
    assert_eq!(room.ids("out.jsonl"), stream.ids());
    let kept = fs::read_to_string(room.path("state/files/soc.cut-1")).expect("a side file");
    assert!(kept.ends_with("{\"torn\":"), "{kept}");
    for (checkpoint, options) in [
        ("pipe", ""),
        ("device", "-o /dev/null"),
        ("archived", "--sink archive"),
    ] {
        let told = run(checkpoint, options).exits(0).stderr;
        assert!(told.contains("1 new, 12 repeats"), "{checkpoint}: {told}");
    }
    assert_eq!(room.ids("archive.jsonl"), stream.ids());
}

/// Destinations whose texts could be read in more than one way.
#[test]
fn destinations_of_the_first_version_are_told_apart() {
    let stream = Stream::new(40);
    let room = left_by_the_first_version(&stream);
    let output = |name: &str| {
        let shown = room.run(&format!("state show {name} --jq .output"));
        let home = room.path("").display().to_string();
        let shown = shown.exits(0).stdout.replace(&home, "~/");
        shown.trim().trim_matches('"').to_owned()
    };
    for (name, expected) in [
        ("soc", "~/out.jsonl (jsonl)"),
        ("odd", "~/this and that (1).csv (csv)"),
        ("pipe", "standard output"),
        ("device", "/dev/null"),
        ("archived", "sink:archive"),
        (
            "delivered",
            "sink:this and that and ~/delivered and kept.jsonl (jsonl)",
        ),
        (
            "hook",
            "webhook:https://soar.example#2e6df379 and ~/hook and (file).jsonl (jsonl)",
        ),
    ] {
        assert_eq!(output(name), expected);
        room.run(&format!("state verify {name}")).exits(0);
    }
    // The file belongs to its checkpoint, whose name a blank in the path does not hide.
    let foreign = format!("{}/hook and (file).jsonl", room.path("").display());
    let taken = room.run_words(&[
        "ingest",
        "ioc-stream",
        "--checkpoint",
        "other",
        "-o",
        &foreign,
    ]);
    let told = taken.exits(9).stderr;
    assert!(told.contains("belongs to checkpoint `hook`"), "{told}");
}
