//! `gti vuln list`.

use serde_json::Value;

use crate::support::{Gti, site};

fn listed(gti: &Gti, options: &[&str]) -> Vec<Value> {
    let line = [&["vuln", "list", "--all"], options].concat();
    gti.run(&line).exits(0).silently().records()
}

#[test]
fn options_choose() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let kev = listed(&gti, &["--kev"]);
    assert!(!kev.is_empty() && kev.iter().all(|one| one["kev"].is_object()));
    let exploited = listed(
        &gti,
        &[
            "--exploited",
            "--risk",
            "critical",
            "--risk",
            "high",
            "--vendor",
            "Sample Networks",
        ],
    );
    assert!(!exploited.is_empty());
    for one in &exploited {
        assert!(matches!(
            one["exploitation_state"].as_str(),
            Some("Wide" | "Confirmed")
        ));
        assert!(matches!(
            one["risk_rating"].as_str(),
            Some("CRITICAL" | "HIGH")
        ));
    }
    let zero_days = listed(&gti, &["--zero-day", "--vendor", "Sample Networks"]);
    assert!(!zero_days.is_empty() && zero_days.iter().all(|one| one["zero_day"] == true));
    let vendor = listed(&gti, &["--vendor", "Test & Sons", "--product", "libtest"]);
    assert!(vendor.len() > 100);
    let raw = listed(
        &gti,
        &["--filter", "name:CVE-2099-0001 OR name:CVE-2099-0002"],
    );
    assert_eq!(raw.len(), 2);
    assert_eq!(raw[0]["report"]["attributes"].get("aggregations"), None);
    let recent = listed(&gti, &["--since", "6h"]);
    assert!(!recent.is_empty() && recent.len() < 1_000);
}

#[test]
fn large_pages_are_walked_to_the_end_and_limits_kept() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let all = listed(&gti, &["--order", "name+"]);
    assert_eq!(all.len(), 1_211);
    assert_eq!(sandbox.requests(), 5);
    let names: Vec<_> = all.iter().filter_map(|one| one["cve"].as_str()).collect();
    assert!(names.is_sorted());
    let ran = gti.run(&["vuln", "list", "-n", "3"]).exits(0);
    assert_eq!(ran.records().len(), 3);
    assert!(ran.stderr.contains("3 of 1,211 shown"), "{}", ran.stderr);
    assert_eq!(gti.run(&["vuln", "list"]).exits(0).records().len(), 25);
}

#[test]
fn the_query_shows_at_v_and_wrong_ones_are_told() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&[
            "-v",
            "vuln",
            "list",
            "--vendor",
            "Example Systems",
            "-n",
            "1",
        ])
        .exits(0);
    let query = "query: entity:collection collection_type:vulnerability vulnerable_vendor:\"Example Systems\"";
    assert!(ran.stderr.contains(query), "{}", ran.stderr);
    gti.run(&["vuln", "list", "--risk", "severe"]).exits(2);
    gti.run(&["vuln", "list", "--since", "yesterday"]).exits(2);
    let ran = gti.run(&["vuln", "list", "--filter", "nonesuch:1"]);
    assert!(
        ran.stderr.contains("hint: check the query and --order"),
        "{}",
        ran.stderr
    );
    let ran = gti.run(&["vuln", "list", "--vendor", "nobody"]).exits(0);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("nothing matches"));
}

#[test]
fn text_is_a_table() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&[
            "vuln",
            "list",
            "--filter",
            "name:CVE-2099-0001",
            "-f",
            "text",
        ])
        .exits(0);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert!(
        lines[0].starts_with("CVE") && lines[0].contains("PATCH"),
        "{}",
        ran.stdout
    );
    assert!(
        lines[1].contains("now") && lines[1].contains("CRITICAL"),
        "{}",
        ran.stdout
    );
}
