//! The formats, and what shapes them.

use serde_json::Value;

use crate::support::{FILES, Gti, site};

const INPUTS: [&str; 5] = [
    "evil.example",
    "notfound.example",
    "10.0.0.1",
    "no_name",
    "benign.example",
];

fn enrich(flags: &[&str]) -> crate::support::Ran {
    let sandbox = site();
    Gti::asking(&sandbox).run(&[&["enrich"], &INPUTS[..], flags].concat())
}

#[test]
fn json_lines_are_the_default_in_a_pipe() {
    let ran = enrich(&[]).exits(3);
    assert_eq!(ran.stdout.lines().count(), INPUTS.len());
    assert_eq!(ran.each("ioc"), INPUTS);
}

#[test]
fn json_is_one_document() {
    let ran = enrich(&["-f", "json"]).exits(3);
    let records: Vec<Value> = serde_json::from_str(&ran.stdout).expect("an array");
    let inputs: Vec<&str> = records
        .iter()
        .filter_map(|record| record["ioc"].as_str())
        .collect();
    assert_eq!(inputs, INPUTS);
}

/// A run that breaks off half way still leaves a document that parses.
#[test]
fn a_record_that_jq_fails_on_has_failed_and_the_run_goes_on() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let program = r#"if .ioc == "benign.example" then error("stop") else . end"#;
    let ran = gti.run(&[
        "enrich",
        "evil.example",
        "benign.example",
        "suspicious.example",
        "benign.example",
        "-f",
        "json",
        "--jq",
        program,
    ]);
    let ran = ran.exits(3);
    assert_eq!(
        ran.stderr.lines().next(),
        Some("error: jq failed on record 2: stop"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.matches("jq failed").count(), 1, "{}", ran.stderr);
    let records: Vec<Value> = serde_json::from_str(&ran.stdout).expect("an array");
    assert_eq!(records.len(), 2);
    // A program that fails on every record is a mistake of the command line, and
    // a gate closes on what was found, printed or not.
    let ran = gti.run(&["enrich", "evil.example", "--jq", "error(\"stop\")"]);
    assert_eq!(ran.exits(2).stdout, "");
    let gate = ["--fail-on", "malicious"];
    gti.run(
        &[
            &["enrich", "evil.example", "--jq", "error(\"stop\")"],
            &gate[..],
        ]
        .concat(),
    )
    .exits(10);
}

#[test]
fn csv_has_fixed_columns_and_one_row_for_each_input() {
    let ran = enrich(&["-f", "csv"]).exits(3);
    let mut rows = ran.stdout.split_terminator("\r\n");
    assert_eq!(
        rows.next(),
        Some(
            "ioc,value,type,status,verdict,severity,threat_score,verdict_source,detections.malicious,detections.suspicious,detections.total,link,fetched_at,cached,reason,error.kind,error.message"
        )
    );
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), INPUTS);
    assert_eq!(rows[0][3..7], ["ok", "malicious", "high", "87"]);
    assert_eq!(rows[1][15], "not_found");
    assert_eq!((rows[2][3], rows[2][14]), ("skipped", "private"));
}

