//! `gti vuln get`.

use serde_json::{Value, json};

use crate::support::{Gti, get, site};

#[test]
fn every_input_is_answered_once_each_and_in_order() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&[
            "vuln",
            "get",
            "cve-2099-0001",
            "see CVE-2099-0404, and CVE_2099_0003",
            "log4j",
            "CVE-2099-1",
            "CVE-2099-0001",
        ])
        .exits(3);
    assert_eq!(
        ran.each("cve"),
        [
            "CVE-2099-0001",
            "CVE-2099-0404",
            "CVE-2099-0003",
            "log4j",
            "CVE-2099-1",
            "CVE-2099-0001"
        ]
    );
    assert_eq!(
        ran.each("status"),
        ["ok", "not_found", "ok", "invalid", "invalid", "ok"]
    );
    assert_eq!(sandbox.requests(), 3, "repeats are looked up once");
    gti.run(&["vuln", "get", "CVE-2099-0001"]).exits(0);
    assert_eq!(sandbox.requests(), 3, "answers are kept");
    gti.run(&["vuln", "get", "CVE-2099-0001", "--refresh"])
        .exits(0);
    assert_eq!(sandbox.requests(), 4);
}

#[test]
fn the_record_is_the_contracts() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["vuln", "get", "CVE-2099-0001"]).exits(0);
    let record = &ran.records()[0];
    assert_eq!(record["patch"]["when"], "now");
    assert_eq!(record["risk_rating"], "CRITICAL");
    assert_eq!(record["risk_rating_source"], "rated");
    assert_eq!(
        (&record["priority"], &record["priority_source"]),
        (&json!("P0"), &json!("gti"))
    );
    assert_eq!(record["exploitation_state"], "Wide");
    assert_eq!(record["exploit_availability"], "Publicly Available");
    assert_eq!(record["zero_day"], true);
    assert!(
        record["kev"]["due_date"]
            .as_str()
            .is_some_and(|due| due.ends_with('Z'))
    );
    assert_eq!(
        (&record["cvss"]["base"], &record["cvss"]["version"]),
        (&json!(9.8), &json!("3.1"))
    );
    assert_eq!(record["cvss"]["scores"].as_array().map(Vec::len), Some(4));
    assert!(record["epss"]["score"].is_f64() && record["epss"]["percentile"].is_f64());
    assert_eq!(record["threat_actors"], Value::Null, "not asked for");
    assert_eq!(
        record["link"],
        "https://www.virustotal.com/gui/collection/vulnerability--cve-2099-0001"
    );
    assert_eq!(record["report"]["type"], "collection");
}

#[test]
fn what_is_missing_is_null_and_what_is_not_sent_is_marked() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let records = gti
        .run(&[
            "vuln",
            "get",
            "CVE-2099-0003 CVE-2099-0004 CVE-2099-0006 CVE-2099-0007",
        ])
        .exits(0)
        .records();
    assert_eq!(
        (
            &records[0]["risk_rating"],
            &records[0]["risk_rating_source"]
        ),
        (&json!("LOW"), &json!("predicted"))
    );
    assert_eq!(
        (&records[1]["priority"], &records[1]["priority_source"]),
        (&json!("P1"), &json!("derived"))
    );
    for member in [
        "risk_rating",
        "risk_rating_source",
        "priority",
        "priority_source",
        "exploitation_state",
        "exploit_availability",
        "zero_day",
        "kev",
        "mitigation",
        "summary",
        "modified",
        "threat_actors",
    ] {
        assert_eq!(records[2][member], Value::Null, "{member}");
    }
    assert_eq!(
        records[2]["cvss"],
        json!({"base":null,"vector":null,"version":null,"scores":[]})
    );
    assert_eq!(records[2]["epss"], json!({"score":null,"percentile":null}));
    assert_eq!(records[2]["patch"]["when"], "unknown");
    assert!(
        records[3]["modified"]
            .as_str()
            .is_some_and(|at| at.starts_with("2025-"))
    );
}

#[test]
fn ids_are_found_in_any_text() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let text = "asset,cve\n# CVE-2099-0001 in a heading\n<a href='x/cve-2099-0002'>nothing</a>\nCVE\u{2011}2099\u{2011}0003\n";
    let expected = ["CVE-2099-0001", "CVE-2099-0002", "CVE-2099-0003"];
    assert_eq!(
        gti.run_on(&["vuln", "get"], text).exits(0).each("cve"),
        expected
    );
    gti.write("report.html", text);
    let ran = gti.run(&[
        "vuln",
        "get",
        "-i",
        "report.html",
        "-f",
        "csv",
        "--fields",
        "cve,patch.when",
    ]);
    assert_eq!(ran.exits(0).stdout.lines().count(), 4);
    let ran = gti.run_on(&["vuln", "get"], "nothing to see\n").exits(0);
    assert_eq!(ran.stdout, "");
    assert!(
        ran.stderr.contains("no CVE id in the input"),
        "{}",
        ran.stderr
    );
}

