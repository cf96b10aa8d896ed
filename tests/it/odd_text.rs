//! Odd members in answers: half characters, wrong types, numbers out of range, keys
//! that come twice. Each costs itself alone.

use serde_json::{Value, json};

use crate::support::{Act, Gti, RawServer, answer};

/// A service that gives every request this body.
fn serving(body: impl Into<String>) -> (RawServer, Gti) {
    let body = body.into();
    let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", &body)));
    let gti = Gti::at(&server.base_url());
    (server, gti)
}

fn domain(attributes: &str) -> String {
    format!(r#"{{"data":{{"id":"evil.example","type":"domain","attributes":{{{attributes}}}}}}}"#)
}

/// Members of records, without the object, which no strict reader takes.
const FIELDS: &str = "verdict,threat_score,detections.malicious,errors";

const ASSESSED: &str = r#""gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"},"severity":{"value":"SEVERITY_HIGH"},"threat_score":{"value":90}},"last_analysis_stats":{"malicious":50,"undetected":9}"#;

#[test]
fn an_odd_member_does_not_hide_the_verdict() {
    for odd in [
        r#""whois":"cut \ud83d""#,
        r#""\ud83d":{}"#,
        r#""tags":"x""#,
        r#""reputation":1e999"#,
        r#""creation_date":[1]"#,
        r#""last_analysis_results":{"a":{"result":"\ude00"},"a":null}"#,
        r#""categories":{"x":7,"y":[]}"#,
        r#""names":[null,{},"a.exe"]"#,
    ] {
        let (_server, gti) = serving(domain(&format!("{odd},{ASSESSED},{odd}")));
        let ran = gti
            .run(&[
                "enrich",
                "evil.example",
                "--fail-on",
                "malicious",
                "--fields",
                FIELDS,
            ])
            .exits(10);
        assert_eq!(
            ran.records(),
            [
                json!({"verdict":"malicious","threat_score":90,"detections.malicious":50,"errors":[]})
            ],
            "{odd}"
        );
        let ran = gti.run(&["enrich", "evil.example"]).exits(0);
        assert!(ran.stdout.contains(odd), "the object stays as it was sent");
        let ran = gti.run(&["enrich", "evil.example", "-f", "text"]).exits(0);
        assert!(
            ran.stdout.contains("MALICIOUS  score 90/100"),
            "{}",
            ran.stdout
        );
        let ran = gti.run(&["enrich", "evil.example", "-f", "csv"]).exits(0);
        assert!(ran.stdout.contains(",malicious,high,90,"), "{}", ran.stdout);
    }
}

#[test]
fn within_an_assessment_too() {
    let odd = ASSESSED.replace(
        r#""threat_score":{"value":90}"#,
        r#""threat_score":{"value":1e999},"description":"\ud83d","contributing_factors":7"#,
    );
    let (_server, gti) = serving(domain(&odd));
    let record = gti
        .run(&["enrich", "evil.example", "--fields", FIELDS])
        .exits(0)
        .records()
        .remove(0);
    assert_eq!(record["verdict"], "malicious");
    assert_eq!(record["threat_score"], Value::Null);
    let messages: Vec<&str> = record["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| error["message"].as_str().expect("a text"))
        .collect();
    assert_eq!(
        messages,
        [
            "cannot read `attributes.gti_assessment.threat_score.value`: expected an integer",
            "cannot read `attributes.gti_assessment.contributing_factors`: expected an object"
        ]
    );
}

#[test]
fn a_verdict_that_cannot_be_read_is_an_error_and_not_unknown() {
    for odd in [
        r#""gti_assessment":["VERDICT_MALICIOUS"]"#,
        r#""gti_assessment":{"verdict":{"value":{}}}"#,
        r#""last_analysis_stats":"50 malicious""#,
    ] {
        let (_server, gti) = serving(domain(odd));
        let ran = gti.run(&["enrich", "evil.example", "other.example"]);
        assert_eq!(ran.records()[0]["status"], "error", "{odd}");
        assert_eq!(ran.records()[0]["error"]["kind"], "decode", "{odd}");
        assert_ne!(ran.code, 0, "{odd}");
    }
}

fn vulnerability(attributes: &str) -> String {
    format!(
        r#"{{"data":{{"id":"vulnerability--cve-2099-0001","type":"collection","attributes":{{"name":"CVE-2099-0001",{attributes}}}}}}}"#
    )
}

#[test]
fn an_odd_member_does_not_hide_the_kev_entry() {
    let (_server, gti) = serving(vulnerability(
        r#""description":"cut \ud83d","epss":{"score":1e999,"percentile":0.5},"tags":{},"cisa_known_exploited":{"due_date":1700000000,"ransomware_use":[]}"#,
    ));
    let fields = "patch.when,kev.due_date,epss.percentile,errors";
    let ran = gti.run(&["vuln", "get", "CVE-2099-0001", "--fields", fields]);
    let record = ran.exits(0).records().remove(0);
    assert_eq!(record["patch.when"], "now");
    assert_eq!(record["kev.due_date"], "2023-11-14T22:13:20Z");
    assert_eq!(record["epss.percentile"], 0.5);
    assert_eq!(record["errors"].as_array().map(Vec::len), Some(3));
    let ran = gti
        .run(&["vuln", "get", "CVE-2099-0001", "-f", "text"])
        .exits(0);
    assert!(
        ran.stdout.contains("YES, tonight: on CISA's KEV list"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("cannot read `attributes.epss.score`"),
        "{}",
        ran.stdout
    );
}

#[test]
fn columns_are_found_beside_odd_keys() {
    let page = r#"{"data":[{"\ud83d":1,"type":"domain","id":"evil.example","attributes":{"\ude00":{},"name":"\ud83d x"}}],"meta":{}}"#;
    let (_server, gti) = serving(page);
    let ran = gti.run(&[
        "search",
        "x",
        "-f",
        "csv",
        "--fields",
        "type,id,attributes.name",
    ]);
    assert_eq!(
        ran.exits(0).stdout,
        "type,id,attributes.name\r\ndomain,evil.example,\u{fffd} x\r\n"
    );
}

#[test]
fn tags_that_cannot_be_read_are_never_written_over() {
    for (tags, writes) in [
        (r#"["keep"]"#, true),
        (r#"["keep"],"title":"\ud83d","doc":{"body":[1e999]}"#, true),
        (r#"["keep","\ud83d"]"#, false),
        (r#"["keep",7]"#, false),
        (r#"["keep",null]"#, false),
        (r#""keep""#, false),
        (r#"{"0":"keep"}"#, false),
        ("null", false),
        ("null,\"tags\":null", false),
        (r#"["keep"],"tags":["other"]"#, false),
    ] {
        for change in ["--add-tag", "--remove-tag"] {
            let body = format!(r#"{{"id":"a1","status":"new","tags":{tags}}}"#);
            let (server, gti) = serving(body);
            let ran = gti.run(&["dtm", "update", "a1", change, "keep"]);
            let ran2 = gti.run(&["dtm", "update", "a1", change, "new", "--retries", "0"]);
            let patched = server.heads().iter().any(|head| head.starts_with("PATCH"));
            if writes {
                assert!(patched, "{change} {tags}: {}", ran2.stderr);
            } else {
                assert!(!patched, "{change} {tags}");
                assert_eq!(ran.records()[0]["status"], "error", "{tags}");
                assert_ne!(ran.code, 0, "{tags}");
                assert!(ran.stdout.contains("`tags"), "{}", ran.stdout);
            }
        }
    }
}

/// What the service always sends, and an item lacks, is not "none": nothing is
/// decided by it, and nothing is written.
#[test]
fn what_an_item_lacks_is_neither_written_over_nor_compared() {
    let issue = |members: &str| format!(r#"{{"success":true,"result":{{"uid":"i1"{members}}}}}"#);
    for (command, body, lacks) in [
        (
            "dtm update a1 --add-tag x",
            r#"{"id":"a1","status":"new"}"#.to_owned(),
            "`tags`",
        ),
        (
            "dtm update a1 --remove-tag x",
            r#"{"id":"a1","status":"new"}"#.to_owned(),
            "`tags`",
        ),
        (
            "dtm update a1 --status read --if-status new",
            r#"{"id":"a1","tags":[]}"#.to_owned(),
            "`status`",
        ),
        (
            "dtm update a1 --status read --if-status new",
            r#"{"id":"a1","status":null,"tags":[]}"#.to_owned(),
            "`status`",
        ),
        (
            "dtm update a1 --status read --if-status new",
            r#"{"id":"a1","status":"","tags":[]}"#.to_owned(),
            "`status`",
        ),
        (
            "asm update i1 --status closed --if-status open_new",
            issue(""),
            "`status`",
        ),
        (
            "asm update i1 --status closed --if-status open_new",
            issue(r#","summary":{"status":null}"#),
            "`status`",
        ),
        (
            "asm update i1 --status closed --if-status open_new",
            issue(r#","details":{"status":"confirmed"}"#),
            "`status`",
        ),
    ] {
        for dry_run in [false, true] {
            let (server, gti) = serving(body.clone());
            let mut arguments: Vec<&str> = command.split(' ').collect();
            arguments.extend(dry_run.then_some("--dry-run"));
            let ran = gti.run(&arguments).exits(1);
            let record = ran.records().remove(0);
            assert_eq!(record["status"], "error", "{command} {body}");
            assert_eq!(record["error"]["kind"], "decode", "{command} {body}");
            assert!(
                record["error"]["message"].to_string().contains(lacks),
                "{record}"
            );
            let read = |head: &String| head.starts_with("GET ");
            assert!(server.heads().iter().all(read), "{command} {body}");
        }
    }
}

#[test]
fn a_stream_shows_what_it_can_read() {
    let page = r#"{"data":[
        {"type":"url","id":"ab","attributes":{"url":"http://evil.example/a?\ud83d","tags":7,"last_modification_date":{},"gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"},"threat_score":{"value":"80"}}},
         "context_attributes":{"notification_id":"1","notification_date":1767323045,"hunting_info":"\ud83d","sources":[{"label":"Example \ud83d"},7]}}],"meta":{}}"#;
    let (_server, gti) = serving(page);
    let ran = gti
        .run(&[
            "ingest",
            "ioc-stream",
            "--since",
            "2026-01-01T00:00:00Z",
            "-f",
            "text",
        ])
        .exits(0);
    for shown in [
        "2026-01-02 03:04",
        "malicious",
        "80",
        "http://evil.example/a?\u{fffd}",
        "Example \u{fffd}",
    ] {
        assert!(ran.stdout.contains(shown), "{shown}: {}", ran.stdout);
    }
}
