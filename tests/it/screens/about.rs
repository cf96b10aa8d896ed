//! What the program says about itself.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn versions_and_help() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("help exit-codes"), @r#"
    $ gti help exit-codes
    Exit codes, the same with or without a terminal:

        0  all done; "nothing new" is 0
        1  unexpected failure: a bug, or an answer that cannot be understood
        2  usage or configuration
        3  some items failed (invalid, error, not_attempted), others did not; an
           item answered not_found or skipped has not failed
        4  credentials missing, wrong, or without the licence or privilege
        5  not found: everything that was looked up
        6  quota or rate limit exhausted, or the run's own budget spent
        7  network, TLS, proxy, or server failure that outlasted the retries: safe
           to run again
        8  waiting for an analysis timed out (its id is on stdout)
        9  state or output trouble: another run holds the checkpoint, disk full,
           damaged state
       10  a --fail-on condition was met
      130  interrupted (Ctrl-C)
      143  terminated (SIGTERM)
    --- exit 0
    "#);
    assert_snapshot!(stage.run("help nonsense"), @"
    $ gti help nonsense
    --- stderr
    error: there is no help on `nonsense`
    hint: topics are options, exit-codes, environment, formats, config, fields and schema; `gti help` lists the commands
    --- exit 2
    ");
    assert_snapshot!(stage.run("version --fields version,features -f jsonl"), @r#"
    $ gti version --fields version,features -f jsonl
    {"version":"0.1.0","features":["sandbox"]}
    --- exit 0
    "#);
    assert_snapshot!(stage.run("help fields quota"), @r"
    $ gti help fields quota
    Members of a record of `gti quota`; those with ? may be missing:

      quota      string        its name
      scope      string        user or group
      used       integer       used so far
      allowed    integer|null  how much is allowed; null without a limit
      remaining  integer|null  how much is left
      resets_at  string|null   when it starts again
    --- exit 0
    ");
    assert_snapshot!(stage.run("help fields asm list"), @r"
    $ gti help fields asm list
    The records of `gti asm list` are the API's objects, untouched. --fields takes any
    dotted path into them, such as attributes.name, and the columns of its CSV:

      id, last_seen, first_seen, summary.severity, summary.status, name,
      pretty_name, entity_type, entity_name, collection, summary.category,
      summary.confidence, cisa_known_exploited, tags

    With --shape record they are common records: `gti help fields record`.
    --- exit 0
    ");
    assert_snapshot!(stage.run("help schema cache clear"), @r#"
    $ gti help schema cache clear
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "additionalProperties": false,
      "properties": {
        "caches": {
          "description": "how many were deleted",
          "type": "integer"
        },
        "disk_bytes":1000 {
          "description": "their size",
          "type": "integer"
        },
        "entries": {
          "description": "answers in them",
          "type": "integer"
        }
      },
      "required": [
        "caches",
        "entries",
        "disk_bytes"
      ],
      "title": "a record of gti cache clear",
      "type": "object"
    }
    --- exit 0
    "#);
    assert_snapshot!(stage.run("--version"), @"
    $ gti --version
    gti 0.1.0
    --- exit 0
    ");
}

#[test]
fn manual_and_completions() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("man nonsense"), @"
    $ gti man nonsense
    --- stderr
    error: there is no command `nonsense`
    hint: `gti help` lists them
    --- exit 2
    ");
    assert_snapshot!(stage.run("completions nonsense"), @"
    $ gti completions nonsense
    --- stderr
    error: invalid value 'nonsense' for '<SHELL>'
      [possible values: bash, elvish, fish, powershell, zsh]

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn sandbox() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("sandbox --port nonsense"), @"
    $ gti sandbox --port nonsense
    --- stderr
    error: invalid value 'nonsense' for '--port <PORT>': invalid digit found in string

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run("sandbox --fault nonsense"), @"
    $ gti sandbox --fault nonsense
    --- stderr
    error: invalid value 'nonsense' for '--fault <FAULT>': `nonsense` is not a fault: write KIND:SHARE, with 429, 500, 502, 503, 504, blank, datanull, empty, error200, garbage, html200, html403, html404, html407, html451, list, message200, null… (131 more characters)

    For more information, try '--help'.
    --- exit 2
    ");
}
