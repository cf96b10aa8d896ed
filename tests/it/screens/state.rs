//! `gti state`: checkpoints.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn a_checkpoint() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest dtm --checkpoint soc --since 2025-12-20T11:00:00Z -o /room/soc.jsonl"), @"
    $ gti ingest dtm --checkpoint soc --since 2025-12-20T11:00:00Z -o /room/soc.jsonl
    --- stderr
    dtm: 28 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    ");
    assert_snapshot!(stage.run("state list"), @r#"
    $ gti state list
    {"name":"soc","feed":"dtm","filters":"","base_url":"http://127.0.0.1:8080/api/v3","output":"/room/soc.jsonl (jsonl)","at":"2025-12-20T11:58:48Z","emitted":28,"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","file_byte… (62 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("state show soc"), @r#"
    $ gti state show soc
    {"name":"soc","feed":"dtm","filters":"","base_url":"http://127.0.0.1:8080/api/v3","output":"/room/soc.jsonl (jsonl)","at":"2025-12-20T11:58:48Z","emitted":28,"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","file_byte… (181 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("state verify soc"), @r#"
    $ gti state verify soc
    {"name":"soc","ok":true,"problems":[],"uncommitted_bytes":1000}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("state rewind soc 2h"), @r#"
    $ gti state rewind soc 2h
    {"name":"soc","feed":"dtm","filters":"","base_url":"http://127.0.0.1:8080/api/v3","output":"/room/soc.jsonl (jsonl)","at":"2025-12-20T09:58:48Z","emitted":28,"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z","file_byte… (62 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("state replay soc"), @"
    $ gti state replay soc
    --- stderr
    `soc` has no dead letters
    --- exit 0
    ");
    assert_snapshot!(stage.run("state reset soc"), @"
    $ gti state reset soc
    --- stderr
    checkpoint `soc` is forgotten
    --- exit 0
    ");
    assert_snapshot!(stage.run("state list"), @"
    $ gti state list
    --- stderr
    no checkpoints; `gti ingest FEED --checkpoint NAME` begins one
    --- exit 0
    ");
}

#[test]
fn none_of_that_name() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("state show soc"), @"
    $ gti state show soc
    --- stderr
    error: there is no checkpoint `soc`
    hint: `gti state list` lists the checkpoints
    --- exit 5
    ");
    assert_snapshot!(stage.run("state rewind soc 2h"), @"
    $ gti state rewind soc 2h
    --- stderr
    error: there is no checkpoint `soc`
    hint: `gti state list` lists the checkpoints
    --- exit 5
    ");
    assert_snapshot!(stage.run("state reset soc"), @"
    $ gti state reset soc
    --- stderr
    error: there is no checkpoint `soc`
    hint: `gti state list` lists the checkpoints
    --- exit 5
    ");
    assert_snapshot!(stage.run("state verify soc"), @"
    $ gti state verify soc
    --- stderr
    error: there is no checkpoint `soc`
    hint: `gti state list` lists the checkpoints
    --- exit 5
    ");
    assert_snapshot!(stage.run("state replay soc"), @"
    $ gti state replay soc
    --- stderr
    `soc` has no dead letters
    --- exit 0
    ");
    assert_snapshot!(stage.run("state init"), @"
    $ gti state init
    --- stderr
    error: the state directory needs nothing created
    hint: name a database with --state or GTI_STATE_URL
    --- exit 2
    ");
}
