//! `gti report`: figures of many records.

use insta::assert_snapshot;

use super::stage::Stage;

const RECORDS: &str = r#"{"ioc":"evil.example","type":"domain","value":"evil.example","status":"ok","verdict":"malicious","severity":"high","threat_score":87,"report":{"id":"evil.example","type":"domain","attributes":{}}}
{"ioc":"203.0.113.9","type":"ip","value":"203.0.113.9","status":"ok","verdict":"benign","severity":"none","threat_score":1}
no record
"#;

#[test]
fn figures() {
    let stage = Stage::new();
    assert_snapshot!(stage.run_on(RECORDS, "report -f markdown"), @r"
    $ gti report -f markdown
    # Google Threat Intelligence: report

    2 records, 1 flagged indicator, 1 line is no record. Written 2026-01-02T03:04:05Z.

    ## Flagged indicators by type

    | | |
    |---|---|
    | domain | 1 |

    ## Indicators by verdict

    | | |
    |---|---|
    | benign | 1 |
    | malicious | 1 |

    ## Indicators by severity

    | | |
    |---|---|
    | high | 1 |
    | none | 1 |

    ## Indicators by type

    | | |
    |---|---|
    | domain | 1 |
    | ip | 1 |

    ## The worst

    | Indicator | Type | Verdict | Severity | Score |
    |---|---|---|---|---|
    | evil\[.\]example | domain | malicious | high | 87 |
    --- stderr
    warning: 1 line is no record: `gti report` reads JSON lines
    --- exit 0
    ");
    assert_snapshot!(stage.run_on(RECORDS, "report -f json --jq .records"), @"
    $ gti report -f json --jq .records
    2
    --- stderr
    warning: 1 line is no record: `gti report` reads JSON lines
    --- exit 0
    ");
    assert_snapshot!(stage.run_on("", "report -f json --jq .records"), @"
    $ gti report -f json --jq .records
    0
    --- exit 0
    ");
    assert_snapshot!(stage.run_on("no record", "report -f markdown"), @"
    $ gti report -f markdown
    # Google Threat Intelligence: report

    0 records, 0 flagged indicators, 1 line is no record. Written 2026-01-02T03:04:05Z.
    --- stderr
    warning: 1 line is no record: `gti report` reads JSON lines
    --- exit 0
    ");
    assert_snapshot!(stage.run("report none.jsonl -f json"), @"
    $ gti report none.jsonl -f json
    --- stderr
    error: cannot read `none.jsonl`: No such file or directory (os error 2)
    hint: name files that can be read, or - for standard input
    --- exit 2
    ");
    assert_snapshot!(stage.run_on(RECORDS, "report -f csv"), @"
    $ gti report -f csv
    --- stderr
    error: a report is not written as `csv`
    hint: -f takes html, markdown and json here
    --- exit 2
    ");
}
