//! `gti sink`: sinks of the configuration file.

use insta::assert_snapshot;

use super::stage::Stage;

const CONFIG: &str = r#"[sinks.archive]
kind = "file"
path = "archive.jsonl"

[sinks.nowhere]
kind = "file"
path = "/nowhere/archive.jsonl"
"#;

#[test]
fn init_and_test() {
    let stage = Stage::new().write("config.toml", CONFIG);
    assert_snapshot!(stage.run("sink init archive --config /room/config.toml"), @r#"
    $ gti sink init archive --config /room/config.toml
    {"sink":"archive","detail":"a sink of this kind needs nothing created"}
    --- stderr
    warning: /room/config.toml holds a secret and is open to other users (mode 0644): run `chmod 600 /room/config.toml`
    --- exit 0
    "#);
    assert_snapshot!(stage.run("sink test archive --config /room/config.toml"), @r#"
    $ gti sink test archive --config /room/config.toml
    {"sink":"archive","check":"file","status":"ok","detail":"`/room/archive.jsonl` can be appended to","hint":null}
    --- stderr
    warning: /room/config.toml holds a secret and is open to other users (mode 0644): run `chmod 600 /room/config.toml`
    --- exit 0
    "#);
    assert_snapshot!(stage.run("sink test nowhere --config /room/config.toml"), @r#"
    $ gti sink test nowhere --config /room/config.toml
    {"sink":"nowhere","check":"file","status":"fail","detail":"cannot append to `/nowhere/archive.jsonl`: No such file or directory (os error 2)","hint":"check the directory and its permissions"}
    --- stderr
    warning: /room/config.toml holds a secret and is open to other users (mode 0644): run `chmod 600 /room/config.toml`
    exit 9: state or output cannot be written
    --- exit 9
    "#);
    assert_snapshot!(stage.run("sink test nobody --config /room/config.toml"), @"
    $ gti sink test nobody --config /room/config.toml
    --- stderr
    warning: /room/config.toml holds a secret and is open to other users (mode 0644): run `chmod 600 /room/config.toml`
    error: there is no sink `nobody`
    hint: the configuration file has archive, nowhere
    --- exit 2
    ");
}
