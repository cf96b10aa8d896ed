//! What `gti collection get` fetches beside the object: indicators, timeline, ATT&CK,
//! and the PDF of a report, from a storage that never sees the key.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Act, Gti, KEY, RawServer, answer, get, site};

const REPORT: &str = "report--25-20000000";
const COLLECTION: &str = r#"{"data":{"type":"collection","id":"report--1","attributes":{"name":"r","collection_type":"report","counters":{"files":3,"domains":0}}}}"#;

/// The path of a request, without the query.
fn path(head: &str) -> &str {
    let target = head.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    path.strip_prefix("/api/v3").unwrap_or(path)
}

fn ok(body: &str) -> Act {
    Act::Send(answer("200 OK", "", body))
}

#[test]
fn a_collection_comes_with_all_that_belongs_to_it() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let asked = [
        "collection",
        "get",
        REPORT,
        "--iocs",
        "--timeline",
        "--mitre",
    ];
    let ran = gti.run(&asked).exits(0).silently();
    let record = &ran.records()[0];
    let counters = &record["report"]["attributes"]["counters"];
    let items = record["iocs"]["items"].as_array().expect("indicators");
    for (kind, counter) in [
        ("file", "files"),
        ("domain", "domains"),
        ("ip", "ip_addresses"),
        ("url", "urls"),
    ] {
        let of_kind = items.iter().filter(|item| item["type"] == kind).count();
        assert_eq!(counters[counter], json!(of_kind), "{kind}");
    }
    assert_eq!(record["iocs"]["count"], items.len());
    assert_eq!(record["iocs"]["truncated"], false);
    for item in items {
        assert!(
            item["value"].is_string() && item["verdict"].is_string(),
            "{item}"
        );
    }
    // Each relationship page by page, after the three others.
    let requests: usize = ["files", "domains", "ip_addresses", "urls"]
        .iter()
        .map(|name| counters[*name].as_u64().unwrap_or(0).div_ceil(40))
        .map(|pages| usize::try_from(pages).unwrap_or(0))
        .sum();
    assert!(sandbox.requests() >= u64::try_from(requests).unwrap_or(0) + 3);
    let sent = |path: &str| {
        let (_, body) = get(&format!(
            "{}/collections/{REPORT}/{path}",
            sandbox.base_url()
        ));
        serde_json::from_str::<Value>(&body).expect("JSON")["data"].clone()
    };
    assert_eq!(record["timeline"], sent("timeline/events"));
    let sources = record["mitre"].as_array().expect("sources");
    let names = sources.iter().map(|source| source["source"].clone());
    assert_eq!(
        names.collect::<Vec<_>>(),
        [json!("operational"), json!("seen_in_iocs"), Value::Null]
    );
    assert_eq!(sources[1]["tactics"][0]["techniques"][0]["id"], "T1059");
    // Again: from the cache.
    let before = sandbox.requests();
    let again = gti.run(&asked).exits(0);
    assert_eq!(again.records()[0]["iocs"], record["iocs"]);
    assert_eq!(sandbox.requests(), before);
}

