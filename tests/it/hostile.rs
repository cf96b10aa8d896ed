//! Text from the API is written by attackers: what a terminal, a spreadsheet or
//! a line-based reader would obey reaches none of them.

use serde_json::Value;

use crate::support::{FILES, Gti, get, site};

const HOSTILE: [&str; 4] = [
    "hostile.example",
    "203.0.113.66",
    "http://hostile.example/a",
    FILES.hostile,
];

/// Control, bidirectional and invisible characters, line breaks aside.
fn obeyed(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[test]
fn text_holds_nothing_that_a_terminal_obeys() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for shape in [
        &[][..],
        &["--relationships", "--mitre", "--behaviours"],
        &["--relationships", "--expand"],
        &["--raw"],
        &["--fields", "ioc,report.attributes,relationships"],
        &[
            "--jq",
            ".report.attributes | .registrar, .as_owner, .title, .tags",
        ],
        &["--defang"],
    ] {
        let arguments = [&["enrich"], &HOSTILE[..], &["-f", "text"], shape].concat();
        let ran = gti.run(&arguments).exits(0).silently();
        if let Some(at) = ran.stdout.find(obeyed) {
            let found = ran.stdout[at..].chars().next();
            panic!(
                "{shape:?}: {found:?} in {:?}",
                &ran.stdout[at.saturating_sub(40)..at]
            );
        }
    }
}

#[test]
fn colour_is_the_programs_own_alone() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&[
        "enrich",
        "hostile.example",
        "-f",
        "text",
        "--color",
        "always",
    ]);
    for part in ran.exits(0).stdout.split('\u{1b}').skip(1) {
        let own = ["[1m", "[2m", "[0m", "[32m", "[33m", "[1;31m"];
        assert!(own.iter().any(|code| part.starts_with(code)), "{part:?}");
        // Red is for verdicts; the hostile text asks for `[31m`.
        assert!(!part.contains(|c: char| obeyed(c)), "{part:?}");
    }
}

/// A record pretends to be several, with line breaks in its text.
#[test]
fn one_record_is_one_line_and_one_digest() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let arguments = [&["enrich"], &HOSTILE[..]].concat();
    let ran = gti.run(&arguments).exits(0);
    assert_eq!(ran.each("ioc"), HOSTILE);
    let ran = gti
        .run(&[&arguments[..], &["-f", "text"]].concat())
        .exits(0);
    assert_eq!(ran.stdout.split("\n\n").count(), HOSTILE.len());
    for line in ran.stdout.lines() {
        assert!(!line.starts_with("{\"ioc\":\"forged\"}"), "{line}");
    }
}

#[test]
fn csv_runs_nothing_and_keeps_its_rows() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let fields = "ioc,report.attributes.as_owner,report.attributes.country,report.attributes.whois,report.attributes.type_description,report.attributes.meaningful_name,report.attributes.tags.2,report.attributes.tags.5,report.attributes.tags.6,report.attributes.tags.7,report.attributes.tags.8";
    let arguments = [
        &["enrich"],
        &HOSTILE[..],
        &["-f", "csv", "--fields", fields],
    ]
    .concat();
    let ran = gti.run(&arguments).exits(0);
    let rows = csv::ReaderBuilder::new()
        .has_headers(true)
        .from_reader(ran.stdout.as_bytes())
        .into_records()
        .collect::<Result<Vec<_>, _>>()
        .expect("RFC 4180");
    assert_eq!(rows.len(), HOSTILE.len());
    let mut formulas = 0;
    for cell in rows.iter().flatten() {
        let number = cell.parse::<f64>().is_ok();
        assert!(
            number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']),
            "{cell:?}"
        );
        assert!(
            !cell.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n')),
            "{cell:?}"
        );
        formulas += usize::from(cell.starts_with("'="));
    }
    assert!(formulas >= HOSTILE.len(), "each has one in its tags");
}

/// Machines get what was sent: `JSON` escapes what needs it.
#[test]
fn json_is_unchanged() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["enrich", "hostile.example", "-f", "json"])
        .exits(0);
    let (_, body) = get(&format!("{}/domains/hostile.example", sandbox.base_url()));
    let body = body.strip_prefix("{").and_then(|body| body.split_once(':'));
    let (_, data) = body.expect("an envelope");
    let sent: Value = serde_json::from_str(&format!("{{\"data\":{data}")).expect("JSON");
    let records: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(records[0]["report"], sent["data"]);
    let registrar = records[0]["report"]["attributes"]["registrar"].as_str();
    assert!(registrar.is_some_and(|text| text.contains('\u{1b}') && text.contains('\u{9b}')));
}

