//! `gti open`: the page of an indicator in the browser.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn addresses() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("open evil.example --print"), @"
    $ gti open evil.example --print
    https://www.virustotal.com/gui/domain/evil.example
    --- exit 0
    ");
    assert_snapshot!(stage.run("open CVE-2099-0001 --print"), @"
    $ gti open CVE-2099-0001 --print
    https://www.virustotal.com/gui/collection/vulnerability--cve-2099-0001
    --- exit 0
    ");
    assert_snapshot!(stage.run("open nonsense --print"), @"
    $ gti open nonsense --print
    --- stderr
    error: `nonsense` has a host without a dot: expected an IP address, a domain, an http or https URL or a file hash (MD5, SHA-1 or SHA-256)
    hint: a CVE id or the id of a collection, such as malware--…, is accepted too
    --- exit 2
    ");
}
