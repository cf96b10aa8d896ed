//! What programs that read exports do with them, where that costs their users something:
//! each of these has surprised somebody, and each is a test here. What `PostgreSQL` refuses
//! is in `ingest/postgres`.

use serde_json::{Value, json};

use crate::support::{Act, FILES, Gti, RawServer, answer, site};

/// An object of a feed.
fn item(kind: &str, id: &str, verdict: &str, score: i64) -> Value {
    json!({
        "type": kind,
        "id": id,
        "attributes": {
            "last_modification_date": 1_700_000_000,
            "last_analysis_stats": {"malicious": 9, "undetected": 1},
            "gti_assessment": {
                "verdict": {"value": format!("VERDICT_{verdict}")},
                "severity": {"value": "SEVERITY_HIGH"},
                "threat_score": {"value": score},
            },
        },
        "relationships": {
            "threat_actors": {"data": [{"type": "collection", "id": "threat-actor--1", "attributes": {
                "name": "EXAMPLE ACTOR", "alt_names": ["shared name"],
            }}]},
        },
    })
}

/// What a command makes of a threat list with these entries.
fn listed(items: &[Value], line: &str) -> String {
    let items: Vec<Value> = items.iter().map(|item| json!({ "data": item })).collect();
    let body = json!({ "iocs": items }).to_string();
    let server = RawServer::start(move |_, _| Act::Send(answer("200 OK", "", &body)));
    let gti = Gti::at(&server.base_url());
    let line = format!("ingest threat-list malware {line}");
    gti.run(&line.split(' ').collect::<Vec<_>>())
        .exits(0)
        .stdout
}

fn objects(bundle: &str) -> Vec<Value> {
    let bundle: Value = serde_json::from_str(bundle).expect("JSON");
    bundle["objects"].as_array().expect("objects").clone()
}

fn of<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|it| it["type"] == kind).collect()
}

/// MISP makes whatever it is given something to look for, benign and revoked ones too.
#[test]
fn misp_gets_nothing_harmless_to_look_for() {
    let items = [
        item("domain", "evil.example", "MALICIOUS", 90),
        item("domain", "odd.example", "SUSPICIOUS", 40),
        item("domain", "good.example", "BENIGN", 0),
        item("domain", "quiet.example", "UNDETECTED", 1),
    ];
    let event: Value = serde_json::from_str(&listed(&items, "-f misp")).expect("JSON");
    let attributes = event["Event"]["Attribute"].as_array().expect("attributes");
    let found: Vec<(&Value, &Value)> = attributes
        .iter()
        .map(|it| (&it["value"], &it["to_ids"]))
        .collect();
    assert_eq!(
        found,
        [
            (&json!("evil.example"), &json!(true)),
            (&json!("odd.example"), &json!(false))
        ]
    );
}

/// `OpenCTI` shows 50 for what has no score where it looks for one.
#[test]
fn opencti_finds_the_score_in_its_own_place() {
    let items = [item("ip_address", "198.51.100.7", "MALICIOUS", 87)];
    let found = objects(&listed(&items, "-f stix-opencti"));
    let indicator = of(&found, "indicator")[0];
    let own =
        &indicator["extensions"]["extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"];
    assert_eq!(own["score"], 87);
    assert_eq!(own["main_observable_type"], "IPv4-Addr");
    let address = of(&found, "ipv4-addr")[0];
    let own = &address["extensions"]["extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82"];
    assert_eq!(own["score"], 87);
    // A score that nobody has given stays away, and is not 0.
    let mut unknown = item("ip_address", "198.51.100.7", "MALICIOUS", 87);
    unknown["attributes"]["gti_assessment"]["threat_score"] = Value::Null;
    let found = objects(&listed(&[unknown], "-f stix-opencti"));
    assert!(!of(&found, "indicator")[0].to_string().contains("\"score\""));
}

/// A TAXII server takes the version of an extension's definition for a date, and cannot
/// read the collection any more.
#[test]
fn what_goes_to_servers_defines_no_extension() {
    let items = [item("domain", "evil.example", "MALICIOUS", 87)];
    for format in ["stix-opencti", "stix-sentinel"] {
        let text = listed(&items, &format!("-f {format}"));
        assert!(
            !text.contains("\"type\":\"extension-definition\""),
            "{text}"
        );
    }
    let text = listed(&items, "-f stix");
    assert!(text.contains("\"type\":\"extension-definition\""), "{text}");
}

/// Rules of Elastic look in `logs-ti_*`, for modules `ti_*`, and thirty days back: a
/// document as old as the indicator would never be looked at.
#[test]
fn rules_of_elastic_find_the_documents() {
    let items = [item("ip_address", "198.51.100.7", "MALICIOUS", 87)];
    let before = jiff::Timestamp::now().as_second();
    let text = listed(&items, "-f bulk");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let index = lines[0]["create"]["_index"].as_str().expect("an index");
    assert!(index.starts_with("logs-ti_gti."), "{index}");
    let document = &lines[1];
    assert_eq!(document["event"]["module"], "ti_gti");
    assert_eq!(document["event"]["kind"], "enrichment");
    assert_eq!(document["event"]["category"], json!(["threat"]));
    assert_eq!(document["event"]["type"], json!(["indicator"]));
    assert_eq!(document["threat"]["indicator"]["ip"], "198.51.100.7");
    let at: jiff::Timestamp = document["@timestamp"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("a time");
    assert!(at.as_second() >= before, "{at}");
    assert_eq!(
        document["threat"]["indicator"]["modified_at"],
        "2023-11-14T22:13:20Z"
    );
}

/// A co-process whose standard error is joined to its standard output must say nothing
/// there: each line would be taken for an answer, and all later ones for those of other
/// messages.
#[test]
fn exports_say_nothing_on_standard_error_when_they_are_told_to() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for format in ["ecs", "cef", "values"] {
        let ran = gti.run(&["enrich", "evil.example", "-f", format, "--quiet"]);
        assert_eq!(ran.exits(0).stderr, "", "{format}");
    }
}

