//! `gti config` and `gti auth logout`: the configuration file, key by key.

use std::fs;

use serde_json::json;

use crate::support::Gti;

#[test]
fn keys_are_set_shown_and_taken_out_and_all_else_stays() {
    let gti = Gti::new().without("GTI_API_KEY");
    gti.write_config(
        "# mine\n[default]\nrate = '4/m' # slow\napikey = \"0123456789abcdef0123456789abcdef\"\n",
    );
    let path = gti.run(&["config", "path"]).exits(0).silently();
    assert_eq!(path.stdout.trim_end(), gti.config().to_string_lossy());
    gti.run(&["config", "set", "rate", "50/s"])
        .exits(0)
        .silently();
    gti.run(&["config", "set", "scan.visibility", "private"])
        .exits(0)
        .silently();
    gti.run(&["config", "set", "retries", "7"])
        .exits(0)
        .silently();
    gti.run(&["config", "set", "format", "csv", "--profile", "work"])
        .exits(0)
        .silently();
    assert_eq!(
        fs::read_to_string(gti.config()).expect("read"),
        "# mine\n[default]\nrate = \"50/s\" # slow\napikey = \"0123456789abcdef0123456789abcdef\"\nscan.visibility = \"private\"\nretries = 7\n\n[work]\nformat = \"csv\"\n"
    );
    assert_eq!(
        gti.run(&["config", "get", "rate"]).exits(0).stdout,
        "50/s\n"
    );
    for (arguments, expected) in [
        (
            &["config", "get", "rate", "-o", "value"][..],
            "50/s\n".to_owned(),
        ),
        (&["config", "path", "-o", "value"], path.stdout.clone()),
    ] {
        assert_eq!(gti.run(arguments).exits(0).silently().stdout, "");
        let written = fs::read_to_string(gti.work().join("value")).expect("written");
        assert_eq!(written, expected);
    }
    let keys = gti.run(&["config", "list"]).exits(0).records();
    let rate = json!({"key":"rate","value":"50/s","line":3});
    assert!(keys.contains(&rate), "{keys:?}");
    assert!(keys.iter().any(|it| it["value"] == "…cdef"), "{keys:?}");
    gti.run(&["config", "unset", "rate"]).exits(0).silently();
    let ran = gti.run(&["config", "get", "rate"]).exits(5);
    assert_eq!(
        ran.stderr,
        "profile `default` does not set `rate`; the default is unlimited\n"
    );
    let ran = gti.run(&["config", "get", "timeout"]).exits(5);
    assert!(ran.stderr.contains("the default is 60s"), "{}", ran.stderr);

    let ran = gti.run(&["auth", "logout"]).exits(0);
    assert!(
        ran.stderr
            .contains("the key of profile `default` is out of"),
        "{}",
        ran.stderr
    );
    assert!(
        !fs::read_to_string(gti.config())
            .expect("read")
            .contains("apikey")
    );
    gti.run(&["auth", "logout"]).exits(0);
}

#[test]
fn what_would_not_be_understood_is_not_written() {
    let gti = Gti::new();
    for (arguments, message) in [
        (&["rate", "fast"][..], "`fast` is not a rate"),
        (&["retries", "many"], "retries: "),
        (&["raet", "4/m"], "did you mean `rate`?"),
        (
            &["apikey", "0123456789abcdef0123456789abcdef"],
            "gti auth login",
        ),
    ] {
        let ran = gti.run(&[&["config", "set"], arguments].concat()).exits(2);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
        assert!(!gti.config().exists());
    }
}
