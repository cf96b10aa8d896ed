//! What each kind of input is answered, and how the run ends.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::support::{FILES, Gti, get, hosts, site};

/// JSON without the white space between its tokens.
fn squeezed(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    json.chars()
        .filter(|next| {
            let keep = in_string || !next.is_ascii_whitespace();
            match next {
                '"' if !escaped => in_string = !in_string,
                _ => {}
            }
            escaped = in_string && *next == '\\' && !escaped;
            keep
        })
        .collect()
}

/// The member `name` of an object, its bytes as they stand.
fn raw_member(json: &str, name: &str) -> String {
    let members: std::collections::HashMap<String, &RawValue> =
        serde_json::from_str(json).expect("an object");
    members[name].get().to_owned()
}

/// The issue's own example: an address, a domain, a defanged URL and a file.
const MIXED: [&str; 4] = [
    "203.0.113.7",
    "evil.example",
    "hxxps://evil[.]example/a",
    FILES.malicious,
];

#[test]
fn mixed_indicators_are_answered_in_order_with_the_bytes_that_were_sent() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let arguments = [&["enrich"], &MIXED[..], &["-f", "jsonl"]].concat();
    let lines = gti.run(&arguments).exits(0).silently();
    assert_eq!(lines.each("ioc"), MIXED);
    assert_eq!(lines.each("type"), ["ip", "domain", "url", "file"]);
    assert_eq!(lines.each("status"), ["ok"; 4]);
    let document = gti.run(&[&["enrich"], &MIXED[..], &["-f", "json"]].concat());
    let document: Vec<&RawValue> = serde_json::from_str(&document.stdout).expect("an array");

    let url = URL_SAFE_NO_PAD.encode("https://evil.example/a");
    let paths = [
        "ip_addresses/203.0.113.7".to_owned(),
        "domains/evil.example".to_owned(),
        format!("urls/{url}"),
        format!("files/{}", FILES.malicious),
    ];
    for (at, path) in paths.iter().enumerate() {
        let (status, body) = get(&format!("{}/{path}", sandbox.base_url()));
        assert_eq!(status, 200, "{path}");
        let sent = raw_member(&body, "data");
        let line = lines.stdout.lines().nth(at).expect("a line");
        assert_eq!(
            squeezed(&raw_member(line, "report")),
            squeezed(&sent),
            "{path}"
        );
        assert_eq!(raw_member(document[at].get(), "report"), sent, "{path}");
    }
}

#[test]
fn a_report_keeps_numbers_that_no_double_holds() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox).run(&["enrich", "hostile.example", "-f", "jsonl"]);
    for exact in [
        r#""exact":1.10"#,
        r#""large":123456789012345678901234567890"#,
        r#""exponent":1E+2"#,
    ] {
        assert!(ran.stdout.contains(exact), "{exact}");
    }
}

#[test]
fn a_record_has_the_members_of_the_contract() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox).run(&["enrich", "hxxp://evil[.]example/a"]);
    let mut record = ran.exits(0).records().remove(0);
    let report = record["report"].take();
    assert_eq!(report["type"], "url");
    let detections = record["detections"].take();
    for count in [
        "malicious",
        "suspicious",
        "undetected",
        "harmless",
        "timeout",
        "total",
    ] {
        assert!(detections[count].is_u64(), "{count}: {detections}");
    }
    let fetched = record["fetched_at"].take();
    let fetched: jiff::Timestamp = fetched.as_str().expect("text").parse().expect("a time");
    assert!(fetched <= jiff::Timestamp::now());
    let id = report["id"].as_str().expect("an id");
    let time = |name: &str| {
        let seconds = report["attributes"][name].as_i64();
        seconds.map(|at| {
            jiff::Timestamp::from_second(at)
                .expect("a time")
                .to_string()
        })
    };
    // The common record of the object, members without a value null or empty.
    let common = json!({
        "title": report["attributes"]["title"],
        "time": time("creation_date").or(time("last_modification_date")),
        "first_seen": time("first_submission_date"),
        "last_seen": time("last_submission_date"),
        "tags": report["attributes"]["tags"],
    });
    assert_eq!(
        record,
        json!({
            "ioc": "hxxp://evil[.]example/a",
            "value": "http://evil.example/a",
            "type": "url",
            "id": id,
            "status": "ok",
            "verdict": "malicious",
            "severity": "high",
            "threat_score": 87,
            "verdict_source": "gti_assessment",
            "detections": null,
            "link": format!("https://www.virustotal.com/gui/url/{id}"),
            "fetched_at": null,
            "cached": false,
            "kind": "indicator",
            "title": common["title"],
            "time": common["time"],
            "first_seen": common["first_seen"],
            "last_seen": common["last_seen"],
            "sources": [],
            "actors": [],
            "malware": [],
            "tags": common["tags"],
            "errors": [],
            "report": null,
        })
    );
}

