//! Formats of other programs: which command takes them, and what they hold.

use std::collections::HashSet;
use std::fs;

use serde_json::Value;

use crate::support::{FILES, Gti, site};

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

fn documents(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn commands_take_the_formats_that_help_says() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let help = gti.run(&["help", "formats"]).exits(0).stdout;
    for (line, format, taken) in [
        (&["enrich", "evil.example"][..], "navigator", true),
        (&["ingest", "dtm", "-n", "1"], "cef", true),
        (&["ingest", "dtm", "-n", "1"], "zeek", false),
        (&["vuln", "list", "-n", "1"], "misp", true),
        (&["vuln", "list", "-n", "1"], "stix-sentinel", false),
        (&["quota"], "ecs", false),
    ] {
        let ran = gti.run(&[line, &["-f", format]].concat());
        let command = if line[0] == "ingest" || line[0] == "vuln" {
            line[..2].join(" ")
        } else {
            line[0].to_owned()
        };
        let row = help
            .split(&format!("\n  {command} "))
            .nth(1)
            .unwrap_or_default();
        let row = row.split("\n  ").enumerate();
        let row = row.take_while(|(at, part)| *at == 0 || part.starts_with(' '));
        let row: Vec<&str> = row.flat_map(|(_, part)| part.split_whitespace()).collect();
        assert_eq!(row.contains(&format), taken, "{command} {format}: {row:?}");
        if taken {
            ran.exits(0);
        } else {
            let ran = ran.exits(2);
            assert!(
                ran.stderr
                    .contains(&format!("{format} is not available for `{command}`")),
                "{}",
                ran.stderr
            );
        }
    }
}

#[test]
fn a_list_says_nothing_twice_and_is_replaced_in_one_step() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let file = gti.work().join("list.txt");
    fs::write(&file, "old\n").expect("write");
    let name = file.to_str().expect("a name");
    let run = |more: &[&str]| {
        gti.run(
            &[
                &[
                    "ingest",
                    "threat-list",
                    "malware",
                    "-f",
                    "values",
                    "-o",
                    name,
                ],
                more,
            ]
            .concat(),
        )
    };
    run(&["--min-score", "20"]).exits(0);
    let first = fs::read_to_string(&file).expect("read");
    let values = lines(&first);
    assert!(values.len() > 10 && !first.contains("old"), "{first}");
    assert_eq!(values.iter().collect::<HashSet<_>>().len(), values.len());
    run(&["--min-score", "20"]).exits(0);
    assert_eq!(fs::read_to_string(&file).expect("read"), first);
    // With a checkpoint it grows, and still says nothing twice.
    let name = gti.work().join("grown.txt");
    let name = name.to_str().expect("a name");
    let line = [
        "ingest",
        "ioc-stream",
        "--since",
        "2h",
        "--checkpoint",
        "c",
        "-f",
        "values",
        "-o",
        name,
    ];
    gti.run(&[&line[..], &["-n", "30"]].concat()).exits(0);
    gti.run(&line).exits(0);
    let grown = fs::read_to_string(name).expect("read");
    let values = lines(&grown);
    assert_eq!(values.iter().collect::<HashSet<_>>().len(), values.len());
    // A zone has one serial.
    let ran = gti.run(
        &[
            &line[..6],
            &["-f", "values", "--target", "rpz", "-o", "x.rpz"],
        ]
        .concat(),
    );
    assert!(ran.exits(2).stderr.contains("cannot be appended to"));
}

#[test]
fn documents_with_a_checkpoint_are_refused_and_lines_are_not() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for format in ["stix", "stix-opencti", "stix-sentinel", "misp", "markdown"] {
        let file = format!("{format}.out");
        let ran = gti.run(&[
            "ingest",
            "ioc-stream",
            "--checkpoint",
            "c",
            "-f",
            format,
            "-o",
            &file,
        ]);
        let ran = ran.exits(2);
        assert!(
            ran.stderr.contains("hint: ") && ran.stderr.contains("bulk"),
            "{}",
            ran.stderr
        );
    }
    for format in ["ecs", "bulk", "hec", "cef", "zeek", "suricata"] {
        let file = gti.work().join(format!("{format}.out"));
        let name = file.to_str().expect("a name");
        let line = [
            "ingest",
            "ioc-stream",
            "--checkpoint",
            format,
            "-f",
            format,
            "-o",
            name,
        ];
        let line = [&line[..], &["--since", "2h"]].concat();
        gti.run(&[&line[..], &["-n", "20"]].concat()).exits(0);
        let half = fs::read_to_string(&file).expect("read");
        gti.run(&line).exits(0);
        let whole = fs::read_to_string(&file).expect("read");
        assert!(
            whole.starts_with(&half) && whole.len() > half.len(),
            "{format}"
        );
        assert_eq!(
            whole.matches("#fields").count(),
            usize::from(format == "zeek")
        );
    }
}

