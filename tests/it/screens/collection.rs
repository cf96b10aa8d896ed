//! `gti collection`: threat objects.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn one() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("collection get report--25-20000000"), @r#"
    $ gti collection get report--25-20000000
    {"id":"report--25-20000000","type":"collection","collection_type":"report","name":"Simulated report 0: what an example actor does","status":"ok","link":"https://www.virustotal.com/gui/collection/report--25-20000000","fetched_at":"2026-01-02… (1717 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("collection get report--25-20000000 -f text"), @"
    $ gti collection get report--25-20000000 -f text
    Simulated report 0: what an example actor does  report
      id          report--25-20000000
      kind        Actor Profile
      origin      Crowdsourced  Example Author
      role        Cyber Crime
      from        Exampleland
      targets     Exampleland, Example Industry
      dates       created 2024-02-27  modified 2025-04-17
      indicators  167 files, 29 domains, 483 IP addresses, 468 URLs
      tags        simulated
      summary     * Synthetic summary.
      link        https://www.virustotal.com/gui/collection/report--25-20000000
    --- exit 0
    ");
    assert_snapshot!(stage.run("collection get malware--none"), @r#"
    $ gti collection get malware--none
    {"id":"malware--none","status":"not_found","error":{"kind":"not_found","code":"NotFoundError","http_status":404,"message":"Collection \"malware--none\" not found","retryable":false}}
    --- stderr
    exit 5: nothing of what was looked up was found
    --- exit 5
    "#);
    assert_snapshot!(stage.run("collection get"), @"
    $ gti collection get
    --- exit 0
    ");
}

#[test]
fn lists() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("collection list --type threat-actor -n 2"), @r#"
    $ gti collection list --type threat-actor -n 2
    {"id":"threat-actor--a7963475-00f5-5bec-a1b9-cf20707c7198","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/threat-actor--a7963475-00f5-5bec-a1b9-cf20707c7198"},"attributes":{"name":"Example Heron 143","collecti… (1401 more characters)
    {"id":"threat-actor--a1590305-d011-56d6-a223-2f1eb3f53d0e","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/threat-actor--a1590305-d011-56d6-a223-2f1eb3f53d0e"},"attributes":{"name":"Example Heron 23","collectio… (1449 more characters)
    --- stderr
    2 of 200 shown; -n N shows more, --all all
    --- exit 0
    "#);
    assert_snapshot!(stage.run("collection list --type nonsense"), @"
    $ gti collection list --type nonsense
    --- stderr
    error: invalid value 'nonsense' for '--type <LIST>'
      [possible values: threat-actor, malware-family, software-toolkit, campaign, report, vulnerability, collection]

    For more information, try '--help'.
    --- exit 2
    ");
}
