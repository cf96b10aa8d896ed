//! Commands and options that there are not: the message names the right one.

use crate::support::Gti;

#[test]
fn the_right_command_is_named() {
    let gti = Gti::new();
    for (arguments, hint) in [
        (&["203.0.113.7"][..], "write `gti enrich 203.0.113.7`"),
        (
            &["hxxp://evil[.]example/a"],
            "write `gti enrich hxxp://evil[.]example/a`",
        ),
        (&["CVE-2099-0001"], "write `gti vuln get CVE-2099-0001`"),
        (&["lookup", "evil.example"], "write `gti enrich IOC`"),
        (
            &["upload", "x.exe"],
            "write `gti scan file FILE` or `gti scan url URL`",
        ),
        (&["scan", "x.exe"], "write `gti scan file x.exe`"),
        (
            &["scan", "http://evil.example/"],
            "write `gti scan url http://evil.example/`",
        ),
        (&["enrich", "x", "--json"], "write -f json"),
        (&["enrich", "x", "--wait"], "`gti scan` waits by default"),
        (
            &["enrich", "x", "--apikey=abc"],
            "the key comes from `gti auth login`",
        ),
    ] {
        let ran = gti.run(arguments).exits(2);
        assert_eq!(ran.stdout, "");
        let last = ran.stderr.lines().last().unwrap_or_default();
        assert!(last.starts_with(&format!("hint: {hint}")), "{}", ran.stderr);
        assert!(!ran.stderr.contains("abc"), "{}", ran.stderr);
    }
    let ran = gti.run(&["dtm", "nonsense"]).exits(2);
    assert!(!ran.stderr.contains("hint"), "{}", ran.stderr);
}

#[test]
fn a_cve_among_indicators_names_the_command_for_it() {
    let gti = Gti::new();
    let ran = gti
        .run(&["--sandbox", "-q", "enrich", "cve-2099-0001"])
        .exits(3);
    let record = &ran.records()[0];
    assert_eq!(record["status"], "invalid");
    let message = record["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("`gti vuln get` looks up"), "{message}");
}