/// The standard keeps its namespace for observables.
#[test]
fn only_observables_have_ids_of_the_standards_namespace() {
    let space = uuid::Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);
    let items = [item("domain", "evil.example", "MALICIOUS", 87)];
    let found = objects(&listed(&items, "-f stix-opencti"));
    let id = |properties: &str| uuid::Uuid::new_v5(&space, properties.as_bytes());
    assert_eq!(
        of(&found, "domain-name")[0]["id"],
        format!("domain-name--{}", id(r#"{"value":"evil.example"}"#))
    );
    let indicator = of(&found, "indicator")[0];
    let pattern = indicator["pattern"].as_str().expect("a pattern");
    // As OpenCTI computes it for itself, which breaks the rule.
    let theirs = id(&json!({ "pattern": pattern }).to_string());
    assert_ne!(indicator["id"], format!("indicator--{theirs}"));
}

/// `OpenCTI` merges by alias what has nothing to do with each other.
#[test]
fn opencti_gets_no_aliases() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let found = |format: &str| {
        let line = format!("search --type threat-actor -n 10 -f {format}");
        objects(
            &gti.run(&line.split(' ').collect::<Vec<_>>())
                .exits(0)
                .stdout,
        )
    };
    let aliased = |objects: &[Value]| objects.iter().any(|it| it.get("aliases").is_some());
    assert!(aliased(&found("stix")));
    let theirs = found("stix-opencti");
    assert!(!aliased(&theirs));
    assert!(!of(&theirs, "intrusion-set").is_empty());
}

/// Sentinel deletes nothing: what has turned out harmless is sent again, revoked. And it
/// takes 100 objects a request.
#[test]
fn sentinel_gets_bodies_that_it_takes_whole() {
    let mut items: Vec<Value> = (0..250)
        .map(|n| item("domain", &format!("evil-{n}.example"), "MALICIOUS", 87))
        .collect();
    items.push(item("domain", "turned.example", "BENIGN", 0));
    let text = listed(&items, "-f stix-sentinel");
    let bodies: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert!(bodies.len() >= 3);
    let mut all = vec![];
    for body in &bodies {
        let objects = body["stixobjects"].as_array().expect("objects");
        assert!((1..=100).contains(&objects.len()));
        all.extend(objects.clone());
    }
    let indicators = of(&all, "indicator");
    assert_eq!(indicators.len(), 251);
    for indicator in indicators {
        let is_harmless = indicator["name"] == "turned.example";
        assert_eq!(indicator["revoked"] == true, is_harmless, "{indicator}");
        assert_eq!(indicator["confidence"], if is_harmless { 0 } else { 87 });
    }
}

/// `externalId` has 40 characters, `dst` is for addresses of version 4 alone.
#[test]
fn fields_of_cef_hold_what_fits() {
    let items = [
        item("file", FILES.malicious, "MALICIOUS", 87),
        item("ip_address", "2001:db8::7", "MALICIOUS", 87),
        item("ip_address", "198.51.100.7", "MALICIOUS", 87),
    ];
    let text = listed(&items, "-f cef");
    let lines: Vec<&str> = text.lines().collect();
    assert!(!lines[0].contains("externalId="), "{}", lines[0]);
    assert!(lines[0].contains(&format!("fileHash={}", FILES.malicious)));
    assert!(
        lines[1].contains("c6a3=2001:db8::7 c6a3Label=Destination IPv6 Address")
            && !lines[1].contains("dst="),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].contains("dst=198.51.100.7") && lines[2].contains("externalId=198.51.100.7"),
        "{}",
        lines[2]
    );
}

/// The template says one category for the score, and MISP takes numbers in another.
#[test]
fn misp_gets_the_score_in_a_category_that_takes_numbers() {
    let items = [item("domain", "evil.example", "MALICIOUS", 87)];
    let event: Value = serde_json::from_str(&listed(&items, "-f misp")).expect("JSON");
    let report = event["Event"]["Object"][0]["Attribute"]
        .as_array()
        .expect("attributes");
    let score = report
        .iter()
        .find(|it| it["object_relation"] == "threat-score")
        .expect("a score");
    assert_eq!(
        (&score["type"], &score["category"], &score["value"]),
        (&json!("integer"), &json!("Other"), &json!("87"))
    );
}

/// ECS has no field for the score of an indicator, and its confidence is a scale of words.
#[test]
fn the_score_is_in_a_field_of_its_own_in_ecs() {
    let items = [item("domain", "evil.example", "MALICIOUS", 87)];
    let document: Value = serde_json::from_str(&listed(&items, "-f ecs")).expect("JSON");
    assert_eq!(document["gti"]["threat_score"], 87);
    let indicator = document["threat"]["indicator"]
        .as_object()
        .expect("members");
    assert!(!indicator.contains_key("confidence") && !indicator.contains_key("score"));
}
