//! The members of records: `--fields` refuses what no record has, and real records
//! are what `gti help schema` says.

use serde_json::Value;

use crate::support::{Gti, Ran, site};

/// What of the schema a value does not keep to; nothing where it does. Only what our
/// schemas use is known.
fn against(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let is = |name: &str| match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("an unknown type: {other}"),
    };
    let fits = match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        other => panic!("{at} has no type: {other}"),
    };
    if !fits {
        wrong.push(format!("{at} is {value}, not {}", schema["type"]));
    }
    let (Some(members), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    else {
        return;
    };
    for (name, member) in members {
        match properties.get(name) {
            Some(schema) => against(schema, member, &format!("{at}.{name}"), wrong),
            None => wrong.push(format!("{at}.{name} is not in the schema")),
        }
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap_or_default()) {
            wrong.push(format!("{at}.{name} is missing"));
        }
    }
}

/// How many records a run printed, each of which fits the schema.
fn fitting(schema: &Value, ran: &Ran) -> usize {
    let mut wrong = Vec::new();
    for line in ran.stdout.lines() {
        let record: Value = serde_json::from_str(line).expect("a record");
        against(schema, &record, "record", &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}\n{}", ran.stderr);
    ran.stdout.lines().count()
}

#[test]
fn records_are_what_their_schema_says() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write("mail.txt", "evil[.]example");
    gti.write("assets.csv", "host,cve\nweb,CVE-2099-0001\ndb,nonsense\n");
    gti.write("soc.toml", "[[rule]]\nname = \"all\"\naction = \"keep\"\n");
    gti.run(&["ingest", "ioc-stream", "-n", "2", "--checkpoint", "soc"])
        .exits(0);
    let alert = gti.run(&["dtm", "list", "-n", "1", "--jq", ".id"]).exits(0);
    let alert = alert.stdout.trim();
    for (command, more) in [
        (
            "enrich",
            "evil.example 10.0.0.1 !! 203.0.113.7 --relationships",
        ),
        (
            "enrich",
            "evil.example --include-private 10.0.0.1 --no-cache",
        ),
        ("vuln get", "CVE-2099-0001 CVE-1999-99999 --associations"),
        ("vuln list", "-n 3"),
        ("vuln rank", "-i assets.csv"),
        ("search", "--type report -n 2"),
        (
            "collection get",
            "threat-actor--none report--25-20000000 --iocs --timeline --mitre",
        ),
        ("collection list", "--type report -n 2"),
        ("widget", "evil.example 10.0.0.1 !!"),
        (
            "scan url",
            "https://a.example/x --private --poll-interval 1s",
        ),
        ("scan status", "none --private"),
        ("scan delete", "nonsense"),
        ("extract", "mail.txt --context 10"),
        ("match", "mail.txt --against mail.txt"),
        ("mirror sync", "--lists ransomware --since 2h"),
        ("mirror status", ""),
        ("mirror get", "evil.example none.example !!"),
        ("mirror export", "mirror.gti"),
        ("mirror import", "mirror.gti"),
        ("mirror prune", "--older 90d"),
        ("ingest ioc-stream", "-n 2"),
        ("rules check", "soc.toml"),
        ("state list", ""),
        ("state show", "soc"),
        ("state verify", "soc"),
        ("state rewind", "soc 1h"),
        ("dtm show", alert),
        ("dtm update", &format!("{alert} none --status read")),
        (
            "dtm update",
            &format!("{alert} --status closed --dry-run --add-tag a"),
        ),
        ("asm list", "-n 2"),
        ("asm projects", ""),
        ("auth status", ""),
        ("config list", ""),
        ("cache stats", ""),
        ("cache clear", ""),
        ("quota", ""),
        ("doctor", ""),
        ("version", ""),
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let schema = gti
            .run(&[&["help", "schema"], &words[..]].concat())
            .exits(0);
        let schema: Value = serde_json::from_str(&schema.stdout).expect("a schema");
        let more = more.split(' ').filter(|word| !word.is_empty());
        let all: Vec<&str> = words
            .into_iter()
            .chain(more)
            .chain(["-f", "jsonl"])
            .collect();
        let records = fitting(&schema, &gti.run(&all));
        let none = matches!(command, "config list");
        assert!(none || records > 0, "{all:?}");
    }
}

