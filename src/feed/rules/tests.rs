mod mistakes;

use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

const DTM: &str = r#"{"id":"a1","monitor_id":"m1","created_at":"2026-01-02T01:04:05.5Z","status":"new","alert_type":"Forum Post","severity":"high","title":"Access for sale","tags":["vip","brand"],"doc":{"body":"offers access to example.com"},"indicator_mscore":75}"#;
const ASM: &str = r#"{"uid":"b2","name":"weak_ssl","first_seen":"2025-12-01T00:00:00.000Z","tags":[],"summary":{"severity":1,"category":"misconfiguration"}}"#;
const IOC: &str = r#"{"type":"url","id":"c3","attributes":{"tags":["phish"],"gti_assessment":{"severity":{"value":"SEVERITY_LOW"},"threat_score":{"value":80}}},"context_attributes":{"notification_date":1767322000,"tags":["my_rule"]}}"#;

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().expect("a time")
}

fn ground(feed: Option<&str>) -> Ground<'_> {
    Ground { feed, sinks: &[] }
}

fn rules(text: &str) -> Rules {
    Rules::parse(Path::new("soc.toml"), text, ground(None))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// What is wrong with a file, a line each.
fn wrong(text: &str, ground: Ground<'_>) -> String {
    match Rules::parse(Path::new("soc.toml"), text, ground) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

/// Whether a rule with this condition takes the alert.
fn met(condition: &str, json: &str) -> bool {
    let rules = rules(&format!(
        "[[rule]]\nname = \"r\"\naction = \"keep\"\n{condition}\n"
    ));
    let judgement = rules.judge(json, now());
    assert_eq!(judgement.trouble, None, "{condition}");
    judgement.rule.is_some()
}

#[test]
fn each_key_means_the_nearest_that_each_object_has() {
    for (condition, [dtm, asm, ioc]) in [
        ("alert_type = \"forum post\"", [true, false, false]),
        ("alert_type = \"misconfiguration\"", [false, true, false]),
        ("alert_type = [\"Paste\", \"URL\"]", [false, false, true]),
        ("severity = \"high\"", [true, false, false]),
        ("severity = 2", [true, false, false]),
        ("severity = \"critical\"", [false, true, false]),
        ("severity = [1, \"low\"]", [false, true, true]),
        ("monitor_id = \"m1\"", [true, false, false]),
        ("monitor_id = \"M1\"", [false, false, false]),
        ("tags = \"brand\"", [true, false, false]),
        ("tags = [\"my_rule\", \"x\"]", [false, false, true]),
        ("tags = \"phish\"", [false, false, true]),
        ("min_mscore = 75", [true, false, true]),
        ("min_mscore = 76", [false, false, true]),
        ("age = \">24h\"", [false, true, false]),
        ("age = \"<90m\"", [false, false, true]),
        ("age = [\"<90m\", \">7d\"]", [false, true, true]),
        (
            "when = '.doc.body? | strings | contains(\"example.com\")'",
            [true, false, false],
        ),
        (
            "when = ['.name == \"weak_ssl\"', '.type == \"url\"']",
            [false, true, true],
        ),
        (
            "severity = \"high\"\ntags = \"brand\"",
            [true, false, false],
        ),
        ("severity = \"high\"\ntags = \"x\"", [false, false, false]),
        (
            "severity = \"high\"\nwhen = '.id == \"other\"'",
            [false, false, false],
        ),
        ("", [true, true, true]),
    ] {
        for (json, expected) in [(DTM, dtm), (ASM, asm), (IOC, ioc)] {
            assert_eq!(met(condition, json), expected, "{condition}: {json}");
        }
    }
}

#[test]
fn odd_members_are_borne() {
    for (condition, json) in [
        ("severity = \"high\"", r#"{"severity":"HIGH"}"#),
        ("severity = \"info\"", r#"{"summary":{"severity":"5"}}"#),
        ("min_mscore = 50", r#"{"indicator_mscore":"50"}"#),
        ("min_mscore = 50", r#"{"indicator_mscore":50.9}"#),
        ("monitor_id = \"7\"", r#"{"monitor_id":7}"#),
        ("tags = \"a\\\"b\"", r#"{"tags":[null,5,"a\"b"]}"#),
        ("age = \"<1m\"", r#"{"created_at":"2030-01-01T00:00:00Z"}"#),
        ("age = \">1d\"", r#"{"created_at":1500000000}"#),
    ] {
        assert!(met(condition, json), "{condition}: {json}");
    }
    for json in [
        "{}",
        r#"{"severity":null,"tags":null,"created_at":null,"indicator_mscore":null,"monitor_id":null}"#,
        r#"{"severity":"worse","tags":["\ud83d"],"created_at":"soon","indicator_mscore":"","monitor_id":""}"#,
    ] {
        for condition in [
            "severity = [1, 2, 3, 4, 5]",
            "tags = \"x\"",
            "age = [\">0s\", \"<99d\"]",
            "min_mscore = 0",
            "monitor_id = \"false\"",
        ] {
            assert!(!met(condition, json), "{condition}: {json}");
        }
    }
}

#[test]
fn a_condition_on_what_cannot_be_read_is_neither_met_nor_not() {
    for (condition, json, unread) in [
        ("severity = \"low\"", r#"{"severity":[]}"#, "severity"),
        ("severity = \"low\"", r#"{"summary":5}"#, "summary"),
        ("tags = \"x\"", r#"{"tags":"x"}"#, "tags"),
        ("tags = \"x\"", r#"{"tags":["y",{}]}"#, "tags.1"),
        ("min_mscore = 1", r#"{"attributes":[]}"#, "attributes"),
        (
            "min_mscore = 1",
            r#"{"indicator_mscore":1e999}"#,
            "indicator_mscore",
        ),
        ("monitor_id = \"x\"", r#"{"monitor_id":true}"#, "monitor_id"),
        ("age = \">0s\"", r#"{"created_at":{}}"#, "created_at"),
    ] {
        let rules = rules(&format!(
            "[[rule]]\nname = \"r\"\naction = \"drop\"\n{condition}\n"
        ));
        let judgement = rules.judge(json, now());
        let trouble = judgement.trouble.as_deref().expect(json);
        let said = format!("rule `r` failed on an alert: cannot read `{unread}`");
        assert!(trouble.starts_with(&said), "{trouble}");
        assert_eq!(judgement.action(), &Action::Keep, "{json}");
        // What is odd beside it does not matter.
        let whole = format!(
            "{{\"id\":\"\\ud83d\",\"title\":[],\"alert_type\":\"y\",{}",
            &json[1..]
        );
        assert!(!met("alert_type = \"x\"", &whole), "{whole}");
    }
}

#[test]
fn the_first_rule_wins_and_says_why() {
    let rules = rules(
        r#"
[[rule]]
name = "noise"
severity = "low"
action = "drop"

[[rule]]
name = "ours"
when = '.title | test("sale")'
tags = "vip"
min_mscore = 70
age = ">1h"
severity = "high"
alert_type = "Forum Post"
monitor_id = "m1"
action = "escalate"

[[rule]]
name = "rest"
action = "keep"
"#,
    );
    let (judgement, reasons) = rules.explain(DTM, now());
    let rule = judgement.rule.expect("a rule");
    assert_eq!((rule.name.as_str(), rule.line), ("ours", 7));
    assert_eq!(judgement.id.as_deref(), Some("a1"));
    assert_eq!(
        reasons,
        [
            "tags: vip",
            "min_mscore: 75",
            "age: 1h59m59s",
            "severity: high",
            "alert_type: Forum Post",
            "monitor_id: m1",
            "when: .title | test(\"sale\")",
        ]
    );
    let (judgement, reasons) = rules.explain(IOC, now());
    assert_eq!(judgement.rule.expect("a rule").name, "noise");
    assert_eq!(reasons, ["severity: low"]);
    assert_eq!(rules.judge(ASM, now()).id.as_deref(), Some("b2"));
}

#[test]
fn what_a_condition_cannot_judge_meets_no_later_rule() {
    let rules = rules(
        "[[rule]]\nname = \"vip\"\nwhen = '.tags | test(\"vip\")'\naction = \"keep\"\n[[rule]]\nname = \"rest\"\naction = \"drop\"\n",
    );
    let judgement = rules.judge(r#"{"id":"x","tags":5}"#, now());
    assert!(judgement.rule.is_none());
    let trouble = judgement.trouble.expect("trouble");
    assert!(
        trouble.starts_with("rule `vip` failed on an alert: "),
        "{trouble}"
    );
    for json in ["", "5", "{", "[]"] {
        assert!(rules.judge(json, now()).trouble.is_some(), "{json}");
    }
}

#[test]
fn tags_stand_beside_what_was_sent() {
    let rules =
        rules("[[rule]]\nname = \"v\\\"ip\"\naction = \"tag\"\nadd_tags = [\"a\", \"b\"]\n");
    let rule = rules.iter().next().expect("a rule");
    let Action::Tag(tags) = &rule.action else {
        panic!("tags")
    };
    for (json, expected) in [
        (
            r#"{"a": 1.10 }"#,
            r#"{"a": 1.10 ,"gti":{"rule":"v\"ip","tags":["a","b"]}}"#,
        ),
        ("{ }", r#"{ "gti":{"rule":"v\"ip","tags":["a","b"]}}"#),
    ] {
        let tagged = tagged(json, rule, tags);
        assert_eq!(tagged, expected);
        serde_json::from_str::<serde_json::Value>(&tagged).expect("JSON");
    }
}

proptest! {
    /// Whatever stands in a file, it is either rules or a list of mistakes whose
    /// lines exist.
    #[test]
    fn any_file_is_answered(lines in proptest::collection::vec(line(), 0..12)) {
        let text = lines.join("\n");
        if let Err(error) = Rules::parse(Path::new("x"), &text, ground(None)) {
            prop_assert!(!error.mistakes.is_empty());
            for mistake in error.mistakes {
                prop_assert!((1..=lines.len().max(1)).contains(&mistake.line), "{text}");
            }
        }
    }

    /// An alert meets the first rule that would take it alone.
    #[test]
    fn the_first_that_would_alone(severities in proptest::collection::vec(1..=5_u8, 1..6), has in 1..=5_u8) {
        let texts: Vec<String> = severities
            .iter()
            .enumerate()
            .map(|(index, severity)| format!("[[rule]]\nname = \"{index}\"\nseverity = {severity}\naction = \"drop\""))
            .collect();
        let text = texts.join("\n");
        let json = format!(r#"{{"summary":{{"severity":{has}}}}}"#);
        let rules = rules(&text);
        let met = rules.judge(&json, now()).rule.map(|rule| rule.name.clone());
        let expected = severities.iter().position(|severity| *severity == has);
        prop_assert_eq!(met, expected.map(|index| index.to_string()));
    }
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("[[rule]]".to_owned()),
        Just("name = \"a\"".to_owned()),
        Just("action = \"tag\"".to_owned()),
        Just("add_tags = [\"x\", 1]".to_owned()),
        Just("when = '''\n.a |'''".replace('\n', " ")),
        Just("severity = 9".to_owned()),
        Just("age.x = 1".to_owned()),
        Just("[rule.name]".to_owned()),
        "[a-z]{1,5} = [0-9\"\\[{]{0,3}",
    ]
}