/// Error messages of a service, or of what stands in front of it, are remote
/// text as well.
#[test]
fn errors_hold_nothing_that_a_terminal_obeys() {
    use crate::support::{Act, RawServer, answer};
    let bodies = [
        "{\"error\":{\"code\":\"Bad\\u001b[2JCode\",\"message\":\"x\\u001b]0;owned\\u0007\\u202ey\"}}",
        "<html><title>\u{1b}[2Jx\u{202e}\u{9b}31m</title></html>",
        "plain \u{1b}[31mtext\u{7}",
    ];
    for (status, codes) in [
        ("403 Forbidden", [4, 7, 7]),
        ("503 Service Unavailable", [7, 7, 7]),
    ] {
        for (body, code) in bodies.into_iter().zip(codes) {
            let server =
                RawServer::start(move |_, _| Act::Send(answer(status, "Retry-After: 0\r\n", body)));
            let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "1");
            let ran = gti.run(&["enrich", "evil.example", "-f", "text", "-vvv"]);
            let ran = ran.exits(code);
            for said in [ran.stdout, ran.stderr] {
                let found = said.find(obeyed).map(|at| &said[at.saturating_sub(20)..]);
                assert_eq!(found, None, "{status} {body:?}");
            }
        }
    }
}

/// What is typed comes back in messages: from a file of somebody else's, say.
#[test]
fn inputs_hold_nothing_that_a_terminal_obeys() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run_on(&["enrich", "-f", "text"], "evil\u{1b}[2J\u{202e}.example\n")
        .exits(3);
    for said in [&ran.stdout, &ran.stderr] {
        assert_eq!(said.find(obeyed), None, "{said:?}");
    }
}

/// Text of others goes into warnings and errors, and none of it makes a line.
#[test]
fn nothing_remote_forges_a_line_of_standard_error() {
    use crate::support::{Act, RawServer, answer};
    const FORGED: &str = "x\\nerror: forged\\r\\nhint: forged\\u2028error: forged\\u0085";
    let body = format!("{{\"error\":{{\"code\":\"{FORGED}\",\"message\":\"{FORGED}\"}}}}");
    let page = "<title>x\nerror: forged</title>".to_owned();
    let list =
        format!("{{\"data\":[{{\"id\":\"{FORGED}\",\"type\":\"{FORGED}\"}}],\"meta\":{{}}}}");
    for (status, body) in [
        ("403 Forbidden", body.clone()),
        ("400 Bad Request", page),
        ("503 Service Unavailable", body),
        ("200 OK", list),
    ] {
        let server =
            RawServer::start(move |_, _| Act::Send(answer(status, "Retry-After: 0\r\n", &body)));
        let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "1");
        gti.write("a\nerror: forged", "x");
        for line in [
            &["enrich", "evil.example"][..],
            &["enrich", "evil.example\nerror: forged"],
            &["api", "domains/x"],
            &["api", "domains/x\nerror: forged"],
            &["quota"],
            &["ingest", "ioc-stream", "--jq", ".id | error(.)"],
            &["ingest", "dtm", "--where", "error(.id)"],
            &["scan", "file", "--private", "a\nerror: forged"],
            &["dtm", "show", "x\nerror: forged"],
            &["search", "x\nerror: forged"],
            &["enrich", "x", "--type", "x\nerror: forged"],
            &["enrich", "x", "--jq", ".x\nerror: forged ("],
            &["state", "show", "x\nerror: forged"],
            &["x\nerror: forged"],
        ] {
            for voice in [&[][..], &["-vvv"], &["--log-file", "log"]] {
                let ran = gti.run(&[line, voice].concat());
                let log = std::fs::read_to_string(gti.work().join("log")).unwrap_or_default();
                for said in [&ran.stderr, &log] {
                    let forged = said.lines().find(|line| {
                        line.starts_with("error: forged") || line.starts_with("hint: forged")
                    });
                    assert_eq!(forged, None, "{status} {line:?}: {said}");
                    assert_eq!(said.find(obeyed), None, "{status} {line:?}: {said:?}");
                }
            }
            let ran = gti.run(&[line, &["-vvv", "--log-format", "json"]].concat());
            // What is wrong with the command line is told before anybody knows
            // that it is to be told as JSON.
            for said in ran.stderr.lines().filter(|line| line.starts_with('{')) {
                serde_json::from_str::<Value>(said).expect("JSON");
                assert_eq!(said.find(obeyed), None, "{said:?}");
            }
            assert!(!ran.stderr.contains("\nerror: forged"), "{}", ran.stderr);
        }
    }
}
