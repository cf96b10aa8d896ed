//! What goes wrong with the service: how often it is asked, how the run ends,
//! and what is said.

use serde_json::Value;

use crate::support::{Act, Gti, Options, Ran, RawServer, answer, hosts, object_of, sandbox, site};

const OBJECT: &str = r#"{"data":{"id":"evil.example","type":"domain","attributes":{}}}"#;

fn ok() -> Vec<u8> {
    answer("200 OK", "Content-Type: application/json\r\n", OBJECT)
}

/// An error as the service words it; a wait of nothing keeps the tests fast.
fn error(status: &str, code: &str, message: &str) -> Vec<u8> {
    let body = format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#);
    answer(status, "Retry-After: 0\r\n", body)
}

/// What to do with each request of a run, by its number.
type Script = fn(usize) -> Act;

/// One look-up, of which every request is answered by `script`; with how many
/// requests it took.
fn look_up(flags: &[&str], script: Script) -> (Ran, usize) {
    let server = RawServer::start(move |number, _| script(number));
    let gti = Gti::at(&server.base_url()).with("GTI_MAX_WAIT", "10ms");
    let ran = gti.run(&[&["enrich", "evil.example"], flags].concat());
    (ran, server.requests())
}

const LIMITED: &str = "429 Too Many Requests";
const UNAVAILABLE: &str = "503 Service Unavailable";

fn cut_short() -> Vec<u8> {
    let mut whole = ok();
    whole.truncate(whole.len() - 5);
    whole
}

/// The first that fail, then an answer.
fn after(failures: usize, number: usize, fault: Vec<u8>) -> Act {
    Act::Send(if number < failures { fault } else { ok() })
}

/// One row of the error table that other tools were measured by: what becomes of
/// a look-up that is answered like this.
struct Row {
    fault: &'static str,
    script: Script,
    requests: usize,
    code: i32,
    kind: &'static str,
    message: &'static str,
}

fn check(table: impl IntoIterator<Item = Row>) {
    for row in table {
        let (ran, requests) = look_up(&[], row.script);
        let fault = row.fault;
        assert_eq!(ran.code, row.code, "{fault}: {}", ran.stderr);
        assert_eq!(requests, row.requests, "{fault}");
        let records = ran.records();
        assert_eq!(records.len(), 1, "{fault}");
        let problem = &records[0]["error"];
        assert_eq!(problem["kind"], row.kind, "{fault}");
        let message = problem["message"].as_str().expect("text");
        assert!(message.starts_with(row.message), "{fault}: {message}");
        assert!(ran.stderr.starts_with("error: "), "{fault}: {}", ran.stderr);
        assert!(ran.stderr.contains("\nhint: "), "{fault}: {}", ran.stderr);
    }
}

#[test]
fn refusals_are_final() {
    check([
        Row {
            fault: "401",
            script: |_| {
                Act::Send(error(
                    "401 Unauthorized",
                    "WrongCredentialsError",
                    "Wrong key",
                ))
            },
            requests: 1,
            code: 4,
            kind: "auth",
            message: "Wrong key",
        },
        Row {
            fault: "403",
            script: |_| Act::Send(error("403 Forbidden", "ForbiddenError", "Not authorized")),
            requests: 1,
            code: 4,
            kind: "forbidden",
            message: "Not authorized",
        },
        Row {
            fault: "400",
            script: |_| Act::Send(error("400 Bad Request", "InvalidArgumentError", "Bad id")),
            requests: 1,
            code: 3,
            kind: "invalid",
            message: "Bad id",
        },
        Row {
            fault: "429 with a wait that is too long",
            script: |_| Act::Send(answer("429 Too Many Requests", "Retry-After: 3600\r\n", "")),
            requests: 1,
            code: 6,
            kind: "rate_limit",
            message: "Too Many Requests; the next try would have to wait 3600 s",
        },
    ]);
}

