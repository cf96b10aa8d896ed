//! `gti collection`: threat objects.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn one() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("collection get report--25-20000000"), @r#"
    $ gti collection get report--25-20000000
    {"id":"report--25-20000000","type":"collection","collection_type":"report","name":"Simulated report 0: what an example actor does","status":"ok","link":"https://www.virustotal.com/gui/collection/report--25-20000000","fetched_at":"2026-01-02… (1661 more characters)
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
      indicators  18 files, 42 domains, 46 IP addresses, 15 URLs
      tags        simulated
      summary     * Synthetic summary.
      link        https://www.virustotal.com/gui/collection/report--25-20000000
    --- exit 0
    ");
    assert_snapshot!(stage.run("collection get report--25-20000000 -f text --iocs --timeline --mitre"), @"
    $ gti collection get report--25-20000000 -f text --iocs --timeline --mitre
    Simulated report 0: what an example actor does  report
      id          report--25-20000000
      kind        Actor Profile
      origin      Crowdsourced  Example Author
      role        Cyber Crime
      from        Exampleland
      targets     Exampleland, Example Industry
      dates       created 2024-02-27  modified 2025-04-17
      indicators  18 files, 42 domains, 46 IP addresses, 15 URLs
      tags        simulated
      summary     * Synthetic summary.
      ATT&CK      TA0001 Initial Access → T1566 Phishing
                  TA0002 Execution → T1059 Command and Scripting Interpreter,
                  T1059.001 PowerShell
                  TA0003 Persistence → T1547.001 Registry Run Keys / Startup Folder
                  TA0011 Command and Control → T1071.001 Web Protocols
      timeline    1 Exploitation, 2 First observation, 4 Infrastructure, 5 Targeting
      events      Simulated event 1 of Simulated report 0: what an exam…  2025-04-05
                  Simulated event 2 of Simulated report 0: what an exam…  2025-04-06
                  Simulated event 3 of Simulated report 0: what an exam…  2025-04-07
                  Simulated event 4 of Simulated report 0: what an exam…  2025-04-08
                  Simulated event 5 of Simulated report 0: what an exam…  2025-04-09
                  Simulated event 6 of Simulated report 0: what an exam…  2025-04-10
                  Simulated event 7 of Simulated report 0: what an exam…  2025-04-11
                  Simulated event 8 of Simulated report 0: what an exam…  2025-04-12
                  Simulated event 9 of Simulated report 0: what an exam…  2025-04-13
                  … 3 more
      received    121: 33 malicious, 9 suspicious, 49 undetected, 30 benign
      worst       malicious 100/100  198.51.100.228
                  malicious 99/100   198.51.100.86
                  malicious 99/100   198.51.100.205
                  malicious 98/100  fe39b55b17b88eb521b5b83c4dfbc8b7f2b43a09a306878ba959b8b59d2927b3
                  malicious 98/100   https://cdn-14-55df56.example/3484060b
                  malicious 95/100   cdn-11-304af9.example
                  malicious 94/100   login-9-c4fbd4.example
                  malicious 89/100  e77cae92f6149ed90a1bde5fb6718dd886612a9b4666a1ce9a1b5c024b85a805
                  malicious 87/100   198.51.100.79
                  … 112 more
                  (cut to 40 lines; --full shows all)
      link        https://www.virustotal.com/gui/collection/report--25-20000000
    --- exit 0
    ");
    assert_snapshot!(stage.run("collection get report--25-20000000 --report -"), @"
    $ gti collection get report--25-20000000 --report -
    --- stderr
    error: cannot save the PDF as `-`
    hint: name a file of its own: standard output and -o take the records
    --- exit 2
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
