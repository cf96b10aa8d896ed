//! `gti annotate`: lines with what is known of the indicators in them.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn events() {
    let stage = Stage::new();
    let event = "{\"q\":\"evil.example\"}\n";
    assert_snapshot!(stage.run_on(event, "annotate --max-requests 5"), @r#"
    $ gti annotate --max-requests 5
    {"q":"evil.example","gti":{"status":"ok","worst":{"value":"evil.example","verdict":"malicious","severity":"high","threat_score":87},"indicators":[{"value":"evil.example","type":"domain","field":"q","verdict":"malicious","severity":"high","t… (92 more characters)
    --- stderr
    1 lines, 1 with a hit
    --- exit 0
    "#);
    assert_snapshot!(stage.run_on(event, "annotate --from mirror"), @"
    $ gti annotate --from mirror
    --- stderr
    error: there is no mirror yet
    hint: `gti mirror sync` fills one from feeds, `gti mirror import` from a file
    --- exit 9
    ");
    assert_snapshot!(stage.run_on(event, "annotate --from api"), @"
    $ gti annotate --from api
    --- stderr
    error: --from api needs a budget
    hint: say how many requests may be sent: --max-requests 1000, or --rate 4/s
    --- exit 2
    ");
    assert_snapshot!(stage.run_on(event, "annotate --from nowhere"), @"
    $ gti annotate --from nowhere
    --- stderr
    error: invalid value 'nowhere' for '--from <LIST>'
      [possible values: mirror, cache, api]

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run_on(event, "annotate --fields q"), @"
    $ gti annotate --fields q
    --- stderr
    error: --fields has no use here: lines go to standard output as they came, with one member more
    hint: pipe the lines on
    --- exit 2
    ");
}
