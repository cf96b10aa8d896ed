//! `gti report`: figures of JSON lines, as a page, as text and as JSON.

use serde_json::{Value, json};

use crate::support::{Gti, site};
use crate::widget_page::{CONTRAST, axe, browser};

/// Files with what four commands print.
fn filled() -> Gti {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for (file, command) in [
        ("stream.jsonl", "ingest ioc-stream --since 6h -f jsonl"),
        (
            "lists.jsonl",
            "ingest threat-list ransomware --shape record -f jsonl",
        ),
        (
            "iocs.jsonl",
            "enrich evil.example hostile.example 203.0.113.7 203.0.113.9 d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed --relationships --mitre -f jsonl",
        ),
        ("dtm.jsonl", "dtm list -n 50 -f jsonl"),
        ("alerts.jsonl", "alerts list -n 50 -f jsonl"),
        ("asm.jsonl", "asm list -n 50 -f jsonl"),
        ("cves.jsonl", "vuln list -n 20 -f jsonl"),
    ] {
        let words: Vec<&str> = command.split(' ').chain(["-o", file]).collect();
        gti.run(&words).exits(0);
    }
    gti
}

const FILES: [&str; 7] = [
    "stream.jsonl",
    "lists.jsonl",
    "iocs.jsonl",
    "dtm.jsonl",
    "alerts.jsonl",
    "asm.jsonl",
    "cves.jsonl",
];

#[test]
fn everything_is_counted_whatever_command_printed_it() {
    let gti = filled();
    let lines: usize = FILES
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(gti.work().join(file)).expect("a file");
            text.lines().count()
        })
        .sum();
    let arguments = [&["report"][..], &FILES, &["-f", "json"]].concat();
    let ran = gti.run(&arguments).exits(0);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["records"], lines);
    assert_eq!(report["unread"], 0);
    let panels = report["panels"].as_array().expect("panels");
    let sum = |name: &str| -> u64 {
        let panel = panels.iter().find(|panel| panel["name"] == name);
        let panel = panel.unwrap_or_else(|| panic!("{name} is missing"));
        let bars = panel["bars"].as_array().expect("bars").iter();
        let counts = bars.filter_map(|bar| bar["count"].as_u64());
        counts.sum::<u64>() + panel["others"].as_u64().expect("a number")
    };
    assert_eq!(sum("alerts_by_severity"), 100);
    assert_eq!(sum("alerts_by_status"), 100);
    assert_eq!(sum("issues_by_severity"), 50);
    assert_eq!(sum("vulnerabilities_by_severity"), 20);
    assert_eq!(sum("indicators_by_verdict"), lines as u64 - 100 - 50 - 20);
    for name in [
        "actors",
        "techniques",
        "indicators_by_source",
        "indicators_by_day",
        "flagged_by_type",
        "flagged_by_label",
        "flagged_by_country",
        "alerts_by_age",
        "issues_by_age",
    ] {
        assert!(sum(name) > 0, "{name}");
    }
    let ran = gti.run(&["report", "iocs.jsonl", "--jq", ".flagged[0].verdict", "-r"]);
    assert_eq!(ran.exits(0).stdout, "malicious\n");
    let ran = gti
        .run(&["report", "iocs.jsonl", "-f", "markdown"])
        .exits(0);
    assert!(ran.stdout.contains("## Flagged indicators by type"));
    assert!(ran.stdout.contains("evil\\[.\\]example"), "{}", ran.stdout);
}

#[test]
fn what_makes_no_report_is_said() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    gti.write(
        "odd.jsonl",
        "no JSON\n{\"torn\": [\n7\n\n{\"type\":\"domain\",\"id\":\"a.example\"}\n",
    );
    let ran = gti.run(&["report", "odd.jsonl", "-f", "json"]).exits(0);
    assert!(
        ran.stderr.contains("3 lines are no records"),
        "{}",
        ran.stderr
    );
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        (&report["records"], &report["unread"]),
        (&json!(1), &json!(3))
    );
    for (arguments, told) in [
        (&["nowhere.jsonl"][..], "cannot read `nowhere.jsonl`"),
        (
            &["odd.jsonl", "-f", "csv"],
            "a report is not written as `csv`",
        ),
        (
            &["odd.jsonl", "-f", "html", "--jq", "."],
            "shape the figures",
        ),
    ] {
        let ran = gti.run(&[&["report"], arguments].concat()).exits(2);
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    let ran = gti.run_on(&["report"], "").exits(0);
    assert!(ran.stdout.starts_with("<!DOCTYPE html>"));
    assert_eq!(sandbox.requests(), 0);
}

#[test]
fn the_page_fits_sorts_and_is_accessible() {
    let Some(mut browser) = browser() else { return };
    let gti = filled();
    let arguments = [&["report"][..], &FILES, &["-o", "report.html"]].concat();
    gti.run(&arguments).exits(0);
    let page = gti.work().join("report.html");
    for (media, scheme) in [("screen", "light"), ("screen", "dark"), ("print", "light")] {
        browser.call(
            "Emulation.setEmulatedMedia",
            &json!({"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]}),
        );
        for width in [360, 1280] {
            browser.load(&page, width);
            let place = format!("{media} {scheme} {width}");
            let wide = browser.evaluate("document.documentElement.scrollWidth");
            assert!(
                media == "print" || wide.as_u64() <= Some(u64::from(width)),
                "{place}: {wide}"
            );
            let panels = browser.evaluate("document.querySelectorAll('section svg title').length");
            assert!(panels.as_u64() >= Some(12), "{place}: {panels}");
            let contrast = CONTRAST.replace("'h1,h2,p'", "'h1,h2,p,td,th,summary,button'");
            for ratio in browser.evaluate(&contrast).as_array().expect("ratios") {
                assert!(ratio.as_f64() >= Some(7.0), "{place}: {ratio}");
            }
        }
    }
    browser.call(
        "Emulation.setEmulatedMedia",
        &json!({"media": "screen", "features": []}),
    );
    browser.load(&page, 1280);
    let sorted = browser.evaluate(
        "(() => { const table = [...document.querySelectorAll('table.sortable')].pop();
           const scores = () => [...table.tBodies[0].rows].map(row => +row.cells[4].dataset.n);
           const button = table.tHead.rows[0].cells[4].firstElementChild;
           button.click(); const up = scores(); button.click(); const down = scores();
           return [up, down, table.tHead.rows[0].cells[4].getAttribute('aria-sort')]; })()",
    );
    let numbers = |at: usize| -> Vec<i64> {
        let all = sorted[at].as_array().expect("scores");
        all.iter().filter_map(Value::as_i64).collect()
    };
    assert!(numbers(0).is_sorted() && numbers(0).len() > 3, "{sorted}");
    assert!(numbers(1).iter().rev().is_sorted(), "{sorted}");
    assert_eq!(sorted[2], "descending");
    let asked = browser.events.iter().filter_map(|event| {
        let is_request = event["method"] == "Network.requestWillBeSent";
        let url = event["params"]["request"]["url"].as_str();
        url.filter(|url| is_request && !url.starts_with("file://"))
    });
    assert_eq!(asked.collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(browser.complaints(), Vec::<String>::new());
    if let Some(axe) = axe() {
        browser.evaluate(&format!("{axe}; null"));
        let violations = browser.evaluate(
            "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))",
        );
        assert_eq!(violations, json!([]));
    }
}
