//! `gti ingest vuln`.

use std::collections::HashSet;
use std::fs;

use serde_json::Value;

use crate::support::{Gti, site};

#[test]
fn a_window_holds_what_was_modified_in_it_each_once() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["ingest", "vuln", "--since", "24h"]).exits(0);
    let records = ran.records();
    assert!(records.len() > 300, "{}", ran.stderr);
    let ids: HashSet<_> = records.iter().map(|one| one["id"].as_str()).collect();
    assert!(
        ids.len() + 2 >= records.len(),
        "modified again while it was read, at most"
    );
    let times: Vec<_> = records
        .iter()
        .filter_map(|one| one["attributes"]["last_modification_date"].as_i64())
        .collect();
    assert_eq!(times.len(), records.len());
    assert!(times.is_sorted());
    assert!(ran.stderr.contains("vuln: "), "{}", ran.stderr);
}

#[test]
fn a_checkpoint_goes_on_and_repeats_nothing() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let line = [
        "ingest",
        "vuln",
        "--since",
        "12h",
        "--checkpoint",
        "v",
        "-o",
        "v.jsonl",
    ];
    let limited = [&line[..], &["-n", "50"]].concat();
    gti.run(&limited).exits(0);
    gti.run(&line).exits(0);
    gti.run(&line).exits(0);
    let text = fs::read_to_string(gti.work().join("v.jsonl")).expect("the file");
    let items: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let identities: HashSet<_> = items
        .iter()
        .map(|item| {
            (
                item["id"].to_string(),
                item["attributes"]["last_modification_date"].to_string(),
            )
        })
        .collect();
    assert!(items.len() > 100);
    assert_eq!(identities.len(), items.len());
    let other = [&line[..], &["--kev"]].concat();
    let ran = gti.run(&other).exits(2);
    assert!(
        ran.stderr.contains("checkpoint `v` belongs to"),
        "{}",
        ran.stderr
    );
}

#[test]
fn filters_narrow_and_a_dry_run_tells_the_request() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let records = gti
        .run(&["ingest", "vuln", "--since", "48h", "--kev"])
        .exits(0)
        .records();
    assert!(!records.is_empty());
    assert!(
        records
            .iter()
            .all(|one| one["attributes"]["cisa_known_exploited"].is_object())
    );
    let before = sandbox.requests();
    let line = [
        "ingest",
        "vuln",
        "--since",
        "2026-01-02T03:04:05Z",
        "--risk",
        "high",
        "--dry-run",
    ];
    let ran = gti.run(&line).exits(0);
    let url = ran.each("url")[0].clone();
    assert!(url.contains("order=last_modification_date%2B"), "{url}");
    assert!(
        url.contains("risk_rating%3AHigh%20last_modification_date%3A2026-01-02T03%3A04%3A05%2B"),
        "{url}"
    );
    assert_eq!(sandbox.requests(), before);
}
