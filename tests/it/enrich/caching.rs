//! The local cache, seen from `gti enrich`.

use crate::support::{Act, Gti, RawServer, answer, site};

#[test]
fn a_fresh_answer_is_not_asked_for_again() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let first = gti.run(&["enrich", "evil.example"]).exits(0);
    assert_eq!(first.each("cached"), ["false"]);
    let second = gti.run(&["enrich", "evil.example"]).exits(0);
    assert_eq!(second.each("cached"), ["true"]);
    assert_eq!(second.each("fetched_at"), first.each("fetched_at"));
    assert_eq!(sandbox.requests(), 1);
    // The report is the same to the byte.
    assert_eq!(
        second.stdout.replace("\"cached\":true", "\"cached\":false"),
        first.stdout
    );
}

#[test]
fn not_found_is_kept_as_well() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let first = gti.run(&["enrich", "notfound.example"]).exits(5);
    let second = gti.run(&["enrich", "notfound.example"]).exits(5);
    assert_eq!(second.stdout, first.stdout);
    assert_eq!(sandbox.requests(), 1);
}

#[test]
fn failures_are_not_kept() {
    let server = RawServer::start(|number, _| {
        Act::Send(match number {
            0 => answer("500 Internal Server Error", "", ""),
            1 => {
                let refusal = r#"{"error":{"code":"ForbiddenError","message":"x"}}"#;
                answer("403 Forbidden", "", refusal)
            }
            _ => answer(
                "200 OK",
                "",
                r#"{"data":{"id":"evil.example","type":"domain","attributes":{}}}"#,
            ),
        })
    });
    let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
    for code in [7, 4, 0, 0] {
        gti.run(&["enrich", "evil.example"]).exits(code);
    }
    assert_eq!(server.requests(), 3);
}

#[test]
fn each_option_does_what_it_says() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let asked = |flags: &[&str]| {
        let before = sandbox.requests();
        let ran = gti.run(&[&["enrich", "evil.example"], flags].concat());
        let cached = ran.exits(0).each("cached").remove(0);
        (sandbox.requests() - before, cached)
    };
    let of = |requests, cached: &str| (requests, cached.to_owned());
    // Neither kept nor used.
    assert_eq!(asked(&["--no-cache"]), of(1, "false"));
    assert_eq!(asked(&[]), of(1, "false"));
    assert_eq!(asked(&["--no-cache"]), of(1, "false"));
    assert_eq!(asked(&[]), of(0, "true"));
    assert_eq!(asked(&["--refresh"]), of(1, "false"));
    assert_eq!(asked(&["--cache-ttl", "0s"]), of(1, "false"));
    assert_eq!(asked(&["--cache-ttl", "1h"]), of(0, "true"));
    assert_eq!(asked(&["--offline"]), of(0, "true"));
    // Another question is another answer.
    assert_eq!(asked(&["--attributes", "tags"]), of(1, "false"));
}

#[test]
fn what_was_refreshed_is_kept() {
    let server = RawServer::start(|number, _| {
        let body = format!(
            r#"{{"data":{{"id":"evil.example","type":"domain","attributes":{{"reputation":{number}}}}}}}"#
        );
        Act::Send(answer("200 OK", "", body))
    });
    let gti = Gti::at(&server.base_url());
    for (flags, number) in [(None, 0), (Some("--refresh"), 1), (None, 1)] {
        let arguments: Vec<&str> = ["enrich", "evil.example"]
            .into_iter()
            .chain(flags)
            .collect();
        let records = gti.run(&arguments).exits(0).records();
        assert_eq!(records[0]["report"]["attributes"]["reputation"], number);
    }
}

#[test]
fn offline_asks_nobody_whatever_is_missing() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example", "notfound.example"])
        .exits(0);
    let before = sandbox.requests();
    let ran = gti.run(&[
        "enrich",
        "--offline",
        "evil.example",
        "notfound.example",
        "new.example",
    ]);
    let ran = ran.exits(3).silently();
    assert_eq!(ran.each("status"), ["ok", "not_found", "not_attempted"]);
    let problem = &ran.records()[2]["error"];
    assert_eq!(problem["kind"], "state");
    assert_eq!(
        problem["message"],
        "not in the cache, and --offline sends no request"
    );
    assert_eq!(sandbox.requests(), before);
    // Alone, it is told with the way out.
    let ran = gti.run(&["enrich", "--offline", "new.example"]).exits(3);
    assert!(ran.stderr.contains("without --offline"), "{}", ran.stderr);
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let gti = Gti::new();
    for flags in [
        ["--refresh", "--no-cache"],
        ["--refresh", "--offline"],
        ["--no-cache", "--offline"],
    ] {
        gti.run(&[&["enrich", "evil.example"], &flags[..]].concat())
            .exits(2);
    }
    let ran = gti
        .run(&["enrich", "evil.example", "--cache-ttl", "soon"])
        .exits(2);
    assert!(ran.stderr.contains("soon"), "{}", ran.stderr);
}

/// The licence asks that each customer's data be stored apart.
#[test]
fn another_key_finds_nothing_of_the_first() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example"]).exits(0);
    let gti = gti.with("GTI_API_KEY", "another-key-0123456789");
    let ran = gti.run(&["enrich", "--offline", "evil.example"]).exits(3);
    assert_eq!(ran.each("status"), ["not_attempted"]);
    let ran = gti.run(&["enrich", "evil.example"]).exits(0);
    assert_eq!(ran.each("cached"), ["false"]);
}

/// The answers of one service are not another's.
#[test]
fn another_service_finds_nothing_of_the_first() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example"]).exits(0);
    let other = site();
    let gti = gti.with("GTI_BASE_URL", other.base_url());
    assert_eq!(
        gti.run(&["enrich", "evil.example"]).each("cached"),
        ["false"]
    );
}

#[test]
fn an_answer_outlives_the_service() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.run(&["enrich", "evil.example"]).exits(0);
    drop(sandbox);
    gti.run(&["enrich", "--offline", "evil.example"])
        .exits(0)
        .silently();
}
