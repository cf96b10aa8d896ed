//! `gti config`: the configuration file.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn settings_are_written_and_shown() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("config path"), @"");
    assert_snapshot!(stage.run("config set rate 4/m"), @"");
    assert_snapshot!(stage.run("config get rate"), @"");
    assert_snapshot!(stage.run("config list"), @"");
    assert_snapshot!(stage.run("config unset rate"), @"");
    assert_snapshot!(stage.run("config list"), @"");
}

#[test]
fn what_is_no_setting() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("config get nonsense"), @"");
    assert_snapshot!(stage.run("config set rate nonsense"), @"");
    assert_snapshot!(stage.run("config unset rate"), @"");
}
