//! `gti cache`, and what the cache bears.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Gti, hosts, site};

/// The databases under the cache directory.
fn databases(gti: &Gti) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(gti.cache())
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path().join("responses.sqlite"))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found
}

#[test]
fn an_empty_cache_is_an_empty_list() {
    let gti = Gti::new();
    let ran = gti
        .run(&["cache", "stats", "-f", "json"])
        .exits(0)
        .silently();
    assert_eq!(ran.stdout, "[]\n");
    assert!(!gti.cache().exists(), "looking creates nothing");
    let ran = gti
        .run(&["cache", "clear", "-f", "json"])
        .exits(0)
        .silently();
    assert_eq!(
        ran.stdout,
        "{\"caches\":0,\"entries\":0,\"disk_bytes\":0}\n"
    );
}

#[test]
fn what_is_kept_is_counted_and_cleared() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&[
        "enrich",
        "evil.example",
        "benign.example",
        "notfound.example",
    ])
    .exits(0);
    let stats = gti.run(&["cache", "stats"]).exits(0).silently().records();
    assert_eq!(stats.len(), 1);
    assert_eq!(stats[0]["entries"], 3);
    assert_eq!(stats[0]["problem"], Value::Null);
    let plain = stats[0]["plain_bytes"].as_u64().expect("a number");
    let packed = stats[0]["packed_bytes"].as_u64().expect("a number");
    assert!(packed < plain / 2, "{packed} of {plain}");
    let text = gti.run(&["cache", "stats", "-f", "text"]).exits(0);
    assert_eq!(text.stdout.lines().count(), 2, "{}", text.stdout);
    let cleared = gti.run(&["cache", "clear"]).exits(0).records();
    assert_eq!(
        (&cleared[0]["caches"], &cleared[0]["entries"]),
        (&1.into(), &3.into())
    );
    assert_eq!(gti.run(&["cache", "stats"]).exits(0).stdout, "");
    let ran = gti.run(&["enrich", "evil.example"]).exits(0);
    assert_eq!(ran.each("cached"), ["false"]);
}

#[cfg(unix)]
#[test]
fn everything_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example"]).exits(0);
    let mut look = vec![gti.cache()];
    let mut seen = 0;
    while let Some(path) = look.pop() {
        let metadata = fs::metadata(&path).expect("metadata");
        let wanted = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(
            metadata.permissions().mode() & 0o7777,
            wanted,
            "{}",
            path.display()
        );
        if metadata.is_dir() {
            look.extend(
                fs::read_dir(&path)
                    .expect("a directory")
                    .map(|e| e.expect("an entry").path()),
            );
        }
        seen += 1;
    }
    assert!(seen >= 3);
}

#[cfg(unix)]
#[test]
fn a_cache_that_was_open_to_others_is_closed_with_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example"]).exits(0);
    let database = databases(&gti).remove(0);
    fs::set_permissions(&database, fs::Permissions::from_mode(0o644)).expect("set");
    let ran = gti.run(&["enrich", "evil.example"]).exits(0);
    assert!(
        ran.stderr.starts_with("warning: ") && ran.stderr.contains("open to other users"),
        "{}",
        ran.stderr
    );
    gti.run(&["enrich", "evil.example"]).exits(0).silently();
}

/// Two runs at once share one cache: each answers everything, and what is kept
/// in the end is whole.
#[test]
fn two_runs_at_once_share_it() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let inputs = hosts(150);
    gti.write("iocs.txt", inputs.join("\n"));
    let running: Vec<_> = (0..3)
        .map(|_| gti.start(&["enrich", "-i", "iocs.txt"]))
        .collect();
    for run in running {
        let ran = run.finish().exits(0).silently();
        assert_eq!(ran.each("value"), inputs);
    }
    let before = sandbox.requests();
    let ran = gti
        .run(&["enrich", "-i", "iocs.txt", "--offline"])
        .exits(0)
        .silently();
    assert_eq!(ran.each("value"), inputs);
    assert_eq!(sandbox.requests(), before);
    let stats = gti.run(&["cache", "stats"]).exits(0).records();
    assert_eq!(stats[0]["entries"], 150);
}

/// A damaged cache costs a warning, never a run.
#[test]
fn a_damaged_database_is_rebuilt() {
    let sandbox = site();
    for damage in [b"no database at all".to_vec(), vec![0xff; 100_000], vec![]] {
        let gti = Gti::asking(&sandbox);
        gti.run(&["enrich", "evil.example"]).exits(0);
        let database = databases(&gti).remove(0);
        for companion in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{companion}", database.display()));
        }
        fs::write(&database, &damage).expect("written");
        let ran = gti.run(&["enrich", "evil.example"]).exits(0);
        assert_eq!(ran.each("cached"), ["false"]);
        // An empty file is a database of nothing, and no damage.
        if damage.is_empty() {
            assert_eq!(ran.stderr, "");
            continue;
        }
        assert_eq!(
            ran.stderr,
            format!(
                "warning: the cache `{}` cannot be read (file is not a database); it was deleted and begins anew\n",
                database.display()
            )
        );
        let ran = gti.run(&["enrich", "evil.example"]).exits(0).silently();
        assert_eq!(ran.each("cached"), ["true"]);
    }
}

#[test]
fn a_page_that_was_spoiled_is_no_wrong_answer() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let inputs = hosts(40);
    gti.run_on(&["enrich"], inputs.join("\n")).exits(0);
    let database = databases(&gti).remove(0);
    let mut bytes = fs::read(&database).expect("read");
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..] {
        *byte ^= 0x5a;
    }
    fs::write(&database, bytes).expect("written");
    let ran = gti.run_on(&["enrich"], inputs.join("\n")).exits(0);
    assert_eq!(ran.each("value"), inputs);
    for (record, input) in ran.records().iter().zip(&inputs) {
        assert_eq!(record["report"]["id"], input.as_str());
    }
}

/// Where nothing can be kept, the run goes on without.
#[cfg(unix)]
#[test]
fn a_place_that_can_t_be_written_costs_a_warning() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).with("GTI_CACHE_DIR", "/dev/null/cache");
    let ran = gti
        .run(&["enrich", "evil.example", "evil.example"])
        .exits(0);
    assert_eq!(ran.each("status"), ["ok", "ok"]);
    assert!(ran.stderr.starts_with("warning: "), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert_eq!(sandbox.requests(), 1);
}

#[test]
fn no_cache_leaves_nothing_behind() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example", "--no-cache"])
        .exits(0)
        .silently();
    assert_eq!(databases(&gti), Vec::<PathBuf>::new());
}
