//! `gti quota`: what is left.

use insta::assert_snapshot;

use super::stage::Stage;
use crate::support::Options;

#[test]
fn quotas() {
    let stage = Stage::on(Options {
        quota: Some(1_000),
        ..Options::default()
    });
    assert_snapshot!(stage.run("quota"), @r#"
    $ gti quota
    {"quota":"api_requests_hourly","scope":"user","used":0,"allowed":null,"remaining":null,"resets_at":null}
    {"quota":"api_requests_hourly","scope":"group","used":0,"allowed":null,"remaining":null,"resets_at":null}
    {"quota":"api_requests_daily","scope":"user","used":0,"allowed":null,"remaining":null,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"api_requests_daily","scope":"group","used":0,"allowed":1000,"remaining":1000,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"api_requests_monthly","scope":"user","used":0,"allowed":null,"remaining":null,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"api_requests_monthly","scope":"group","used":0,"allowed":null,"remaining":null,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"collections_creation_monthly","scope":"user","used":1,"allowed":100,"remaining":99,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"intelligence_downloads_monthly","scope":"user","used":501,"allowed":null,"remaining":null,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"intelligence_downloads_monthly","scope":"group","used":501,"allowed":500,"remaining":0,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"intelligence_hunting_rules","scope":"user","used":3,"allowed":null,"remaining":null,"resets_at":null}
    {"quota":"intelligence_hunting_rules","scope":"group","used":3,"allowed":100,"remaining":97,"resets_at":null}
    {"quota":"intelligence_searches_monthly","scope":"user","used":12,"allowed":null,"remaining":null,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"intelligence_searches_monthly","scope":"group","used":12,"allowed":10000,"remaining":9988,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"private_scans_monthly","scope":"user","used":0,"allowed":null,"remaining":null,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"private_scans_monthly","scope":"group","used":0,"allowed":50,"remaining":50,"resets_at":"2026-01-02T03:04:05Z"}
    {"quota":"private_scans_per_minute","scope":"user","used":0,"allowed":null,"remaining":null,"resets_at":null}
    {"quota":"private_scans_per_minute","scope":"group","used":0,"allowed":30,"remaining":30,"resets_at":null}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("quota -f text"), @"
    $ gti quota -f text
    QUOTA                           SCOPE  USED  ALLOWED  LEFT    RESETS
    api_requests_hourly             user   0     no cap   no cap  -
    api_requests_hourly             group  0     no cap   no cap  -
    api_requests_daily              user   0     no cap   no cap  in 1d 2h
    api_requests_daily              group  0     1,000    1,000   in 1d 2h
    api_requests_monthly            user   0     no cap   no cap  in 1d 2h
    api_requests_monthly            group  0     no cap   no cap  in 1d 2h
    collections_creation_monthly    user   1     100      99      in 1d 2h
    intelligence_downloads_monthly  user   501   no cap   no cap  in 1d 2h
    intelligence_downloads_monthly  group  501   500      0       in 1d 2h
    intelligence_hunting_rules      user   3     no cap   no cap  -
    intelligence_hunting_rules      group  3     100      97      -
    intelligence_searches_monthly   user   12    no cap   no cap  in 1d 2h
    intelligence_searches_monthly   group  12    10,000   9,988   in 1d 2h
    private_scans_monthly           user   0     no cap   no cap  in 1d 2h
    private_scans_monthly           group  0     50       50      in 1d 2h
    private_scans_per_minute        user   0     no cap   no cap  -
    private_scans_per_minute        group  0     30       30      -
    --- exit 0
    ");
}

#[test]
fn spent() {
    let stage = Stage::on(Options {
        quota: Some(0),
        ..Options::default()
    });
    assert_snapshot!(stage.run("enrich evil.example"), @r#"
    $ gti enrich evil.example
    {"ioc":"evil.example","value":"evil.example","type":"domain","status":"error","error":{"kind":"quota","code":"QuotaExceededError","http_status":429,"message":"Quota exceeded","retryable":true}}
    --- stderr
    error: 429 QuotaExceededError: Quota exceeded
    hint: daily quotas reset at 00:00 UTC; `gti quota` shows what is left and when it resets
    --- exit 6
    "#);
    assert_snapshot!(stage.run("quota -f csv"), @"
    $ gti quota -f csv
    quota,scope,used,allowed,remaining,resets_at
    api_requests_hourly,user,0,,,
    api_requests_hourly,group,0,,,
    api_requests_daily,user,0,,,2026-01-02T03:04:05Z
    api_requests_daily,group,0,0,0,2026-01-02T03:04:05Z
    api_requests_monthly,user,0,,,2026-01-02T03:04:05Z
    api_requests_monthly,group,0,,,2026-01-02T03:04:05Z
    collections_creation_monthly,user,1,100,99,2026-01-02T03:04:05Z
    intelligence_downloads_monthly,user,501,,,2026-01-02T03:04:05Z
    intelligence_downloads_monthly,group,501,500,0,2026-01-02T03:04:05Z
    intelligence_hunting_rules,user,3,,,
    intelligence_hunting_rules,group,3,100,97,
    intelligence_searches_monthly,user,12,,,2026-01-02T03:04:05Z
    intelligence_searches_monthly,group,12,10000,9988,2026-01-02T03:04:05Z
    private_scans_monthly,user,0,,,2026-01-02T03:04:05Z
    private_scans_monthly,group,0,50,50,2026-01-02T03:04:05Z
    private_scans_per_minute,user,0,,,
    private_scans_per_minute,group,0,30,30,
    --- exit 0
    ");
}
