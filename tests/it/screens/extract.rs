//! `gti extract`: indicators in any text.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn from_text() {
    let stage = Stage::new();
    assert_snapshot!(stage.run_on("seen hxxp://evil[.]example/a and 203.0.113[.]7\n", "extract"), @r#"
    $ gti extract
    {"value":"http://evil.example/a","type":"url","ioc":"hxxp://evil[.]example/a","source":"-","line":1,"column":6,"format":"text"}
    {"value":"203.0.113.7","type":"ip","ioc":"203.0.113[.]7","source":"-","line":1,"column":34,"format":"text"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run_on("seen evil[.]example\n", "extract -f text"), @"
    $ gti extract -f text
    evil.example
    --- exit 0
    ");
    assert_snapshot!(stage.run_on("nothing here\n", "extract"), @"
    $ gti extract
    --- stderr
    nothing found
    --- exit 5
    ");
    assert_snapshot!(stage.run("extract /room/none.txt"), @"
    $ gti extract /room/none.txt
    --- stderr
    error: cannot read `/room/none.txt`: No such file or directory (os error 2)
    hint: name files that can be read, or - for standard input
    --- exit 2
    ");
    assert_snapshot!(stage.run("extract - -"), @"
    $ gti extract - -
    --- stderr
    error: standard input is named twice
    hint: name it once
    --- exit 2
    ");
}
