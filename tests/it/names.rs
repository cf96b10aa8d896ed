//! One name for one thing: what an option is called in every command, and the names
//! that it had before.

use crate::support::{Gti, site};

#[test]
fn options_have_one_name_and_keep_their_old_ones() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (now, before) in [
        ("dtm list --min-score 60", "dtm list --mscore-gte 60"),
        (
            "ingest dtm --min-score 60 -n 5",
            "ingest dtm --mscore-gte 60 -n 5",
        ),
        ("dtm list -t Paste", "dtm list --alert-type Paste"),
        ("dtm list --type Paste", "dtm list --alert-type Paste"),
        (
            "ingest ioc-stream -t file -n 3",
            "ingest ioc-stream --entity-type file -n 3",
        ),
        ("search -t report -n 3", "search --type report -n 3"),
        (
            "enrich -t domain evil.example",
            "enrich --type domain evil.example",
        ),
        (
            "ingest threat-list ransomware -t url --dry-run --fields url",
            "ingest threat-list ransomware --type url --dry-run --fields url",
        ),
    ] {
        let ids = |line: &str| {
            let words: Vec<&str> = line.split(' ').chain(["--jq", ".id // .url"]).collect();
            gti.run(&words).exits(0).stdout
        };
        assert_eq!(ids(now), ids(before), "{now}");
        assert!(!ids(now).is_empty(), "{now}");
    }
}

#[test]
fn a_file_that_is_called_as_a_format_is_remarked_on() {
    let gti = Gti::new();
    let ran = gti.run(&["version", "-o", "json"]).exits(0);
    assert!(
        ran.stderr.contains("did you mean -f json?"),
        "{}",
        ran.stderr
    );
    assert!(gti.work().join("json").exists());
    gti.run(&["version", "-o", "./csv"]).exits(0).silently();
}

#[test]
fn slips_in_names_are_refused_and_leave_nothing_behind() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (command, message) in [
        (
            "ingest threat-list malwar --checkpoint soc -o lists.jsonl",
            "did you mean `malware`?",
        ),
        (
            "enrich evil.example --relationships=campains",
            "did you mean `campaigns`?",
        ),
        (
            "enrich evil.example --relationships=typo",
            "--relationships takes associations, campaigns,",
        ),
    ] {
        let ran = gti.run(&command.split(' ').collect::<Vec<_>>()).exits(2);
        assert!(ran.stderr.contains(message), "{command}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    assert!(!gti.work().join("lists.jsonl").exists());
    let left = gti.run(&["state", "list"]).exits(0).stdout;
    assert_eq!(left, "");
}

#[test]
fn a_list_that_the_service_does_not_know_leaves_no_checkpoint() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&[
        "ingest",
        "threat-list",
        "qqqq",
        "--checkpoint",
        "soc",
        "-o",
        "q.jsonl",
    ]);
    assert_ne!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        gti.run(&["state", "list"]).exits(0).stdout,
        "",
        "{}",
        ran.stderr
    );
    assert!(!gti.work().join("q.jsonl").exists());
}
