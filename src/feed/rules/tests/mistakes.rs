//! Rules files that are refused.

use super::*;

#[test]
fn every_mistake_is_told_with_its_line() {
    let text = r#"extra = 1

[[rule]]
name = "a"
severty = "high"
action = "drop"

[[rule]]
name = "a"
severity = ["high", "urgent"]
age = "24h"
min_mscore = 101
when = [".tags | contain(\"x\")", ".a =="]
tags = []
monitor_id = [1, "m"]
action = "dorp"

[[rule]]
when = "true"
action = "tag"
to = "soc"

[[rule]]
name = "s"
action = "escalate"
status = "escalate"
alert_type = { a = 1 }

[[rule]]
name = "all"
action = "keep"

[[rule]]
name = "never"
action = "route"
"#;
    let expected = r#"soc.toml:1: unknown key `extra`: write [[rule]] before each rule
soc.toml:5: unknown key `severty`: did you mean `severity`?
soc.toml:10: `urgent` is not a severity: write critical, high, medium, low or info, or their numbers 1 to 5
soc.toml:11: `24h` is not a bound of the age: write ">24h" for what is older, "<1h" for what is younger
soc.toml:12: `min_mscore` is `101`: write a whole number from 0 to 100
soc.toml:13: `.tags | contain("x")` is not a jq program: no filter `contain` with 1 argument (column 9)
soc.toml:13: `.a ==` is not a jq program: expected term, found the end (column 6)
soc.toml:14: `tags` is empty: write a text in quotes, or a list of them
soc.toml:15: `1` in `monitor_id` is of the kind integer: write a text in quotes, or a list of them
soc.toml:16: unknown action `dorp`: did you mean `drop`?
soc.toml:18: this rule has no name: write name = "…"
soc.toml:18: this rule has no add_tags: write the tags to add, like add_tags = ["vip"]
soc.toml:21: `to` goes with action = "route", and this one is "tag"
soc.toml:26: unknown status `escalate`: did you mean `escalated`?
soc.toml:27: `{ a = 1 }` in `alert_type` is of the kind inline table: write a text in quotes, or a list of them
soc.toml:33: this rule never matches: `all` in line 29 has no condition and takes every alert
soc.toml:33: this rule has no to: write the name of a sink, like to = "soc""#;
    assert_eq!(wrong(text, ground(None)), expected);
}

#[test]
fn a_file_that_is_no_rules_file_is_refused() {
    for (text, message) in [
        (
            "",
            "soc.toml:1: there is no rule: write [[rule]] before each rule",
        ),
        (
            "[rule]\nname = \"a\"\n",
            "soc.toml:1: `rule` is not a list of tables: write [[rule]] before each rule",
        ),
        (
            "[[rules]]\nname = \"a\"\n",
            "soc.toml:1: unknown key `rules`: did you mean `rule`?",
        ),
    ] {
        assert_eq!(wrong(text, ground(None)), message);
    }
    let told = wrong("[[rule]]\nname = \"a\"\nseverity\n", ground(None));
    assert!(told.starts_with("soc.toml:3: "), "{told}");
    let twice = "[[rule]]\nname = \"a\"\ntags = \"x\"\naction = \"drop\"\n[[rule]]\nname = \"a\"\naction = \"keep\"\n";
    assert_eq!(
        wrong(twice, ground(None)),
        "soc.toml:5: the name `a` is taken by the rule in line 1: write another"
    );
}

#[test]
fn the_feed_and_the_sinks_are_asked() {
    let escalate =
        |status: &str| format!("[[rule]]\nname = \"e\"\naction = \"escalate\"\n{status}\n");
    assert_eq!(wrong(&escalate(""), ground(Some("dtm"))), "");
    assert_eq!(
        wrong(&escalate("status = \"closed_benign\""), ground(Some("asm"))),
        ""
    );
    assert_eq!(
        wrong(&escalate("status = \"closed_benign\""), ground(None)),
        ""
    );
    let told = wrong(&escalate("status = \"open_triaged\""), ground(Some("dtm")));
    assert!(
        told.starts_with("soc.toml:4: unknown status `open_triaged`: "),
        "{told}"
    );
    let told = wrong(&escalate(""), ground(Some("ioc-stream")));
    assert!(
        told.starts_with("soc.toml:3: `ioc-stream` takes no status back"),
        "{told}"
    );

    let route = "[[rule]]\nname = \"r\"\naction = \"route\"\nto = \"brnad\"\n";
    let sinks = ["soc".to_owned(), "brand".to_owned()];
    let with = |sinks| Ground { feed: None, sinks };
    assert_eq!(
        wrong(route, with(&sinks[1..])),
        "soc.toml:4: there is no sink `brnad`: did you mean `brand`?"
    );
    assert_eq!(
        wrong(route, with(&sinks[..1])),
        "soc.toml:4: there is no sink `brnad`: the configuration has soc"
    );
    assert_eq!(
        wrong(route, with(&[])),
        "soc.toml:4: there is no sink `brnad`: the configuration has none"
    );
    assert_eq!(wrong(&route.replace("brnad", "brand"), with(&sinks)), "");
}
