//! `gti alerts`: GTI Alerts.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn alerts() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("alerts list --project demo -n 3"), @r#"
    $ gti alerts list --project demo -n 3
    {"name":"projects/demo/alerts/6945eae2-275f-47fc-a78d-51ae3473bd85","displayName":"Simulated: an insider's help of acme.example offered","state":"READ","aiSummary":"Simulated summary: somebody offers an insider's help of acme.example.","eta… (1344 more characters)
    {"name":"projects/demo/alerts/69468bd7-2a38-43c4-a85d-ac6b6c5d59c3","displayName":"Simulated: VPN access of acme.example offered","state":"NEW","aiSummary":"Simulated summary: somebody offers VPN access of acme.example.","etag":"\"9e0029c21… (1238 more characters)
    {"name":"projects/demo/alerts/69468bb6-6b46-454a-ad05-b423a865e069","displayName":"Simulated: an insider's help of acme.example offered","state":"NEW","aiSummary":"Simulated summary: somebody offers an insider's help of acme.example.","etag… (1258 more characters)
    --- stderr
    3 shown, and there are more; -n N shows more, --all all
    --- exit 0
    "#);
    assert_snapshot!(stage.run("alerts list --project demo --state NEW --min-priority high -n 3 -f text"), @"
    $ gti alerts list --project demo --state NEW --min-priority high -n 3 -f text
    PRIORITY  CHANGED (UTC)     STATE  ID                                    ALERT
    high      2025-12-20 11:42  NEW    69468bb6-6b46-454a-ad05-b423a865e069  insider_threat: Simulated: an insider's help of acme.example offered
    critical  2025-12-20 11:20  NEW    69468693-3a92-447b-aa01-f497fcee1f17  insider_threat: Simulated: an insider's help of acme.example offered
    high      2025-12-20 08:06  NEW    69465907-33a4-4b71-ac1c-e111f882a661  initial_access_broker: Simulated: VPN access of acme.example offered
    --- stderr
    3 shown, and there are more; -n N shows more, --all all
    --- exit 0
    ");
    assert_snapshot!(stage.run("alerts show alert-new --project demo"), @r#"
    $ gti alerts show alert-new --project demo
    {"name":"projects/demo/alerts/alert-new","displayName":"Simulated: customer records of acme.example offered","state":"NEW","aiSummary":"Simulated summary: somebody offers customer records of acme.example.","etag":"\"c1df9165a6ba\"","audit":… (1115 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("alerts show alert-new alert-critical alert-sparse alert-hostile --project demo -f text"), @"
    $ gti alerts show alert-new alert-critical alert-sparse alert-hostile --project demo -f text
    Simulated: customer records of acme.example offered  data_leak
      priority    LOW  confidence high
                  Simulated: relevant, and not older than a day when it was found.
      relevance   LOW  not relevant  confidence high
                  Simulated: the text names acme.example, a domain of the customer.
      severity    MEDIUM  confidence medium
                  Simulated: customer records would let others in.
      state       NEW
      id          alert-new
      created     2025-12-01T08:00:00.125Z
      findings    3
      documents   doc-41604aed7a, doc-a31a763b80
      summary     Simulated summary: somebody offers customer records of
                  acme.example.
      link        https://proactive.virustotal.com/alerts/alert-new?project=projects/demo

    Simulated: VPN access of acme.example offered  initial_access_broker
      priority    CRITICAL  confidence high
                  Simulated: relevant, and not older than a day when it was found.
      relevance   HIGH  relevant  confidence high
                  Simulated: the text names acme.example, a domain of the customer.
      severity    CRITICAL  confidence medium
                  Simulated: VPN access would let others in.
      state       TRIAGED
      id          alert-critical
      created     2025-12-01T08:04:00.5Z
      findings    2
      documents   doc-b4c8517e80, doc-a271515ad6
      summary     Simulated summary: somebody offers VPN access of acme.example.
      link        https://proactive.virustotal.com/alerts/alert-critical?project=projects/demo

    alert-sparse
      id          alert-sparse
      created     2025-12-01T08:06:00Z
      link        https://proactive.virustotal.com/alerts/alert-sparse?project=projects/demo

    red drow =cmd|'/c calc'!A1 <script>alert(1)</script> error: forged  initial_access_broker
      priority    MEDIUM  confidence high
                  Simulated: relevant, and not older than a day when it was found.
      relevance   LOW  not relevant  confidence high
                  Simulated: the text names acme.example, a domain of the customer.
      severity    MEDIUM  confidence medium
                  Simulated: VPN access would let others in.
      state       NEW
      id          alert-hostile
      created     2025-12-01T08:05:00Z
      findings    2
      documents   doc-e7620ec97a, doc-7451482ec6
      summary     red drow =cmd|'/c calc'!A1
                  error: forged
      link        https://proactive.virustotal.com/alerts/alert-hostile?project=projects/demo
    --- exit 0
    ");
    assert_snapshot!(stage.run("alerts show nonesuch --project demo"), @r#"
    $ gti alerts show nonesuch --project demo
    {"id":"nonesuch","status":"not_found","error":{"kind":"not_found","code":"NOT_FOUND","http_status":404,"message":"Alert nonesuch not found.","retryable":false}}
    --- stderr
    exit 5: nothing of what was looked up was found
    --- exit 5
    "#);
    assert_snapshot!(stage.run("alerts show alert-new"), @"
    $ gti alerts show alert-new
    --- stderr
    error: no project of GTI Alerts
    hint: name it with --project, GTI_ALERTS_PROJECT or `gti config set alerts.project ID`; the address of the web interface shows it as project=projects%2FID
    --- exit 2
    ");
    assert_snapshot!(stage.run("alerts list --project foreign"), @"
    $ gti alerts list --project foreign
    --- stderr
    error: 403 PERMISSION_DENIED: Permission denied on the project, or it does not exist
    hint: check --project, and that the account behind the key has the role roles/threatintelligence.alertUser or alertAdmin in it
    --- exit 4
    ");
}

#[test]
fn changes() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("alerts update alert-new --state READ --project demo --dry-run"), @r#"
    $ gti alerts update alert-new --state READ --project demo --dry-run
    {"id":"alert-new","from":"NEW","to":"READ","status":"would_update","etag":"\"c1df9165a6ba\""}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("alerts update alert-new alert-escalated alert-contested alert-resolved --state ESCALATED --project demo -f text"), @"
    $ gti alerts update alert-new alert-escalated alert-contested alert-resolved --state ESCALATED --project demo -f text
    ID               FROM       TO         STATUS     DETAIL
    alert-new        NEW        ESCALATED  updated    -
    alert-escalated  ESCALATED  ESCALATED  unchanged  -
    alert-contested  NEW        NEW        skipped    it was changed by detection-job-7 at 2025-12-01T08:03:00.125250375Z: its state is now `NEW`
    alert-resolved   RESOLVED   ESCALATED  updated    -
    --- exit 0
    ");
    assert_snapshot!(stage.run("alerts update alert-resolved --state READ --project demo --if-state NEW"), @r#"
    $ gti alerts update alert-resolved --state READ --project demo --if-state NEW
    {"id":"alert-resolved","from":"ESCALATED","to":"ESCALATED","status":"skipped","etag":"\"af0b4a85c045\"","reason":"the state is `ESCALATED`, not `NEW`"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("alerts update alert-new --state NEW --project demo"), @"
    $ gti alerts update alert-new --state NEW --project demo
    --- stderr
    error: no verb of the service leads to the state `NEW`
    hint: --state takes READ, TRIAGED, ESCALATED, RESOLVED, DUPLICATE, FALSE_POSITIVE, NOT_ACTIONABLE, BENIGN, TRACKED_EXTERNALLY
    --- exit 2
    ");
    assert_snapshot!(stage.run("alerts list --filter state=\"TRAIGED\" --project demo"), @r#"
    $ gti alerts list --filter state="TRAIGED" --project demo
    --- stderr
    error: the filter is wrong at character 16: `state` has no value `TRAIGED`; did you mean `TRIAGED`?
    hint: write field = "VALUE", joined by AND and OR, such as state = "NEW" AND severity_analysis.severity_level = "SEVERITY_LEVEL_HIGH"; put the whole filter into single quotes in a shell
    --- exit 2
    "#);
}

#[test]
fn parts() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("alerts documents alert-new --project demo -f text"), @"
    $ gti alerts documents alert-new --project demo -f text
    customer records von acme.example  de
      id          doc-41604aed7a
      source      Simulated Market
      address     http://2e3ac594.example/t/7606
      author      user649
      published   2025-12-01T08:00:00.125Z
      collected   2025-12-01T08:00:00.125Z
      text        verkaufe customer records von acme.example, erfunden, Preis 3622
                  Taler
      translated  customer records of acme.example
      translation selling customer records of acme.example, invented, price 3622
                  thalers

    customer records of acme.example  en
      id          doc-a31a763b80
      source      Simulated Forum
      address     http://426c7f60.example/t/9040
      author      user178
      published   2025-12-01T08:00:00.125Z
      collected   2025-12-01T08:00:00.125Z
      text        selling customer records of acme.example, simulated, price 4536
                  invented coins
    --- exit 0
    ");
    assert_snapshot!(stage.run("alerts documents alert-sparse --project demo"), @"
    $ gti alerts documents alert-sparse --project demo
    --- stderr
    the alert names no documents
    --- exit 0
    ");
    assert_snapshot!(stage.run("alerts findings alert-new --project demo"), @r#"
    $ gti alerts findings alert-new --project demo
    {"name":"projects/demo/findings/alert-new.0","provider":"simulated-matcher","displayName":"Simulated: match 1 on customer records","alert":"projects/demo/alerts/alert-new","audit":{"createTime":"2025-12-01T08:00:00.125Z","updateTime":"2025-… (295 more characters)
    {"name":"projects/demo/findings/alert-new.1","provider":"simulated-matcher","displayName":"Simulated: match 2 on customer records","alert":"projects/demo/alerts/alert-new","audit":{"createTime":"2025-12-01T08:00:00.125Z","updateTime":"2025-… (295 more characters)
    {"name":"projects/demo/findings/alert-new.2","provider":"simulated-matcher","displayName":"Simulated: match 3 on customer records","alert":"projects/demo/alerts/alert-new","audit":{"createTime":"2025-12-01T08:00:00.125Z","updateTime":"2025-… (295 more characters)
    --- exit 0
    "#);
}
