//! What stands beside a report: relationships, ATT&CK, behaviours, and what
//! could not be had of them.

use serde_json::Value;

use crate::support::{FILES, Gti, Ran, site};

const DEFAULT_SET: [&str; 7] = [
    "collections",
    "malware_families",
    "related_threat_actors",
    "software_toolkits",
    "campaigns",
    "reports",
    "vulnerabilities",
];

#[track_caller]
fn only(ran: Ran) -> Value {
    let mut records = ran.exits(0).silently().records();
    assert_eq!(records.len(), 1);
    records.remove(0)
}

fn keys(value: &Value) -> Vec<&str> {
    let members = value.as_object().expect("an object");
    members.keys().map(String::as_str).collect()
}

#[test]
fn the_default_set_comes_with_the_report() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let record = only(gti.run(&["enrich", "--relationships", "evil.example"]));
    let mut expected = [&DEFAULT_SET[..], &["resolutions"]].concat();
    expected.sort_unstable();
    let mut named = keys(&record["relationships"]);
    named.sort_unstable();
    assert_eq!(named, expected);
    let relations = &record["relationships"];
    assert_eq!(relations["malware_families"]["count"], 3);
    assert_eq!(relations["malware_families"]["truncated"], false);
    // A list that goes on says nowhere how long it is.
    assert_eq!(relations["collections"]["count"], Value::Null);
    assert_eq!(relations["collections"]["truncated"], true);
    assert_eq!(relations["resolutions"]["count"], Value::Null);
    let first = &relations["malware_families"]["items"][0];
    for member in ["type", "id", "name"] {
        assert!(first[member].is_string(), "{member}: {first}");
    }
    assert_eq!(record["errors"], serde_json::json!([]));
    // All of it in one request.
    assert_eq!(sandbox.requests(), 1);
    let record = only(gti.run(&["enrich", "--relationships", FILES.malicious]));
    assert_eq!(
        record["relationships"]
            .as_object()
            .map(serde_json::Map::len),
        Some(7)
    );
}

#[test]
fn a_list_may_follow_with_a_blank_or_an_equals_sign() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for arguments in [
        &[
            "enrich",
            "--relationships",
            "reports,campaigns",
            "evil.example",
        ][..],
        &[
            "enrich",
            "--relationships=reports,campaigns",
            "evil.example",
        ],
        &[
            "enrich",
            "evil.example",
            "--relationships",
            "reports,campaigns",
        ],
    ] {
        let record = only(gti.run(arguments));
        assert_eq!(keys(&record["relationships"]).len(), 2, "{arguments:?}");
        assert_eq!(record["relationships"]["campaigns"]["count"], 1);
    }
}

#[test]
fn without_the_option_there_is_no_member() {
    let sandbox = site();
    let record = only(Gti::asking(&sandbox).run(&["enrich", FILES.malicious]));
    for member in ["relationships", "mitre", "behaviours"] {
        assert!(record.get(member).is_none(), "{member}");
    }
}

/// Pages are followed up to the limit, over an empty page that is not the last
/// and with cursors that end in `=`.
#[test]
fn whole_objects_are_fetched_page_by_page_up_to_the_limit() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (limit, items, truncated) in [("5", 5, true), ("12", 12, false), ("50", 12, false)] {
        let record = only(gti.run(&[
            "enrich",
            "evil.example",
            "--relationships=reports",
            "--expand",
            "--relationship-limit",
            limit,
        ]));
        let reports = &record["relationships"]["reports"];
        let found = reports["items"].as_array().expect("a list");
        assert_eq!(
            (found.len(), &reports["truncated"]),
            (items, &truncated.into())
        );
        assert_eq!(reports["count"], 12);
        let mut ids: Vec<&Value> = found.iter().map(|item| &item["id"]).collect();
        ids.dedup();
        assert_eq!(ids.len(), items, "no item twice");
        for item in found {
            assert_eq!(item["object"]["id"], item["id"]);
            assert!(item["object"]["attributes"]["name"].is_string());
        }
    }
    let record = only(gti.run(&[
        "enrich",
        "evil.example",
        "--relationships=communicating_files",
        "--expand",
        "--relationship-limit",
        "81",
    ]));
    let files = &record["relationships"]["communicating_files"];
    assert_eq!(files["items"].as_array().map(Vec::len), Some(81));
    assert_eq!(files["truncated"], false);
}

#[test]
fn expanding_alone_means_the_default_set() {
    let sandbox = site();
    let record = only(Gti::asking(&sandbox).run(&["enrich", "evil.example", "--expand"]));
    assert_eq!(keys(&record["relationships"]).len(), 8);
    let collections = &record["relationships"]["collections"];
    assert_eq!(collections["items"].as_array().map(Vec::len), Some(20));
    assert_eq!(collections["truncated"], true);
}

/// A relationship to one thing answers that thing and no list: it is an item at
/// once, and nobody asks twice.
#[test]
fn one_thing_is_expanded_as_one_item() {
    use crate::support::{Act, RawServer, answer};
    let server = RawServer::start(|_, head| {
        let body = if head.contains("/last_serving_ip_address?") {
            r#"{"data":{"id":"203.0.113.34","type":"ip_address","attributes":{"asn":64500}},"links":{"self":"x"}}"#
        } else if head.contains("/network_location?") {
            r#"{"data":null,"links":{"self":"x"}}"#
        } else {
            r#"{"data":{"id":"http://evil.example/","type":"url","attributes":{},"relationships":{
                "last_serving_ip_address":{"data":{"id":"203.0.113.34","type":"ip_address"}}}}}"#
        };
        Act::Send(answer("200 OK", "", body))
    });
    let record = only(Gti::at(&server.base_url()).run(&[
        "enrich",
        "http://evil.example/",
        "--relationships=last_serving_ip_address,network_location",
        "--expand",
    ]));
    let relations = &record["relationships"];
    let address = &relations["last_serving_ip_address"];
    assert_eq!(
        (&address["count"], &address["truncated"]),
        (&1.into(), &false.into())
    );
    assert_eq!(address["items"][0]["id"], "203.0.113.34");
    assert_eq!(address["items"][0]["object"]["attributes"]["asn"], 64500);
    assert_eq!(relations["network_location"]["count"], 0);
    assert_eq!(record["errors"], serde_json::json!([]));
    assert_eq!(server.requests(), 3);
}

