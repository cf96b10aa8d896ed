//! `gti match`: the lines of logs that name an indicator of a list.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn against_a_list() {
    let stage = Stage::new().write("list", "evil.example\n");
    assert_snapshot!(stage.run_on("a www.evil.example\nb\n", "match --against /room/list"), @r#"
    $ gti match --against /room/list
    {"line":1,"source":"-","value":"evil.example","type":"domain","matched":"parent","verdict":null,"severity":null,"threat_score":null,"link":"https://www.virustotal.com/gui/domain/evil.example","lists":["/room/list"],"text":"a www.evil.exampl… (3 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run_on("a www.evil.example\nb\n", "match --against /room/list -f text"), @"
    $ gti match --against /room/list -f text
    a www.evil.example
    --- exit 0
    ");
    assert_snapshot!(stage.run_on("a\n", "match"), @"
    $ gti match
    --- stderr
    error: there is no mirror yet
    hint: `gti mirror sync` fills one from feeds, `gti mirror import` from a file
    --- exit 9
    ");
    assert_snapshot!(stage.run_on("a\n", "match --against /room/list --min-score 60"), @"
    $ gti match --against /room/list --min-score 60
    --- stderr
    error: the argument '--against <FILE>' cannot be used with '--min-score <N>'

    Usage: gti match --against <FILE> [FILE]...

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run_on("a\n", "match --against /room/list --fail-on score:60"), @"
    $ gti match --against /room/list --fail-on score:60
    --- stderr
    error: a list of your own has no verdicts and scores, so `--fail-on score:60` is never met
    hint: write --fail-on any, or match against the mirror
    --- exit 2
    ");
    assert_snapshot!(stage.run_on("a\n", "match --fail-on bad"), @"
    $ gti match --fail-on bad
    --- stderr
    error: invalid value 'bad' for '--fail-on <COND>': `bad` is not a condition: write any, malicious, or score:N with N from 0 to 100

    For more information, try '--help'.
    --- exit 2
    ");
}
