//! The payload maps of the workflow example: what each makes of an alert, an
//! issue and an indicator is what its platform takes, whatever is missing.

use std::path::{Path, PathBuf};

use gti::Filter;
use serde_json::Value;

use crate::support::Gti;

/// Nothing, members that are null, and members of another kind than usual.
const SPARSE: [&str; 5] = [
    r#"{"id":"x"}"#,
    r#"{"id":"x","summary":null,"tags":null,"title":null,"severity":null,"alert_type":null}"#,
    r#"{"id":"x","monitor_id":"m","created_at":"yesterday","severity":7,"title":["a"],"tags":"b"}"#,
    r#"{"id":"x","type":"file","attributes":null,"context_attributes":null}"#,
    r#"{"id":"x","summary":{"severity":null},"entity_name":null,"first_seen":"soon"}"#,
];

/// A member that a platform requires, by its pointer, and whether a value is one.
type Required = (&'static str, fn(&Value) -> bool);

/// The maps and what their platforms require.
const MAPS: [(&str, &[Required]); 13] = [
    (
        "splunk-hec",
        &[
            ("/event", Value::is_object),
            ("/event/id", text),
            ("/sourcetype", text),
            ("/source", text),
            ("/fields/severity", text),
        ],
    ),
    (
        "splunk-soar",
        &[
            ("/name", text),
            ("/label", text),
            ("/severity", |value| {
                one_of(value, &["high", "medium", "low"])
            }),
            ("/source_data_identifier", text),
            ("/artifacts/0/cef/requestContext", page),
            ("/description", page),
            ("/artifacts/0/source_data_identifier", text),
        ],
    ),
    (
        "ibm-soar",
        &[
            ("/name", text),
            ("/discovered_date", |value| {
                value.as_u64().is_some_and(|time| time > 1_000_000_000_000)
            }),
            ("/description/format", text),
            ("/description/content", page),
            ("/severity_code/name", |value| {
                one_of(value, &["High", "Medium", "Low"])
            }),
            ("/artifacts", Value::is_array),
        ],
    ),
    (
        "insightconnect",
        &[
            ("/id", text),
            ("/kind", text),
            ("/title", text),
            ("/severity", text),
            ("/link", page),
            ("/indicators", Value::is_array),
        ],
    ),
    (
        "thehive",
        &[
            ("/type", text),
            ("/source", text),
            ("/sourceRef", text),
            ("/title", text),
            ("/description", text),
            ("/externalLink", page),
            ("/severity", |value| {
                value.as_u64().is_some_and(|level| (1..=4).contains(&level))
            }),
            ("/observables", Value::is_array),
        ],
    ),
    (
        "jira",
        &[
            ("/fields/project/key", text),
            ("/fields/issuetype/name", text),
            ("/fields/summary", |value| {
                text(value)
                    && value.as_str().is_some_and(|summary| {
                        !summary.contains('\n') && summary.chars().count() <= 255
                    })
            }),
            ("/fields/description/type", |value| one_of(value, &["doc"])),
            ("/fields/description/version", |value| value == 1),
            ("/fields/description/content/0/type", text),
            ("/fields/description/content/0/content/0/text", text),
            (
                "/fields/description/content/2/content/0/marks/0/attrs/href",
                page,
            ),
        ],
    ),
    (
        "servicenow",
        &[
            ("/short_description", |value| {
                text(value)
                    && value
                        .as_str()
                        .is_some_and(|text| text.chars().count() <= 160)
            }),
            ("/description", page),
            ("/urgency", |value| one_of(value, &["1", "2", "3"])),
            ("/impact", |value| one_of(value, &["1", "2", "3"])),
            ("/correlation_id", text),
        ],
    ),
    (
        "slack",
        &[
            ("/text", text),
            ("/blocks/0/type", text),
            ("/blocks/1/text/type", |value| one_of(value, &["mrkdwn"])),
            ("/blocks/1/text/text", |value| {
                text(value)
                    && value
                        .as_str()
                        .is_some_and(|text| text.chars().count() <= 3_000)
            }),
            ("/blocks/2/elements/0/text", page),
        ],
    ),
    (
        "teams",
        &[
            ("/type", |value| value == "message"),
            ("/attachments/0/contentType", |value| {
                value == "application/vnd.microsoft.card.adaptive"
            }),
            ("/attachments/0/content/body/0/text", text),
            ("/attachments/0/content/body/1/text", text),
            ("/attachments/0/content/actions/0/url", page),
        ],
    ),
    (
        "pagerduty",
        &[
            ("/routing_key", text),
            ("/event_action", |value| value == "trigger"),
            ("/dedup_key", |value| {
                text(value) && value.as_str().is_some_and(|key| key.len() <= 255)
            }),
            ("/payload/summary", |value| {
                text(value)
                    && value
                        .as_str()
                        .is_some_and(|text| text.chars().count() <= 1_024)
            }),
            ("/payload/source", text),
            ("/payload/severity", |value| {
                one_of(value, &["critical", "error", "warning", "info"])
            }),
            ("/links/0/href", page),
        ],
    ),
    (
        "elastic",
        &[
            ("/title", |value| {
                text(value)
                    && value
                        .as_str()
                        .is_some_and(|text| text.chars().count() <= 160)
            }),
            ("/description", page),
            ("/severity", |value| {
                one_of(value, &["critical", "high", "medium", "low"])
            }),
            ("/owner", |value| value == "securitySolution"),
            ("/connector/type", |value| value == ".none"),
            ("/settings/syncAlerts", Value::is_boolean),
            ("/tags/0", text),
        ],
    ),
    (
        "sentinel",
        &[
            ("/TimeGenerated", |value| {
                value
                    .as_str()
                    .is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok())
            }),
            ("/Kind", text),
            ("/Title", text),
            ("/Severity", text),
            ("/Link", page),
            ("/RecordId", text),
        ],
    ),
    (
        "opencti",
        &[
            ("/query", |value| {
                value
                    .as_str()
                    .is_some_and(|query| query.starts_with("mutation ("))
            }),
            ("/variables/input/name", |value| {
                value.as_str().is_some_and(|name| name.chars().count() >= 2)
            }),
            ("/variables/input/description", page),
        ],
    ),
];

