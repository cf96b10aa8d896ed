//! STIX as commands write it: what reaches the bundle, how it is marked, and how
//! long it is valid. `tests/formats/validate` shows the bundles to the validator.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{Act, FILES, Gti, RawServer, answer, site};

/// The objects of the bundle that a command writes.
#[track_caller]
fn objects(gti: &Gti, line: &[&str]) -> Vec<Value> {
    let ran = gti.run(&[line, &["-f", "stix"]].concat()).exits(0);
    let bundle: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(bundle["type"], "bundle");
    bundle["objects"].as_array().expect("objects").clone()
}

fn of<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let of_kind = objects.iter().filter(|object| object["type"] == kind);
    of_kind.collect()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().expect("a time").parse().expect("a time")
}

/// `source verb target` of all relationships, by the types of both.
fn relationships(objects: &[Value]) -> Vec<String> {
    let kind = |id: &Value| {
        let id = id.as_str().expect("an id");
        id.split_once("--").expect("an id").0.to_owned()
    };
    let related = of(objects, "relationship").into_iter();
    related
        .map(|object| {
            let (source, target) = (kind(&object["source_ref"]), kind(&object["target_ref"]));
            let verb = object["relationship_type"].as_str().expect("a verb");
            format!("{source} {verb} {target}")
        })
        .collect()
}

#[test]
fn a_verdict_is_valid_from_when_it_was_fetched() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (ioc, days) in [
        ("203.0.113.7", 7),
        ("evil.example", 30),
        ("http://evil.example/a", 14),
        (FILES.malicious, 365),
    ] {
        let record = gti.run(&["enrich", ioc, "-f", "jsonl"]).exits(0).records();
        let fetched = time(&record[0]["fetched_at"]);
        // From the cache, so that it is the same answer.
        let found = objects(&gti, &["enrich", ioc]);
        let until = time(&of(&found, "indicator")[0]["valid_until"]);
        // Records have whole seconds, bundles milliseconds.
        let life = until.duration_since(fetched);
        let expected = SignedDuration::from_hours(24 * days);
        assert!(
            (life - expected).abs() <= SignedDuration::from_secs(1),
            "{ioc} {life}"
        );
        let found = objects(
            &gti,
            &[
                "enrich",
                ioc,
                "--valid-for",
                "ip=1h,domain=1h,url=1h,file=1h",
            ],
        );
        let sooner = time(&of(&found, "indicator")[0]["valid_until"]);
        assert_eq!(
            until.duration_since(sooner),
            expected - SignedDuration::from_hours(1)
        );
    }
    for wrong in ["7d", "ip=0s", "host=7d", "ip=1d,ip=2d"] {
        let ran = gti
            .run(&["enrich", "x.example", "--valid-for", wrong])
            .exits(2);
        assert!(ran.stderr.contains("--valid-for"), "{}", ran.stderr);
    }
}

#[test]
fn harmless_indicators_are_observables_unless_asked_for() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (ioc, observable) in [
        ("benign.example", "domain-name"),
        (FILES.benign, "file"),
        (FILES.undetected, "file"),
    ] {
        let found = objects(&gti, &["enrich", ioc]);
        assert_eq!(of(&found, observable).len(), 1, "{ioc}");
        assert_eq!(of(&found, "indicator").len(), 0, "{ioc}");
        let found = objects(&gti, &["enrich", ioc, "--include-benign"]);
        let indicators = of(&found, "indicator");
        assert_eq!(indicators.len(), 1, "{ioc}");
        assert_ne!(
            indicators[0]["indicator_types"],
            json!(["malicious-activity"])
        );
    }
}

#[test]
fn expansion_reaches_the_bundle() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let line = [
        "enrich",
        FILES.malicious,
        "--mitre",
        "--expand",
        "--relationships=malware_families,related_threat_actors,reports,contacted_domains,contacted_ips,contacted_urls,dropped_files",
    ];
    let found = objects(&gti, &line);
    for (kind, members) in [
        (
            "malware",
            &["description", "is_family", "external_references"][..],
        ),
        ("threat-actor", &["description"]),
        (
            "attack-pattern",
            &["name", "external_references", "kill_chain_phases"],
        ),
        ("report", &["published", "object_refs"]),
        ("domain-name", &["value"]),
        ("ipv4-addr", &["value"]),
        ("url", &["value"]),
    ] {
        let of_kind = of(&found, kind);
        assert!(!of_kind.is_empty(), "{kind}");
        for member in members {
            assert!(
                of_kind.iter().any(|object| object.get(member).is_some()),
                "{kind} {member}"
            );
        }
    }
    assert!(of(&found, "file").len() > 1, "those that it drops");
    // The times of the objects, and not those of the run.
    let malware = of(&found, "malware")[0];
    assert!(time(&malware["created"]) > Timestamp::UNIX_EPOCH);
    let technique = of(&found, "attack-pattern")[0];
    let reference = &technique["external_references"][0];
    assert_eq!(reference["source_name"], "mitre-attack");
    assert!(
        reference["external_id"]
            .as_str()
            .is_some_and(|id| id.starts_with('T'))
    );
    let related = relationships(&found);
    for expected in [
        "indicator based-on file",
        "indicator indicates malware",
        "indicator indicates attack-pattern",
        "file related-to domain-name",
        "file related-to ipv4-addr",
        "file related-to url",
        "file related-to file",
    ] {
        assert!(
            related.iter().any(|found| found == expected),
            "{expected}: {related:?}"
        );
    }
    let found = objects(
        &gti,
        &["enrich", "evil.example", "--relationships=resolutions"],
    );
    assert!(relationships(&found).contains(&"domain-name resolves-to ipv4-addr".to_owned()));
}

