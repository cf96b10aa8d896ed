//! `gti api`: any endpoint, its answer as it came, and lists of every style whole.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Act, Gti, KEY, Options, RawServer, Sandbox, answer, get, sandbox, site};

fn saying(body: &'static [u8]) -> RawServer {
    RawServer::start(move |_, _| Act::Send(answer("200 OK", "", body)))
}

fn first_lines(server: &RawServer) -> Vec<String> {
    let line = |head: String| head.lines().next().unwrap_or_default().to_owned();
    server.heads().into_iter().map(line).collect()
}

#[test]
fn the_body_goes_out_byte_for_byte() {
    let odd = b"{ \"b\": 1.10,\r\n\t\"a\": 1e400, \"a\": \"\\u0041\" }\n";
    let server = saying(odd);
    let gti = Gti::at(&server.base_url());
    assert_eq!(
        gti.run(&["api", "x"]).exits(0).silently().stdout.as_bytes(),
        odd
    );
    let ran = gti.run(&["api", "x", "-o", "out.bin"]).exits(0);
    assert_eq!(ran.stdout, "");
    assert_eq!(
        std::fs::read(gti.work().join("out.bin")).expect("written"),
        odd
    );
    // Shaped as other records are, numbers untouched.
    assert_eq!(
        gti.run(&["api", "x", "-f", "jsonl"]).exits(0).stdout,
        "{\"b\":1.10,\"a\":1e400,\"a\":\"\\u0041\"}\n"
    );
    assert_eq!(
        gti.run(&["api", "x", "--jq", ".b"]).exits(0).stdout,
        "1.10\n"
    );
    assert_eq!(
        gti.run(&["api", "x", "--fields", "b", "-f", "csv"])
            .exits(0)
            .stdout,
        "b\r\n1.10\r\n"
    );

    let binary = b"\x00\xff\x1b[31m no json";
    let server = saying(binary);
    let gti = Gti::at(&server.base_url());
    gti.run(&["api", "x", "-o", "out.bin"]).exits(0);
    assert_eq!(
        std::fs::read(gti.work().join("out.bin")).expect("written"),
        binary
    );
    let ran = gti.run(&["api", "x", "--jq", "."]).exits(1);
    assert!(ran.stderr.contains("is not JSON"), "{}", ran.stderr);
}

#[test]
fn paths_are_taken_in_every_form_and_lead_nowhere_else() {
    let server = saying(b"{}");
    let gti = Gti::at(&server.base_url());
    let whole = format!("{}/files/a?limit=1", server.base_url());
    for path in [
        "files/a?limit=1",
        "/files/a?limit=1",
        "/api/v3/files/a?limit=1",
        &whole,
    ] {
        gti.run(&["api", path]).exits(0);
    }
    gti.run(&[
        "api",
        "domains/bücher example?x=a+b",
        "-F",
        "filter=date:1+ &",
    ])
    .exits(0);
    let asked = first_lines(&server);
    assert!(
        asked[..4]
            .iter()
            .all(|line| line == "GET /api/v3/files/a?limit=1 HTTP/1.1"),
        "{asked:?}"
    );
    assert_eq!(
        asked[4],
        "GET /api/v3/domains/b%C3%BCcher%20example?x=a+b&filter=date%3A1%2B%20%26 HTTP/1.1"
    );
    for path in [
        "https://elsewhere.example/api/v3/files/a",
        "files/../users/me",
        "files/%2e%2e/users/me",
        "//elsewhere.example/x/../y",
        "",
    ] {
        let ran = gti.run(&["api", path]).exits(2);
        assert_eq!(ran.stdout, "", "{path}");
    }
    assert_eq!(server.requests(), 5);
}

