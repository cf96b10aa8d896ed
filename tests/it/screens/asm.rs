//! `gti asm`: issues of attack surface management.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn issues() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("asm list --since 2025-12-20T00:00:00Z -n 3"), @r#"
    $ gti asm list --since 2025-12-20T00:00:00Z -n 3
    {"id":"00013ef55bbc04b28b8aa3672e8c3cad21558dc5e2e35b32c5dfd8c8428114cd","uid":"00013ef55bbc04b28b8aa3672e8c3cad21558dc5e2e35b32c5dfd8c8428114cd","uuid":"6f2b21ce11c13722a5d191619e0f3830","dynamic_id":83502396,"name":"expired_certificate","… (861 more characters)
    {"id":"00013f6479edc8d8926fba643efed8fcf0e921adc05ffe0871fabe4e9ade7269","uid":"00013f6479edc8d8926fba643efed8fcf0e921adc05ffe0871fabe4e9ade7269","uuid":"47d8cb48e61a718acaacba8060e27c6d","dynamic_id":56378375,"name":"software_version_discl… (853 more characters)
    {"id":"00013f6278dc646efe3477a70fc86a7cbbf61eb7cdb3a2d02f2a7886c0be2baa","uid":"00013f6278dc646efe3477a70fc86a7cbbf61eb7cdb3a2d02f2a7886c0be2baa","uuid":"f11062115ccaec50e6b8b5f7d107090a","dynamic_id":51039183,"name":"simulated_rce_cve","pr… (888 more characters)
    --- stderr
    3 of 509 shown; -n N shows more, --all all
    --- exit 0
    "#);
    assert_snapshot!(stage.run("asm show 0000000000000000000000000000000000000000000000000000000000000001"), @r#"
    $ gti asm show 0000000000000000000000000000000000000000000000000000000000000001
    {"uid":"0000000000000000000000000000000000000000000000000000000000000001","uuid":"68e8ca2d489b6da06f84bb12300356eb","dynamic_id":58828053,"name":"exposed_database_admin","pretty_name":"Exposed Database Administration","description":"Simulat… (1213 more characters)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("asm show nonesuch"), @r#"
    $ gti asm show nonesuch
    {"id":"nonesuch","status":"not_found","error":{"kind":"not_found","code":null,"http_status":404,"message":"Issue nonesuch was not found","retryable":false}}
    --- stderr
    exit 5: nothing of what was looked up was found
    --- exit 5
    "#);
}

#[test]
fn updates() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("asm update 0000000000000000000000000000000000000000000000000000000000000001 --status open_in_progress"), @r#"
    $ gti asm update 0000000000000000000000000000000000000000000000000000000000000001 --status open_in_progress
    {"id":"0000000000000000000000000000000000000000000000000000000000000001","from":"open_new","to":"open_in_progress","status":"updated"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("asm update 0000000000000000000000000000000000000000000000000000000000000001 --add-tag seen --dry-run"), @r#"
    $ gti asm update 0000000000000000000000000000000000000000000000000000000000000001 --add-tag seen --dry-run
    {"id":"0000000000000000000000000000000000000000000000000000000000000001","from":"open_in_progress","to":"open_in_progress","status":"would_update","tags":["seen"]}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("asm update 0000000000000000000000000000000000000000000000000000000000000001"), @"
    $ gti asm update 0000000000000000000000000000000000000000000000000000000000000001
    --- stderr
    error: nothing to change
    hint: say what with --status, --add-tag or --remove-tag
    --- exit 2
    ");
    assert_snapshot!(stage.run("asm update 0000000000000000000000000000000000000000000000000000000000000001 --status nonsense"), @"
    $ gti asm update 0000000000000000000000000000000000000000000000000000000000000001 --status nonsense
    --- stderr
    error: invalid value 'nonsense' for '--status <STATUS>'
      [possible values: open_new, open_triaged, open_in_progress, closed, closed_mitigated, closed_resolved, closed_duplicate, closed_out_of_scope, closed_benign, closed_risk_accepted, closed_false_positive, closed_no_repro, closed_tracked_exte… (7 more characters)

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn projects() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("asm projects"), @r#"
    $ gti asm projects
    {"id":1001,"uuid":"fe0e99d5c501e10ccc85e837ec104d71","name":"Acme","organization_name":"Acme (simulated)","created_at":"2025-09-01T08:00:00.000Z"}
    {"id":1002,"uuid":"792c914be449c5732756435aef1b2f45","name":"Bolt, a subsidiary of Acme","organization_name":"Acme (simulated)","created_at":"2025-09-01T08:00:00.000Z"}
    {"id":1003,"uuid":"f3512a256ed9d5461f1f1b736039fb55","name":"Nothing yet","organization_name":"Acme (simulated)","created_at":"2025-09-01T08:00:00.000Z"}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("asm show 0000000000000000000000000000000000000000000000000000000000000001 --project nonsense"), @r#"
    $ gti asm show 0000000000000000000000000000000000000000000000000000000000000001 --project nonsense
    {"id":"0000000000000000000000000000000000000000000000000000000000000001","status":"error","error":{"kind":"invalid","code":null,"http_status":400,"message":"The project of the PROJECT-ID header is unknown","retryable":false}}
    --- stderr
    error: 400 The project of the PROJECT-ID header is unknown
    hint: the service does not accept the request: correct what its message names
    --- exit 3
    "#);
}
