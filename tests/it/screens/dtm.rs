//! `gti dtm`: alerts of digital threat monitoring.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn alerts() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("dtm list -n 3"), @r#"
    $ gti dtm list -n 3
    {"id":"1kkd3ro5m7n6vb5ct9ho","monitor_id":"sandboxmonitor000007","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"git.acme.example","term":"git.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1231 more characters)
    {"id":"1kkd3gev610dgfhfleko","monitor_id":"sandboxmonitor000009","monitor_version":4,"topic_matches":[{"topic_id":"simulated-topic","value":"supplier.example","term":"supplier.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{… (1220 more characters)
    {"id":"1kkd3b40le6dssntl7u1","monitor_id":"sandboxmonitor000006","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"board.acme.example","term":"board.acme.example","offsets":[10,20]}],"label_matches":[],"doc_matches… (1167 more characters)
    --- stderr
    3 shown, and there are more; -n N shows more, --all all
    --- exit 0
    "#);
    assert_snapshot!(stage.run("dtm show sandboxalertnew00001"), @r#"
    $ gti dtm show sandboxalertnew00001
    {"id":"sandboxalertnew00001","monitor_id":"sandboxmonitor000011","monitor_version":1,"topic_matches":[{"topic_id":"simulated-topic","value":"dynamo.example","term":"dynamo.example","offsets":[10,20]}],"label_matches":[],"doc_matches":[{"mat… (1567 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("dtm show nonesuch"), @r#"
    $ gti dtm show nonesuch
    {"id":"nonesuch","status":"not_found","error":{"kind":"not_found","code":"NotFoundError","http_status":404,"message":"Alert \"nonesuch\" not found","retryable":false}}
    --- stderr
    exit 5: nothing of what was looked up was found
    --- exit 5
    "#);
}

#[test]
fn updates() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("dtm update sandboxalertnew00001 --status read"), @r#"
    $ gti dtm update sandboxalertnew00001 --status read
    {"id":"sandboxalertnew00001","from":"new","to":"read","status":"updated"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("dtm update sandboxalertnew00001 --status closed --dry-run"), @r#"
    $ gti dtm update sandboxalertnew00001 --status closed --dry-run
    {"id":"sandboxalertnew00001","from":"read","to":"closed","status":"would_update"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("dtm update sandboxalertnew00001"), @"
    $ gti dtm update sandboxalertnew00001
    --- stderr
    error: nothing to change
    hint: say what with --status, --add-tag or --remove-tag
    --- exit 2
    ");
    assert_snapshot!(stage.run("dtm update sandboxalertnew00001 --status nonsense"), @"
    $ gti dtm update sandboxalertnew00001 --status nonsense
    --- stderr
    error: invalid value 'nonsense' for '--status <STATUS>'
      [possible values: new, read, escalated, in_progress, closed, no_action_required, duplicate, not_relevant, tracked_external]

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn monitors() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("dtm monitors"), @r#"
    $ gti dtm monitors
    {"id":"sandboxmonitor000001","name":"Brand: Acme","description":"Simulated: watches for acme.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["acme.example"]}]},"enabled":true,"email_… (124 more characters)
    {"id":"sandboxmonitor000002","name":"Credentials: Acme staff","description":"Simulated: watches for mail.acme.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["mail.acme.example"]}]},… (146 more characters)
    {"id":"sandboxmonitor000003","name":"Look-alike domains","description":"Simulated: watches for acme-login.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["acme-login.example"]}]},"en… (143 more characters)
    {"id":"sandboxmonitor000004","name":"Subsidiary: Bolt","description":"Simulated: watches for bolt.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["bolt.example"]}]},"enabled":true,"e… (129 more characters)
    {"id":"sandboxmonitor000005","name":"Subsidiary: Crane","description":"Simulated: watches for crane.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["crane.example"]}]},"enabled":true… (132 more characters)
    {"id":"sandboxmonitor000006","name":"Executives","description":"Simulated: watches for board.acme.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["board.acme.example"]}]},"enabled":t… (135 more characters)
    {"id":"sandboxmonitor000007","name":"Source code","description":"Simulated: watches for git.acme.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["git.acme.example"]}]},"enabled":true… (132 more characters)
    {"id":"sandboxmonitor000008","name":"Payment cards","description":"Simulated: watches for pay.acme.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["pay.acme.example"]}]},"enabled":tr… (134 more characters)
    {"id":"sandboxmonitor000009","name":"Suppliers","description":"Simulated: watches for supplier.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["supplier.example"]}]},"enabled":true,"… (130 more characters)
    {"id":"sandboxmonitor000010","name":"Access for sale","description":"Simulated: watches for vpn.acme.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["vpn.acme.example"]}]},"enabled":… (136 more characters)
    {"id":"sandboxmonitor000011","name":"Product: Dynamo","description":"Simulated: watches for dynamo.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["dynamo.example"]}]},"enabled":true… (132 more characters)
    {"id":"sandboxmonitor000012","name":"Events","description":"Simulated: watches for summit.acme.example","doc_condition":{"operator":"all","match":[{"topic":"keyword","operator":"must_contain","match":["summit.acme.example"]}]},"enabled":fal… (134 more characters)
    --- exit 0
    "#);
}
