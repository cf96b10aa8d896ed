//! `gti doctor`: whether all is well here.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn checks() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("doctor"), @r#"
    $ gti doctor
    {"check":"version","status":"ok","detail":"gti 0.1.0, Linux","hint":null}
    {"check":"config","status":"ok","detail":"none at /room/config/gti/config.toml: defaults apply","hint":null}
    {"check":"base_url","status":"ok","detail":"http://127.0.0.1:8080/api/v3","hint":null}
    {"check":"alerts","status":"ok","detail":"the key goes to http://127.0.0.1:8080 for a token, the token to http://127.0.0.1:8080; no project: --project names one","hint":null}
    {"check":"proxy","status":"ok","detail":"none","hint":null}
    {"check":"certificates","status":"ok","detail":"those of the system","hint":null}
    {"check":"state","status":"ok","detail":"none yet in /room/state","hint":null}
    {"check":"cache","status":"ok","detail":"0 answers in /room/cache","hint":null}
    {"check":"key","status":"ok","detail":"…6d7e, from GTI_API_KEY","hint":null}
    {"check":"service","status":"ok","detail":"it answers","hint":null}
    {"check":"clock","status":"ok","detail":"within 120 s of the service's","hint":null}
    {"check":"account","status":"ok","detail":"the key is accepted, with api-access, gti-assessment, intelligence, ioc-stream, private-scanning, threat-lists","hint":null}
    {"check":"quota","status":"ok","detail":"no cap on requests","hint":null}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("doctor -f text"), @"
    $ gti doctor -f text
    ok    version       gti 0.1.0, Linux
    ok    config        none at /room/config/gti/config.toml: defaults apply
    ok    base_url      http://127.0.0.1:8080/api/v3
    ok    alerts        the key goes to http://127.0.0.1:8080 for a token, the token to http://127.0.0.1:8080; no project: --project names one
    ok    proxy         none
    ok    certificates  those of the system
    ok    state         none yet in /room/state
    ok    cache         0 answers in /room/cache
    ok    key           …6d7e, from GTI_API_KEY
    ok    service       it answers
    ok    clock         within 120 s of the service's
    ok    account       the key is accepted, with api-access, gti-assessment, intelligence, ioc-stream, private-scanning, threat-lists
    ok    quota         no cap on requests
    --- exit 0
    ");
}