#[test]
fn errors_that_may_pass_are_asked_about_again() {
    check([
        Row {
            fault: "quota exceeded, waited for twice in case it is the minute's",
            script: |_| Act::Send(error(LIMITED, "QuotaExceededError", "Quota exceeded")),
            requests: 3,
            code: 6,
            kind: "quota",
            message: "Quota exceeded",
        },
        Row {
            fault: "too fast",
            script: |_| Act::Send(error(LIMITED, "TooManyRequestsError", "Slow down")),
            requests: 6,
            code: 6,
            kind: "rate_limit",
            message: "Slow down",
        },
        Row {
            fault: "503",
            script: |_| Act::Send(error(UNAVAILABLE, "TransientError", "Try later")),
            requests: 6,
            code: 7,
            kind: "server",
            message: "Try later",
        },
        Row {
            fault: "503 with a page",
            script: |_| {
                let page = "<html><head><title>Over\ncapacity</title></head></html>";
                Act::Send(answer(UNAVAILABLE, "Content-Type: text/html\r\n", page))
            },
            requests: 6,
            code: 7,
            kind: "server",
            message: "Service Unavailable: Over capacity",
        },
        Row {
            fault: "503 with nothing",
            script: |_| Act::Send(answer(UNAVAILABLE, "", "")),
            requests: 6,
            code: 7,
            kind: "server",
            message: "Service Unavailable",
        },
    ]);
}