#[test]
fn methods_bodies_and_headers() {
    let seen = Arc::new(Mutex::new(vec![]));
    let server = RawServer::start({
        let seen = Arc::clone(&seen);
        move |_, head| {
            seen.lock().expect("lock").push(head.to_ascii_lowercase());
            Act::Send(answer("204 No Content", "", ""))
        }
    });
    let gti = Gti::at(&server.base_url());
    gti.write("body.json", "{ \"a\": 1.10 }");
    for (arguments, line, kind) in [
        (&["-X", "delete"][..], "delete /api/v3/x ", None),
        (
            &["-d", "@body.json"],
            "post /api/v3/x ",
            Some("application/json"),
        ),
        (&["-d", "@-"], "post /api/v3/x ", Some("application/json")),
        (
            &["-X", "PATCH", "-F", "n=7"],
            "patch /api/v3/x ",
            Some("application/json"),
        ),
        (
            &["-X", "PUT", "-d", "[]"],
            "put /api/v3/x ",
            Some("application/json"),
        ),
        (
            &["--form", "-F", "url=a b"],
            "post /api/v3/x ",
            Some("application/x-www-form-urlencoded"),
        ),
        (&["-X", "HEAD"], "head /api/v3/x ", None),
        (&["-H", "PROJECT-ID: 42"], "get /api/v3/x ", None),
    ] {
        gti.run_on(&[&["api", "x"], arguments].concat(), "[1]")
            .exits(0);
        let head = seen
            .lock()
            .expect("lock")
            .last()
            .cloned()
            .expect("a request");
        assert!(head.starts_with(line), "{head}");
        assert!(
            kind.is_none_or(|kind| head.contains(&format!("content-type: {kind}\r\n"))),
            "{head}"
        );
        assert!(head.contains(&format!("x-apikey: {KEY}")), "{head}");
    }
    let heads = seen.lock().expect("lock").join("");
    assert!(heads.contains("project-id: 42\r\n"));
    for wrong in [
        &["-H", "X-Apikey: other"][..],
        &["-H", "Host: elsewhere.example"],
        &["-H", "nothing"],
        &["-X", "BREW"],
        &["-d", "{"],
        &["-d", "@missing.json"],
        &["-d", "{}", "-F", "a=b"],
        &["-X", "GET", "-d", "{}"],
        &["-F", "nothing"],
        &["--paginate", "-X", "POST"],
        &["--paginate", "--include"],
        &["--include", "-f", "csv"],
    ] {
        gti.run(&[&["api", "x"], wrong].concat()).exits(2);
    }
    gti.run(&["api", "x?cursor=abc", "--paginate"]).exits(2);
    assert_eq!(server.requests(), 8);
}

/// What the sandbox took, to see the bodies arrive.
#[test]
fn a_form_reaches_the_service() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .run(&[
            "api",
            "urls",
            "-X",
            "POST",
            "--form",
            "-F",
            "url=http://evil.example/a",
        ])
        .exits(0);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(answer["data"]["type"], "analysis");
}

#[test]
fn include_shows_the_head_without_the_key() {
    let server = RawServer::start(|_, _| {
        let echo = format!("X-Echo: {KEY}\r\n");
        Act::Send(answer("201 Created", &echo, "{}"))
    });
    let ran = Gti::at(&server.base_url())
        .run(&["api", "x", "--include"])
        .exits(0);
    assert!(
        ran.stdout.starts_with("HTTP/1.1 201 Created\r\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("x-echo: [key]\r\n"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("\r\n\r\n{}"), "{}", ran.stdout);
}

#[test]
fn errors_end_as_everywhere_and_leave_stdout_empty() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (path, code) in [
        ("domains/notfound.example", 5),
        ("nothing/here", 5),
        ("files/x", 3),
    ] {
        let ran = gti.run(&["api", path]).exits(code);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.starts_with("error: 40"), "{}", ran.stderr);
    }
    let wrong = Gti::asking(&sandbox).with("GTI_API_KEY", "wrong-0123456789");
    wrong.run(&["api", "domains/evil.example"]).exits(4);
    let faulty = sandbox_with("503:1/2");
    Gti::asking(&faulty)
        .run(&["api", "domains/evil.example"])
        .exits(0);
    Gti::asking(&faulty)
        .run(&["api", "domains/evil.example"])
        .exits(0);
    // The key in a path shows in no log, however loud.
    let ran = Gti::asking(&sandbox)
        .with("GTI_LOG", "trace")
        .run(&["api", &format!("users/{KEY}/overall_quotas")])
        .exits(0);
    assert!(!ran.stderr.contains(&KEY[..12]), "{}", ran.stderr);
}

