//! `gti enrich`: one record an indicator.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn indicators_of_each_type() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich 203.0.113.7 evil.example http://evil.example/a d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed"), @r#"
    $ gti enrich 203.0.113.7 evil.example http://evil.example/a d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed
    {"ioc":"203.0.113.7","value":"203.0.113.7","type":"ip","id":"203.0.113.7","status":"ok","verdict":"malicious","severity":"high","threat_score":87,"verdict_source":"gti_assessment","detections":{"malicious":24,"suspicious":4,"undetected":36,… (15711 more characters)
    {"ioc":"evil.example","value":"evil.example","type":"domain","id":"evil.example","status":"ok","verdict":"malicious","severity":"high","threat_score":87,"verdict_source":"gti_assessment","detections":{"malicious":26,"suspicious":2,"undetect… (16671 more characters)
    {"ioc":"http://evil.example/a","value":"http://evil.example/a","type":"url","id":"006d5fb06ff2edcdf6f17bae3221108cc8ad9908111833ba4a92caa288e44a6c","status":"ok","verdict":"malicious","severity":"high","threat_score":87,"verdict_source":"gt… (12014 more characters)
    {"ioc":"d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed","value":"d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed","type":"file","id":"d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed","stat… (20145 more characters)
    --- exit 0
    "#);
}

#[test]
fn what_is_unknown_and_what_is_no_indicator() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich notfound.example nonsense"), @r#"
    $ gti enrich notfound.example nonsense
    {"ioc":"notfound.example","value":"notfound.example","type":"domain","status":"not_found","error":{"kind":"not_found","code":"NotFoundError","http_status":404,"message":"Domain \"notfound.example\" not found","retryable":false}}
    {"ioc":"nonsense","value":"nonsense","type":"domain","status":"skipped","reason":"single-label"}
    --- stderr
    exit 5: nothing of what was looked up was found
    --- exit 5
    "#);
    assert_snapshot!(stage.run("enrich notfound.example -f text"), @r#"
    $ gti enrich notfound.example -f text
    notfound.example  domain
      not found   NotFoundError: Domain "notfound.example" not found
    --- stderr
    exit 5: nothing of what was looked up was found
    --- exit 5
    "#);
}

#[test]
fn columns() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich evil.example benign.example -f csv"), @"
    $ gti enrich evil.example benign.example -f csv
    ioc,value,type,status,verdict,severity,threat_score,verdict_source,detections.malicious,detections.suspicious,detections.total,link,fetched_at,cached,reason,error.kind,error.message
    evil.example,evil.example,domain,ok,malicious,high,87,gti_assessment,26,2,72,https://www.virustotal.com/gui/domain/evil.example,2026-01-02T03:04:05Z,false,,,
    benign.example,benign.example,domain,ok,benign,none,0,gti_assessment,0,0,71,https://www.virustotal.com/gui/domain/benign.example,2026-01-02T03:04:05Z,false,,,
    --- exit 0
    ");
    assert_snapshot!(stage.run("enrich evil.example benign.example -f stix --jq .type"), @"
    $ gti enrich evil.example benign.example -f stix --jq .type
    --- stderr
    error: `--jq` shapes JSON records and does not go with the format stix
    hint: `gti help formats` describes formats, --jq and --fields
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich evil.example --fields value,verdict,threat_score"), @r#"
    $ gti enrich evil.example --fields value,verdict,threat_score
    {"value":"evil.example","verdict":"malicious","threat_score":87}
    --- exit 0
    "#);
}

#[test]
fn a_threshold_fails_the_run() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich evil.example --fail-on malicious --jq .verdict"), @r#"
    $ gti enrich evil.example --fail-on malicious --jq .verdict
    "malicious"
    --- stderr
    exit 10: a --fail-on condition was met
    --- exit 10
    "#);
}

#[test]
fn nothing_to_look_up() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich"), @"
    $ gti enrich
    --- exit 0
    ");
}

/// A long run ends with a line where somebody watches, and only there.
#[test]
fn what_a_long_run_comes_to() {
    let list: String = (1..=12)
        .map(|at| format!("203.0.113.{at}\n"))
        .chain(["notfound.example\n".to_owned(), "10.0.0.1\n".to_owned()])
        .collect();
    let line = "enrich -i /room/list.txt -f csv -o /room/out.csv";
    let watched = Stage::new().write("list.txt", &list).at(100).run(line);
    assert_snapshot!(watched, @"
    $ gti enrich -i /room/list.txt -f csv -o /room/out.csv
    --- stderr
    14 looked up: 4 malicious, 2 suspicious, 1 not found, 1 skipped; 13 requests, 0.1 s
    --- exit 0
    ");
    let stage = Stage::new().write("list.txt", &list);
    assert!(!stage.run(line).contains("looked up"));
    let quiet = Stage::new().write("list.txt", &list).at(80);
    assert!(!quiet.run(&format!("{line} -q")).contains("looked up"));
}
