//! Command lines that are wrong, and what is said instead.

use insta::assert_snapshot;

use super::stage::Stage;

#[test]
fn words() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("203.0.113.7"), @"
    $ gti 203.0.113.7
    --- stderr
    error: unrecognized subcommand '203.0.113.7'

    Usage: gti [OPTIONS] <COMMAND>

    For more information, try '--help'.
    hint: write `gti enrich 203.0.113.7`
    --- exit 2
    ");
    assert_snapshot!(stage.run("CVE-2099-0001"), @"
    $ gti CVE-2099-0001
    --- stderr
    error: unrecognized subcommand 'CVE-2099-0001'

    Usage: gti [OPTIONS] <COMMAND>

    For more information, try '--help'.
    hint: write `gti vuln get CVE-2099-0001`
    --- exit 2
    ");
    assert_snapshot!(stage.run("lookup evil.example"), @"
    $ gti lookup evil.example
    --- stderr
    error: unrecognized subcommand 'lookup'

    Usage: gti [OPTIONS] <COMMAND>

    For more information, try '--help'.
    hint: write `gti enrich IOC`
    --- exit 2
    ");
    assert_snapshot!(stage.run("upload x.exe"), @"
    $ gti upload x.exe
    --- stderr
    error: unrecognized subcommand 'upload'

      tip: a similar subcommand exists: 'quota'

    Usage: gti [OPTIONS] <COMMAND>

    For more information, try '--help'.
    hint: write `gti scan file FILE` or `gti scan url URL`
    --- exit 2
    ");
    assert_snapshot!(stage.run("scan x.exe"), @"
    $ gti scan x.exe
    --- stderr
    error: unrecognized subcommand 'x.exe'

    Usage: gti scan [OPTIONS] <COMMAND>

    For more information, try '--help'.
    hint: write `gti scan file x.exe`
    --- exit 2
    ");
    assert_snapshot!(stage.run("dtm nonsense"), @"
    $ gti dtm nonsense
    --- stderr
    error: unrecognized subcommand 'nonsense'

    Usage: gti dtm [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrch evil.example"), @"
    $ gti enrch evil.example
    --- stderr
    error: unrecognized subcommand 'enrch'

      tip: some similar subcommands exist: 'search', 'enrich'

    Usage: gti [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn options() {
    let stage = Stage::new();
    assert_snapshot!(stage.run("enrich x --json"), @"
    $ gti enrich x --json
    --- stderr
    error: unexpected argument '--json' found

      tip: to pass '--json' as a value, use '-- --json'

    Usage: gti enrich <IOC>...

    For more information, try '--help'.
    hint: write -f json, or -f jsonl for one object a line
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --wait"), @"
    $ gti enrich x --wait
    --- stderr
    error: unexpected argument '--wait' found

      tip: to pass '--wait' as a value, use '-- --wait'

    Usage: gti enrich <IOC>...

    For more information, try '--help'.
    hint: `gti scan` waits by default; --no-wait turns it off, --wait-timeout says how long
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --rate nonsense"), @"
    $ gti enrich x --rate nonsense
    --- stderr
    error: --rate: `nonsense` is not a rate: write a number from 1, `/`, and s, m, h or d, like 4/m or 50/s
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --jq '.['"), @"
    $ gti enrich x --jq '.['
    --- stderr
    error: `.[` is not a jq program: expected closing bracket, found the end (column 3)
    hint: `gti help formats` describes formats, --jq and --fields
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x -f nonsense"), @"
    $ gti enrich x -f nonsense
    --- stderr
    error: `nonsense` is not a format: write text, json, jsonl, csv, stix, stix-opencti, stix-sentinel, misp, misp-feed, navigator, ecs, bulk, hec, cef, zeek, suricata, values, markdown or html
    hint: `gti help formats` describes them
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --fail-on nonsense"), @"
    $ gti enrich x --fail-on nonsense
    --- stderr
    error: invalid value 'nonsense' for '--fail-on <COND>': `nonsense` is not a condition: write malicious, suspicious, score>=N or score:N with N from 0 to 100

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --timeout nonsense"), @"
    $ gti enrich x --timeout nonsense
    --- stderr
    error: --timeout: `nonsense` is not a duration: write a number and a unit, like 250ms, 90s, 15m, 2h or 7d
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --base-url nonsense"), @"
    $ gti enrich x --base-url nonsense
    --- stderr
    error: --base-url: `nonsense` is not an address (relative URL without a base): write one like https://www.virustotal.com/api/v3
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --profile nonsense"), @"
    $ gti enrich x --profile nonsense
    --- stderr
    error: --profile: there is no profile `nonsense`: /room/config/gti/config.toml has none
    hint: `gti auth login --profile nonsense` creates it
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --config /room/none.toml"), @"
    $ gti enrich x --config /room/none.toml
    --- stderr
    error: --config: there is no file /room/none.toml
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --ca-cert /room/none.pem"), @"
    $ gti enrich x --ca-cert /room/none.pem
    --- stderr
    error: cannot read the CA bundle `/room/none.pem`: No such file or directory (os error 2)
    hint: --ca-cert and SSL_CERT_FILE take a PEM file
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --proxy nonsense://"), @"
    $ gti enrich x --proxy nonsense://
    --- stderr
    error: --proxy: the value is not a proxy URL: write one like http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT, with special characters in the password percent-encoded
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x --log-file /room/none/log"), @"
    $ gti enrich x --log-file /room/none/log
    --- stderr
    error: cannot write the log file `/room/none/log`: No such file or directory (os error 2)
    hint: --log-file takes a path that can be written
    --- exit 2
    ");
    assert_snapshot!(stage.run("enrich x -i /room/none.txt"), @"
    $ gti enrich x -i /room/none.txt
    --- stderr
    error: cannot read `/room/none.txt`: No such file or directory (os error 2)
    hint: --input takes a text file, or - for standard input
    --- exit 2
    ");
}
