//! `gti search` against the simulated service.

use serde_json::Value;

use crate::support::{Act, Gti, RawServer, answer, get, site};

#[test]
fn objects_pass_through_as_sent() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["search", "--type", "report", "-n", "3", "-f", "json"])
        .exits(0);
    let found: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let target =
        "/intelligence/search?limit=3&query=entity%3Acollection%20collection_type%3Areport";
    let (_, body) = get(&format!("{}{target}", sandbox.base_url()));
    let sent: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(found, sent["data"]);
    assert!(ran.stderr.contains("3 of "), "{}", ran.stderr);
}

#[test]
fn all_pages_are_followed_with_as_few_requests_as_can_be() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["search", "--type", "threat-actor", "--all", "--jq", ".id"])
        .exits(0)
        .silently();
    let ids: std::collections::HashSet<&str> = ran.stdout.lines().collect();
    assert_eq!(ids.len(), ran.stdout.lines().count(), "each once");
    assert!(ids.len() > 150, "{}", ids.len());
    assert!(sandbox.requests() <= 3, "{}", sandbox.requests());
    let ran = gti.run(&["search", "entity:domain", "-n", "301", "--descriptors-only"]);
    assert_eq!(ran.exits(0).records().len(), 301);
}

#[test]
fn the_default_is_a_small_page_and_says_that_there_is_more() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["search", "entity:domain"]).exits(0);
    assert_eq!(ran.records().len(), 25);
    assert!(ran.stderr.contains("25 of "), "{}", ran.stderr);
    assert_eq!(sandbox.requests(), 1);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_and_what_is_missing_is_told() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let server = RawServer::start(|number, _| match number {
            0 => Act::Send(answer(
                "200 OK",
                "",
                "{\"data\":[{\"id\":\"a\"}],\"meta\":{\"cursor\":\"more\"}}",
            )),
            _ => Act::SendAndHang(vec![]),
        });
        let gti = Gti::at(&server.base_url());
        let mut running = gti.start(&["search", "entity:domain", "--all"]);
        assert_eq!(running.line(), "{\"id\":\"a\"}");
        running.signal(signal);
        let ran = running.finish().exits(code);
        assert_eq!(ran.stderr, "stopped after 1 records\n");
    }
}

#[test]
fn words_are_joined_and_what_shapes_the_answer_is_asked_for() {
    let server = RawServer::start(|_, _| {
        Act::Send(answer(
            "200 OK",
            "",
            "{\"data\":[],\"meta\":{\"total_hits\":0}}",
        ))
    });
    let gti = Gti::at(&server.base_url());
    let ran = gti
        .run(&[
            "search",
            "--type",
            "file",
            "size:1kb+",
            "tag:a",
            "--order",
            "size+",
            "--attributes",
            "size,names",
            "-n",
            "7",
            "-f",
            "json",
        ])
        .exits(0);
    assert_eq!(ran.stdout.trim(), "[]");
    assert!(ran.stderr.contains("nothing matches"), "{}", ran.stderr);
    let asked = server.heads().join("\n");
    assert!(
        asked.contains("/intelligence/search?query=entity%3Afile%20size%3A1kb%2B%20tag%3Aa&limit=7&order=size%2B&attributes=size%2Cnames"),
        "{asked}"
    );
}

#[test]
fn a_query_that_is_refused_is_explained() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["search", "entity:collection", "nonsense:1"])
        .exits(3);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("error: 400"), "{}", ran.stderr);
    assert!(ran.stderr.contains("double quotes"), "{}", ran.stderr);
    let ran = gti.run(&["search"]).exits(2);
    assert!(
        ran.stderr.contains("nothing to search for"),
        "{}",
        ran.stderr
    );
    gti.run(&["search", "x", "-n", "0"]).exits(2);
    gti.run(&["search", "x", "--all", "-n", "3"]).exits(2);
}

#[test]
fn a_reader_that_has_enough_ends_it_quietly() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut running = gti.start(&["search", "entity:domain", "--all", "-f", "jsonl"]);
    assert!(running.line().starts_with('{'));
    running.close_stdout();
    let ran = running.finish();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn hostile_names_reach_no_terminal_and_json_is_unchanged() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for kind in ["threat-actor", "malware-family", "report"] {
        let all = ["search", "--type", kind, "--all"];
        let ran = gti.run(&[&all[..], &["-f", "text"]].concat()).exits(0);
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert_eq!(ran.stdout.find(bad), None, "{kind}");
        let ran = gti.run(&[&all[..], &["-f", "csv"]].concat()).exits(0);
        let rows = csv::ReaderBuilder::new()
            .from_reader(ran.stdout.as_bytes())
            .into_records();
        for cell in rows.flat_map(|row| {
            row.expect("a row")
                .iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        }) {
            assert!(!cell.starts_with(['=', '@', '+']), "{cell:?}");
        }
    }
    let ran = gti
        .run(&["search", "--type", "threat-actor", "--all"])
        .exits(0);
    let names = ran.records();
    let escapes = |it: &Value| {
        it["attributes"]["name"]
            .as_str()
            .is_some_and(|name| name.contains('\u{1b}'))
    };
    assert!(names.iter().any(escapes), "one of them attacks terminals");
}
