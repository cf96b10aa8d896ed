//! `gti vuln rank` against the simulated service.

use std::collections::HashSet;
use std::fmt::Write;

use crate::support::{Gti, Ran, sandbox, site};

const INVENTORY: &str = "\
asset,cve,criticality
kiosk.example.net,CVE-2099-0009,low
vpn.example.net,CVE-2099-0001,critical
web.example.net,cve-2099-0001,high
web.example.net,CVE-2099-0404,high
mail.example.net,\"CVE-2099-0002, GHSA-x\",
mail.example.net,CVE-2099-0004,
mail.example.net,CVE-2099-0006,gold
";

/// Rank, asset and CVE of each record.
fn places(ran: &Ran) -> Vec<String> {
    let place = |record: &serde_json::Value| {
        let text = |name: &str| record[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", record["rank"], text("asset"), text("cve"))
    };
    ran.records().iter().map(place).collect()
}

#[test]
fn what_to_patch_first_comes_first_with_its_reason() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run_on(&["vuln", "rank"], INVENTORY).exits(3);
    assert_eq!(
        places(&ran),
        [
            "1 vpn.example.net CVE-2099-0001",
            "2 web.example.net CVE-2099-0001",
            "3 mail.example.net CVE-2099-0002",
            "4 mail.example.net CVE-2099-0004",
            "5 kiosk.example.net CVE-2099-0009",
            "6 mail.example.net CVE-2099-0006",
            "null web.example.net CVE-2099-0404",
            "null mail.example.net GHSA-x",
        ]
    );
    assert_eq!(
        ran.each("status"),
        ["ok", "ok", "ok", "ok", "ok", "ok", "not_found", "invalid"]
    );
    let records = ran.records();
    let reason = records[0]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("P0 · in CISA KEV since 20"), "{reason}");
    assert!(reason.contains("exploited widely"), "{reason}");
    assert!(reason.ends_with("critical asset"), "{reason}");
    assert_eq!(records[3]["priority_source"], "derived");
    assert_eq!(records[5]["criticality"], serde_json::Value::Null);
    assert_eq!(records[7]["line"], 6);
    assert_eq!(records[7]["error"]["kind"], "invalid");
    assert!(ran.stderr.contains("or 1 to 5: 1"), "{}", ran.stderr);
    // Seven rows, six CVEs.
    assert_eq!(sandbox.requests(), 6);
}

/// The issue's own measure: 5,000 rows, 800 CVEs, 800 look-ups.
#[test]
fn five_thousand_rows_cost_a_look_up_for_each_cve() {
    let row = |n: usize| {
        let level = ["low", "medium", "high", "critical"][n % 4];
        // 800 CVEs of the catalogue, each on one asset after another.
        format!(
            "host-{n}.example.net,CVE-2099-{},{level}\n",
            10_000 + n % 800
        )
    };
    let header = "asset,cve,criticality\n".to_owned();
    let forwards = (0..5_000).fold(header.clone(), |text, n| text + &row(n));
    let backwards = (0..5_000).rev().fold(header, |text, n| text + &row(n));
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run_on(&["vuln", "rank", "--max-requests", "800"], forwards)
        .exits(0)
        .silently();
    assert_eq!(sandbox.requests(), 800);
    let first = places(&ran);
    let distinct: HashSet<&String> = first.iter().collect();
    assert_eq!((first.len(), distinct.len()), (5_000, 5_000));
    let priorities = ran.each("priority");
    assert!(priorities.is_sorted(), "the most urgent first");

    // In another order the same, and from the cache.
    let ran = gti
        .run_on(&["vuln", "rank", "--max-requests", "1"], backwards)
        .exits(0)
        .silently();
    assert_eq!(places(&ran), first);
    assert_eq!(sandbox.requests(), 800);
}

#[test]
fn a_budget_goes_to_what_matters_and_the_rest_is_told() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut inventory = "asset,cve,criticality\n".to_owned();
    for n in 0..20 {
        let level = if n < 5 { "critical" } else { "low" };
        writeln!(inventory, "host-{n:02},CVE-2099-{},{level}", 10_019 - n).expect("text");
    }
    let ran = gti.run_on(
        &["vuln", "rank", "--max-requests", "5", "-j", "1"],
        inventory,
    );
    let ran = ran.exits(6);
    let statuses = ran.each("status");
    assert_eq!(statuses.len(), 20);
    assert!(statuses[..5].iter().all(|status| status == "ok"));
    assert!(statuses[5..].iter().all(|status| status == "not_attempted"));
    let levels = ran.each("criticality");
    assert!(levels[..5].iter().all(|level| level == "critical"));
    assert_eq!(sandbox.requests(), 5);
    assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
    // The rest of it comes with another run.
    let ran = gti.run_on(&["vuln", "rank", "--offline"], "host-00 CVE-2099-10019");
    assert_eq!(ran.exits(0).each("cached"), ["true"]);
}