fn sandbox_with(fault: &str) -> Sandbox {
    sandbox(Options {
        fault: vec![fault.parse().expect("a fault")],
        ..Options::default()
    })
}

#[test]
fn a_list_of_the_standard_style_becomes_one_document() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let path = "domains/evil.example/resolutions";
    let whole = gti.run(&["api", path, "--paginate"]).exits(0).silently();
    let items: Vec<Value> = serde_json::from_str(&whole.stdout).expect("one document");
    assert_eq!(items.len(), 47);
    let lines = gti
        .run(&["api", path, "--paginate", "-f", "jsonl"])
        .exits(0);
    assert_eq!(lines.records(), items);
    let ids = gti
        .run(&["api", path, "--paginate", "--jq", ".id"])
        .exits(0);
    let ids: Vec<String> = serde_json::from_str(&ids.stdout).expect("one document");
    assert_eq!(ids.len(), 47);
    // The first page is the service's own, byte for byte within the items.
    let (_, page) = get(&format!("{}/{path}", sandbox.base_url()));
    let page: Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!(page["data"][0]["id"], items[0]["id"]);
    // What is no list is a document of itself.
    let one = gti
        .run(&["api", "domains/evil.example", "--paginate"])
        .exits(0);
    let one: Vec<Value> = serde_json::from_str(&one.stdout).expect("one document");
    assert_eq!(one[0]["data"]["id"], "evil.example");
}

#[test]
fn lists_by_token_and_by_link_header_become_one_document() {
    let by_token = RawServer::start(|_, head| {
        let page = if head.contains("page_token=t%3D2") {
            2
        } else {
            1
        };
        let next = if page == 1 { json!("t=2") } else { Value::Null };
        let body = json!({"success": true, "result": {
            "hits": [{"id": page * 10}, {"id": page * 10 + 1}], "more": page == 1, "next_page_token": next}});
        Act::Send(answer("200 OK", "", body.to_string()))
    });
    let by_link = RawServer::start(|_, head| {
        let second = head.starts_with("GET /api/v3/list?page=p%2B2 ");
        let link = "Link: <https://elsewhere.example/v4/alerts?page=p%2B2>; rel=\"next\"\r\n";
        let body = json!({"alerts": [{"id": if second { 20 } else { 10 }}, {"id": if second { 21 } else { 11 }}]});
        Act::Send(answer(
            "200 OK",
            if second { "" } else { link },
            body.to_string(),
        ))
    });
    for server in [&by_token, &by_link] {
        let ran = Gti::at(&server.base_url())
            .run(&["api", "list?x=1", "--paginate", "--jq", ".id"])
            .exits(0);
        let ids: Vec<u64> = serde_json::from_str(&ran.stdout).expect("one document");
        assert_eq!(ids, [10, 11, 20, 21]);
        assert_eq!(server.requests(), 2, "{:?}", first_lines(server));
    }
    assert!(first_lines(&by_token)[1].contains("x=1"));
}

#[test]
fn a_list_that_breaks_off_replaces_no_file() {
    let server = RawServer::start(|number, _| {
        Act::Send(if number == 0 {
            answer("200 OK", "", r#"{"data":[{"id":1}],"meta":{"cursor":"c"}}"#)
        } else {
            let refusal = r#"{"error":{"code":"ForbiddenError","message":"x"}}"#;
            answer("403 Forbidden", "", refusal)
        })
    });
    let gti = Gti::at(&server.base_url());
    gti.write("list.json", "before");
    gti.run(&["api", "x", "--paginate", "-o", "list.json"])
        .exits(4);
    let kept = std::fs::read_to_string(gti.work().join("list.json")).expect("read");
    assert_eq!(kept, "before");
}