#[test]
fn common_records_are_what_their_schema_says() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let schema = gti.run(&["help", "schema", "record"]).exits(0);
    let schema: Value = serde_json::from_str(&schema.stdout).expect("a schema");
    for command in [
        "ingest ioc-stream -n 3",
        "ingest threat-list ransomware -n 3",
        "dtm list -n 3",
        "asm list -n 3",
        "vuln list -n 3",
        "collection list --type report -n 3",
        "search --type threat-actor -n 3",
    ] {
        let words: Vec<&str> = command.split(' ').chain(["--shape", "record"]).collect();
        let records = fitting(&schema, &gti.run(&words).exits(0));
        assert!(records > 0, "{command}");
    }
}

#[test]
fn fields_that_no_record_has_are_refused_before_anything_is_asked() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (command, field, meant) in [
        ("enrich evil.example", "verdit", "verdict"),
        (
            "enrich evil.example -f csv",
            "detections.malicous",
            "detections.malicious",
        ),
        ("enrich evil.example --shape record", "titel", "title"),
        ("vuln list", "prioritty", "priority"),
        ("quota -f text", "remainig", "remaining"),
        (
            "ingest ioc-stream --shape record",
            "threat_scor",
            "threat_score",
        ),
        ("dtm list --shape record", "severty", "severity"),
        ("auth status", "profil", "profile"),
    ] {
        let words = [
            &command.split(' ').collect::<Vec<_>>()[..],
            &["--fields", field],
        ]
        .concat();
        let before = sandbox_requests(&gti);
        let ran = gti.run(&words).exits(2);
        assert_eq!(ran.stdout, "", "{command}");
        for part in [
            format!("no member `{field}`"),
            format!("did you mean `{meant}`?"),
        ] {
            assert!(ran.stderr.contains(&part), "{command}: {}", ran.stderr);
        }
        assert_eq!(sandbox_requests(&gti), before, "{command}");
    }
    for command in [
        "enrich evil.example --fields ioc,detections.malicious,report.attributes.any,errors.0",
        "enrich evil.example --raw --fields attributes.any",
        "dtm list -n 1 --fields monitor_id,whatever.it.is",
        "enrich evil.example --jq {a:1} --fields a",
        "ingest ioc-stream -n 1 --fields time,value,attributes.x -f csv",
        "vuln list -n 1 -f csv --fields affects,cve,report.id",
    ] {
        gti.run(&command.split(' ').collect::<Vec<_>>()).exits(0);
    }
}

/// Requests that the key has made; asking costs nothing.
fn sandbox_requests(gti: &Gti) -> String {
    gti.run(&["quota", "--jq", "[.quota, .used]"])
        .exits(0)
        .stdout
}

#[test]
fn help_lists_members_and_names_the_command_that_was_meant() {
    let gti = Gti::new();
    let ran = gti.run(&["help", "fields", "enrich"]).exits(0).silently();
    for member in ["  verdict?", "  detections.malicious", "  error.kind"] {
        assert!(ran.stdout.contains(member), "{}", ran.stdout);
    }
    let ran = gti
        .run(&["help", "fields", "ingest", "dtm"])
        .exits(0)
        .silently();
    assert!(ran.stdout.contains("monitor_id") && ran.stdout.contains("dotted"));
    for (words, hint) in [
        (&["enrch"][..], "did you mean `gti help schema enrich`?"),
        (&["vuln"], "one of: vuln get, vuln list, vuln rank"),
        (&[], "one of: enrich, "),
    ] {
        let ran = gti.run(&[&["help", "schema"], words].concat()).exits(2);
        assert!(ran.stderr.contains(hint), "{}", ran.stderr);
    }
}

#[test]
fn the_version_names_what_was_built() {
    let gti = Gti::new();
    let ran = gti.run(&["version", "-f", "json"]).exits(0).silently();
    let version: Value = serde_json::from_str(&ran.stdout).expect("one object");
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    let commit = version["commit"].as_str();
    assert!(commit.is_none_or(|commit| commit.len() == 40), "{version}");
    let sandbox = version["features"]
        .as_array()
        .expect("a list")
        .iter()
        .any(|it| it == "sandbox");
    assert_eq!(sandbox, cfg!(feature = "sandbox"));
    let ran = gti.run(&["version", "-f", "text"]).exits(0).silently();
    assert!(
        ran.stdout
            .starts_with(concat!("gti ", env!("CARGO_PKG_VERSION"), "\n"))
    );
}