#[test]
fn the_top_is_cut_and_said() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run_on(&["vuln", "rank", "--top", "2"], INVENTORY);
    let ran = ran.exits(3);
    assert_eq!(ran.each("rank"), ["1", "2"]);
    assert!(
        ran.stderr
            .contains("2 of 8 shown; 2 of the others could not be ranked"),
        "{}",
        ran.stderr
    );
}

#[test]
fn bills_of_materials_are_ranked_by_component() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let bom = r#"{"bomFormat":"CycloneDX","components":[{"bom-ref":"a","name":"lib","version":"1.10"}],
        "vulnerabilities":[{"id":"CVE-2099-0009","affects":[{"ref":"a"}]},{"id":"CVE-2099-0001","affects":[{"ref":"a"}]}]}"#;
    let path = gti.write("bom.json", bom);
    let ran = gti.run(&["vuln", "rank", "-i", path.to_str().expect("text")]);
    assert_eq!(
        places(&ran.exits(0).silently()),
        ["1 lib@1.10 CVE-2099-0001", "2 lib@1.10 CVE-2099-0009"]
    );
}

#[test]
fn text_fits_a_page_and_csv_has_every_row() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run_on(&["vuln", "rank", "-q", "-f", "text"], INVENTORY)
        .exits(3);
    assert_eq!(ran.stdout.lines().count(), 9);
    // What failed says why, which may take longer where nobody's page ends.
    for line in ran.stdout.lines().filter(|line| !line.starts_with('-')) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(ran.stdout.contains("P0 · KEV · wide"), "{}", ran.stdout);
    let ran = gti
        .run_on(&["vuln", "rank", "-q", "-f", "csv"], INVENTORY)
        .exits(3);
    assert_eq!(ran.stdout.lines().count(), 9);
}

#[test]
fn nothing_hostile_reaches_a_terminal_or_a_spreadsheet() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let inventory = "asset,cve\n\
        \"=HYPERLINK(\"\"x\"\")\",CVE-2099-0011\n\
        \"a\u{1b}[2J\u{202e}b\",CVE-2099-0011\n\
        c,\u{1b}]0;x\u{7}\n";
    let ran = gti.run_on(&["vuln", "rank", "-f", "text"], inventory);
    let ran = ran.exits(3);
    for said in [&ran.stdout, &ran.stderr] {
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert_eq!(said.find(bad), None, "{said:?}");
    }
    let ran = gti
        .run_on(&["vuln", "rank", "-f", "csv"], inventory)
        .exits(3);
    assert!(ran.stdout.contains("\"'=HYPERLINK("), "{}", ran.stdout);
    // Machines get the inventory's own text.
    let ran = gti.run_on(&["vuln", "rank"], inventory).exits(3);
    let assets = ran.each("asset");
    assert!(
        assets.contains(&"a\u{1b}[2J\u{202e}b".to_owned()),
        "{assets:?}"
    );
}

#[test]
fn what_is_no_inventory_is_a_mistake_and_asks_nobody() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (text, said) in [
        ("", "the inventory is empty"),
        ("owner,cve\nx,CVE-2099-0001\n", "no column `asset`"),
        ("host,cve,Host\n", "two columns `host`"),
        ("{}", "not CycloneDX, SPDX, grype or trivy"),
    ] {
        let ran = gti.run_on(&["vuln", "rank"], text).exits(2);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    gti.run(&["vuln", "rank", "-i", "missing.csv"]).exits(2);
    let ran = gti.run_on(
        &["vuln", "rank"],
        r#"{"bomFormat":"CycloneDX","components":[{}]}"#,
    );
    let ran = ran.exits(5);
    assert!(
        ran.stderr
            .contains("lists components but no vulnerabilities"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("hint: a bill of materials"),
        "{}",
        ran.stderr
    );
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn nothing_known_is_not_found_and_a_wrong_key_ends_it() {
    let service = site();
    let gti = Gti::asking(&service);
    gti.run_on(&["vuln", "rank"], "a CVE-2099-0404").exits(5);
    let gti = gti.with("GTI_API_KEY", "wrong-key-0123456789");
    let ran = gti.run_on(&["vuln", "rank", "-j", "1"], INVENTORY).exits(4);
    assert!(ran.stderr.contains("error: 401"), "{}", ran.stderr);
    assert_eq!(service.requests(), 2);
}

#[test]
fn faults_that_pass_change_nothing() {
    let options = crate::support::Options {
        fault: vec!["503:1/3".parse().expect("a fault")],
        ..Default::default()
    };
    let faulty = sandbox(options);
    let gti = Gti::asking(&faulty);
    let ran = gti.run_on(&["vuln", "rank"], INVENTORY).exits(3);
    let clean = site();
    let gti = Gti::asking(&clean);
    assert_eq!(
        places(&ran),
        places(&gti.run_on(&["vuln", "rank"], INVENTORY))
    );
}