#[test]
fn answers_that_break_are_asked_for_again() {
    check([
        Row {
            fault: "malformed JSON",
            script: |_| Act::Send(answer("200 OK", "", r#"{"data": {"id": "#)),
            requests: 6,
            code: 1,
            kind: "decode",
            message: "the answer cannot be understood: ",
        },
        Row {
            fault: "a page in place of JSON",
            script: |_| Act::Send(answer("200 OK", "Content-Type: text/html\r\n", "<html>")),
            requests: 4,
            code: 7,
            kind: "network",
            message: "OK: a web page answered instead of the API",
        },
        Row {
            fault: "sound JSON that is no answer",
            script: |_| Act::Send(answer("200 OK", "", r#"{"data":null}"#)),
            requests: 4,
            code: 1,
            kind: "decode",
            message: "the answer cannot be understood: ",
        },
        Row {
            fault: "a body that is cut short",
            script: |_| Act::Send(cut_short()),
            requests: 6,
            code: 7,
            kind: "network",
            message: "the connection was lost: ",
        },
        Row {
            fault: "a reset",
            script: |_| Act::Reset(vec![]),
            requests: 6,
            code: 7,
            kind: "network",
            message: "",
        },
    ]);
}

/// What is unknown is told in the record; it is an answer, and no error line
/// comes with it.
#[test]
fn not_found_is_final_too() {
    let (ran, requests) = look_up(&[], |_| {
        Act::Send(error("404 Not Found", "NotFoundError", "Unknown"))
    });
    let ran = ran.exits(5).silently();
    assert_eq!(requests, 1);
    assert_eq!(ran.each("status"), ["not_found"]);
}

#[test]
fn a_service_that_recovers_is_no_failure() {
    let table: [(&str, Script); 5] = [
        ("429", |n| {
            after(2, n, error(LIMITED, "TooManyRequestsError", "x"))
        }),
        ("quota of the minute", |n| {
            after(2, n, error(LIMITED, "QuotaExceededError", "x"))
        }),
        ("503", |n| {
            after(2, n, error(UNAVAILABLE, "TransientError", "x"))
        }),
        ("garbage", |n| after(2, n, answer("200 OK", "", "garbage"))),
        ("nothing at all", |n| match n {
            0 | 1 => Act::Close,
            _ => Act::Send(ok()),
        }),
    ];
    for (fault, script) in table {
        let (ran, requests) = look_up(&[], script);
        assert_eq!((ran.code, requests), (0, 3), "{fault}: {}", ran.stderr);
        assert_eq!(ran.each("status"), ["ok"], "{fault}");
        assert_eq!(ran.stderr, "", "{fault}");
    }
}

#[test]
fn silence_ends_with_the_timeout() {
    for script in [(|_| Act::SendAndHang(vec![])) as fn(usize) -> Act, |_| {
        let mut whole = ok();
        whole.truncate(whole.len() - 5);
        Act::SendAndHang(whole)
    }] {
        let (ran, requests) = look_up(&["--timeout", "300ms", "--retries", "1"], script);
        let ran = ran.exits(7);
        assert_eq!(requests, 2);
        assert_eq!(ran.records()[0]["error"]["kind"], "timeout");
        assert!(
            ran.stderr
                .starts_with("error: nothing received for 300ms (after 2 tries)\n"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn without_a_key_the_ways_to_set_one_are_told() {
    let ran = Gti::new().run(&["enrich", "evil.example"]).exits(4);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(ran.stderr, @r"
    error: no API key is set
    hint: run `gti auth login`, set GTI_API_KEY, or name a file with --api-key-file; your key is at https://www.virustotal.com/gui/my-apikey (--sandbox needs none)
    ");
}

#[test]
fn a_wrong_key_stops_the_run_and_is_traced_to_its_source() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "wrong-key-0123456789");
    let inputs = hosts(50).join("\n");
    let ran = gti.run_on(&["enrich", "-j", "2"], inputs).exits(4);
    let statuses = ran.each("status");
    assert_eq!(statuses.len(), 50);
    assert_eq!(statuses[0], "error");
    assert_eq!(statuses[49], "not_attempted");
    // Those in flight when the first answer came, and no more.
    assert!(sandbox.requests() <= 4, "{}", sandbox.requests());
    insta::assert_snapshot!(ran.stderr, @r"
    error: 401 WrongCredentialsError: Wrong API key
    hint: the key came from GTI_API_KEY; `gti auth status` shows which key that is
    ");
    let rest: Vec<Value> = ran.records();
    assert_eq!(rest[49]["error"]["kind"], "auth");
}

#[test]
fn errors_are_json_where_logs_are() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox).with("GTI_API_KEY", "wrong-key-0123456789");
    for command in [
        &["enrich", "evil.example"][..],
        &["auth", "status"],
        &["scan", "url", "--private", "http://evil.example/"],
    ] {
        let ran = gti.run(&[command, &["--log-format", "json"]].concat());
        let ran = ran.exits(4);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        assert_eq!(lines.len(), 1, "{}", ran.stderr);
        let told: Value = serde_json::from_str(lines[0]).expect("JSON");
        assert_eq!(told["error"]["kind"], "auth", "{command:?}");
        assert!(told["hint"].is_string(), "{command:?}");
    }
}

#[test]
fn a_used_up_quota_stops_the_run_and_keeps_what_was_answered() {
    let sandbox = sandbox(Options {
        quota: Some(3),
        ..Options::default()
    });
    let gti = Gti::asking(&sandbox).with("GTI_MAX_WAIT", "1s");
    let inputs = hosts(20).join("\n");
    let ran = gti.run_on(&["enrich", "-j", "1"], inputs).exits(6);
    let statuses = ran.each("status");
    assert_eq!(statuses.len(), 20);
    assert_eq!(statuses[..3], ["ok"; 3]);
    assert_eq!(statuses[3], "error");
    assert_eq!(statuses[19], "not_attempted");
    // The service said nothing of a wait, and a minute is longer than allowed.
    assert_eq!(sandbox.requests(), 4);
    assert!(
        ran.stderr
            .starts_with("error: 429 QuotaExceededError: Quota exceeded"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_runs_own_budget_is_exact() {
    let sandbox = site();
    let inputs = hosts(20).join("\n");
    for (budget, answered) in [("0", 0), ("1", 1), ("7", 7), ("20", 20)] {
        let gti = Gti::asking(&sandbox);
        let before = sandbox.requests();
        let ran = gti.run_on(&["enrich", "--max-requests", budget], inputs.clone());
        let statuses = ran.each("status");
        let count = |word: &str| statuses.iter().filter(|status| *status == word).count();
        assert_eq!(count("ok"), answered);
        assert_eq!(count("not_attempted"), 20 - answered);
        assert_eq!(sandbox.requests() - before, answered as u64);
        assert_eq!(ran.code, if answered == 20 { 0 } else { 6 });
        if answered < 20 {
            assert!(
                ran.stderr.starts_with(&format!(
                    "error: the run's budget of {budget} requests is spent\n"
                )),
                "{}",
                ran.stderr
            );
        }
    }
}

#[test]
fn repeats_of_a_request_count_towards_the_budget() {
    let server = RawServer::start(|_, _| Act::Send(error(UNAVAILABLE, "TransientError", "x")));
    let gti = Gti::at(&server.base_url());
    let ran = gti.run(&["enrich", "evil.example", "--max-requests", "3"]);
    assert_eq!(ran.exits(6).each("status"), ["error"]);
    assert_eq!(server.requests(), 3);
}

/// One look-up that fails is one record; the others are answered.
#[test]
fn one_failure_among_many_is_one_record() {
    let server = RawServer::start(|_, head| {
        if head.contains("/domains/bad.example") {
            return Act::Send(error("500 Internal Server Error", "InternalError", "Oops"));
        }
        Act::Send(answer("200 OK", "", object_of(head)))
    });
    let gti = Gti::at(&server.base_url()).with("GTI_RETRIES", "0");
    let ran = gti.run(&["enrich", "a.example", "bad.example", "b.example"]);
    let ran = ran.exits(3).silently();
    assert_eq!(ran.each("status"), ["ok", "error", "ok"]);
    // All of one kind have that kind's code.
    let ran = gti.run(&["enrich", "bad.example", "bad.example"]).exits(7);
    assert_eq!(ran.each("status"), ["error", "error"]);
}

#[test]
fn a_service_that_is_not_there_is_a_network_failure() {
    // A port that was just given back is nobody's.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let gti = Gti::at(&format!("http://127.0.0.1:{port}/api/v3"));
    let ran = gti.run(&[
        "enrich",
        "evil.example",
        "--retries",
        "2",
        "--max-wait",
        "1ms",
    ]);
    let ran = ran.exits(7);
    assert_eq!(ran.records()[0]["error"]["kind"], "network");
    assert!(
        ran.stderr.starts_with(&format!(
            "error: no connection to http://127.0.0.1:{port}: "
        )),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("hint: check the network"),
        "{}",
        ran.stderr
    );
}

/// The key is for one origin: nothing is sent unencrypted beyond this machine.
#[test]
fn an_address_that_would_send_the_key_in_the_open_is_refused() {
    for base_url in [
        "http://gti.example/api/v3",
        "http://192.0.2.1/",
        "ftp://gti.example/",
    ] {
        let ran = Gti::at(base_url).run(&["enrich", "evil.example"]).exits(2);
        assert!(
            ran.stderr.starts_with("error: GTI_BASE_URL: "),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn retries_are_told_when_asked_for() {
    let (ran, _) = look_up(&["-v"], |n| {
        after(1, n, error(UNAVAILABLE, "TransientError", "Busy"))
    });
    let ran = ran.exits(0);
    assert!(
        ran.stderr.contains("503 TransientError: Busy") && ran.stderr.contains("trying again"),
        "{}",
        ran.stderr
    );
}

#[test]
fn quiet_says_errors_alone() {
    let sandbox = site();
    let gti = Gti::new();
    let ran = gti.run(&["--sandbox", "-q", "enrich", "evil.example"]);
    ran.exits(0).silently();
    let gti = Gti::asking(&sandbox);
    let ran = gti.run(&["-q", "enrich", "notfound.example"]).exits(5);
    assert_eq!(ran.each("status"), ["not_found"]);
}