#[test]
fn every_command_with_a_meaning_in_stix_has_its_objects() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (line, kinds) in [
        (
            "vuln get CVE-2099-0001 --associations --expand",
            &[
                "vulnerability",
                "malware",
                "threat-actor",
                "report",
                "relationship",
            ][..],
        ),
        ("vuln list -n 5", &["vulnerability"]),
        ("search --type threat-actor -n 3", &["threat-actor"]),
        ("search --type malware-family -n 3", &["malware"]),
        ("search --type software-toolkit -n 3", &["tool"]),
        ("search --type campaign -n 3", &["campaign"]),
        ("search --type report -n 3", &["report"]),
        ("search --type collection -n 3", &["grouping"]),
        ("search --type vulnerability -n 3", &["vulnerability"]),
        ("search --type domain -n 30", &["domain-name", "indicator"]),
        ("search --type file -n 3 --descriptors-only", &["file"]),
        (
            "collection get report--25-20000000 --relationships files,domains,attack_techniques --expand",
            &["report", "file", "domain-name", "attack-pattern"],
        ),
        (
            "scan url --private http://evil.example/ --poll-interval 1ms",
            &["url", "indicator"],
        ),
        (
            "scan rescan http://evil.example/ --poll-interval 1ms",
            &["url", "indicator"],
        ),
    ] {
        let line: Vec<_> = line.split(' ').collect();
        let found = objects(&gti, &line);
        for kind in kinds {
            assert!(!of(&found, kind).is_empty(), "{line:?} {kind}");
        }
    }
    let ran = gti.run(&["quota", "-f", "stix"]).exits(2);
    assert!(ran.stderr.contains("`quota`"), "{}", ran.stderr);
}

#[test]
fn markings_come_from_option_environment_and_profile() {
    let sandbox = site();
    let marked = |gti: &Gti, options: &[&str]| {
        let found = objects(gti, &[&["enrich", "evil.example"][..], options].concat());
        let marking = of(&found, "marking-definition")[0];
        let refs = json!([marking["id"]]);
        let all = found.iter().all(|object| {
            let is_constant = ["identity", "extension-definition", "marking-definition"]
                .contains(&object["type"].as_str().expect("a type"));
            is_constant || object["object_marking_refs"] == refs
        });
        assert!(all, "{found:?}");
        marking["name"].as_str().expect("a name").to_owned()
    };
    let gti = Gti::asking(&sandbox);
    gti.write_config("[default]\ntlp = 'green'\n");
    assert_eq!(marked(&gti, &[]), "TLP:GREEN");
    let gti = gti.with("GTI_TLP", "amber+strict");
    assert_eq!(marked(&gti, &[]), "TLP:AMBER+STRICT");
    assert_eq!(marked(&gti, &["--tlp", "red"]), "TLP:RED");
    let ran = gti.run(&["enrich", "x.example", "--tlp", "white"]).exits(2);
    assert!(ran.stderr.contains("amber+strict"), "{}", ran.stderr);
}

/// Names and ids that pretend to be something: the standard knows ids of CVE and
/// CAPEC by their form, and refuses a bundle for a single one in the wrong place.
#[test]
fn hostile_names_are_kept_in_their_place() {
    let collection = |id: &str, name: &str| json!({"type": "collection", "id": id, "attributes": {"name": name}});
    let report = json!({"data": {
        "type": "domain",
        "id": "evil.example",
        "attributes": {"last_analysis_stats": {"malicious": 5}, "tags": ["", " ", "a", "a"]},
        "relationships": {
            "vulnerabilities": {"data": [
                collection("vulnerability--1", "CVE-2026-1'; DROP TABLE"),
                collection("CVE-2026-0001", "CVE-2026-00001"),
                collection("vulnerability--cve-2026-0002", "CVE-2026-0002"),
            ]},
            "malware_families": {"data": [
                collection("CAPEC-7", "<script>\u{202e}\u{0}"),
                collection("malware--\n\" ' /..", ""),
            ]},
        },
    }});
    let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", report.to_string())));
    let gti = Gti::at(&server.base_url());
    let found = objects(
        &gti,
        &[
            "enrich",
            "evil.example",
            "--relationships=vulnerabilities,malware_families",
        ],
    );
    let references = found
        .iter()
        .filter_map(|object| object["external_references"].as_array())
        .flatten();
    let mut catalogued = vec![];
    for reference in references {
        let id = reference["external_id"].as_str().unwrap_or_default();
        match reference["source_name"].as_str() {
            Some("cve" | "capec") => catalogued.push(id),
            _ => assert!(
                !id.starts_with("CVE-2") && !id.starts_with("CAPEC-"),
                "{id}"
            ),
        }
    }
    catalogued.sort_unstable();
    assert_eq!(catalogued, ["CAPEC-7", "CVE-2026-0001", "CVE-2026-0002"]);
    assert_eq!(of(&found, "vulnerability").len(), 3);
    assert_eq!(of(&found, "malware").len(), 2);
    assert_eq!(of(&found, "indicator")[0]["labels"], json!(["a"]));
}
