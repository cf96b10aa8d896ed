//! `gti auth`: the key.

use insta::assert_snapshot;

use super::stage::Stage;
use crate::support::KEY;

#[test]
fn status() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("auth status"), @r#"
    $ gti auth status
    {"source":"GTI_API_KEY","key":"…6d7e","fingerprint":"c11126013a52fce0","profile":"default","base_url":"http://127.0.0.1:8080/api/v3","valid":true,"user":"sandbox_user","privileges":["api-access","gti-assessment","intelligence","ioc-stream",… (35 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("auth status -f text"), @"
    $ gti auth status -f text
    key         …6d7e (from GTI_API_KEY), accepted
    profile     default
    service     http://127.0.0.1:8080/api/v3
    user        sandbox_user
    privileges  api-access, gti-assessment, intelligence, ioc-stream, private-scanning, threat-lists
    --- exit 0
    ");
}

#[test]
fn no_key() {
    let stage = Stage::new().without("GTI_API_KEY");
    assert_snapshot!(stage.run("auth status"), @"
    $ gti auth status
    --- stderr
    error: no API key is set
    hint: run `gti auth login`, set GTI_API_KEY, or name a file with --api-key-file; your key is at https://www.virustotal.com/gui/my-apikey (--sandbox needs none)
    --- exit 4
    ");
    assert_snapshot!(stage.run("enrich evil.example"), @"
    $ gti enrich evil.example
    --- stderr
    error: no API key is set
    hint: run `gti auth login`, set GTI_API_KEY, or name a file with --api-key-file; your key is at https://www.virustotal.com/gui/my-apikey (--sandbox needs none)
    --- exit 4
    ");
    assert_snapshot!(stage.run("auth import"), @"
    $ gti auth import
    --- stderr
    error: there is no `apikey` in ~/.vt.toml
    hint: run `gti auth login` to enter a key
    --- exit 4
    ");
    assert_snapshot!(stage.run_on("nonsense\n", "auth login"), @"
    $ gti auth login
    --- stderr
    error: the API key has 8 characters; a key has at least 16
    hint: your key is at https://www.virustotal.com/gui/my-apikey
    --- exit 2
    ");
}

#[test]
fn login() {
    let stage = Stage::new().without("GTI_API_KEY");
    assert_snapshot!(stage.run_on(KEY, "auth login"), @"
    $ gti auth login
    --- stderr
    key …6d7e accepted; written to profile `default` in /room/config/gti/config.toml
    --- exit 0
    ");
    assert_snapshot!(stage.run("auth status -f text"), @"
    $ gti auth status -f text
    key         …6d7e (from profile `default` in /room/config/gti/config.toml), accepted
    profile     default
    service     http://127.0.0.1:8080/api/v3
    user        sandbox_user
    privileges  api-access, gti-assessment, intelligence, ioc-stream, private-scanning, threat-lists
    --- exit 0
    ");
    assert_snapshot!(stage.run("auth logout"), @"
    $ gti auth logout
    --- stderr
    the key of profile `default` is out of /room/config/gti/config.toml
    --- exit 0
    ");
    assert_snapshot!(stage.run("auth logout"), @"
    $ gti auth logout
    --- stderr
    profile `default` has no key in /room/config/gti/config.toml
    --- exit 0
    ");
}

#[test]
fn a_wrong_key() {
    let stage = Stage::new().with(
        "GTI_API_KEY",
        "wrong-key-of-the-sandbox-which-is-long-enough-to-be-one-000000000",
    );
    assert_snapshot!(stage.run("auth status"), @r#"
    $ gti auth status
    {"source":"GTI_API_KEY","key":"…0000","fingerprint":"7d9e56b7df4b337c","profile":"default","base_url":"http://127.0.0.1:8080/api/v3","valid":false,"user":null,"privileges":[]}
    --- stderr
    error: the service refused the key: 401 WrongCredentialsError: Wrong API key
    hint: copy it again from https://www.virustotal.com/gui/my-apikey; nothing was changed
    --- exit 4
    "#);
    assert_snapshot!(stage.run("enrich evil.example"), @r#"
    $ gti enrich evil.example
    {"ioc":"evil.example","value":"evil.example","type":"domain","status":"error","error":{"kind":"auth","code":"WrongCredentialsError","http_status":401,"message":"Wrong API key","retryable":false}}
    --- stderr
    error: 401 WrongCredentialsError: Wrong API key
    hint: the key came from GTI_API_KEY; `gti auth status` shows which key that is
    --- exit 4
    "#);
}
