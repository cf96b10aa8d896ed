//! `gti vuln`: vulnerabilities, and what to patch first.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn one() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("vuln get CVE-2099-0001"), @r#"
    $ gti vuln get CVE-2099-0001
    {"cve":"CVE-2099-0001","id":"vulnerability--cve-2099-0001","status":"ok","patch":{"when":"now","reasons":["on CISA's KEV list, due 2025-01-08","exploited widely","priority P0","an exploit is public"]},"risk_rating":"CRITICAL","risk_rating_s… (5788 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("vuln get CVE-2099-0404 nonsense"), @r#"
    $ gti vuln get CVE-2099-0404 nonsense
    {"cve":"CVE-2099-0404","status":"not_found","error":{"kind":"not_found","code":"NotFoundError","http_status":404,"message":"Collection \"vulnerability--cve-2099-0404\" not found","retryable":false}}
    {"cve":"nonsense","status":"invalid","error":{"kind":"invalid","code":null,"http_status":null,"message":"`nonsense` is not a CVE id, such as CVE-2021-44228","retryable":false}}
    --- stderr
    exit 3: some items failed; their records say why
    --- exit 3
    "#);
}

#[test]
fn lists() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("vuln list -n 2"), @r#"
    $ gti vuln list -n 2
    {"cve":"CVE-2099-10406","id":"vulnerability--cve-2099-10406","status":"ok","patch":{"when":"now","reasons":["exploited widely","priority P1"]},"risk_rating":"LOW","risk_rating_source":"rated","priority":"P1","priority_source":"gti","exploit… (5358 more characters)
    {"cve":"CVE-2099-11117","id":"vulnerability--cve-2099-11117","status":"ok","patch":{"when":"now","reasons":["priority P0"]},"risk_rating":"CRITICAL","risk_rating_source":"rated","priority":"P0","priority_source":"gti","exploitation_state":"… (4853 more characters)
    --- stderr
    2 of 1,211 shown; -n N shows more, --all all
    --- exit 0
    "#);
    assert_snapshot!(stage.run("vuln list --fields id,risk_rating -n 3"), @r#"
    $ gti vuln list --fields id,risk_rating -n 3
    {"id":"vulnerability--cve-2099-10406","risk_rating":"LOW"}
    {"id":"vulnerability--cve-2099-11117","risk_rating":"CRITICAL"}
    {"id":"vulnerability--cve-2099-10773","risk_rating":"MEDIUM"}
    --- stderr
    3 of 1,211 shown; -n N shows more, --all all
    --- exit 0
    "#);
    assert_snapshot!(stage.run("vuln list --exploitation nonsense"), @"
    $ gti vuln list --exploitation nonsense
    --- stderr
    error: unexpected argument '--exploitation' found

      tip: a similar argument exists: '--exploited'

    Usage: gti vuln list --exploited

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn ranks() {
    let stage = Stage::new().write(
        "assets.csv",
        "asset,cve,criticality\nweb-01,CVE-2099-0001,5\ndb-01,CVE-2099-0009,1\n",
    );
    assert_snapshot!(stage.run("vuln rank -i /room/assets.csv"), @r#"
    $ gti vuln rank -i /room/assets.csv
    {"rank":1,"asset":"web-01","cve":"CVE-2099-0001","criticality":"critical","status":"ok","reason":"P0 · in CISA KEV since 2024-12-18 · exploited widely · exploit public · critical risk · EPSS 0.59 · CVSS 9.8 · critical asset","priority":"P0"… (682 more characters)
    {"rank":2,"asset":"db-01","cve":"CVE-2099-0009","criticality":"minimal","status":"ok","reason":"P4 · no known exploitation · no known exploit · low risk · EPSS 0.03 · CVSS 2.0 · minimal asset","priority":"P4","priority_source":"gti","kev":n… (547 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("vuln rank -i /room/assets.csv --asset-column nonsense"), @"
    $ gti vuln rank -i /room/assets.csv --asset-column nonsense
    --- stderr
    error: the inventory has no column `nonsense`: its header is asset, cve, criticality; --asset-column names another
    hint: give one with --input FILE or through a pipe: CSV with a column of assets and one of CVEs, JSON of CycloneDX, SPDX, grype or trivy, or lines like `web-01 CVE-2024-12345`
    --- exit 2
    ");
    assert_snapshot!(stage.run("vuln rank"), @"
    $ gti vuln rank
    --- stderr
    error: the inventory is empty
    hint: give one with --input FILE or through a pipe: CSV with a column of assets and one of CVEs, JSON of CycloneDX, SPDX, grype or trivy, or lines like `web-01 CVE-2024-12345`
    --- exit 2
    ");
}