#[test]
fn associations_have_names_and_may_be_had_whole() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let record = &gti
        .run(&["vuln", "get", "CVE-2099-0001", "--associations"])
        .exits(0)
        .records()[0];
    let actors = record["threat_actors"].as_array().expect("a list");
    assert_eq!(actors.len(), 2);
    assert!(actors[0]["name"].is_string() && actors[0].get("object").is_none());
    let reports = &record["relationships"]["reports"];
    assert_eq!(
        (&reports["count"], &reports["truncated"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(sandbox.requests(), 1);
    let args = [
        "vuln",
        "get",
        "CVE-2099-0001",
        "--expand",
        "--relationship-limit",
        "50",
    ];
    let record = &gti.run(&args).exits(0).records()[0];
    assert_eq!(
        record["relationships"]["reports"]["items"]
            .as_array()
            .map(Vec::len),
        Some(50)
    );
    assert!(record["threat_actors"][0]["object"]["attributes"].is_object());
    let closed = &gti
        .run(&["vuln", "get", "CVE-2099-0010", "--associations"])
        .exits(0)
        .records()[0];
    assert_eq!(closed["errors"][0]["part"], "relationships.threat_actors");
    assert_eq!(
        (&closed["status"], &closed["threat_actors"]),
        (&json!("ok"), &Value::Null)
    );
}

#[test]
fn the_digest_answers_in_few_lines() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (cve, answer) in [
        ("CVE-2099-0001", "YES, tonight: on CISA's KEV list"),
        ("CVE-2099-0008", "SOON: exploitation suspected"),
        (
            "CVE-2099-0009",
            "NO, with the regular updates: no known exploitation",
        ),
        ("CVE-2099-0006", "CAN'T TELL: neither"),
    ] {
        let ran = gti
            .run(&["vuln", "get", cve, "-f", "text"])
            .exits(0)
            .silently();
        assert!(ran.stdout.lines().count() <= 16, "{}", ran.stdout);
        assert!(ran.stdout.contains(answer), "{}", ran.stdout);
        assert!(ran.stdout.contains("/gui/collection/") || cve == "CVE-2099-0006");
    }
}

#[test]
fn failures_have_the_exit_codes_of_enrich() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["vuln", "get", "CVE-2099-0404"]).exits(5);
    gti.run(&["vuln", "get", "--offline", "CVE-2099-0001"])
        .exits(3);
    gti.run_on(&["vuln", "get", "-i", "nonesuch"], "").exits(2);
    let wrong = Gti::asking(&sandbox).with("GTI_API_KEY", "wrong-key-0123456789");
    let ran = wrong
        .run(&["vuln", "get", "CVE-2099-0001", "CVE-2099-0002"])
        .exits(4);
    assert_eq!(ran.records().len(), 2);
}

#[test]
fn raw_and_report_are_the_objects_bytes() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let url = format!(
        "{}/collections/vulnerability--cve-2099-0011",
        sandbox.base_url()
    );
    let (_, body) = get(&url);
    let ran = gti.run(&[
        "vuln",
        "get",
        "CVE-2099-0011",
        "--raw",
        "-f",
        "json",
        "--jq",
        ".attributes",
    ]);
    let shown: Value = serde_json::from_str(&ran.exits(0).stdout).expect("JSON");
    let sent: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(shown[0], sent["data"]["attributes"]);
    let ran = gti.run(&["vuln", "get", "CVE-2099-0011"]).exits(0);
    assert!(
        ran.stdout
            .contains(r#""exact":1.10,"large":123456789012345678901234567890"#)
    );
}

#[test]
fn stix_names_the_vulnerability_and_who_uses_it() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&[
            "vuln",
            "get",
            "CVE-2099-0001",
            "--associations",
            "-f",
            "stix",
        ])
        .exits(0);
    let bundle: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let objects = bundle["objects"].as_array().expect("a list");
    let named = |kind: &str| {
        objects
            .iter()
            .filter(|object| object["type"] == kind)
            .count()
    };
    assert_eq!(
        (
            named("vulnerability"),
            named("threat-actor"),
            named("malware")
        ),
        (1, 2, 3)
    );
    let vulnerability = objects
        .iter()
        .find(|object| object["type"] == "vulnerability")
        .expect("one");
    assert_eq!(vulnerability["name"], "CVE-2099-0001");
    assert!(
        vulnerability["external_references"]
            .as_array()
            .is_some_and(|all| {
                all.iter()
                    .any(|one| one["source_name"] == "cve" && one["external_id"] == "CVE-2099-0001")
            })
    );
}
