//! The views and the dashboard of `examples/dashboards`, tried against the tables.

use serde_json::Value;

use super::{RUN, World};
use crate::support::read;

/// What Grafana makes of its own macros.
fn plain(sql: &str) -> String {
    let mut plain = sql.to_owned();
    while let Some(at) = plain.find("$__timeFilter(") {
        let end = at + plain[at..].find(')').expect("an end");
        let column = plain[at..end]
            .split_once('(')
            .expect("a column")
            .1
            .to_owned();
        let filter = format!("{column} BETWEEN now() - interval '7 days' AND now()");
        plain.replace_range(at..=end, &filter);
    }
    plain
}

#[test]
fn every_view_and_every_panel_has_an_answer() {
    let Some(world) = World::new(12) else { return };
    world.stream.content().malicious = true;
    world.run(RUN).exits(0);
    let views = read("examples/dashboards/views.sql");
    // A second time changes nothing.
    for _ in 0..2 {
        world.cluster.sql(&views);
    }
    world.cluster.sql(
        "INSERT INTO gti.records (feed, identity, kind, id, title, status, severity, sources, actors, malware, tags, raw, doc_exact)
         VALUES ('dtm', 'a', 'alert', 'a', 'Leak', 'new', 'high', '[]', '{X}', '{Y,Z}', '{}', '{}', true),
                ('dtm', 'b', 'alert', 'b', 'Old', 'closed', 'high', '[]', '{}', '{}', '{}', '{}', true),
                ('vuln', 'c', 'vulnerability', 'CVE-2099-0001', 'c', NULL, 'critical', '[]', '{}', '{}', '{}', '{}', true)",
    );
    for (view, rows) in [
        ("feeds", "3"),
        ("checkpoints", "1"),
        ("indicators", "12"),
        ("scores", "1"),
        ("actors", "1"),
        ("malware", "2"),
        ("open_work", "1"),
        ("vulnerabilities", "1"),
    ] {
        let sql = format!("SELECT count(*) FROM gti_dashboard.{view}");
        assert_eq!(world.cluster.sql(&sql), rows, "{view}");
    }
    let dashboard = read("examples/dashboards/grafana.json");
    let dashboard: Value = serde_json::from_str(&dashboard).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    assert_eq!(panels.len(), 13);
    for panel in panels {
        let sql = panel["targets"][0]["rawSql"].as_str().expect("a statement");
        let answer = world.cluster.sql(&plain(sql));
        assert!(!answer.is_empty(), "{}: {sql}", panel["title"]);
    }
}
