use serde_json::{Value, json};

use super::*;

fn record(object: &Value) -> Value {
    let text = object.to_string();
    let common = Common::read(&text).expect("an object");
    serde_json::from_str(&common.json(&text)).expect("JSON")
}

#[test]
fn each_kind_of_object_has_the_same_members() {
    let rows = [
        (
            json!({"type":"url","id":"https://evil.example/?a=00","attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"},"severity":{"value":"SEVERITY_HIGH"},"threat_score":{"value":87}}},
                "context_attributes":{"notification_date":1_767_323_045,"sources":[{"id":"malware--1","type":"collection","label":"EXAMPLELOADER"}],"tags":["a"]}}),
            json!({"kind":"indicator","type":"url","id":"https://evil.example/?a=00","value":"https://evil.example/?a=00","title":null,"status":null,"verdict":"malicious","severity":"high","threat_score":87,
                "time":"2026-01-02T03:04:05Z","first_seen":null,"last_seen":null,"sources":[{"type":"collection","id":"malware--1","name":"EXAMPLELOADER"}],"actors":[],"malware":["EXAMPLELOADER"],"tags":["a"],"link":null}),
        ),
        (
            json!({"type":"ip_address","id":"203.0.113.7","attributes":{},"context_attributes":{"threat_list_id":"malware"},
                "relationships":{"threat_actors":{"data":[{"type":"collection","id":"threat-actor--1","attributes":{"name":"Example Heron"}}]}}}),
            json!({"kind":"indicator","type":"ip","id":"203.0.113.7","value":"203.0.113.7","title":null,"status":null,"verdict":null,"severity":null,"threat_score":null,
                "time":null,"first_seen":null,"last_seen":null,"sources":[{"type":"threat_list","id":"malware","name":null}],"actors":["Example Heron"],"malware":[],"tags":[],"link":"https://www.virustotal.com/gui/ip-address/203.0.113.7"}),
        ),
        (
            json!({"id":"d2a7","alert_type":"Paste","title":"Leak","status":"new","severity":"high","indicator_mscore":40,"monitor_id":"m","monitor_name":"M","created_at":"2026-01-02T03:04:05Z","tags":["x"]}),
            json!({"kind":"alert","type":"Paste","id":"d2a7","value":null,"title":"Leak","status":"new","verdict":null,"severity":"high","threat_score":40,
                "time":"2026-01-02T03:04:05Z","first_seen":null,"last_seen":null,"sources":[{"type":"monitor","id":"m","name":"M"}],"actors":[],"malware":[],"tags":["x"],"link":"https://advantage.mandiant.com/dtm/alerts/d2a7"}),
        ),
        (
            json!({"uid":"ab","pretty_name":"Weak TLS","entity_name":"www.example.com","first_seen":"2026-01-01T00:00:00Z","last_seen":"2026-01-02T00:00:00Z","collection":"c",
                "summary":{"severity":5,"status":"open_new","category":"misconfiguration"}}),
            json!({"kind":"issue","type":"misconfiguration","id":"ab","value":"www.example.com","title":"Weak TLS","status":"open_new","verdict":null,"severity":"none","threat_score":null,
                "time":"2026-01-01T00:00:00Z","first_seen":"2026-01-01T00:00:00Z","last_seen":"2026-01-02T00:00:00Z","sources":[{"type":"collection","id":null,"name":"c"}],"actors":[],"malware":[],"tags":[],"link":"https://asm.advantage.mandiant.com/issues/ab"}),
        ),
        (
            json!({"type":"collection","id":"vulnerability--cve-2099-0001","attributes":{"name":"CVE-2099-0001","collection_type":"vulnerability","risk_rating":"HIGH","creation_date":1_767_323_045}}),
            json!({"kind":"vulnerability","type":"vulnerability","id":"vulnerability--cve-2099-0001","value":"CVE-2099-0001","title":"CVE-2099-0001","status":null,"verdict":null,"severity":"high","threat_score":null,
                "time":"2026-01-02T03:04:05Z","first_seen":null,"last_seen":null,"sources":[],"actors":[],"malware":[],"tags":[],"link":"https://www.virustotal.com/gui/collection/vulnerability--cve-2099-0001"}),
        ),
    ];
    for (object, mut expected) in rows {
        expected["report"] = object.clone();
        assert_eq!(record(&object), expected);
    }
}

#[test]
fn odd_members_cost_themselves_alone_and_the_object_stays_as_it_came() {
    let text = r#"{"type":"file","id":"ab","attributes":{"tags":7,"meaningful_name":"a\ud83d","size":1.10}}"#;
    let common = Common::read(text).expect("an object");
    assert_eq!(common.title.as_deref(), Some("a\u{fffd}"));
    let json = common.json(text);
    assert!(json.ends_with(&format!(",\"report\":{text}}}")), "{json}");
    assert!(Common::read("[]").is_err());
}
