//! `gti cache`: what is kept.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn kept_and_forgotten() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich evil.example --jq .verdict"), @r#"
    $ gti enrich evil.example --jq .verdict
    "malicious"
    --- exit 0
    "#);
    assert_snapshot!(stage.run("cache stats"), @r#"
    $ gti cache stats
    {"key":"c11126013a52fce0","path":"/room/cache/c11126013a52fce0/responses.sqlite","entries":1,"plain_bytes":1000,"packed_bytes":1000,"disk_bytes":1000,"oldest":"2026-01-02T03:04:05Z","newest":"2026-01-02T03:04:05Z","problem":null}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("cache clear"), @r#"
    $ gti cache clear
    {"caches":1,"entries":1,"disk_bytes":1000}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("cache stats"), @"
    $ gti cache stats
    --- exit 0
    ");
    assert_snapshot!(stage.run("enrich benign.example --offline"), @r#"
    $ gti enrich benign.example --offline
    {"ioc":"benign.example","value":"benign.example","type":"domain","status":"not_attempted","error":{"kind":"state","code":null,"http_status":null,"message":"not in the cache, and --offline sends no request","retryable":false}}
    --- stderr
    error: not in the cache, and --offline sends no request
    hint: run again without --offline to ask the service
    --- exit 3
    "#);
}
