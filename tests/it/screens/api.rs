//! `gti api`: any endpoint.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn documents() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("api ip_addresses/203.0.113.7 --jq '.data.attributes.gti_assessment.verdict'"), @r#"
    $ gti api ip_addresses/203.0.113.7 --jq '.data.attributes.gti_assessment.verdict'
    {"value":"VERDICT_MALICIOUS"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("api ip_addresses/192.0.2.44"), @r#"
    $ gti api ip_addresses/192.0.2.44
    --- stderr
    error: 404 NotFoundError: IP address "192.0.2.44" not found
    hint: the service has no such object; check the spelling
    --- exit 5
    "#);
    assert_snapshot!(stage.run("api https://elsewhere.example/x"), @"
    $ gti api https://elsewhere.example/x
    --- stderr
    error: https://elsewhere.example is not the origin of the base URL, http://127.0.0.1:8080: the key is sent nowhere else
    hint: write a path below the base URL, like ip_addresses/203.0.113.7
    --- exit 2
    ");
    assert_snapshot!(stage.run("api x -d nonsense"), @"
    $ gti api x -d nonsense
    --- stderr
    error: the body of --data is not JSON: expected ident at line 1 column 2
    hint: write JSON, @FILE, or @- for standard input
    --- exit 2
    ");
}