/// The verdict as it stands; without an assessment the engines' counts; nothing
/// invented where there is neither.
#[test]
fn verdicts_and_scores_are_the_services_own() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let table = [
        (
            "evil.example",
            "malicious",
            json!(87),
            json!("gti_assessment"),
        ),
        (
            "suspicious.example",
            "suspicious",
            json!(42),
            json!("gti_assessment"),
        ),
        (
            "benign.example",
            "benign",
            json!(0),
            json!("gti_assessment"),
        ),
        (
            "undetected.example",
            "undetected",
            json!(1),
            json!("gti_assessment"),
        ),
        (
            "odd.example",
            "malicious",
            json!(87),
            json!("gti_assessment"),
        ),
        (
            "unassessed.example",
            "malicious",
            Value::Null,
            json!("detections"),
        ),
        ("sparse.example", "unknown", Value::Null, Value::Null),
    ];
    let domains = table.each_ref().map(|row| row.0);
    let ran = gti.run(&[&["enrich"], &domains[..]].concat()).exits(0);
    for (record, (domain, verdict, score, source)) in ran.records().iter().zip(table) {
        assert_eq!(record["ioc"], domain);
        assert_eq!(record["verdict"], verdict, "{domain}");
        assert_eq!(record["threat_score"], score, "{domain}");
        assert_eq!(record["verdict_source"], source, "{domain}");
    }
}

/// One row for each way in which an input can be written.
#[test]
fn every_way_to_write_an_indicator_is_understood() {
    let md5 = "EA7602380B74A6D477C6BDEDD87DB214";
    let sha1 = "a9e56f9cef6649180c7ce2760c6173818bc22cbc";
    let table = [
        ("203[.]0[.]113[.]7", "ip", "203.0.113.7"),
        ("203.0.113.7:8080", "ip", "203.0.113.7"),
        ("::ffff:203.0.113.7", "ip", "203.0.113.7"),
        ("2001:DB8:0:0::1", "ip", "2001:db8::1"),
        ("[2001:db8::1]:443", "ip", "2001:db8::1"),
        ("2001[:]db8[:]:1", "ip", "2001:db8::1"),
        ("Evil[.]Example", "domain", "evil.example"),
        ("evil(.)example", "domain", "evil.example"),
        ("evil[dot]example", "domain", "evil.example"),
        ("evil.example.", "domain", "evil.example"),
        ("bücher.example", "domain", "xn--bcher-kva.example"),
        ("hxxp://evil.example", "url", "http://evil.example/"),
        (
            "HTTPS://Evil.Example:443/Path?Q=A#part",
            "url",
            "https://evil.example/Path?Q=A#part",
        ),
        (
            "http://evil.example/d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed",
            "url",
            "http://evil.example/d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed",
        ),
        (md5, "file", "ea7602380b74a6d477c6bdedd87db214"),
        (sha1, "file", sha1),
        (FILES.malicious, "file", FILES.malicious),
    ];
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let inputs = table.each_ref().map(|row| row.0);
    let ran = gti.run(&[&["enrich"], &inputs[..]].concat()).exits(0);
    for (record, (input, kind, value)) in ran.records().iter().zip(table) {
        assert_eq!(record["ioc"], input, "as it was given");
        assert_eq!(record["type"], kind, "{input}");
        assert_eq!(record["value"], value, "{input}");
        assert_eq!(record["status"], "ok", "{input}");
    }
}

