//! `gti widget`: addresses to show in frames, tags and pages.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Act, FILES, Gti, RawServer, answer, get, site};

const HOSTILE: &str = "hostile.example";

/// Markup that only a hostile value could have put there.
fn broken_out(html: &str) -> bool {
    html.contains("<script") || html.contains("\" onload") || html.contains("\"onload")
}

#[test]
fn every_kind_gets_an_address_in_the_order_of_the_input() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let input = format!(
        "# mixed\nhxxp://evil[.]example/a\n203.0.113.7\n\nevil.example\n{}\nnotfound.example\n10.0.0.1\nno indicator\n",
        FILES.malicious
    );
    let ran = gti.run_on(&["widget"], input).exits(3);
    assert_eq!(
        ran.each("type"),
        ["url", "ip", "domain", "file", "domain", "ip", "null"]
    );
    assert_eq!(
        ran.each("status"),
        ["ok", "ok", "ok", "ok", "not_found", "skipped", "invalid"]
    );
    assert_eq!(
        ran.each("found"),
        ["true", "true", "true", "true", "false", "null", "null"]
    );
    let first = &ran.records()[0];
    assert_eq!(first["ioc"], "hxxp://evil[.]example/a");
    let names: Vec<&String> = first.as_object().expect("an object").keys().collect();
    assert_eq!(names.len(), 6, "{names:?}");
    let expires: jiff::Timestamp = first["expires_at"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("RFC 3339");
    let left = expires.as_second() - jiff::Timestamp::now().as_second();
    assert!((259_000..=259_200).contains(&left), "{left}");
    let (status, page) = get(first["url"].as_str().expect("a URL"));
    assert_eq!(status, 200);
    assert!(page.contains("http://evil.example/a"), "{page}");
}

#[test]
fn themes_are_checked_and_sent_without_the_sign() {
    let server = RawServer::start(|_, _| {
        let body = r#"{"data":{"id":"evil.example","type":"domain","url":"https://www.example.org/w","found":true}}"#;
        Act::Send(answer("200 OK", "", body))
    });
    let gti = Gti::at(&server.base_url());
    gti.run(&[
        "widget",
        "evil.example",
        "--theme",
        "dark",
        "--bd1",
        "#A1b2C3",
        "--bg1",
        "000000",
        "--fg1",
        "#ffffff",
    ])
    .exits(0)
    .silently();
    let head = &server.heads()[0];
    assert!(
        head.starts_with(
            "GET /api/v3/gtiwidget?query=evil.example&theme=dark&bd1=a1b2c3&bg1=000000&fg1=ffffff HTTP"
        ),
        "{head}"
    );
    for (option, value) in [("--bg1", "#fff"), ("--bg2", "red"), ("--theme", "blue")] {
        let ran = gti.run(&["widget", "evil.example", option, value]).exits(2);
        assert!(ran.stderr.contains(&format!("`{value}`")), "{}", ran.stderr);
    }
    assert_eq!(server.requests(), 1);
}

#[test]
fn what_is_not_known_says_so() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["widget", "notfound.example"]).exits(5);
    assert_eq!(ran.records()[0]["found"], false);
    gti.run(&["widget", "notfound.example", "evil.example"])
        .exits(0);
    // A service that answers 404 instead says the same.
    let server = RawServer::start(|_, _| {
        let body = r#"{"error":{"code":"NotFoundError","message":"unknown"}}"#;
        Act::Send(answer("404 Not Found", "", body))
    });
    let ran = Gti::at(&server.base_url())
        .run(&["widget", "evil.example"])
        .exits(5);
    let record = &ran.records()[0];
    assert_eq!(
        (&record["status"], &record["found"], &record["url"]),
        (&json!("not_found"), &json!(false), &Value::Null)
    );
    assert_eq!(record["error"]["kind"], "not_found");
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "unlicensed-0123456789");
    gti.run(&["widget", "evil.example"]).exits(4);
}

#[test]
fn an_address_that_would_run_something_is_none() {
    for url in [
        "javascript:alert(1)",
        "http://www.example.org/w",
        "data:text/html,x",
        "https://a:b@www.example.org/",
    ] {
        let body = json!({"data": {"id": "x", "type": "domain", "url": url, "found": true}});
        let server =
            RawServer::start(move |_, _| Act::Send(answer("200 OK", "", body.to_string())));
        let gti = Gti::at(&server.base_url());
        let ran = gti.run(&["widget", "evil.example"]).exits(1);
        let record = &ran.records()[0];
        assert_eq!(
            (&record["status"], &record["url"]),
            (&json!("error"), &Value::Null)
        );
        assert_eq!(record["error"]["kind"], "decode");
        let page = gti
            .run(&["widget", "evil.example", "--html"])
            .exits(1)
            .stdout;
        assert!(!page.contains("<iframe"), "{page}");
        gti.run(&["widget", "evil.example", "--iframe"]).exits(1);
    }
}

