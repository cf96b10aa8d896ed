//! Answers in the shapes that the service really sends.

use serde_json::{Value, json};

use crate::support::{Act, Gti, Ran, RawServer, answer};

fn ask(body: &str, arguments: &[&str]) -> Ran {
    let body = body.to_owned();
    let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", &body)));
    Gti::at(&server.base_url()).run(arguments)
}

const CVE: &str = r#"{"data":{"id":"vulnerability--cve-2099-0001","type":"collection","attributes":{"name":"CVE-2099-0001","affected_systems":[],
    "executive_summary":"<p>A <b>flaw</b> in the **example** [server](https://x.example).</p>",
    "cpes":[{"start_rel":">=","start_cpe":{"vendor":"example","product":"widget_server","version":"1.0","uri":"cpe:2.3:a:example:widget_server:1.0:*:*:*:*:*:*:*"},
             "end_rel":"<","end_cpe":{"vendor":"example","product":"widget_server","version":"1.4","uri":"cpe:2.3:a:example:widget_server:1.4:*:*:*:*:*:*:*"}}],
    "cvss":{"cvssv4_x":{"score":1.3,"vector":"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:U"},
            "cvssv3_x":{"base_score":5.3,"temporal_score":4.6,"vector":"CVSS:3.1/AV:N"},"cvssv3_x_translated":{"base_score":0.0,"vector":"CVSS:3.1/AV:N"}},
    "sources":[{"source_name":"x","cvss":{"cvssv4_x":{"base_score":5.3}}}]}}}"#;

#[test]
fn products_stand_in_cpes() {
    const AFFECTED: &str = "example widget_server >= 1.0, < 1.4";
    let record = ask(CVE, &["vuln", "get", "CVE-2099-0001"])
        .exits(0)
        .records()
        .remove(0);
    assert_eq!(record["affected"], json!([AFFECTED]));
    assert_eq!(
        record["products"],
        json!([{"vendor":"example","product":"widget_server","start":">= 1.0","end":"< 1.4","cpe":"cpe:2.3:a:example:widget_server:1.0:*:*:*:*:*:*:*"}])
    );
    for (arguments, shown) in [
        (
            &["vuln", "get", "CVE-2099-0001", "-f", "text"][..],
            AFFECTED,
        ),
        (&["vuln", "get", "CVE-2099-0001", "-f", "csv"], AFFECTED),
        (
            &["vuln", "get", "CVE-2099-0001", "-f", "stix"],
            "widget_server",
        ),
    ] {
        let ran = ask(CVE, arguments).exits(0);
        assert!(ran.stdout.contains(shown), "{arguments:?}: {}", ran.stdout);
    }
    let body = CVE.to_owned();
    let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", &body)));
    let gti = Gti::at(&server.base_url());
    let ran = gti
        .run_on(&["vuln", "rank"], "web-01 CVE-2099-0001\n")
        .exits(0);
    assert_eq!(ran.records()[0]["affected"], json!([AFFECTED]));
    let ran = gti.run_on(&["vuln", "rank", "-f", "csv"], "web-01 CVE-2099-0001\n");
    assert!(ran.stdout.contains(AFFECTED), "{}", ran.stdout);
}

#[test]
fn only_base_scores_of_cvss_are_quoted() {
    let record = ask(CVE, &["vuln", "get", "CVE-2099-0001"])
        .exits(0)
        .records()
        .remove(0);
    assert_eq!(record["cvss"]["base"], 5.3);
    assert_eq!(record["cvss"]["version"], "3.1");
    let scores = record["cvss"]["scores"].as_array().expect("scores");
    assert_eq!(
        (&scores[0]["base"], &scores[0]["adjusted"]),
        (&Value::Null, &json!(1.3))
    );
    assert_eq!(scores[2]["translated"], true);
    let ran = ask(CVE, &["vuln", "get", "CVE-2099-0001", "-f", "text"]).exits(0);
    let line = ran
        .stdout
        .lines()
        .find(|line| line.contains("scores"))
        .expect("scores");
    assert_eq!(
        line.trim(),
        "scores      CVSS 3.1 5.3  CVSS 4.0 1.3 (with threat, no base score)"
    );
}

#[test]
fn summaries_are_shown_as_text() {
    let ran = ask(CVE, &["vuln", "get", "CVE-2099-0001", "-f", "text"]).exits(0);
    assert!(
        ran.stdout
            .contains("summary     A flaw in the example server.\n"),
        "{}",
        ran.stdout
    );
}

const RELATED: &str = r#"{"data":{"id":"203.0.113.8","type":"ip_address","attributes":{"last_analysis_stats":{"malicious":1}},"relationships":{
    "reports":{"data":[{"type":"collection","id":"report--1"}],"meta":{"cursor":"c"},"links":{"self":"s","next":"n","related":"r"}},
    "contacted_urls":{"data":[{"type":"url","id":"abcd","context_attributes":{"url":"http://evil.example/a.crt"}}],"links":{}}}}}"#;

