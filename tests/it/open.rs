//! `gti open`: the address of a page, and a browser that never sees the key.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::Gti;

#[test]
fn the_browser_gets_the_address_and_not_the_key() {
    let gti =
        Gti::at("http://127.0.0.1:9/").with("GTI_API_KEY", "0123456789abcdef0123456789abcdef");
    let bin = gti.world().join("bin");
    fs::create_dir(&bin).expect("a directory");
    for name in ["xdg-open", "open"] {
        let program = bin.join(name);
        fs::write(
            &program,
            "#!/bin/sh\n{ printf '%s\\n' \"$1\"; export; } > opened\n",
        )
        .expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("set");
    }
    let gti = gti.with("PATH", &bin);
    let ran = gti.run(&["open", "evil[.]example"]).exits(0).silently();
    let address = "https://www.virustotal.com/gui/domain/evil.example\n";
    assert_eq!(ran.stdout, address);
    let opened = fs::read_to_string(gti.work().join("opened")).expect("opened");
    assert!(opened.starts_with(address), "{opened}");
    assert!(!opened.contains("0123456789abcdef"), "{opened}");

    fs::remove_file(gti.work().join("opened")).expect("removed");
    gti.run(&["open", "CVE-2099-0001", "--print"])
        .exits(0)
        .silently();
    assert!(!gti.work().join("opened").exists());
    let ran = gti.run(&["open", "evil.example", "--print", "-o", "page"]);
    assert_eq!(ran.exits(0).silently().stdout, "");
    assert_eq!(
        fs::read_to_string(gti.work().join("page")).expect("written"),
        address
    );
    let ran = gti.run(&["open", "word"]).exits(2);
    assert!(ran.stderr.contains("`word`"), "{}", ran.stderr);
}
