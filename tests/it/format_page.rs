//! `docs/formats.md` says what the formats hold, and no more: its tables beside what
//! commands write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{FILES, Gti, site};

const PAGE: &str = include_str!("../../docs/formats.md");

/// The section under a heading.
fn section(heading: &str) -> &'static str {
    let start = PAGE.find(&format!("\n## {heading}\n")).expect("a section");
    let rest = &PAGE[start + 4..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

/// The rows of the tables of a text, without their headings.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_heading = |at: usize| {
        lines
            .get(at + 1)
            .is_some_and(|next| next.starts_with("|--"))
    };
    let is_row = |at: &usize| {
        let line = lines[*at];
        line.starts_with('|') && !line.starts_with("|--") && !is_heading(*at)
    };
    let rows = (0..lines.len()).filter(is_row);
    rows.map(|at| {
        let row = lines[at].replace("\\|", "\u{1}");
        let cells = row.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().replace('\u{1}', "|"))
            .collect()
    })
    .collect()
}

/// What stands between backticks.
fn spans(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The names in the first column of a section's tables.
fn named(heading: &str) -> BTreeSet<String> {
    let rows = rows(section(heading));
    rows.iter().flat_map(|row| spans(&row[0])).collect()
}

/// What commands of every kind write in a format.
fn outputs(gti: &Gti, format: &str) -> Vec<String> {
    let file = FILES.malicious;
    let lines = [
        format!(
            "enrich evil.example 203.0.113.7 2001:db8::7 http://evil.example/a {file} --tlp green"
        ),
        "ingest ioc-stream -n 40".to_owned(),
        "ingest threat-list malware -n 40".to_owned(),
        "ingest dtm -n 20".to_owned(),
        "ingest asm -n 20".to_owned(),
        "vuln list -n 20".to_owned(),
        "search --type threat-actor -n 5".to_owned(),
        "search --type malware-family -n 5".to_owned(),
        "search --type software-toolkit -n 5".to_owned(),
        "search --type campaign -n 5".to_owned(),
        "search --type report -n 5".to_owned(),
        "search --type collection -n 5".to_owned(),
        format!("enrich {file} --mitre --relationships=malware_families,reports --expand"),
    ];
    let taken = lines.iter().filter_map(|line| {
        let index = if matches!(format, "hec" | "bulk") {
            " --index x"
        } else {
            ""
        };
        let line = format!("{line} -f {format}{index}");
        let ran = gti.run(&line.split(' ').collect::<Vec<_>>());
        // Where the records have no meaning in it there is nothing to look at.
        (!ran.stdout.is_empty()).then_some(ran.stdout)
    });
    taken.collect()
}

fn flat(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let full = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flat(inner, &full, found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn documents(outputs: &[String]) -> Vec<Value> {
    let lines = outputs.iter().flat_map(|text| text.lines());
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Each name that was written stands in the table, and each of the table was written.
#[track_caller]
fn agree(written: &BTreeSet<String>, table: &BTreeSet<String>) {
    let covers = |entry: &str, name: &str| {
        entry == name
            || entry
                .strip_suffix('*')
                .is_some_and(|start| name.starts_with(start))
    };
    for name in written {
        assert!(
            table.iter().any(|entry| covers(entry, name)),
            "the page has no `{name}`"
        );
    }
    for entry in table {
        assert!(
            written.iter().any(|name| covers(entry, name)),
            "nothing writes `{entry}`"
        );
    }
}

#[test]
fn the_fields_of_ecs_are_those_of_the_page() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut written = BTreeSet::new();
    for document in documents(&outputs(&gti, "ecs")) {
        flat(&document, "", &mut written);
    }
    agree(&written, &named("Elastic and OpenSearch"));
}

#[test]
fn the_members_of_events_for_splunk_are_those_of_the_page() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut written = BTreeSet::new();
    for event in documents(&outputs(&gti, "hec")) {
        flat(&event, "", &mut written);
    }
    agree(&written, &named("Splunk"));
}

#[test]
fn the_keys_of_cef_are_those_of_the_page() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let mut written = BTreeSet::new();
    for line in outputs(&gti, "cef").iter().flat_map(|text| text.lines()) {
        for word in line.split([' ', '|']) {
            let key = word.split('=').next().unwrap_or_default();
            let is_key = word.contains('=')
                && !key.is_empty()
                && key.chars().all(|c| c.is_ascii_alphanumeric());
            if is_key && !key.starts_with("cs") {
                written.insert(key.to_owned());
            } else if is_key {
                written.insert(key.trim_end_matches("Label").to_owned());
            }
        }
    }
    // No indicator of the simulated service names an actor.
    written.insert("cs5".to_owned());
    agree(&written, &named("CEF"));
}

#[test]
fn the_objects_of_stix_are_those_of_the_page() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let page: BTreeSet<String> = spans(section("STIX")).into_iter().collect();
    // What stands around the objects, and the observables, which the page calls so.
    let around = [
        "identity",
        "extension-definition",
        "marking-definition",
        "relationship",
        "domain-name",
        "ipv4-addr",
        "ipv6-addr",
        "url",
        "file",
        "software",
    ];
    for format in ["stix", "stix-opencti"] {
        for text in outputs(&gti, format) {
            let bundle: Value = serde_json::from_str(&text).expect("JSON");
            for object in bundle["objects"].as_array().expect("objects") {
                let kind = object["type"].as_str().expect("a type");
                assert!(
                    page.contains(kind) || around.contains(&kind),
                    "the page has no `{kind}`"
                );
            }
        }
    }
}

