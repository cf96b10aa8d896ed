//! What the last version has left on the disk works with this one: its configuration,
//! its checkpoints, its dead letters and its cache, all written by it.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::support::{Act, Gti, RawServer, answer};

const CONFIG: &str = include_str!("former/config.toml");
const CHECKPOINTS: &str = include_str!("former/checkpoints.sql");
const RESPONSES: &str = include_str!("former/responses.sql");
const DEAD_LETTERS: &str = include_str!("former/hooked.jsonl");
/// What the checkpoint `soc` has written, and the sink `archive` as well.
const RECORDS: &str = include_str!("former/out.jsonl");
/// The directory of the test's key in the cache.
const FINGERPRINT: &str = "c11126013a52fce0";

/// The service, whose stream has one item more by now, and a webhook that accepts.
fn server() -> RawServer {
    RawServer::start(|_, head| {
        let path = head.split(' ').nth(1).unwrap_or_default();
        Act::Send(match path.split('?').next() {
            Some("/hook") => answer("200 OK", "", ""),
            Some("/api/v3/ioc_stream") => {
                let newest_first: Vec<String> = (0..4).rev().map(item).collect();
                let items = newest_first.join(",");
                answer(
                    "200 OK",
                    "",
                    format!("{{\"data\":[{items}],\"meta\":{{}}}}"),
                )
            }
            _ => answer("500 Internal Server Error", "", ""),
        })
    })
}

fn item(number: i64) -> String {
    format!(
        r#"{{"id":"host-{number}.example","type":"domain","context_attributes":{{"notification_id":"{number:06}","notification_date":{}}}}}"#,
        1_767_322_800 + 60 * number
    )
}

/// The world that the last version has left.
fn left(server: &RawServer) -> Gti {
    let gti = Gti::at(&server.base_url());
    let out = gti.write("out.jsonl", RECORDS);
    let root = server.base_url().replace("/api/v3", "");
    let work = gti.work().display().to_string();
    let placed = |text: &str| {
        text.replace("@SERVER@", &root)
            .replace("@WORK@", &work)
            .replace("@INODE@", &inode(&out).to_string())
    };
    gti.write_config(&placed(CONFIG));
    fs::write(gti.config().with_file_name("archive.jsonl"), RECORDS).expect("written");
    let state = gti.world().join("state");
    let key = gti.cache().join(FINGERPRINT);
    for directory in [&state.join("dead-letters"), &state.join("locks"), &key] {
        fs::create_dir_all(directory).expect("a directory");
        close(directory);
    }
    let letters = state.join("dead-letters/hooked.jsonl");
    fs::write(&letters, DEAD_LETTERS).expect("written");
    close(&letters);
    for (path, dump) in [
        (state.join("checkpoints.sqlite"), CHECKPOINTS),
        (key.join("responses.sqlite"), RESPONSES),
    ] {
        let database = Connection::open(&path).expect("open");
        database.execute_batch(&placed(dump)).expect("the dump");
        close(&path);
    }
    gti
}

#[cfg(unix)]
fn inode(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).expect("found").ino()
}

#[cfg(not(unix))]
fn inode(_: &Path) -> u64 {
    0
}

/// Makes a path its owner's alone, as the last version has.
#[cfg(unix)]
fn close(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("set");
}

#[cfg(not(unix))]
fn close(_: &Path) {}

#[test]
fn answers_that_were_kept_are_found() {
    let server = server();
    let gti = left(&server);
    let inputs = ["evil.example", "notfound.example"];
    let ran = gti.run(&[&["enrich", "--offline"], &inputs[..]].concat());
    let ran = ran.silently();
    assert_eq!(ran.each("status"), ["ok", "not_found"]);
    assert_eq!(ran.records()[0]["report"]["attributes"]["reputation"], -7);
    let stats = gti.run(&["cache", "stats"]).exits(0).silently().records();
    assert_eq!(stats[0]["entries"], 2);
    assert_eq!(server.requests(), 0);
}

#[test]
fn checkpoints_go_on_into_their_destinations() {
    let server = server();
    let gti = left(&server);
    for options in [
        &["soc", "-o", "out.jsonl"][..],
        &["archived", "--sink", "archive"],
        &["hooked", "--sink", "hook"],
    ] {
        let ran = gti.run(&[&["ingest", "ioc-stream", "--checkpoint"], options].concat());
        let ran = ran.exits(0);
        assert!(
            ran.stderr.contains("1 new, 3 repeats, 0 failed"),
            "{options:?}: {}",
            ran.stderr
        );
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
    let added = format!("{RECORDS}{}\n", item(3));
    let archive = gti.config().with_file_name("archive.jsonl");
    for file in [gti.work().join("out.jsonl"), archive] {
        assert_eq!(fs::read_to_string(file).expect("read"), added);
    }
}

#[test]
fn dead_letters_are_delivered() {
    let server = server();
    let gti = left(&server);
    let count = |wanted: u64| {
        let shown = gti.run(&["state", "show", "hooked"]).exits(0).records();
        assert_eq!(shown[0]["dead_letters"], wanted);
    };
    count(3);
    gti.run(&["state", "replay", "hooked"]).exits(0);
    count(0);
    let heads = server.heads();
    assert_eq!(heads.len(), 1);
    let head = heads[0].to_lowercase();
    assert!(head.starts_with("post /hook"), "{head}");
    assert!(head.contains("x-team: soc"), "{head}");
    assert!(
        head.contains("idempotency-key: b14361e4-35ef-5c14-ad4a-be6435c9ca45"),
        "{head}"
    );
}

#[test]
fn a_cache_of_a_newer_version_is_rebuilt() {
    let server = server();
    let gti = left(&server);
    let path = gti.cache().join(FINGERPRINT).join("responses.sqlite");
    let newer = Connection::open(&path).expect("open");
    newer.pragma_update(None, "user_version", 2).expect("set");
    drop(newer);
    let offline = ["enrich", "--offline", "evil.example"];
    let ran = gti.run(&offline);
    assert_eq!(
        ran.stderr.lines().next().unwrap_or_default(),
        format!(
            "warning: the cache `{}` cannot be read (a newer version of gti wrote it (format 2; \
             this version knows up to 1)); it was deleted and begins anew",
            path.display()
        )
    );
    let again = gti.run(&offline);
    assert!(!again.stderr.contains("cache `"), "{}", again.stderr);
}