#[test]
fn ids_of_documents_and_rules_are_those_of_the_last_export() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for format in ["bulk", "suricata", "hec", "cef", "stix-opencti", "misp"] {
        let line = ["ingest", "ioc-stream", "-n", "40", "-f", format];
        let first = gti.run(&line).exits(0).stdout;
        assert!(!first.is_empty());
        assert_eq!(gti.run(&line).exits(0).stdout, first, "{format}");
    }
    let bulk = documents(
        &gti.run(&[
            "ingest",
            "ioc-stream",
            "-n",
            "40",
            "-f",
            "bulk",
            "--index",
            "x",
        ])
        .exits(0)
        .stdout,
    );
    for pair in bulk.chunks(2) {
        assert_eq!(pair[0]["create"]["_index"], "x");
        assert_eq!(pair[0]["create"]["_id"], pair[1]["event"]["id"]);
        assert_eq!(pair[1]["event"]["module"], "ti_gti");
    }
}

#[test]
fn stix_of_feeds_has_sightings_and_scores_where_each_consumer_looks() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let objects = |line: &[&str]| {
        let ran = gti.run(line).exits(0);
        let bundle: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        bundle["objects"].as_array().expect("objects").clone()
    };
    let stream = objects(&["ingest", "ioc-stream", "-n", "60", "-f", "stix"]);
    assert!(stream.iter().any(|it| it["type"] == "sighting"));
    assert!(stream.iter().any(|it| it["type"] == "indicator"));
    let cti = objects(&[
        "enrich",
        FILES.malicious,
        "-f",
        "stix-opencti",
        "--tlp",
        "amber",
    ]);
    assert!(cti.iter().all(|it| it["type"] != "extension-definition"));
    let scored = cti.iter().filter(|it| it["type"] == "indicator");
    for indicator in scored {
        let own =
            &indicator["extensions"]["extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"];
        assert!(
            own["score"].is_i64() && own["main_observable_type"] == "StixFile",
            "{own}"
        );
        assert_eq!(
            indicator["object_marking_refs"][0],
            "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
        );
    }
    let bodies = gti
        .run(&["ingest", "threat-list", "malware", "-f", "stix-sentinel"])
        .exits(0)
        .stdout;
    for body in documents(&bodies) {
        let objects = body["stixobjects"].as_array().expect("objects");
        assert!(objects.len() <= 100 && body["sourcesystem"] == "gti");
        assert!(
            objects
                .iter()
                .all(|it| it["type"] != "file" && it["type"] != "malware")
        );
    }
    let alerts = objects(&["ingest", "dtm", "-n", "5", "-f", "stix"]);
    assert!(alerts.iter().any(|it| it["type"] == "incident"));
}

#[test]
fn misp_is_told_to_look_for_what_is_malicious_alone() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let line = [
        "enrich",
        "evil.example",
        "benign.example",
        FILES.malicious,
        "-f",
        "misp",
    ];
    let event: Value = serde_json::from_str(&gti.run(&line).exits(0).stdout).expect("JSON");
    let attributes = event["Event"]["Attribute"].as_array().expect("attributes");
    assert!(
        attributes
            .iter()
            .all(|it| it["value"] != "benign.example" && it["to_ids"] == true)
    );
    assert_eq!(
        event["Event"]["Object"][0]["name"],
        "google-threat-intelligence-report"
    );
    let line = ["enrich", "benign.example", "-f", "misp", "--include-benign"];
    let event: Value = serde_json::from_str(&gti.run(&line).exits(0).stdout).expect("JSON");
    assert_eq!(event["Event"]["Attribute"][0]["to_ids"], false);
}

#[test]
fn layers_and_tickets_are_of_what_was_looked_up() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let line = ["enrich", FILES.malicious, "--mitre", "-f", "navigator"];
    let layer: Value = serde_json::from_str(&gti.run(&line).exits(0).stdout).expect("JSON");
    assert_eq!(layer["domain"], "enterprise-attack");
    assert!(
        !layer["techniques"]
            .as_array()
            .expect("techniques")
            .is_empty()
    );
    let ticket = gti
        .run(&["enrich", "evil.example", "-f", "markdown"])
        .exits(0)
        .stdout;
    assert!(
        ticket.starts_with("## `evil[.]example`: **malicious**, threat score 87/100\n"),
        "{ticket}"
    );
    assert!(
        ticket.contains("](<https://www.virustotal.com/gui/domain/evil.example>)"),
        "{ticket}"
    );
}

#[test]
fn what_a_format_has_no_use_for_is_refused() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (line, said) in [
        (
            "enrich evil.example --min-score 50",
            "--min-score is for -f values",
        ),
        (
            "enrich evil.example --target pan -f csv",
            "--target is for -f values",
        ),
        (
            "enrich evil.example --index logs -f ecs",
            "--index is for -f bulk and hec",
        ),
        (
            "ingest threat-list malware -n 1 --target pan",
            "--target is for -f values",
        ),
    ] {
        let ran = gti.run(&line.split(' ').collect::<Vec<_>>()).exits(2);
        assert!(ran.stderr.contains(said), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("hint: "), "{line}: {}", ran.stderr);
    }
    // Where a command has the option itself, it chooses records of any format.
    for line in [
        "ingest threat-list malware -n 1 --min-score 50",
        "dtm list -n 1 --min-score 50",
        "enrich evil.example --min-score 50 -f values",
    ] {
        gti.run(&line.split(' ').collect::<Vec<_>>()).exits(0);
    }
}