#[test]
fn related_urls_have_addresses_and_counts_are_not_made_up() {
    let arguments = [
        "enrich",
        "203.0.113.8",
        "--relationships",
        "reports,contacted_urls",
    ];
    let body = RELATED.to_owned();
    let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", &body)));
    let gti = Gti::at(&server.base_url());
    let record = gti.run(&arguments).exits(0).records().remove(0);
    let relationships = &record["relationships"];
    assert_eq!(relationships["reports"]["count"], Value::Null);
    assert_eq!(relationships["reports"]["truncated"], true);
    assert_eq!(relationships["contacted_urls"]["count"], 1);
    assert_eq!(
        relationships["contacted_urls"]["items"][0]["name"],
        "http://evil.example/a.crt"
    );
    let asked = &server.heads()[0];
    assert!(
        asked.contains("relationship_attributes=name%2Chost_name%2Cip_address%2Curl"),
        "{asked}"
    );
    let ran = gti
        .run(&[&arguments[..], &["-f", "text"]].concat())
        .exits(0);
    assert!(
        ran.stdout
            .contains("reports     report--1\n              … and more"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("contacted   http://evil.example/a.crt"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_a_search_finds_has_its_address() {
    let page = r#"{"data":[{"type":"url","id":"abcd","context_attributes":{"url":"http://evil.example/a"}}],"meta":{}}"#;
    for format in ["text", "csv", "jsonl"] {
        let ran = ask(
            page,
            &["search", "entity:url", "--descriptors-only", "-f", format],
        );
        let ran = ran.exits(0);
        assert!(
            ran.stdout.contains("http://evil.example/a"),
            "{}",
            ran.stdout
        );
    }
}

const ISSUE: &str = r#"{"success":true,"message":"x","result":{"uid":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","uuid":"u-1","dynamic_id":31723111,"category":"misconfiguration","confidence":"confirmed",
    "description":"A certificate.","details":{"name":"invalid_certificate","added":"2020-08-20","proof":"seen","status":"confirmed","severity":3,"references":[],"remediation":"<p>Renew it.</p>","identifiers":[{"type":"CWE","name":"CWE-298"}]}}}"#;

#[test]
fn an_issue_in_detail_has_no_id() {
    let uid = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    let server = RawServer::start(|_, _| Act::Send(answer("200 OK", "", ISSUE)));
    let gti = Gti::at(&server.base_url());
    let shown = gti.run(&["asm", "show", uid]).exits(0);
    let updated = gti.run_on(
        &["asm", "update", "--status", "open_triaged", "--dry-run"],
        shown.stdout,
    );
    assert_eq!(updated.exits(0).records()[0]["id"], uid);
    let text = gti.run(&["asm", "show", uid, "-f", "text"]).exits(0).stdout;
    for line in [
        "invalid_certificate  misconfiguration",
        "severity    MEDIUM (3 of 5)  confirmed",
        &format!("id          {uid}"),
        "identifiers CWE-298",
        "remediation Renew it.",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

const STREAM: &str = r#"{"data":[
    {"type":"url","id":"abcd","attributes":{"url":"http://evil.example/a","gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"},"severity":{"value":"SEVERITY_HIGH"},"threat_score":{"value":80}}},
     "context_attributes":{"notification_id":"1","origin":"hunting","notification_date":1767323045,"tags":["my_rule"],"sources":[{"id":"7","type":"hunting_ruleset","label":"Example rules"}],"hunting_info":null}},
    {"type":"file","id":"ef01","attributes":{"meaningful_name":"a.exe"},"context_attributes":{"notification_id":"2","origin":"subscriptions","notification_date":1767323046,"tags":[],"sources":[]}},
    {"type":"url","id":"https://api.malicious.example/?a=00","context_attributes":{"notification_id":"3","notification_date":1767323047}}],"meta":{}}"#;

#[test]
fn an_export_of_the_stream_says_what_people_want_to_know() {
    let ran = ask(
        STREAM,
        &[
            "ingest",
            "ioc-stream",
            "--since",
            "2026-01-01T00:00:00Z",
            "-f",
            "csv",
        ],
    );
    let rows: Vec<String> = ran.exits(0).stdout.lines().map(str::to_owned).collect();
    assert_eq!(
        rows,
        [
            "time,type,value,file_name,verdict,severity,threat_score,context_attributes.origin,tags,sources,id,context_attributes.notification_id",
            "2026-01-02T03:04:05Z,url,http://evil.example/a,,malicious,high,80,hunting,my_rule,Example rules,abcd,1",
            "2026-01-02T03:04:06Z,file,ef01,a.exe,unknown,,,subscriptions,,,ef01,2",
            "2026-01-02T03:04:07Z,url,https://api.malicious.example/?a=00,,unknown,,,,,,https://api.malicious.example/?a=00,3",
        ]
    );
}

#[test]
fn a_file_of_an_earlier_version_keeps_its_columns() {
    let server = RawServer::start(|_, _| Act::Send(answer("200 OK", "", STREAM)));
    let gti = Gti::at(&server.base_url());
    let path = gti.write(
        "old.csv",
        "context_attributes.notification_id,type\r\n0,file\r\n",
    );
    gti.run(&[
        "ingest",
        "ioc-stream",
        "--since",
        "2026-01-01T00:00:00Z",
        "-f",
        "csv",
        "-o",
        "old.csv",
    ])
    .exits(0);
    let written = std::fs::read_to_string(path).expect("read");
    assert_eq!(
        written,
        "context_attributes.notification_id,type\r\n0,file\r\n1,url\r\n2,file\r\n3,url\r\n"
    );
}

#[test]
fn vulnerabilities_of_the_feed_are_shown_as_a_list_shows_them() {
    let object = &CVE["{\"data\":".len()..CVE.len() - 1];
    let page = format!("{{\"data\":[{object}]}}");
    let heading = |arguments: &[&str]| {
        let ran = ask(&page, arguments).exits(0);
        let mut lines = ran.stdout.lines().map(str::to_owned);
        (
            lines.next().expect("a heading"),
            lines.next().expect("a row"),
        )
    };
    let feed = heading(&["ingest", "vuln", "--since", "9000d", "-f", "text"]);
    let list = heading(&["vuln", "list", "-f", "text"]);
    assert!(
        feed.0.starts_with("CVE ") && feed.1.contains("5.3"),
        "{feed:?}"
    );
    assert_eq!(feed, list);
}