#[test]
fn hostile_values_stay_in_their_place() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["widget", HOSTILE]).exits(0).silently();
    let url = ran.records()[0]["url"].as_str().expect("a URL").to_owned();
    // JSON has what the service sent.
    assert!(
        url.ends_with("?a=\"onload=\"x&b='><script>alert(1)</script>"),
        "{url}"
    );

    let text = gti.run(&["widget", HOSTILE, "-f", "text"]).exits(0).stdout;
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text:?}"
    );
    let csv = gti.run(&["widget", HOSTILE, "-f", "csv"]).exits(0).stdout;
    assert_eq!(csv.lines().count(), 2, "{csv}");

    for shape in ["--html", "--iframe"] {
        let html = gti.run(&["widget", HOSTILE, shape]).exits(0).stdout;
        assert!(
            html.contains("<iframe title=") && !broken_out(&html),
            "{html}"
        );
    }
    // What is typed is as hostile as what is sent.
    let typed = "\"><script>alert(1)</script>\u{1b}[31m\u{202e}";
    let page = gti
        .run(&["widget", typed, "evil.example", "--html"])
        .exits(3)
        .stdout;
    assert!(!broken_out(&page) && !page.contains('\u{1b}') && !page.contains('\u{202e}'));
    assert!(page.contains("&quot;&gt;&lt;script&gt;"), "{page}");
    let csv = gti.run(&["widget", "=cmd()", "-f", "csv"]).exits(3).stdout;
    assert!(csv.contains("'=cmd()"), "{csv}");
}

#[test]
fn a_page_has_a_section_for_each_and_a_strict_policy() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let path = gti.work().join("widgets.html");
    let ran = gti
        .run(&[
            "widget",
            "evil.example",
            "203.0.113.7",
            "notfound.example",
            "--html",
            "--theme",
            "dark",
            "-o",
            "widgets.html",
        ])
        .exits(0)
        .silently();
    assert_eq!(ran.stdout, "");
    let page = fs::read_to_string(path).expect("written");
    let origin = sandbox.base_url().replace("/api/v3", "");
    assert!(
        page.contains(&format!(
            "content=\"default-src &#39;none&#39;; frame-src {origin}; style-src &#39;sha256-"
        )),
        "{page}"
    );
    assert_eq!(page.matches("<section ").count(), 3);
    assert_eq!(page.matches("<iframe ").count(), 2);
    assert!(page.contains("domain, not known to Google Threat Intelligence"));
    assert!(page.contains("color-scheme:dark"));
}

#[test]
fn html_is_no_record() {
    let gti = Gti::new();
    for option in [
        ["-f", "csv"],
        ["-f", "json"],
        ["--jq", ".url"],
        ["--fields", "url"],
    ] {
        for shape in ["--html", "--iframe"] {
            let ran = gti
                .run(&[&["widget", "evil.example", shape], &option[..]].concat())
                .exits(2);
            assert_eq!(ran.stdout, "");
        }
    }
    // A format that is merely preferred does not get into the way.
    let sandbox = site();
    let ran = Gti::asking(&sandbox)
        .with("GTI_FORMAT", "json")
        .run(&["widget", "evil.example", "--iframe"])
        .exits(0);
    assert!(ran.stdout.starts_with("<iframe "), "{}", ran.stdout);
    gti.run(&["widget", "a.example", "--html", "--iframe"])
        .exits(2);
}

#[cfg(unix)]
#[test]
fn a_browser_is_shown_one_address_or_the_page() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let bin = gti.world().join("bin");
    fs::create_dir(&bin).expect("a directory");
    for name in ["xdg-open", "open"] {
        let program = bin.join(name);
        fs::write(&program, "#!/bin/sh\nprintf '%s' \"$1\" > opened\n").expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("set");
    }
    let gti = gti.with("PATH", &bin);
    let opened = || fs::read_to_string(gti.work().join("opened")).expect("opened");
    let ran = gti.run(&["widget", HOSTILE, "--open"]).exits(0);
    // As a browser reads it, with nothing left that a shell would.
    assert!(opened().starts_with(&sandbox.base_url().replace("/api/v3", "")));
    assert!(!opened().contains('"') && !opened().contains('<'));
    assert_eq!(ran.records().len(), 1);
    let both = [
        "widget",
        HOSTILE,
        "evil.example",
        "--html",
        "-o",
        "w.html",
        "--open",
    ];
    gti.run(&both).exits(0);
    assert_eq!(opened(), "w.html");

    for wrong in [
        &["widget", "a.example", "b.example", "--open"][..],
        &["widget", "-", "--open"],
        &["widget", "a.example", "--html", "--open"],
        &["--sandbox", "widget", "a.example", "--open"],
    ] {
        gti.run(wrong).exits(2);
    }
    let without = Gti::asking(&sandbox).with("PATH", "/nonexistent");
    let ran = without.run(&["widget", "evil.example", "--open"]).exits(9);
    assert_eq!(ran.records().len(), 1);
}
