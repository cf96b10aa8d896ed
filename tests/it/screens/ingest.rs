//! `gti ingest`: feeds.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn notifications() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest ioc-stream --since 2025-12-20T11:00:00Z --until 2025-12-20T11:10:00Z -n 2"), @r#"
    $ gti ingest ioc-stream --since 2025-12-20T11:00:00Z --until 2025-12-20T11:10:00Z -n 2
    {"id":"stream-0650229ea5b7.example","type":"domain","links":{"self":"http://127.0.0.1:8080/api/v3/domains/stream-0650229ea5b7.example"},"attributes":{"categories":{"Example Filter":"information technology","Simulated Categoriser":"business"… (16060 more characters)
    {"id":"e33dd0248f828219e0c210e6e92912b8aedb6e787f4850fddd83d404c9f15bde","type":"url","links":{"self":"http://127.0.0.1:8080/api/v3/urls/e33dd0248f828219e0c210e6e92912b8aedb6e787f4850fddd83d404c9f15bde"},"attributes":{"url":"http://stream-5… (10979 more characters)
    --- stderr
    ioc-stream: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
}

#[test]
fn threat_lists() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest threat-list --list -f text"), @"
    $ gti ingest threat-list --list -f text
    ID                                NAME                              DESCRIPTION
    ransomware                        ransomware                        -
    malicious-network-infrastructure  malicious-network-infrastructure  -
    malware                           malware                           -
    threat-actor                      threat-actor                      -
    trending                          trending                          -
    mobile                            mobile                            -
    osx                               osx                               -
    linux                             linux                             -
    iot                               iot                               -
    cryptominer                       cryptominer                       -
    phishing                          phishing                          -
    first-stage-delivery-vectors      first-stage-delivery-vectors      -
    vulnerability-weaponization       vulnerability-weaponization       -
    --- exit 0
    ");
    assert_snapshot!(stage.run("ingest threat-list malware --since 2025-12-20T09:00:00Z --until 2025-12-20T10:00:00Z -n 2"), @r#"
    $ gti ingest threat-list malware --since 2025-12-20T09:00:00Z --until 2025-12-20T10:00:00Z -n 2
    {"type":"ip_address","id":"2001:db8:1da4:1230::13cd","attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"},"threat_score":{"value":76},"severity":{"value":"SEVERITY_MEDIUM"}},"last_analysis_stats":{"malicious":45,"undetect… (227 more characters)
    {"type":"file","id":"754900bb1e02c4fb8581400e20d6352346dd377c2f8b363a53fa23ce650ece17","attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_MALICIOUS"},"threat_score":{"value":89},"severity":{"value":"SEVERITY_HIGH"}},"last_analysis_… (507 more characters)
    --- stderr
    warning: packages older than 7 days may be gone
    threat-list: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
    assert_snapshot!(stage.run("ingest threat-list nonsense"), @r#"
    $ gti ingest threat-list nonsense
    --- stderr
    error: there is no threat list `nonsense`
    hint: the licence grants ransomware, malicious-network-infrastructure, malware, threat-actor, trending, mobile, osx, linux, iot, cryptominer, phishing, first-stage-delivery-vectors, vulnerability-weaponization
    --- exit 5
    "#);
}

#[test]
fn changed_indicators() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest deltas --since 2025-12-20T09:00:00Z --until 2025-12-20T10:00:00Z --type ip -n 2"), @r#"
    $ gti ingest deltas --since 2025-12-20T09:00:00Z --until 2025-12-20T10:00:00Z --type ip -n 2
    {"id": "2001:db8:2979:1893::108c","type": "ip_address","attributes": {"gti_assessment": {"verdict": {"value": "VERDICT_MALICIOUS"},"severity": {"value": "SEVERITY_HIGH"},"threat_score": {"value": 91}},"creation_date": 1765647995,"last_modif… (47 more characters)
    {"id": "2001:db8:2dfd:162f::185f","type": "ip_address","attributes": {"gti_assessment": {"verdict": {"value": "VERDICT_MALICIOUS"},"severity": {"value": "SEVERITY_HIGH"},"threat_score": {"value": 98}},"creation_date": 1764551804,"last_modif… (419 more characters)
    --- stderr
    deltas: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
    assert_snapshot!(stage.run("ingest deltas --hour 2025122005 --type ip,url"), @"
    $ gti ingest deltas --hour 2025122005 --type ip,url
    --- stderr
    warning: the deltas feed for `ip` has no package 2025122005: the next runs ask for it again
    warning: the deltas feed for `url` has no package 2025122005: the next runs ask for it again
    deltas: 0 new, 0 repeats, 0 failed, 2 requests, 0.1 s
    error: the service has no package for the only hour requested
    hint: older packages may be gone, and the licence may not include them; the same command asks again
    --- exit 5
    ");
    assert_snapshot!(stage.run("ingest deltas --type host"), @"
    $ gti ingest deltas --type host
    --- stderr
    error: invalid value 'host' for '--type <LIST>': `host` is not a type: write file, ip, url, domain

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn modified_collections() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest collections --type report --since 2025-12-20T00:00:00Z -n 2"), @r#"
    $ gti ingest collections --type report --since 2025-12-20T00:00:00Z -n 2
    {"id":"report--af41365ee5b2bb4802dfb31b984059cb6059337b447d7cf89e716fef0ba6ac6e","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/report--af41365ee5b2bb4802dfb31b984059cb6059337b447d7cf89e716fef0ba6ac6e"},"attri… (1481 more characters)
    {"id":"report--cfade51c79e79b74f7d5a7da2f01f4a5095a4dfa763cf4dfc8c5e61757f81445","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/report--cfade51c79e79b74f7d5a7da2f01f4a5095a4dfa763cf4dfc8c5e61757f81445"},"attri… (1474 more characters)
    --- stderr
    collections: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
    assert_snapshot!(stage.run("ingest collections --type campaign --iocs --since 2025-12-20T00:00:00Z -n 4 -f text"), @"
    $ gti ingest collections --type campaign --iocs --since 2025-12-20T00:00:00Z -n 4 -f text
    TIME (UTC)        TYPE      NAME                                                              VERDICT     SCORE  ID
    2025-12-20 06:14  campaign  Example Campaign 63                                               -           -      campaign--283d5fa0-f146-5a12-9572-2963999f7694
    2018-04-08 01:18  file      933e77d38e768b05b6083fba57cce88d8843aeb220b6f484d851e297a3c91d04  undetected  4      -
    2020-06-02 05:46  file      258b4801b669d19ce2d89b219c255bd187a63c36a59424b581d7de9bac4a0af1  benign      0      -
    2023-06-02 10:16  file      fccb075a0781657ee06e73fffd9b23dcb1cfe59fd6b67ddbbe46fa111501cf17  suspicious  22     -
    --- stderr
    collections: 4 new, 0 repeats, 0 failed, 2 requests, 0.1 s
    --- exit 0
    ");
    assert_snapshot!(stage.run("ingest collections --type weather"), @"
    $ gti ingest collections --type weather
    --- stderr
    error: invalid value 'weather' for '--type <LIST>'
      [possible values: report, threat-actor, malware-family, campaign, software-toolkit, vulnerability, collection]

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn alerts() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest dtm --since 2025-12-20T11:00:00Z --until 2025-12-20T11:30:00Z -n 2"), @r#"
    $ gti ingest dtm --since 2025-12-20T11:00:00Z --until 2025-12-20T11:30:00Z -n 2
    {"id":"1kkd0f5183mtufutpv2h","monitor_id":"sandboxmonitor000010","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"vpn.acme.example","term":"vpn.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1214 more characters)
    {"id":"1kkd0gcjn1hifqd4rkss","monitor_id":"sandboxmonitor000004","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"bolt.example","term":"bolt.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1179 more characters)
    --- stderr
    dtm: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
}

#[test]
fn issues() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest asm --since 2025-12-20T00:00:00Z --until 2025-12-20T12:00:00Z -n 2"), @r#"
    $ gti ingest asm --since 2025-12-20T00:00:00Z --until 2025-12-20T12:00:00Z -n 2
    {"id":"00013eb590314b2a309cf7fa09772e70885a54a1c4cb4b88802b1298c12a7efc","uid":"00013eb590314b2a309cf7fa09772e70885a54a1c4cb4b88802b1298c12a7efc","uuid":"40fd2fa6ef2538b8483e043746afa6db","dynamic_id":25262237,"name":"subdomain_takeover","p… (869 more characters)
    {"id":"00013eb806a5bc402b8ca55bfce42e1282eaa36d8c966af06e8b3e376f29ba55","uid":"00013eb806a5bc402b8ca55bfce42e1282eaa36d8c966af06e8b3e376f29ba55","uuid":"cb80d1c8d67eb881bcf245e7f9a4f222","dynamic_id":23832280,"name":"software_version_discl… (862 more characters)
    --- stderr
    asm: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
}

#[test]
fn vulnerabilities() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest vuln --since 2025-12-20T00:00:00Z --until 2025-12-20T01:00:00Z -n 2"), @r#"
    $ gti ingest vuln --since 2025-12-20T00:00:00Z --until 2025-12-20T01:00:00Z -n 2
    {"id":"vulnerability--cve-2099-10000","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/vulnerability--cve-2099-10000"},"attributes":{"name":"CVE-2099-10000","collection_type":"vulnerability","cve_id":"CVE-2099-1… (3301 more characters)
    {"id":"vulnerability--cve-2099-10001","type":"collection","links":{"self":"http://127.0.0.1:8080/api/v3/collections/vulnerability--cve-2099-10001"},"attributes":{"name":"CVE-2099-10001","collection_type":"vulnerability","cve_id":"CVE-2099-1… (3270 more characters)
    --- stderr
    vuln: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
}

#[test]
fn gti_alerts() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest alerts --project demo --since 2025-12-20T10:00:00Z --until 2025-12-20T11:30:00Z -n 2"), @r#"
    $ gti ingest alerts --project demo --since 2025-12-20T10:00:00Z --until 2025-12-20T11:30:00Z -n 2
    {"name":"projects/demo/alerts/6944996b-6534-47b0-a92b-b09db1dffec7","displayName":"Simulated: customer records of acme.example offered","state":"ESCALATED","aiSummary":"Simulated summary: somebody offers customer records of acme.example.","… (1328 more characters)
    {"name":"projects/demo/alerts/6944b7d5-76a7-48d2-a580-c185750de5cd","displayName":"Simulated: customer records of acme.example offered","state":"ESCALATED","aiSummary":"Simulated summary: somebody offers customer records of acme.example.","… (1199 more characters)
    --- stderr
    alerts: 2 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
    assert_snapshot!(stage.run("ingest alerts --project demo --since 2025-12-20T10:00:00Z --state NEW --min-priority high --dry-run"), @r#"
    $ gti ingest alerts --project demo --since 2025-12-20T10:00:00Z --state NEW --min-priority high --dry-run
    {"feed":"alerts","method":"GET","url":"http://127.0.0.1:8080/v1beta/projects/demo/alerts?filter=audit.update_time%20%3E%3D%20%222025-12-20T10%3A00%3A00Z%22%20AND%20%28state%20%3D%20%22NEW%22%29%20AND%20%28priority_analysis.priority_level%20… (217 more characters)
    --- exit 0
    "#);
}

#[test]
fn what_a_feed_needs() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("ingest dtm --since 2025-12-20 --checkpoint soc"), @r#"
    $ gti ingest dtm --since 2025-12-20 --checkpoint soc
    {"id":"1kkbppo1jk3q4m9sso8v","monitor_id":"sandboxmonitor000007","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1170 more characters)
    {"id":"1kkbppo2olqh6lgmiti4","monitor_id":"sandboxmonitor000010","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"vpn.acme.example","term":"vpn.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1127 more characters)
    {"id":"1kkbppo2qsba903q4suc","monitor_id":"sandboxmonitor000007","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1164 more characters)
    {"id":"1kkbppo3dquv42f1c0no","monitor_id":"sandboxmonitor000009","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1226 more characters)
    {"id":"1kkbppo40g8hu0oii7ha","monitor_id":"sandboxmonitor000012","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"summit.acme.example","term":"summit.acme.example","offsets":[10,20]}],"label_matches":[],"doc_match… (1201 more characters)
    {"id":"1kkbppo4mlnsh7659883","monitor_id":"sandboxmonitor000005","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"crane.example","term":"crane.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match… (1209 more characters)
    {"id":"1kkbppo6282t5jar8ug6","monitor_id":"sandboxmonitor000008","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"pay.acme.example","term":"pay.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1221 more characters)
    {"id":"1kkbppo63a79triigps6","monitor_id":"sandboxmonitor000005","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"crane.example","term":"crane.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match… (1134 more characters)
    {"id":"1kkbppo6g5fqhunbk22c","monitor_id":"sandboxmonitor000009","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1222 more characters)
    {"id":"1kkbppo96n07redhlfgl","monitor_id":"sandboxmonitor000011","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"dynamo.example","term":"dynamo.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"mat… (1193 more characters)
    {"id":"1kkbppoda8h5d8e00ejm","monitor_id":"sandboxmonitor000012","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"summit.acme.example","term":"summit.acme.example","offsets":[10,20]}],"label_matches":[],"doc_match… (1171 more characters)
    {"id":"1kkbppodj1nuec4hp8gq","monitor_id":"sandboxmonitor000001","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"acme.example","term":"acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1245 more characters)
    {"id":"1kkbppof43t3u6csf6er","monitor_id":"sandboxmonitor000011","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"dynamo.example","term":"dynamo.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"mat… (1173 more characters)
    {"id":"1kkbppogf9kqs8451b0a","monitor_id":"sandboxmonitor000011","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"dynamo.example","term":"dynamo.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"mat… (1205 more characters)
    {"id":"1kkbppogujr7ld5isql6","monitor_id":"sandboxmonitor000004","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"bolt.example","term":"bolt.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1224 more characters)
    {"id":"1kkbppohe008ou51ko3m","monitor_id":"sandboxmonitor000010","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"vpn.acme.example","term":"vpn.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1251 more characters)
    {"id":"1kkbppolak08jv575u1g","monitor_id":"sandboxmonitor000002","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"mail.acme.example","term":"mail.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":… (1148 more characters)
    {"id":"1kkbppom6oh6jgof0bda","monitor_id":"sandboxmonitor000007","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1128 more characters)
    {"id":"1kkbppomm10lsv42vjga","monitor_id":"sandboxmonitor000001","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"acme.example","term":"acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1187 more characters)
    {"id":"1kkbppon594vc8hfv2qi","monitor_id":"sandboxmonitor000009","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1232 more characters)
    {"id":"1kkbppoqdcfarvub2v78","monitor_id":"sandboxmonitor000006","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"board.acme.example","term":"board.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches… (1147 more characters)
    {"id":"1kkbppoqmo21npk8ckg7","monitor_id":"sandboxmonitor000001","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"acme.example","term":"acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1164 more characters)
    {"id":"1kkbpporec44m1asahuu","monitor_id":"sandboxmonitor000009","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1138 more characters)
    {"id":"1kkbppos7tm5ghchm9ed","monitor_id":"sandboxmonitor000011","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"dynamo.example","term":"dynamo.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"mat… (1122 more characters)
    {"id":"1kkbppothdkph56l7c4l","monitor_id":"sandboxmonitor000004","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"bolt.example","term":"bolt.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1212 more characters)
    {"id":"1kkbppoudk4gk9no4a20","monitor_id":"sandboxmonitor000010","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"vpn.acme.example","term":"vpn.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1151 more characters)
    {"id":"1kkbppov7bl7vblvrn2t","monitor_id":"sandboxmonitor000012","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"summit.acme.example","term":"summit.acme.example","offsets":[10,20]}],"label_matches":[],"doc_match… (1231 more characters)
    {"id":"1kkbppovdsjbd20eonrm","monitor_id":"sandboxmonitor000007","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1136 more characters)
    {"id":"1kkbppovnav82cpvl4br","monitor_id":"sandboxmonitor000012","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"summit.acme.example","term":"summit.acme.example","offsets":[10,20]}],"label_matches":[],"doc_match… (1137 more characters)
    {"id":"1kkbppovtopjdjuvqj1t","monitor_id":"sandboxmonitor000012","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"summit.acme.example","term":"summit.acme.example","offsets":[10,20]}],"label_matches":[],"doc_match… (1255 more characters)
    {"id":"1kkbppovug1e0qb5phdp","monitor_id":"sandboxmonitor000009","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1222 more characters)
    {"id":"1kkbptumjgepd407g4p3","monitor_id":"sandboxmonitor000005","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"crane.example","term":"crane.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match… (1158 more characters)
    {"id":"1kkbpv95q9hft05vnc0u","monitor_id":"sandboxmonitor000005","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"crane.example","term":"crane.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match… (1225 more characters)
    {"id":"1kkbq4rpkki9hfitj0ku","monitor_id":"sandboxmonitor000010","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"vpn.acme.example","term":"vpn.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1210 more characters)
    {"id":"1kkbq4v23ibn8r6tntm0","monitor_id":"sandboxmonitor000003","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"acme-login.example","term":"acme-login.example","offsets":[10,20]}],"label_matches":[],"doc_matches… (1235 more characters)
    {"id":"1kkbq7ua5ngq4rutlf13","monitor_id":"sandboxmonitor000009","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1129 more characters)
    {"id":"1kkbqa57ru3onkrbs4rq","monitor_id":"sandboxmonitor000012","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"summit.acme.example","term":"summit.acme.example","offsets":[10,20]}],"label_matches":[],"doc_match… (1201 more characters)
    {"id":"1kkbqfo2dr34ct6btgrd","monitor_id":"sandboxmonitor000002","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"mail.acme.example","term":"mail.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":… (1261 more characters)
    {"id":"1kkbqjm27kajmjt118ab","monitor_id":"sandboxmonitor000002","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"mail.acme.example","term":"mail.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":… (1145 more characters)
    {"id":"1kkbqka00ibu53aumm72","monitor_id":"sandboxmonitor000008","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"pay.acme.example","term":"pay.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1136 more characters)
    {"id":"1kkbqn1qk40mfcdlaggf","monitor_id":"sandboxmonitor000005","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"crane.example","term":"crane.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match… (1209 more characters)
    {"id":"1kkbqsrolucoulgoai22","monitor_id":"sandboxmonitor000004","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"bolt.example","term":"bolt.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1205 more characters)
    {"id":"1kkbr0hvu2bvkl9tg33g","monitor_id":"sandboxmonitor000007","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1188 more characters)
    {"id":"1kkbr0re78hfnq3g0v5f","monitor_id":"sandboxmonitor000008","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"pay.acme.example","term":"pay.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1222 more characters)
    {"id":"1kkbr5hg828mp552vmff","monitor_id":"sandboxmonitor000007","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1191 more characters)
    {"id":"1kkbrb6rogse9sc58krh","monitor_id":"sandboxmonitor000001","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"acme.example","term":"acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1200 more characters)
    {"id":"1kkbrbasuk5mthmb01r0","monitor_id":"sandboxmonitor000008","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"pay.acme.example","term":"pay.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1187 more characters)
    {"id":"1kkbrln8ke671dc94em3","monitor_id":"sandboxmonitor000012","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"summit.acme.example","term":"summit.acme.example","offsets":[10,20]}],"label_matches":[],"doc_match… (1130 more characters)
    {"id":"1kkbrn81r893nc5jvfgt","monitor_id":"sandboxmonitor000005","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"crane.example","term":"crane.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match… (1211 more characters)
    {"id":"1kkbrs4fgapf44gkmoim","monitor_id":"sandboxmonitor000008","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"pay.acme.example","term":"pay.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1178 more characters)
    {"id":"1kkbs0267ln6tkulane0","monitor_id":"sandboxmonitor000002","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"mail.acme.example","term":"mail.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":… (1242 more characters)
    {"id":"1kkbs383sju5pq2lbm8h","monitor_id":"sandboxmonitor000001","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"acme.example","term":"acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match_p… (1116 more characters)
    {"id":"1kkbs3o8408tm83p8ab6","monitor_id":"sandboxmonitor000006","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"board.acme.example","term":"board.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches… (1171 more characters)
    {"id":"1kkbs770f7r1468u9lp9","monitor_id":"sandboxmonitor000006","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"board.acme.example","term":"board.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches… (1234 more characters)
    {"id":"1kkbsda04i4scut970r6","monitor_id":"sandboxmonitor000010","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"vpn.acme.example","term":"vpn.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1144 more characters)
    {"id":"1kkbse2sjgk4hk7tpkd9","monitor_id":"sandboxmonitor000005","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"crane.example","term":"crane.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"match… (1209 more characters)
    {"id":"1kkbsf6qe14o5ktb3fe2","monitor_id":"sandboxmonitor000010","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"vpn.acme.example","term":"vpn.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1121 more characters)
    {"id":"1kkbsjskbmhsruf4vug0","monitor_id":"sandboxmonitor000007","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1189 more characters)
    {"id":"1kkbsv2bvdbdv3u5sogp","monitor_id":"sandboxmonitor000009","monitor_version":3,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1208 more characters)
    {"id":"1kkbsvhfv8h0c7va4lsi","monitor_id":"sandboxmonitor000008","monitor_version":2,"topic_matches":[{"topic_id":"simulated-topic","value":"pay.acme.example","term":"pay.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1220 more characters)
    … (380 more lines)
    --- stderr
    dtm: 440 new, 0 repeats, 0 failed, 5 requests, 0.1 s
    --- exit 0
    "#);
    assert_snapshot!(stage.run("ingest dtm --since 2025-12-21T00:00:00Z --until 2025-12-20T00:00:00Z"), @"
    $ gti ingest dtm --since 2025-12-21T00:00:00Z --until 2025-12-20T00:00:00Z
    --- stderr
    error: the window begins at 2025-12-21T00:00:00Z, after its end at 2025-12-20T00:00:00Z
    hint: --since must lie before --until and before now
    --- exit 2
    ");
    assert_snapshot!(stage.run("ingest dtm --checkpoint soc --sink nonesuch"), @"
    $ gti ingest dtm --checkpoint soc --sink nonesuch
    --- stderr
    error: there is no sink `nonesuch`
    hint: the configuration file names sinks, in sections like [sinks.nonesuch]
    --- exit 2
    ");
    assert_snapshot!(stage.run("ingest ioc-stream --since nonsense"), @"
    $ gti ingest ioc-stream --since nonsense
    --- stderr
    error: invalid value 'nonsense' for '--since <WHEN>': `nonsense` is not a time: write how long ago, like 24h or 7d, a day, like 2026-01-02, or RFC 3339, like 2026-01-02T03:04:05Z

    For more information, try '--help'.
    --- exit 2
    ");
}