#[test]
fn what_is_found_in_a_text_becomes_a_list() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write(
        "text",
        "evil[.]example, 198.51.100.7 and evil.example; CVE-2099-0001\n",
    );
    gti.write(
        "log",
        "a lookup of evil.example\na lookup of evil.example\n",
    );
    for (line, expected) in [
        (
            "extract text --include-private -f values",
            "evil.example\n198.51.100.7\n",
        ),
        (
            "extract text -f values --target hosts",
            "0.0.0.0 evil.example\n",
        ),
        ("match log --against text -f values", "evil.example\n"),
        (
            "match log --against text -f zeek",
            "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\nevil.example\tIntel::DOMAIN\tgti\t-\thttps://www.virustotal.com/gui/domain/evil.example\n",
        ),
    ] {
        let ran = gti.run(&line.split(' ').collect::<Vec<_>>()).exits(0);
        assert_eq!(ran.stdout, expected, "{line}");
    }
    let line = ["extract", "text", "--include-private", "-f", "stix"];
    let bundle: Value = serde_json::from_str(&gti.run(&line).exits(0).stdout).expect("JSON");
    let objects = bundle["objects"].as_array().expect("objects");
    let kinds: Vec<_> = objects.iter().map(|it| &it["type"]).collect();
    for kind in ["domain-name", "ipv4-addr", "vulnerability"] {
        assert!(kinds.iter().any(|it| *it == kind), "{kinds:?}");
    }
    // Nobody has judged them.
    assert!(kinds.iter().all(|it| *it != "indicator"), "{kinds:?}");
    for (line, said) in [
        (
            "extract text --defang -f values",
            "--defang shows values to people",
        ),
        (
            "extract text --context 1 -f stix",
            "--context shows values to people",
        ),
        (
            "extract text --min-score 5 -f values",
            "asks for no verdicts",
        ),
        (
            "match log --against text -f ecs",
            "ecs is not available for `match`",
        ),
    ] {
        let ran = gti.run(&line.split(' ').collect::<Vec<_>>()).exits(2);
        assert!(ran.stderr.contains(said), "{line}: {}", ran.stderr);
    }
}

#[test]
fn a_directory_for_misp_gets_what_is_new_and_keeps_the_rest() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let folder = gti.work().join("feed");
    let name = folder.to_str().expect("a name");
    let run = |condition: &str| {
        let line = [
            "ingest",
            "threat-list",
            "malware",
            "-f",
            "misp-feed",
            "--where",
            condition,
        ];
        gti.run(&[&line[..], &["-o", name]].concat()).exits(0);
        let read = |file: &str| fs::read_to_string(folder.join(file)).expect("read");
        let manifest: Value = serde_json::from_str(&read("manifest.json")).expect("JSON");
        let events = manifest.as_object().expect("events").clone();
        let text: Vec<String> = events
            .keys()
            .map(|id| read(&format!("{id}.json")))
            .collect();
        (read("manifest.json"), read("hashes.csv"), text)
    };
    let first = run(".type == \"domain\"");
    assert_eq!(run(".type == \"domain\""), first);
    let (_, hashes, events) = run(".type == \"ip_address\"");
    assert!(hashes.lines().count() > first.1.lines().count());
    assert_eq!(events.len(), 1);
    let event: Value = serde_json::from_str(&events[0]).expect("JSON");
    let attributes = event["Event"]["Attribute"].as_array().expect("attributes");
    for kind in ["domain", "ip-dst"] {
        assert!(attributes.iter().any(|it| it["type"] == kind), "{kind}");
    }
    for (line, said) in [
        (
            "ingest threat-list malware -f misp-feed",
            "is a directory of files",
        ),
        (
            "enrich evil.example -f misp-feed",
            "is a directory of files",
        ),
        (
            "ingest ioc-stream --checkpoint c -f misp-feed -o feed",
            "cannot be appended to",
        ),
    ] {
        let ran = gti.run(&line.split(' ').collect::<Vec<_>>()).exits(2);
        assert!(ran.stderr.contains(said), "{line}: {}", ran.stderr);
    }
    let other = gti.work().join("other");
    fs::create_dir(&other).expect("a directory");
    fs::write(other.join("notes"), "x").expect("written");
    let other = other.to_str().expect("a name");
    let ran = gti.run(&["enrich", "evil.example", "-f", "misp-feed", "-o", other]);
    assert!(ran.exits(9).stderr.contains("no manifest.json"));
    gti.run(&["enrich", "evil.example", "-f", "misp-feed", "-o", name])
        .exits(0);
}
