//! `gti mirror`: indicators of feeds, kept here.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn nothing_yet() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("mirror status"), @"
    $ gti mirror status
    --- stderr
    error: there is no mirror yet
    hint: `gti mirror sync` fills one from feeds, `gti mirror import` from a file
    --- exit 9
    ");
    assert_snapshot!(stage.run("mirror get evil.example"), @"
    $ gti mirror get evil.example
    --- stderr
    error: there is no mirror yet
    hint: `gti mirror sync` fills one from feeds, `gti mirror import` from a file
    --- exit 9
    ");
    assert_snapshot!(stage.run("mirror prune"), @"
    $ gti mirror prune
    --- stderr
    error: the following required arguments were not provided:
      --older <DURATION>

    Usage: gti mirror prune --older <DURATION>

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run("mirror sync --lists ransomwear"), @"
    $ gti mirror sync --lists ransomwear
    --- stderr
    error: there is no threat list `ransomwear`; did you mean `ransomware`?
    hint: the lists are ransomware, malicious-network-infrastructure, malware, threat-actor, trending, mobile, osx, linux, iot, cryptominer, phishing, first-stage-delivery-vectors, vulnerability-weaponization
    --- exit 2
    ");
}

#[test]
fn synced() {
    let stage = Stage::new().write("note", "no export");
    assert_snapshot!(stage.run("mirror sync --lists ransomware --since 2h"), @r#"
    $ gti mirror sync --lists ransomware --since 2h
    {"path":"/room/state/mirror.sqlite","entries":0,"ip":0,"domain":0,"url":0,"file":0,"oldest":null,"newest":null,"changed_at":null,"disk_bytes":1000,"sources":[]}
    --- stderr
    threat-list: 0 new, 0 repeats, 0 failed, 1 requests, 0.1 s
    --- exit 0
    "#);
    assert_snapshot!(stage.run("mirror status -f text"), @"
    $ gti mirror status -f text
    ENTRIES  IP  DOMAIN  URL  FILE  OLDEST  NEWEST  CHANGED_AT  DISK_BYTES  PATH
    0        0   0       0    0     -       -       -           20480       /room/state/mirror.sqlite
    --- exit 0
    ");
    assert_snapshot!(stage.run("mirror get none[.]example !!"), @r#"
    $ gti mirror get none[.]example !!
    {"ioc":"none[.]example","value":"none.example","type":"domain","status":"not_found"}
    {"ioc":"!!","value":null,"type":null,"status":"invalid","error":{"kind":"invalid","code":null,"http_status":null,"message":"`!!` has '!' in its host, which no host name contains: expected an IP address, a domain, an http or https URL or a f… (53 more characters)
    --- stderr
    exit 3: some items failed; their records say why
    --- exit 3
    "#);
    assert_snapshot!(stage.run("mirror export /room/mirror.gti --jq '[.entries, .signed]'"), @"
    $ gti mirror export /room/mirror.gti --jq '[.entries, .signed]'
    [0,false]
    --- exit 0
    ");
    assert_snapshot!(stage.run("mirror import /room/mirror.gti --jq .entries"), @"
    $ gti mirror import /room/mirror.gti --jq .entries
    0
    --- exit 0
    ");
    assert_snapshot!(stage.run("mirror import /room/note"), @"
    $ gti mirror import /room/note
    --- stderr
    error: `/room/note` is refused: it is no export of a mirror
    hint: the mirror is as it was; export it once more, and copy it whole
    --- exit 2
    ");
    assert_snapshot!(stage.run("mirror import /room/mirror.gti --verify-key /room/note"), @"
    $ gti mirror import /room/mirror.gti --verify-key /room/note
    --- stderr
    error: `/room/note` is not an Ed25519 public key in PEM
    hint: `openssl genpkey -algorithm ed25519` makes a private key, `openssl pkey -pubout` the public one of it
    --- exit 2
    ");
    assert_snapshot!(stage.run("mirror publish /room/lists --format values"), @r#"
    $ gti mirror publish /room/lists --format values
    {"file":"/room/lists/values.txt","format":"values","entries":0}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("mirror publish /room/lists --format misp-feed"), @"
    $ gti mirror publish /room/lists --format misp-feed
    --- stderr
    error: `misp-feed` is not published: write values, zeek, suricata, stix, rpz
    hint: `gti help formats` describes them
    --- exit 2
    ");
    assert_snapshot!(stage.run("mirror prune --older 90d"), @r#"
    $ gti mirror prune --older 90d
    {"removed":0}
    --- exit 0
    "#);
}