#[test]
fn techniques_are_listed_by_sandbox() {
    let sandbox = site();
    let record = only(Gti::asking(&sandbox).run(&["enrich", "--mitre", FILES.malicious]));
    let sandboxes = record["mitre"].as_array().expect("a list");
    assert!(!sandboxes.is_empty());
    for seen in sandboxes {
        assert!(seen["sandbox"].is_string());
        let tactic = &seen["tactics"][0];
        assert!(tactic["id"].as_str().is_some_and(|id| id.starts_with("TA")));
        let technique = &tactic["techniques"][0];
        assert!(
            technique["id"]
                .as_str()
                .is_some_and(|id| id.starts_with('T'))
        );
        assert!(technique["name"].is_string() && technique["severity"].is_string());
    }
    // Files alone have them; a file that no sandbox saw has none.
    let record = only(Gti::asking(&sandbox).run(&["enrich", "--mitre", "evil.example"]));
    assert!(record.get("mitre").is_none());
    let record = only(Gti::asking(&sandbox).run(&["enrich", "--mitre", FILES.undetected]));
    assert_eq!(record["mitre"], serde_json::json!([]));
}

#[test]
fn behaviours_are_the_services_own_objects() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let record = only(gti.run(&["enrich", "--behaviours", FILES.malicious]));
    let behaviours = record["behaviours"].as_array().expect("a list");
    assert!(behaviours.len() > 1);
    assert!(
        behaviours
            .iter()
            .all(|report| report["type"] == "file_behaviour")
    );
}

/// A file without reports has none, which is an answer and not an error.
#[test]
fn a_file_that_was_run_nowhere_is_told_so() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let record = only(gti.run(&["enrich", "--mitre", "--behaviours", FILES.benign]));
    assert_eq!(record["status"], "ok");
    assert_eq!(record["mitre"], serde_json::json!([]));
    assert_eq!(record["behaviours"], serde_json::json!([]));
}

/// One relationship that can't be had must not take the rest with it, and must
/// not look like one that is empty.
#[test]
fn a_closed_relationship_leaves_a_partial_record() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for flags in [&["--relationships"][..], &["--relationships", "--expand"]] {
        for indicator in ["forbidden.example", "203.0.113.13"] {
            let record = only(gti.run(&[&["enrich", indicator], flags].concat()));
            assert_eq!(record["status"], "ok");
            let relations = &record["relationships"];
            assert!(
                relations.get("related_threat_actors").is_none(),
                "{relations}"
            );
            assert!(relations["malware_families"]["count"].as_u64() > Some(0));
            let errors = record["errors"].as_array().expect("a list");
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(errors[0]["part"], "relationships.related_threat_actors");
            assert_eq!(errors[0]["kind"], "forbidden");
            assert_eq!(errors[0]["http_status"], 403);
        }
    }
    let ran = gti.run(&[
        "enrich",
        "forbidden.example",
        "--relationships",
        "-f",
        "text",
    ]);
    assert!(
        ran.stdout
            .contains("missing     relationships.related_threat_actors"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_relationship_that_the_type_does_not_have_is_named() {
    let sandbox = site();
    let record = only(Gti::asking(&sandbox).run(&[
        "enrich",
        "evil.example",
        "--relationships=campaigns,sigma_analysis",
    ]));
    assert_eq!(record["relationships"]["campaigns"]["count"], 1);
    assert_eq!(record["errors"][0]["part"], "relationships.sigma_analysis");
}

/// A licence without threat intelligence gets the reports all the same.
#[test]
fn a_licence_that_covers_less_gets_what_it_covers() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "unlicensed-0123456789abcdef");
    let record = only(gti.run(&["enrich", "evil.example", "--relationships"]));
    assert_eq!(record["status"], "ok");
    assert_eq!(record["verdict_source"], "detections");
    assert_eq!(record["relationships"]["resolutions"]["count"], 47);
    let errors = record["errors"].as_array().expect("a list");
    let forbidden: Vec<&str> = errors
        .iter()
        .filter(|error| error["kind"] == "forbidden")
        .filter_map(|error| error["part"].as_str()?.strip_prefix("relationships."))
        .collect();
    assert_eq!(forbidden, DEFAULT_SET);
}

/// What could not be had of one part: the rest of the record stands.
#[test]
fn a_fault_of_one_part_leaves_the_rest() {
    use crate::support::{Act, RawServer, answer, object_of};
    let server = RawServer::start(|_, head| {
        if head.starts_with("GET /api/v3/files/") && head.contains("/behaviour_mitre_trees") {
            return Act::Send(answer("500 Internal Server Error", "", ""));
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
    let record = only(gti.run(&["enrich", "--mitre", FILES.malicious]));
    assert_eq!(record["status"], "ok");
    assert_eq!(record["mitre"], serde_json::json!([]));
    assert_eq!(record["errors"][0]["part"], "mitre");
    assert_eq!(record["errors"][0]["kind"], "server");
}
