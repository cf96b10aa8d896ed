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
    error: the following required arguments were not provided:
      --against <FILE>

    Usage: gti match --against <FILE> [FILE]...

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run_on("a\n", "match --against /room/list --fail-on score:60"), @"
    $ gti match --against /room/list --fail-on score:60
    --- stderr
    error: invalid value 'score:60' for '--fail-on <COND>': a list of your own has no verdicts and scores, so `score:60` is never met: write any

    For more information, try '--help'.
    --- exit 2
    ");
}
