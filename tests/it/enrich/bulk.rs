//! Many inputs at once.

use std::collections::HashSet;

use crate::support::{Fault, Gti, Options, hosts, sandbox, site};

/// The issue's own measure: a service that fails 30 % of the requests.
#[test]
fn a_thousand_look_ups_survive_a_service_that_fails_every_third() {
    let faults = ["429:13%", "503:9%", "reset:3%", "truncate:3%", "garbage:2%"];
    let fault: Vec<Fault> = faults
        .iter()
        .map(|fault| fault.parse().expect(fault))
        .collect();
    let sandbox = sandbox(Options {
        fault,
        seed: 7,
        ..Options::default()
    });
    let gti = Gti::asking(&sandbox);
    let inputs = hosts(1000);
    let ran = gti.run_on(
        // Waits that the service does not ask for are cut to nearly nothing, and
        // thirty failures in a row don't happen.
        &[
            "enrich",
            "-j",
            "64",
            "--retries",
            "30",
            "--max-wait",
            "20ms",
        ],
        inputs.join("\n"),
    );
    let ran = ran.exits(0).silently();
    let records = ran.records();
    let values: Vec<&str> = records
        .iter()
        .filter_map(|record| record["value"].as_str())
        .collect();
    assert_eq!(values, inputs, "one record each, in order");
    for (record, input) in records.iter().zip(&inputs) {
        assert_eq!(record["status"], "ok", "{input}");
        assert_eq!(record["report"]["id"], input.as_str());
    }
    let distinct: HashSet<&str> = values.iter().copied().collect();
    assert_eq!(distinct.len(), 1000);
    // About 1,430 are expected; fewer than this would mean no faults at all.
    assert!(sandbox.requests() > 1200, "{}", sandbox.requests());
}

#[test]
fn lines_of_every_kind_are_answered_line_by_line() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let lines: Vec<String> = (0..900)
        .map(|n| match n % 9 {
            0 => format!("host-{n}.example"),
            1 => format!("198.51.100.{}", n % 250),
            2 => format!("hxxps://host-{n}[.]example/path"),
            3 => format!("{n:03x}{}", "a".repeat(61)),
            4 => "10.0.0.1".to_owned(),
            5 => format!("nonsense {n}"),
            6 => "notfound.example".to_owned(),
            7 => format!("2001:db8::{n:x}"),
            _ => "evil.example".to_owned(),
        })
        .collect();
    let ran = gti
        .run_on(&["enrich"], lines.join("\r\n"))
        .exits(3)
        .silently();
    assert_eq!(ran.each("ioc"), lines);
    let statuses = ran.each("status");
    for (status, expected) in [
        ("ok", 600),
        ("skipped", 100),
        ("invalid", 100),
        ("not_found", 100),
    ] {
        let count = statuses.iter().filter(|each| *each == status).count();
        assert_eq!(count, expected, "{status}");
    }
}
