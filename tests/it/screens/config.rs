//! `gti config`: the configuration file.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn settings_are_written_and_shown() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("config path"), @"
    $ gti config path
    /room/config/gti/config.toml
    --- exit 0
    ");
    assert_snapshot!(stage.run("config set rate 4/m"), @"
    $ gti config set rate 4/m
    --- exit 0
    ");
    assert_snapshot!(stage.run("config get rate"), @"
    $ gti config get rate
    4/m
    --- exit 0
    ");
    assert_snapshot!(stage.run("config list"), @r#"
    $ gti config list
    {"key":"rate","value":"4/m","line":2}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("config unset rate"), @"
    $ gti config unset rate
    --- exit 0
    ");
    assert_snapshot!(stage.run("config list"), @"
    $ gti config list
    --- exit 0
    ");
}

#[test]
fn what_is_no_setting() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("config get nonsense"), @"
    $ gti config get nonsense
    --- stderr
    error: invalid value 'nonsense' for '<KEY>': no such key; those are format, tlp, valid_for, include_benign, index, shape, apikey_file, apikey, base_url, alerts.url, alerts.token_url, alerts.project, x_tool, timeout, retries, max_wait, rate,… (102 more characters)

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run("config set rate nonsense"), @"
    $ gti config set rate nonsense
    --- stderr
    error: rate: `nonsense` is not a rate: write a number from 1, `/`, and s, m, h or d, like 4/m or 50/s
    --- exit 2
    ");
    assert_snapshot!(stage.run("config unset rate"), @"
    $ gti config unset rate
    --- exit 0
    ");
}