#[test]
fn the_attributes_of_misp_are_those_of_the_page() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let page: BTreeSet<String> = spans(section("MISP")).into_iter().collect();
    let mut written = BTreeSet::new();
    for text in outputs(&gti, "misp") {
        let event: Value = serde_json::from_str(&text).expect("JSON");
        for attribute in event["Event"]["Attribute"].as_array().expect("attributes") {
            written.insert(attribute["type"].as_str().expect("a type").to_owned());
        }
        for object in event["Event"]["Object"].as_array().expect("objects") {
            written.insert(object["name"].as_str().expect("a name").to_owned());
        }
    }
    for name in &written {
        assert!(page.contains(name), "the page has no `{name}`");
    }
}

#[test]
fn lists_are_what_the_page_says_of_each_device() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let values = [
        "198.51.100.7",
        "evil.example",
        "http://evil.example/a",
        FILES.malicious,
    ];
    let rows = rows(section("Lists for devices"));
    assert_eq!(rows.len(), 7);
    for row in rows {
        let target = row[0].trim_matches('`');
        for (value, cell) in values.iter().zip(&row[1..]) {
            gti.write("text", format!("{value}\n"));
            let line = format!("extract text --include-private -f values --target {target}");
            let ran = gti.run(&line.split(' ').collect::<Vec<_>>()).exits(0);
            let lines = ran
                .stdout
                .lines()
                .filter(|line| !line.starts_with(['$', '@']));
            let lines: Vec<&str> = lines.collect();
            let expected: Vec<String> = match cell.as_str() {
                "\u{2013}" => vec![],
                "as it is" | "strongest hash" | "SHA-256" => vec![(*value).to_owned()],
                cell if cell.starts_with("host and path") => vec!["evil.example/a".to_owned()],
                cell => spans(cell)
                    .iter()
                    .map(|span| span.replace("name", "evil.example"))
                    .collect(),
            };
            // A URL names a domain, and a list may have that too.
            let found: Vec<&str> = lines.iter().copied().take(expected.len().max(1)).collect();
            assert_eq!(found, expected, "{target} {value}: {cell}");
        }
    }
}

#[test]
fn who_reads_what_is_what_help_says() {
    let gti = Gti::new();
    let help = gti.run(&["help", "formats"]).exits(0).stdout;
    let help = help.split("takes which of these:").nth(1).expect("a table");
    let mut taken: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut command = String::new();
    for line in help.lines().filter(|line| line.len() > 22) {
        let (name, formats) = line.split_at(22);
        if !name.trim().is_empty() {
            name.trim().clone_into(&mut command);
        }
        let formats = formats.split_whitespace().map(str::to_owned);
        taken.entry(command.clone()).or_default().extend(formats);
    }
    let columns: [&[&str]; 8] = [
        &[
            "enrich",
            "scan file",
            "scan url",
            "scan status",
            "scan rescan",
        ],
        &["ingest ioc-stream", "ingest threat-list", "ingest deltas"],
        &["search", "ingest collections"],
        &["collection get", "collection list"],
        &["vuln get", "vuln list", "ingest vuln"],
        &[
            "ingest dtm",
            "ingest asm",
            "ingest alerts",
            "dtm list",
            "asm show",
            "alerts list",
        ],
        &["extract"],
        &["match"],
    ];
    let mut seen = BTreeSet::new();
    for row in rows(section("Who reads what"))
        .iter()
        .filter(|row| row.len() == 10)
    {
        for format in spans(&row[1]) {
            for (cell, commands) in row[2..].iter().zip(columns) {
                for command in commands {
                    let listed = taken[*command].contains(&format);
                    assert_eq!(cell == "\u{25cf}", listed, "{format} {command}");
                }
            }
            seen.insert(format);
        }
    }
    let all: BTreeSet<String> = taken.into_values().flatten().collect();
    assert_eq!(seen, all, "the page has every format");
}
