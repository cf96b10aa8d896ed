//! `gti rules`: what becomes of alerts.

use insta::assert_snapshot;

use super::stage::Stage;

const RULES: &str = r#"[[rule]]
name = "leaks"
when.severity = "high"
action = "escalate"
"#;

const WRONG: &str = r#"[[rule]]
when = { severity = "high" }
action = "deliver"
"#;

const ALERTS: &str = r#"{"id":"a1","severity":"high"}
{"id":"a2","severity":"low"}
"#;

#[test]
fn check_and_test() {
    let stage = Stage::new()
        .write("soc.toml", RULES)
        .write("wrong.toml", WRONG)
        .write("alerts.jsonl", ALERTS);
    assert_snapshot!(stage.run("rules check /room/soc.toml --feed dtm"), @"
    $ gti rules check /room/soc.toml --feed dtm
    --- stderr
    error: /room/soc.toml:3: `when` is of the kind table: write a text in quotes, or a list of them
    hint: nothing was requested or written; `gti rules check` checks the file alone, docs/rules.md describes it
    --- exit 2
    ");
    assert_snapshot!(stage.run("rules test /room/soc.toml -i /room/alerts.jsonl --feed dtm"), @"
    $ gti rules test /room/soc.toml -i /room/alerts.jsonl --feed dtm
    --- stderr
    error: /room/soc.toml:3: `when` is of the kind table: write a text in quotes, or a list of them
    hint: nothing was requested or written; `gti rules check` checks the file alone, docs/rules.md describes it
    --- exit 2
    ");
    assert_snapshot!(stage.run("rules check /room/wrong.toml"), @r#"
    $ gti rules check /room/wrong.toml
    --- stderr
    error: /room/wrong.toml:1: this rule has no name: write name = "…"
    /room/wrong.toml:2: `{ severity = "high" }` in `when` is of the kind inline table: write a text in quotes, or a list of them
    /room/wrong.toml:3: unknown action `deliver`: write drop, keep, tag, escalate, route
    hint: nothing was requested or written; `gti rules check` checks the file alone, docs/rules.md describes it
    --- exit 2
    "#);
    assert_snapshot!(stage.run("rules check /room/none.toml"), @"
    $ gti rules check /room/none.toml
    --- stderr
    error: cannot read the rules file /room/none.toml: No such file or directory (os error 2)
    hint: --rules takes a TOML file of [[rule]] tables (docs/rules.md)
    --- exit 2
    ");
}