/// No input vanishes, and what is no indicator is never sent: others drop IPv6
/// without a word, take `x1.2.3.4y` for an address, and let `../users/me`
/// become another path.
#[test]
fn what_is_no_indicator_has_its_record_and_costs_nothing() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let inputs = [
        "x1.2.3.4y",
        "1.2.3.4.5",
        "not an indicator",
        "../users/me",
        "domains/../users/me",
        "evil..example",
        "ftp://evil.example/a",
        "tcp://203.0.113.7:80",
        "user@evil.example",
        "",
        "0123456789abcdef0123456789abcdef0",
    ];
    let ran = gti.run(&[&["enrich", "--"], &inputs[..]].concat()).exits(3);
    assert_eq!(ran.each("ioc"), inputs);
    assert_eq!(ran.each("status"), ["invalid"; 11]);
    for record in ran.records() {
        assert_eq!(record["value"], Value::Null);
        assert_eq!(record["error"]["kind"], "invalid");
        assert_eq!(record["error"]["retryable"], false);
    }
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn a_given_type_is_not_guessed() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["enrich", "--type", "url", "evil.example/a"])
        .exits(0);
    assert_eq!(ran.each("value"), ["http://evil.example/a"]);
    let ran = gti
        .run(&["enrich", "--type", "ip", "evil.example"])
        .exits(3);
    assert_eq!(ran.each("status"), ["invalid"]);
    let ran = gti
        .run(&["enrich", "--type", "mail", "evil.example"])
        .exits(2);
    assert!(ran.stderr.contains("mail"), "{}", ran.stderr);
}

#[test]
fn addresses_of_no_use_are_skipped_unless_asked_for() {
    let inputs = [
        "10.0.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.1.1",
        "224.0.0.1",
        "0.0.0.0",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "http://127.0.0.1/admin",
        "100.64.0.1",
        "64:ff9b::10.0.0.1",
        "localhost",
        "http://intranet/a",
        "Printer.local",
        "https://wiki.internal:8443/",
        "nas.home.arpa",
        "router.lan",
    ];
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&[&["enrich"], &inputs[..]].concat());
    let ran = ran.exits(0).silently();
    assert_eq!(ran.each("ioc"), inputs);
    assert_eq!(ran.each("status"), ["skipped"; 20]);
    assert_eq!(sandbox.requests(), 0);
    let ran = gti.run(&["enrich", "--include-private", "10.0.0.1", "::1", "a.local"]);
    assert_eq!(ran.exits(0).each("status"), ["ok"; 3]);
    // Documentation ranges are looked up: examples and tests live there.
    let ran = gti.run(&["enrich", "198.51.100.1", "2001:db8::2"]).exits(0);
    assert_eq!(ran.each("status"), ["ok"; 2]);
    assert_eq!(sandbox.requests(), 5);
}

#[test]
fn what_the_service_does_not_know_is_an_answer() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["enrich", "notfound.example", "evil.example"]);
    let record = ran.exits(0).silently().records().remove(0);
    assert_eq!(
        record,
        json!({
            "ioc": "notfound.example",
            "value": "notfound.example",
            "type": "domain",
            "status": "not_found",
            "error": {
                "kind": "not_found",
                "code": "NotFoundError",
                "http_status": 404,
                "message": "Domain \"notfound.example\" not found",
                "retryable": false,
            },
        })
    );
}

/// The table of exit codes, as far as items decide it.
#[test]
fn the_exit_code_tells_how_the_items_fared() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let unknown = FILES.not_found;
    for (inputs, code) in [
        (&["evil.example"][..], 0),
        (&["evil.example", "notfound.example"], 0),
        (&["10.0.0.1"], 0),
        (&["10.0.0.1", "evil.example"], 0),
        (&["notfound.example"], 5),
        (&["notfound.example", unknown, "192.0.2.44"], 5),
        (&["notfound.example", "10.0.0.1"], 5),
        (&["no_name"], 3),
        (&["evil.example", "no_name"], 3),
        (&["notfound.example", "no_name"], 3),
    ] {
        let ran = gti.run(&[&["enrich"], inputs].concat());
        assert_eq!(ran.code, code, "{inputs:?}: {}", ran.stderr);
        assert_eq!(ran.records().len(), inputs.len());
    }
}