#[test]
fn text_is_a_digest_that_fits_the_page() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&[
        "enrich",
        FILES.malicious,
        "-f",
        "text",
        "--relationships",
        "--mitre",
        "--behaviours",
    ]);
    let ran = ran.exits(0).silently();
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines.len() <= 40, "{}", ran.stdout);
    for line in &lines {
        // Values are not cut where they don't fit.
        let longest = line.split("  ").map(str::len).max();
        assert!(longest > Some(40) || line.chars().count() <= 80, "{line}");
    }
    for word in [
        "verdict     MALICIOUS  score 87/100",
        "why ",
        "factors     mandiant analyst malicious, ",
        "sandboxes   Example Box: malicious (MALWARE, TROJAN, ",
        "actors      Example Heron…  threat-actor--",
        "ATT&CK      TA0011 Command and Control → T1071.001 Web Protocols (high), ",
        "executed    cmd.exe /c whoami",
        "contacted   POST     http://evil.example/gate",
        "(cut to 40 lines; --full shows all)",
        "seen        first ",
        "link        https://",
    ] {
        assert!(ran.stdout.contains(word), "{word}:\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains('{'), "{}", ran.stdout);
}

/// What the report itself names needs no request of its own.
#[test]
fn text_names_who_is_behind_it_as_far_as_the_report_does() {
    let sandbox = site();
    let ran = Gti::asking(&sandbox).run(&["enrich", FILES.malicious, "-f", "text"]);
    let ran = ran.exits(0);
    for word in [
        "families    exampleloader",
        "linked to   an actor, malware, a report; `gti enrich --relationships` names",
    ] {
        assert!(ran.stdout.contains(word), "{word}:\n{}", ran.stdout);
    }
}

#[test]
fn a_full_digest_leaves_nothing_out() {
    let sandbox = site();
    let full = Gti::asking(&sandbox).run(&[
        "enrich",
        FILES.malicious,
        "-f",
        "text",
        "--relationships",
        "--mitre",
        "--behaviours",
        "--full",
    ]);
    let full = full.exits(0);
    assert!(full.stdout.lines().count() > 60, "{}", full.stdout);
    assert!(!full.stdout.contains("--full"), "{}", full.stdout);
    for word in [
        "TA0006 Credential Access → T1555",
        r"set HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run\Simulated = ",
        "Simulated report 10: what an example actor does  report--25-20000010",
    ] {
        assert!(full.stdout.contains(word), "{word}:\n{}", full.stdout);
    }
}

#[test]
fn text_says_in_words_what_came_of_each_input() {
    let ran = enrich(&["-f", "text"]).exits(3);
    let digests: Vec<&str> = ran.stdout.split("\n\n").collect();
    assert_eq!(digests.len(), INPUTS.len());
    for (digest, words) in digests.iter().zip([
        "MALICIOUS",
        "not found",
        "private host; --include-private looks it up",
        "invalid",
        "BENIGN",
    ]) {
        assert!(digest.contains(words), "{words}: {digest}");
    }
}

#[test]
fn values_in_text_are_defanged_when_asked_for() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&[
        "enrich",
        "http://evil.example/a",
        "203.0.113.7",
        "-f",
        "text",
        "--defang",
    ]);
    let ran = ran.exits(0);
    assert!(
        ran.stdout.contains("hxxp://evil[.]example/a"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("203[.]0[.]113[.]7"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains("http://evil.example"),
        "{}",
        ran.stdout
    );
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let sandbox = site();
    let run = |flags: &[&str], variables: &[(&str, &str)]| {
        let gti = variables
            .iter()
            .fold(Gti::asking(&sandbox), |gti, (name, value)| {
                gti.with(name, value)
            });
        let ran = gti.run(&[&["enrich", "evil.example", "-f", "text"], flags].concat());
        ran.exits(0).stdout.contains('\u{1b}')
    };
    assert!(!run(&[], &[]));
    assert!(run(&["--color", "always"], &[]));
    assert!(run(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!run(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    // Machines get none whatever is asked.
    let gti = Gti::asking(&sandbox);
    for format in ["json", "jsonl", "csv"] {
        let ran = gti.run(&["enrich", "evil.example", "-f", format, "--color", "always"]);
        assert!(!ran.exits(0).stdout.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn fields_are_columns_and_keys() {
    let fields = ["--fields", "ioc,threat_score,detections.malicious,reason"];
    let ran = enrich(&fields).exits(3);
    let first = ran.stdout.lines().next().expect("a line");
    assert!(
        first.starts_with(r#"{"ioc":"evil.example","threat_score":87,"detections.malicious":"#)
            && first.ends_with(r#","reason":null}"#),
        "{first}"
    );
    let ran = enrich(&[&fields[..], &["-f", "csv"]].concat()).exits(3);
    assert!(
        ran.stdout
            .starts_with("ioc,threat_score,detections.malicious,reason\r\nevil.example,87,")
    );
    let ran = enrich(&[&fields[..], &["-f", "text"]].concat()).exits(3);
    assert_eq!(
        ran.stdout.lines().count(),
        1 + INPUTS.len(),
        "{}",
        ran.stdout
    );
    let ran = enrich(&["--fields", "ioc,,x"]).exits(2);
    assert_eq!(ran.stdout, "");
}

#[test]
fn jq_is_built_in() {
    let ran = enrich(&[
        "--jq",
        "select(.verdict == \"malicious\") | .value, .threat_score",
    ]);
    assert_eq!(ran.exits(3).stdout, "\"evil.example\"\n87\n");
    let ran = enrich(&["--jq", ".ioc", "-f", "text"]).exits(3);
    assert_eq!(ran.stdout, INPUTS.join("\n") + "\n");
    let ran = enrich(&["--jq", "[.ioc, .status]", "-f", "csv"]).exits(3);
    assert!(
        ran.stdout
            .starts_with("value1,value2\r\nevil.example,ok\r\n"),
        "{}",
        ran.stdout
    );
    let ran = enrich(&["--jq", "empty", "-f", "json"]).exits(3);
    assert_eq!(ran.stdout, "[]\n");
}

#[test]
fn a_jq_program_that_is_none_is_refused_before_anything_is_asked() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti
        .run(&["enrich", "evil.example", "--jq", ".verdict |"])
        .exits(2);
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    assert_eq!((ran.stdout.as_str(), sandbox.requests()), ("", 0));
}

#[test]
fn stix_is_one_bundle_whose_ids_are_always_the_same() {
    let sandbox = site();
    let bundle = || {
        let gti = Gti::asking(&sandbox);
        let ran = gti.run(&[
            "enrich",
            "evil.example",
            FILES.malicious,
            "notfound.example",
            "-f",
            "stix",
            "--relationships",
        ]);
        let bundle: Value = serde_json::from_str(&ran.exits(0).stdout).expect("JSON");
        bundle
    };
    let first = bundle();
    assert_eq!(first["type"], "bundle");
    let objects = first["objects"].as_array().expect("a list").clone();
    let of = |kind: &str| -> Vec<&Value> {
        objects
            .iter()
            .filter(|object| object["type"] == kind)
            .collect()
    };
    let indicators = of("indicator");
    assert_eq!(indicators.len(), 2);
    assert_eq!(
        indicators[0]["pattern"],
        "[domain-name:value = 'evil.example']"
    );
    let pattern = indicators[1]["pattern"].as_str().expect("text");
    assert!(pattern.contains("file:hashes.'SHA-256'"), "{pattern}");
    for indicator in indicators {
        let time = |name: &str| -> jiff::Timestamp {
            indicator[name].as_str().expect(name).parse().expect(name)
        };
        assert!(time("valid_from") < time("valid_until"));
    }
    for kind in ["malware", "threat-actor", "vulnerability", "relationship"] {
        assert!(!of(kind).is_empty(), "{kind}");
    }
    let ids = |bundle: &Value| -> Vec<String> {
        let objects = bundle["objects"].as_array().expect("a list");
        objects
            .iter()
            .map(|object| object["id"].to_string())
            .collect()
    };
    assert_eq!(ids(&first), ids(&bundle()));
    let ran = enrich(&["-f", "stix", "--jq", "."]).exits(2);
    assert!(ran.stderr.contains("--jq"), "{}", ran.stderr);
}

/// What is in quotes within a pattern stays there.
#[test]
fn stix_patterns_are_escaped() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["enrich", r"http://evil.example/a'b\c", "-f", "stix"]);
    let bundle: Value = serde_json::from_str(&ran.exits(0).stdout).expect("JSON");
    let objects = bundle["objects"].as_array().expect("a list");
    let pattern = objects
        .iter()
        .find_map(|object| object["pattern"].as_str())
        .expect("a pattern");
    assert_eq!(pattern, r"[url:value = 'http://evil.example/a\'b\\c']");
}

#[test]
fn a_format_that_is_none_is_refused_with_the_ones_there_are() {
    let ran = enrich(&["-f", "yaml"]).exits(2);
    insta::assert_snapshot!(ran.stderr, @"
    error: `yaml` is not a format: write text, json, jsonl, csv, stix, stix-opencti, stix-sentinel, misp, misp-feed, navigator, ecs, bulk, hec, cef, zeek, suricata, values, markdown or html
    hint: `gti help formats` describes them
    ");
    assert_eq!(ran.stdout, "");
}

/// Nothing of the run itself may show in the data.
#[test]
fn standard_output_is_data_alone() {
    for flags in [
        &["-vvv"][..],
        &["--color", "always"],
        &["--log-format", "json", "-v"],
    ] {
        let gti = Gti::new();
        let ran = gti.run(&[&["--sandbox", "enrich", "evil.example"], flags].concat());
        let ran = ran.exits(0);
        assert_eq!(ran.each("status"), ["ok"]);
        assert!(ran.stderr.contains("simulated data"), "{}", ran.stderr);
    }
}