#[test]
fn what_a_type_has_not_is_empty() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .run(&[
            "collection",
            "get",
            "CVE-2099-0001",
            "--timeline",
            "--mitre",
        ])
        .exits(0)
        .silently();
    let record = &ran.records()[0];
    assert_eq!(
        (&record["timeline"], &record["mitre"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(record["errors"], json!([]));
}

#[test]
fn requests_are_those_that_the_service_documents() {
    let service = RawServer::start(|_, head| match path(head) {
        "/collections/report--1" => ok(COLLECTION),
        "/collections/report--1/mitre_tree" => ok(r#"{"data":{"tactics":[]}}"#),
        _ => ok(r#"{"data":[]}"#),
    });
    let ran = Gti::at(&service.base_url())
        .run(&[
            "collection",
            "get",
            "report--1",
            "--iocs",
            "--timeline",
            "--mitre",
        ])
        .exits(0);
    let heads = service.heads();
    let targets = heads.iter().filter_map(|head| head.split(' ').nth(1));
    let targets: Vec<_> = targets
        .map(|target| target.trim_start_matches("/api/v3"))
        .collect();
    assert_eq!(
        targets,
        [
            "/collections/report--1",
            "/collections/report--1/mitre_tree",
            "/collections/report--1/timeline/events",
            // Domains are counted as none; the others are not counted.
            "/collections/report--1/files?limit=40",
            "/collections/report--1/ip_addresses?limit=40",
            "/collections/report--1/urls?limit=40",
        ]
    );
    // Three files are counted, and none came.
    assert_eq!(
        ran.records()[0]["iocs"],
        json!({"count": 3, "truncated": true, "items": []})
    );
    assert!(
        ran.stderr.contains("received 0 of 3 files"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_page_that_fails_on_the_way_fails_the_record() {
    let service = RawServer::start(|_, head| match path(head) {
        "/collections/report--1" => ok(COLLECTION),
        "/collections/report--1/files" if head.contains("cursor=") => Act::Send(answer(
            "400 Bad Request",
            "",
            r#"{"error":{"code":"BadRequestError","message":"Invalid cursor"}}"#,
        )),
        "/collections/report--1/files" => {
            ok(r#"{"data":[{"type":"file","id":"ab"}],"meta":{"cursor":"c"},"links":{"next":"x"}}"#)
        }
        _ => ok(r#"{"data":[]}"#),
    });
    let ran = Gti::at(&service.base_url()).run(&["collection", "get", "report--1", "--iocs"]);
    assert_ne!(ran.code, 0);
    let record = &ran.records()[0];
    assert_eq!(record["status"], "error");
    let message = record["error"]["message"].as_str().expect("a message");
    assert!(message.starts_with("files after 1: "), "{message}");
}

#[test]
fn a_relationship_that_is_refused_is_noted() {
    let service = RawServer::start(|_, head| match path(head) {
        "/collections/report--1" => ok(COLLECTION),
        "/collections/report--1/files" => Act::Send(answer(
            "403 Forbidden",
            "",
            r#"{"error":{"code":"ForbiddenError","message":"Invalid relationship"}}"#,
        )),
        _ => ok(r#"{"data":[]}"#),
    });
    let ran = Gti::at(&service.base_url())
        .run(&["collection", "get", "report--1", "--iocs"])
        .exits(0);
    let record = &ran.records()[0];
    assert_eq!(record["errors"][0]["part"], "iocs.files");
    assert_eq!(record["iocs"]["truncated"], true);
}

#[test]
fn the_pdf_of_a_report_is_saved_whole() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write("report.pdf", "before");
    let ran = gti
        .run(&[
            "collection",
            "get",
            REPORT,
            "--report",
            "report.pdf",
            "--jq",
            ".name",
            "-r",
        ])
        .exits(0);
    let saved = fs::read(gti.work().join("report.pdf")).expect("the file");
    assert!(saved.starts_with(b"%PDF-") && saved.ends_with(b"%%EOF\n"));
    assert_eq!(
        ran.stdout,
        "Simulated report 0: what an example actor does\n"
    );
    assert!(ran.stderr.contains("saved report.pdf: "), "{}", ran.stderr);
    let ran = gti
        .run(&[
            "collection",
            "get",
            "CVE-2099-0001",
            "--report",
            "report.pdf",
        ])
        .exits(5);
    assert!(
        ran.stderr
            .contains("the PDF of `vulnerability--cve-2099-0001`: 404"),
        "{}",
        ran.stderr
    );
    let ran = gti.run(&["collection", "get", "malware--none", "--report", "none.pdf"]);
    ran.exits(5);
    assert!(!gti.work().join("none.pdf").exists());
}

/// A service that names a place in a storage.
fn naming(place: &str) -> RawServer {
    let named = json!({ "data": place }).to_string();
    RawServer::start(move |_, head| match path(head) {
        "/collections/report--1" => ok(COLLECTION),
        "/collections/report--1/download_report" => ok(&named),
        other => panic!("asked for {other}"),
    })
}

#[test]
fn the_storage_sees_no_key() {
    let storage = RawServer::start(|number, _| match number {
        0 => Act::Send(answer("302 Found", "Location: /again\r\n", "")),
        _ => Act::Send(answer("200 OK", "", "%PDF-1.4 synthetic")),
    });
    let service = naming(&format!("http://{}/r.pdf?Signature=s3cret", storage.host()));
    let gti = Gti::at(&service.base_url());
    let ran = gti
        .run(&["-vv", "collection", "get", "report--1", "--report", "r.pdf"])
        .exits(0);
    let saved = fs::read_to_string(gti.work().join("r.pdf")).expect("the file");
    assert_eq!(saved, "%PDF-1.4 synthetic");
    assert_eq!(storage.requests(), 2);
    for head in storage.heads() {
        let head = head.to_ascii_lowercase();
        for secret in ["x-apikey", "x-tool", "authorization", "cookie", KEY] {
            assert!(!head.contains(secret), "{head}");
        }
    }
    let keyed = service.heads();
    assert!(keyed.iter().all(|head| head.contains(KEY)), "{keyed:?}");
    assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
}

#[test]
fn what_is_no_whole_pdf_leaves_the_file_as_it_was() {
    let mut cut = answer("200 OK", "", format!("%PDF-1.4 {}", "x".repeat(100_000)));
    cut.truncate(60_000);
    for (sent, told) in [
        (cut, "the download was interrupted after"),
        (answer("200 OK", "", "PK synthetic"), "no PDF"),
        (answer("200 OK", "", "%PD"), "no PDF"),
        (answer("200 OK", "", ""), "no PDF"),
        (
            answer(
                "200 OK",
                "Content-Type: text/html\r\n",
                "<!DOCTYPE html><title>Log in</title>",
            ),
            "received a web page instead of the file",
        ),
        (
            answer("403 Forbidden", "", "<?xml version='1.0'?><Error/>"),
            "403",
        ),
    ] {
        let storage = RawServer::start(move |_, _| Act::Send(sent.clone()));
        let service = naming(&format!("http://{}/r.pdf", storage.host()));
        let gti = Gti::at(&service.base_url()).with("GTI_RETRIES", "0");
        gti.write("r.pdf", "before");
        let ran = gti.run(&["collection", "get", "report--1", "--report", "r.pdf"]);
        assert_ne!(ran.code, 0, "{told}");
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
        assert_eq!(
            fs::read_to_string(gti.work().join("r.pdf")).expect("the file"),
            "before"
        );
        let left: Vec<_> = fs::read_dir(gti.work()).expect("a directory").collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
    for (place, told) in [
        (
            "http://storage.example/r.pdf",
            "link to http://storage.example is not encrypted",
        ),
        ("file:///etc/passwd", "scheme `file`, not https"),
        ("https://a:b@storage.example/r.pdf", "contains a user name"),
    ] {
        let service = naming(place);
        let gti = Gti::at(&service.base_url());
        let ran = gti
            .run(&["collection", "get", "report--1", "--report", "r.pdf"])
            .exits(7);
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
        assert!(!gti.work().join("r.pdf").exists());
    }
}

#[test]
fn the_pdf_goes_to_a_file_of_its_own() {
    let service = RawServer::start(|_, _| Act::Close);
    let gti = Gti::at(&service.base_url());
    fs::create_dir(gti.work().join("folder")).expect("a directory");
    for (arguments, told) in [
        (
            &["report--1", "--report", "-"][..],
            "cannot save the PDF as `-`",
        ),
        (
            &["report--1", "--report", "/dev/stdout"],
            "cannot save the PDF",
        ),
        (
            &["report--1", "--report", "/dev/tty"],
            "cannot save the PDF",
        ),
        (&["report--1", "--report", "folder"], "cannot save the PDF"),
        (
            &["report--1", "--report", "x", "-o", "x"],
            "cannot save the PDF",
        ),
        (&["report--1", "report--2", "--report", "x"], "takes one id"),
        (&["--report", "x"], "takes one id"),
        (&["..", "--report", "x"], "is not the id of a collection"),
    ] {
        let ran = gti.run(&[&["collection", "get"], arguments].concat());
        let ran = ran.exits(2);
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    assert_eq!(service.requests(), 0);
}
