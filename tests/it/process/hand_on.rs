//! What the process leaves to others: its children, and whoever reads its memory.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Gti, KEY, site};

#[test]
fn a_browser_is_told_no_key() {
    let sandbox = site();
    let mut gti = Gti::asking(&sandbox);
    let bin = gti.world().join("bin");
    fs::create_dir(&bin).expect("a directory");
    for name in ["xdg-open", "open"] {
        let program = bin.join(name);
        fs::write(&program, "#!/bin/sh\n/usr/bin/env > told\n").expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("set");
    }
    gti = gti.with("PATH", &bin).with("DISPLAY", ":7");
    for name in [
        "GTI_APIKEY",
        "VT_API_KEY",
        "VT_APIKEY",
        "VTCLI_APIKEY",
        "COPY",
    ] {
        gti = gti.with(name, KEY);
    }
    let file = gti.write("key", KEY);
    for from in ["variable", "file"] {
        if from == "file" {
            gti = gti.with("GTI_API_KEY_FILE", &file);
        }
        gti.run(&["widget", "evil.example", "--open"]).exits(0);
        let told = fs::read_to_string(gti.work().join("told")).expect("told");
        assert!(told.contains("DISPLAY=:7\n"), "{told}");
        assert!(!told.contains(KEY), "{told}");
        assert!(!told.contains("GTI_API_KEY_FILE"), "{told}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_core_is_left() {
    let mut serving = Gti::new().start(&["sandbox", "--port", "0"]);
    serving.line();
    let limits = fs::read_to_string(format!("/proc/{}/limits", serving.id())).expect("limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("a limit");
    let numbers: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"], "{core}");
}

#[test]
fn a_key_that_is_too_short_is_refused_unasked() {
    let sandbox = site();
    for key in ["x", "error", "0123456789abcde"] {
        let gti = Gti::asking(&sandbox).with("GTI_API_KEY", key);
        let ran = gti.run(&["enrich", "evil.example"]).exits(4);
        assert!(
            ran.stderr.starts_with(&format!(
                "error: no API key in GTI_API_KEY: the API key has {} characters; a key has at least 16\nhint: ",
                key.len()
            )),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(sandbox.requests(), 0);
}