#[test]
fn a_condition_closes_the_gate() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (conditions, inputs, code) in [
        (&["malicious"][..], &["evil.example"][..], 10),
        (&["malicious"], &["suspicious.example", "benign.example"], 0),
        (&["suspicious"], &["suspicious.example"], 10),
        (&["suspicious"], &["evil.example"], 10),
        (&["score>=42"], &["suspicious.example"], 10),
        (&["score>=43"], &["suspicious.example"], 0),
        (&["score>=0"], &["unassessed.example"], 0),
        (&["malicious", "score>=40"], &["suspicious.example"], 10),
        // It outranks what else went wrong, and the records are all there.
        (
            &["malicious"],
            &["no_name", "notfound.example", "evil.example"],
            10,
        ),
        (&["malicious"], &["no_name", "benign.example"], 3),
        (&["malicious"], &["notfound.example"], 5),
    ] {
        let flags: Vec<&str> = conditions
            .iter()
            .flat_map(|condition| ["--fail-on", condition])
            .collect();
        let ran = gti.run(&[&["enrich"], inputs, &flags].concat());
        assert_eq!(ran.code, code, "{inputs:?} {conditions:?}: {}", ran.stderr);
        assert_eq!(ran.records().len(), inputs.len());
    }
    for wrong in ["bad", "score>60", "score>=101"] {
        let ran = gti
            .run(&["enrich", "evil.example", "--fail-on", wrong])
            .exits(2);
        assert!(ran.stderr.contains("score>=N"), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn repeats_are_asked_once_and_answered_each_time() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let inputs = [
        "evil.example",
        "benign.example",
        "EVIL.example",
        "evil[.]example",
        "benign.example",
        "evil.example",
        "notfound.example",
        "notfound.example",
    ];
    for flags in [&[][..], &["--no-cache"], &["--refresh"], &["-j", "1"]] {
        let before = sandbox.requests();
        let gti = Gti::asking(&sandbox);
        let ran = gti
            .run(&[&["enrich"], &inputs[..], flags].concat())
            .exits(0);
        assert_eq!(ran.each("ioc"), inputs);
        let values = ran.each("value");
        assert!(
            values.iter().all(|value| inputs.contains(&value.as_str())),
            "{values:?}"
        );
        assert_eq!(sandbox.requests() - before, 3, "{flags:?}");
    }
    drop(gti);
}

#[test]
fn the_answer_is_the_same_whatever_the_concurrency() {
    let sandbox = site();
    let inputs = hosts(60).join("\n");
    let answers = ["1", "3", "64"].map(|concurrency| {
        let gti = Gti::asking(&sandbox).with("GTI_CONCURRENCY", concurrency);
        let ran = gti.run_on(&["enrich", "--jq", "del(.fetched_at)"], inputs.clone());
        ran.exits(0).stdout
    });
    assert_eq!(answers[0].lines().count(), 60);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[test]
fn fewer_attributes_are_asked_for_when_told_so() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let attributes = |flags: &[&str]| {
        let ran = gti
            .run(&[&["enrich", "evil.example"], flags].concat())
            .exits(0);
        ran.records()[0]["report"]["attributes"].clone()
    };
    let all = attributes(&[]);
    let few = attributes(&["--attributes", "gti_assessment,tags"]);
    assert_eq!(
        few.as_object()
            .expect("an object")
            .keys()
            .collect::<Vec<_>>(),
        ["gti_assessment", "last_analysis_stats", "tags"],
        "the verdict's own come along"
    );
    let rest = attributes(&["--exclude-attributes", "whois,last_analysis_results"]);
    assert!(rest["whois"].is_null() && !all["whois"].is_null());
    assert_eq!(
        rest.as_object().map(serde_json::Map::len),
        all.as_object().map(|members| members.len() - 2)
    );
}

#[test]
fn raw_is_the_object_alone() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["enrich", "--raw", "evil.example", "notfound.example"]);
    let records = ran.exits(0).records();
    assert_eq!(records[0]["type"], "domain");
    assert_eq!(records[0]["attributes"]["tld"], "example");
    assert!(records[0].get("ioc").is_none());
    // There is no object, so the record says why.
    assert_eq!(records[1]["status"], "not_found");
}
