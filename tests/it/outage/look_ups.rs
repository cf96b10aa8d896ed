//! Look-ups of many indicators.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{ALL, Trouble, failure, object, statuses};
use crate::support::{Act, Gti, RawServer, hosts};

/// What was under way, and what was still asked to make sure.
const MOST: usize = 60;

#[test]
fn ten_thousand_look_ups_fail_like_one() {
    let inputs = hosts(10_000);
    for (trouble, code) in ALL {
        let service = trouble.service();
        let ran = service.gti().run_on(&["enrich"], inputs.join("\n"));
        let ran = ran.exits(code);
        assert_eq!(
            ran.each("ioc"),
            inputs,
            "{trouble:?}: one record each, in order"
        );
        let counts = statuses(&ran);
        assert_eq!(counts.len(), 2, "{trouble:?}: {counts:?}");
        assert!(counts["error"] <= MOST, "{trouble:?}: {counts:?}");
        assert!(
            service.requests() <= MOST,
            "{trouble:?}: {}",
            service.requests()
        );
        let lines: Vec<&str> = ran.stderr.lines().collect();
        assert!(lines.len() < 20, "{trouble:?}: {}", ran.stderr);
        assert!(
            ran.stderr.starts_with("error: "),
            "{trouble:?}: {}",
            ran.stderr
        );
        let last = &ran.records()[9_999];
        assert_eq!(last["status"], "not_attempted", "{trouble:?}");
        assert_eq!(last["error"]["kind"], ran.records()[0]["error"]["kind"]);
    }
}

#[test]
fn quiet_or_not_the_reason_is_told() {
    for (trouble, code) in ALL {
        let service = trouble.service();
        let ran = service.gti().run_on(&["enrich", "-q"], hosts(3).join("\n"));
        let ran = ran.exits(code);
        let errors = ran
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "));
        assert_eq!(errors.count(), 1, "{trouble:?}: {}", ran.stderr);
    }
}

#[test]
fn one_input_that_always_fails_stops_nobody() {
    for trouble in [
        Trouble::Status("500 Internal Server Error", "InternalError"),
        Trouble::Status("403 Forbidden", "ForbiddenError"),
        Trouble::Html,
    ] {
        let server = RawServer::start(move |_, head| {
            if head.contains("/domains/bad.example") {
                return trouble.act(0);
            }
            object(head)
        });
        let gti = Gti::at(&server.base_url())
            .with("GTI_RETRIES", "5")
            .with("GTI_MAX_WAIT", "1ms");
        for concurrency in ["1", "8"] {
            let mut inputs = hosts(200);
            inputs.insert(100, "bad.example".to_owned());
            inputs.insert(0, "bad.example".to_owned());
            let arguments = ["enrich", "-j", concurrency, "--no-cache"];
            let ran = gti
                .run_on(&arguments, inputs.join("\n"))
                .exits(3)
                .silently();
            let counts = statuses(&ran);
            assert_eq!(counts["ok"], 200, "{trouble:?}: {counts:?}");
            assert_eq!(counts["error"], 2, "{trouble:?}: {counts:?}");
        }
    }
}

/// A run of bad inputs is no outage as long as one of those beside them is
/// answered.
#[test]
fn ten_bad_inputs_in_a_row_stop_nobody() {
    let server = RawServer::start(move |_, head| {
        if head.contains("/domains/bad-") {
            return Act::Send(failure("500 Internal Server Error", "InternalError"));
        }
        object(head)
    });
    let gti = Gti::at(&server.base_url())
        .with("GTI_RETRIES", "3")
        .with("GTI_MAX_WAIT", "1ms");
    let mut inputs = hosts(100);
    for n in 0..10 {
        inputs.insert(50, format!("bad-{n}.example"));
    }
    let ran = gti.run_on(&["enrich"], inputs.join("\n")).exits(3);
    let counts = statuses(&ran);
    assert_eq!((counts["ok"], counts["error"]), (100, 10), "{counts:?}");
}

#[test]
fn a_service_that_comes_back_answers_everything() {
    let down = AtomicUsize::new(0);
    let server = RawServer::start(move |_, head| {
        if down.fetch_add(1, Ordering::Relaxed) < 11 {
            return Act::Send(failure("503 Service Unavailable", "TransientError"));
        }
        object(head)
    });
    let gti = Gti::at(&server.base_url()).with("GTI_MAX_WAIT", "50ms");
    let ran = gti.run_on(&["enrich"], hosts(500).join("\n"));
    let ran = ran.exits(0).silently();
    assert_eq!(statuses(&ran)["ok"], 500);
    // Nobody was asked twice but those that met the outage.
    assert!(server.requests() <= 500 + 11, "{}", server.requests());
}

/// What is in the cache is answered, whatever became of the service.
#[test]
fn kept_answers_are_found_when_the_service_is_gone() {
    let server = RawServer::start(|_, head| object(head));
    let inputs = hosts(50);
    let gti = Gti::at(&server.base_url())
        .with("GTI_RETRIES", "0")
        .with("GTI_MAX_WAIT", "1ms");
    gti.run_on(&["enrich"], inputs[..25].join("\n")).exits(0);
    drop(server);
    let mixed: Vec<&str> = (0..50)
        .map(|n| inputs[n / 2 + 25 * (n % 2)].as_str())
        .collect();
    let ran = gti.run_on(&["enrich"], mixed.join("\n")).exits(7);
    let statuses = ran.each("status");
    for (n, status) in statuses.iter().enumerate() {
        assert_eq!(status == "ok", n % 2 == 0, "{n}: {status}");
    }
}

/// Relationships that the licence does not cover are no reason to stop asking for
/// reports.
#[test]
fn a_forbidden_part_is_not_asked_for_ten_thousand_times() {
    let server = RawServer::start(move |_, head| {
        if head.contains("relationships") {
            return Act::Send(failure("403 Forbidden", "ForbiddenError"));
        }
        object(head)
    });
    let gti = Gti::at(&server.base_url());
    let arguments = ["enrich", "--relationships=reports"];
    let ran = gti.run_on(&arguments, hosts(300).join("\n")).exits(0);
    assert_eq!(statuses(&ran)["ok"], 300);
    for record in ran.records() {
        assert_eq!(record["errors"][0]["kind"], "forbidden");
    }
    let refused = server.heads();
    let refused = refused.iter().filter(|head| head.contains("relationships"));
    let refused = refused.count();
    assert!(refused < 2 * MOST_REFUSED, "{refused}");
}

/// Each of the two ways to ask, until it is sure.
const MOST_REFUSED: usize = 45;
