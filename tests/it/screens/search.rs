//! `gti search`: the search of the service.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn results() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("search --type threat-actor heron -n 2"), @r#"
    $ gti search --type threat-actor heron -n 2
    {"id":"threat-actor--d08a03cd-1ce1-5e79-9286-11b95b4b64d2","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/threat-actor--d08a03cd-1ce1-5e79-9286-11b95b4b64d2"},"attributes":{"name":"Example Heron 169","collecti… (1455 more characters)
    {"id":"threat-actor--38dc47c4-3a5c-558f-b3b7-b57248368deb","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/threat-actor--38dc47c4-3a5c-558f-b3b7-b57248368deb"},"attributes":{"name":"Example Heron 64","collectio… (1456 more characters)
    --- stderr
    2 of 199 shown; -n N shows more, --all all
    --- exit 0
    "#);
    assert_snapshot!(stage.run("search --type threat-actor heron -n 2 -f text"), @"
    $ gti search --type threat-actor heron -n 2 -f text
    TYPE          NAME               VERDICT  ID
    threat-actor  Example Heron 169  -        threat-actor--d08a03cd-1ce1-5e79-9286-11b95b4b64d2
    threat-actor  Example Heron 64   -        threat-actor--38dc47c4-3a5c-558f-b3b7-b57248368deb
    --- stderr
    2 of 199 shown; -n N shows more, --all all
    --- exit 0
    ");
}

#[test]
fn nothing_to_search_for() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("search"), @"
    $ gti search
    --- stderr
    error: nothing to search for
    hint: give a query, or --type to list all of a type; `gti search --help` has examples
    --- exit 2
    ");
}