/// A text that leads to the service.
fn page(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.contains("https://www.virustotal.com/gui/")
            || text.contains("https://advantage.mandiant.com/dtm/alerts/")
            || text.contains("https://asm.advantage.mandiant.com/issues/")
            || text.contains("https://proactive.virustotal.com/alerts/")
    })
}

fn text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn one_of(value: &Value, allowed: &[&str]) -> bool {
    value.as_str().is_some_and(|text| allowed.contains(&text))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/workflow/payloads")
}

fn map(name: &str) -> Filter {
    let path = folder().join(format!("{name}.jq"));
    let program = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Filter::compile(&program).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The one payload that a map makes of a record.
fn payload(name: &str, map: &Filter, record: &str) -> Value {
    let results = map.run(record).expect("results");
    let [result] = &results[..] else {
        panic!("{name}: {results:?} of {record}");
    };
    serde_json::from_str(result).expect("JSON")
}

/// Alerts, issues and indicators as the simulated service sends them.
fn records() -> Vec<String> {
    let gti = Gti::new();
    let issue = |number: u8| format!("{number:064}");
    let issues = [issue(1), issue(2), issue(4)];
    let mut asked = vec![
        vec![
            "dtm",
            "show",
            "sandboxalertnew00001",
            "sandboxalerthostile1",
            "sandboxalertsparse01",
            "sandboxalertlarge001",
        ],
        vec!["asm", "show"],
        vec![
            "alerts",
            "show",
            "alert-new",
            "alert-critical",
            "alert-hostile",
            "alert-sparse",
            "--project",
            "demo",
        ],
        vec!["ingest", "ioc-stream", "--since", "1h", "--limit", "30"],
        vec!["ingest", "threat-list", "malware", "--limit", "30"],
        vec!["vuln", "list", "-n", "10"],
    ];
    asked[1].extend(issues.iter().map(String::as_str));
    let mut records = vec![];
    for mut arguments in asked {
        arguments.splice(0..0, ["--sandbox", "-q", "-f", "jsonl"]);
        let ran = gti.run(&arguments).exits(0);
        let before = records.len();
        records.extend(ran.stdout.lines().map(str::to_owned));
        assert!(records.len() > before, "{arguments:?}");
    }
    records
}

#[test]
fn payloads_are_what_their_platforms_take() {
    let records = records();
    let all = || records.iter().map(String::as_str).chain(SPARSE);
    for (name, required) in MAPS {
        let map = map(name);
        for record in all() {
            let payload = payload(name, &map, record);
            for (pointer, is_right) in required {
                let value = payload.pointer(pointer).unwrap_or(&Value::Null);
                assert!(
                    is_right(value),
                    "{name}: {pointer} is {value} of {record:.300}"
                );
            }
        }
    }
}

#[test]
fn payloads_tell_the_severities_apart() {
    let cases = [
        (r#"{"id":"x","monitor_id":"m","severity":"high"}"#, "1", 3),
        (r#"{"id":"x","monitor_id":"m","severity":"low"}"#, "3", 1),
        (
            r#"{"name":"projects/p/alerts/x","audit":{},"severityAnalysis":{"severityLevel":"SEVERITY_LEVEL_HIGH"}}"#,
            "1",
            3,
        ),
        (r#"{"uid":"x","summary":{"severity":1}}"#, "1", 4),
        (r#"{"uid":"x","summary":{"severity":3}}"#, "2", 2),
        (r#"{"uid":"x","summary":{"severity":5}}"#, "3", 1),
        (
            r#"{"id":"x","type":"domain","attributes":{"gti_assessment":{"severity":{"value":"SEVERITY_HIGH"}}}}"#,
            "1",
            3,
        ),
        // A vulnerability by its rating, an entry of a list by its verdict.
        (
            r#"{"id":"vulnerability--cve-2099-0001","type":"collection","attributes":{"name":"CVE-2099-0001","collection_type":"vulnerability","risk_rating":"CRITICAL"}}"#,
            "1",
            4,
        ),
        (
            r#"{"id":"x.example","type":"domain","attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"}}}}"#,
            "1",
            3,
        ),
        (
            r#"{"id":"x.example","type":"domain","attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_SUSPICIOUS"}}}}"#,
            "2",
            2,
        ),
    ];
    let (servicenow, thehive) = (map("servicenow"), map("thehive"));
    for (record, urgency, level) in cases {
        let ticket = payload("servicenow", &servicenow, record);
        assert_eq!(ticket["urgency"], urgency, "{record}");
        let alert = payload("thehive", &thehive, record);
        assert_eq!(alert["severity"], level, "{record}");
    }
}

#[test]
fn payloads_carry_the_indicator_of_a_notification() {
    let record = r#"{"id":"203.0.113.7","type":"ip_address","attributes":{"tags":["a"]},"context_attributes":{"notification_id":"9","notification_date":1767322800}}"#;
    let alert = payload("thehive", &map("thehive"), record);
    assert_eq!(alert["observables"][0]["dataType"], "ip");
    assert_eq!(alert["observables"][0]["data"], "203.0.113.7");
    assert_eq!(alert["sourceRef"], "9");
    let incident = payload("ibm-soar", &map("ibm-soar"), record);
    assert_eq!(incident["discovered_date"], 1_767_322_800_000_u64);
    assert_eq!(incident["artifacts"][0]["value"], "203.0.113.7");
    let container = payload("splunk-soar", &map("splunk-soar"), record);
    assert_eq!(
        container["artifacts"][0]["cef"]["destinationAddress"],
        "203.0.113.7"
    );
}

#[test]
fn payloads_carry_what_an_alert_says() {
    let record = r#"{"name":"projects/p/alerts/x","displayName":"Access for sale","aiSummary":"Somebody offers it","audit":{"createTime":"2026-01-02T03:00:00.123456Z"},"detail":{"detailType":"data_leak"}}"#;
    let alert = payload("thehive", &map("thehive"), record);
    assert_eq!(alert["title"], "Access for sale");
    assert_eq!(alert["sourceRef"], "projects/p/alerts/x");
    let incident = payload("ibm-soar", &map("ibm-soar"), record);
    assert_eq!(incident["discovered_date"], 1_767_322_800_000_u64);
    assert!(
        incident["description"]
            .to_string()
            .contains("Somebody offers it")
    );
}

#[test]
fn payloads_for_slack_contain_no_markup_of_others() {
    let record = r#"{"id":"x","monitor_id":"m","title":"<!channel> a & <https://evil.example|b>"}"#;
    let message = payload("slack", &map("slack"), record);
    let text = message["blocks"][1]["text"]["text"].as_str().expect("text");
    assert!(
        text.contains("&lt;!channel&gt; a &amp; &lt;https"),
        "{text}"
    );
    assert!(!text.contains("<!channel>"), "{text}");
}

#[test]
fn payloads_for_opencti_are_patterns_that_nothing_ends() {
    let record = r#"{"id":"ab","type":"url","attributes":{"url":"http://evil.example/a'b\\c"}}"#;
    let made = payload("opencti", &map("opencti"), record);
    assert_eq!(
        made["variables"]["input"]["pattern"],
        r"[url:value = 'http://evil.example/a\'b\\c']"
    );
    let made = payload(
        "opencti",
        &map("opencti"),
        r#"{"id":"m","alert_type":"Paste"}"#,
    );
    assert!(
        made["query"]
            .as_str()
            .is_some_and(|query| query.contains("incidentAdd"))
    );
}

#[test]
fn payloads_for_teams_contain_no_markup_of_others() {
    let record = r#"{"id":"x","monitor_id":"m","title":"[a](https://evil.example) **b**"}"#;
    let card = payload("teams", &map("teams"), record);
    let text = card["attachments"][0]["content"]["body"][0]["text"].clone();
    assert_eq!(text, r"\[a\]\(https://evil.example\) \*\*b\*\*");
}

#[test]
fn payloads_all_have_a_test() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| path.file_stem().expect("a name").display().to_string())
        .collect();
    let mut tested: Vec<&str> = MAPS.iter().map(|(name, _)| *name).collect();
    files.sort();
    tested.sort_unstable();
    assert_eq!(files, tested);
}
