//! What JSON lines of any command come to: indicators, alerts, issues, vulnerabilities
//! and collections, counted by what people ask of them.

mod counter;
mod line;

use std::io::{BufRead, BufReader, Read};

use jiff::Timestamp;

use self::counter::{AGES, Counter, Order};
use self::line::Line;
use crate::local::extract::Source;
use crate::model::time::rfc3339;
use crate::output::{Bar, Flagged, Panel, Report};

/// A line of more bytes than this is no record.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Flagged indicators that a report lists.
const MOST_FLAGGED: usize = 200;

/// The figures in the making.
pub(crate) struct Figures {
    now: Timestamp,
    records: u64,
    unread: u64,
    /// By panel, in the order of the report.
    counters: Vec<Counter>,
    flagged: Vec<Flagged>,
    flagged_count: u64,
}

/// The panels: their name in JSON, their title, and the order of their bars.
const PANELS: [(&str, &str, Order); 20] = [
    (
        "flagged_by_type",
        "Flagged indicators by type",
        Order::Count,
    ),
    (
        "flagged_by_label",
        "Flagged indicators by label",
        Order::Count,
    ),
    (
        "flagged_by_country",
        "Flagged indicators by country",
        Order::Count,
    ),
    (
        "indicators_by_verdict",
        "Indicators by verdict",
        Order::Count,
    ),
    (
        "indicators_by_severity",
        "Indicators by severity",
        Order::Count,
    ),
    ("indicators_by_type", "Indicators by type", Order::Count),
    (
        "indicators_by_source",
        "Indicators by list or source",
        Order::Count,
    ),
    ("indicators_by_day", "Indicators over time", Order::Day),
    ("actors", "Threat actors", Order::Count),
    ("malware", "Malware", Order::Count),
    ("campaigns", "Campaigns", Order::Count),
    ("techniques", "ATT&CK techniques", Order::Count),
    (
        "vulnerabilities_by_severity",
        "Vulnerabilities by rating",
        Order::Count,
    ),
    ("collections_by_type", "Collections by type", Order::Count),
    ("alerts_by_severity", "Alerts by severity", Order::Count),
    ("alerts_by_status", "Alerts by status", Order::Count),
    ("alerts_by_age", "Alerts by age", Order::Age),
    ("issues_by_severity", "Issues by severity", Order::Count),
    ("issues_by_status", "Issues by status", Order::Count),
    ("issues_by_age", "Issues by age", Order::Age),
];

impl Figures {
    /// Nothing yet.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            now,
            records: 0,
            unread: 0,
            counters: PANELS.iter().map(|_| Counter::default()).collect(),
            flagged: vec![],
            flagged_count: 0,
        }
    }

    /// Reads the lines of a source to its end.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn read(&mut self, source: Source) -> std::io::Result<()> {
        let reader: Box<dyn Read + Send> = match source {
            Source::File(path) => Box::new(std::fs::File::open(path)?),
            Source::Stream(reader) => reader,
        };
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = (&mut reader).take(LONGEST).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(());
            }
            if line.len() as u64 == LONGEST && !line.ends_with(b"\n") {
                self.unread += 1;
                skip_line(&mut reader)?;
                continue;
            }
            let text = String::from_utf8_lossy(&line);
            if !text.trim().is_empty() {
                self.add(text.trim());
            }
        }
    }

    /// Counts a record.
    pub(crate) fn add(&mut self, text: &str) {
        let Some(line) = Line::read(text) else {
            self.unread += 1;
            return;
        };
        self.records += 1;
        let common = &line.common;
        let severity = common.severity.as_deref().unwrap_or("unknown");
        let status = common.status.as_deref().unwrap_or("unknown");
        match common.kind {
            "indicator" => self.indicator(&line),
            "alert" => {
                self.count("alerts_by_severity", severity);
                self.count("alerts_by_status", status);
                self.count("alerts_by_age", self.age(common.time.as_deref()));
            }
            "issue" => {
                self.count("issues_by_severity", severity);
                self.count("issues_by_status", status);
                let seen = common.time.as_deref().or(common.first_seen.as_deref());
                self.count("issues_by_age", self.age(seen));
            }
            "vulnerability" => self.count("vulnerabilities_by_severity", severity),
            "collection" => {
                let kind = common.object_type.as_deref().unwrap_or("unknown");
                self.count("collections_by_type", kind);
            }
            _ => {}
        }
        for (panel, names) in [
            ("actors", &common.actors),
            ("malware", &common.malware),
            ("campaigns", &line.campaigns),
            ("techniques", &line.techniques),
        ] {
            for name in names {
                self.count(panel, name);
            }
        }
    }

    fn indicator(&mut self, line: &Line) {
        let common = &line.common;
        let kind = common.object_type.as_deref().unwrap_or("unknown");
        let verdict = common.verdict.unwrap_or("unknown");
        let severity = common.severity.as_deref().unwrap_or("unknown");
        self.count("indicators_by_type", kind);
        self.count("indicators_by_verdict", verdict);
        self.count("indicators_by_severity", severity);
        for source in &common.sources {
            if let Some(name) = source.name.as_ref().or(source.id.as_ref()) {
                self.count("indicators_by_source", name);
            }
        }
        if let Some(day) = common.time.as_deref().and_then(|time| time.get(..10)) {
            self.count("indicators_by_day", day);
        }
        if !matches!(verdict, "malicious" | "suspicious") {
            return;
        }
        self.count("flagged_by_type", kind);
        if let Some(label) = &line.label {
            self.count("flagged_by_label", label);
        }
        if let Some(country) = &line.country {
            self.count("flagged_by_country", country);
        }
        self.flagged_count += 1;
        self.flagged.push(Flagged {
            value: common
                .value
                .clone()
                .or(common.id.clone())
                .unwrap_or_default(),
            kind: kind.to_owned(),
            verdict: verdict.to_owned(),
            severity: severity.to_owned(),
            score: common.threat_score,
            time: common.time.clone(),
        });
        // Now and then, so that it costs little.
        if self.flagged.len() >= MOST_FLAGGED * 4 {
            self.keep_worst();
        }
    }

    /// Keeps the worst of the flagged indicators, each once.
    fn keep_worst(&mut self) {
        let worst = |one: &Flagged| std::cmp::Reverse((one.score, one.verdict == "malicious"));
        self.flagged
            .sort_by(|a, b| worst(a).cmp(&worst(b)).then_with(|| a.value.cmp(&b.value)));
        self.flagged.dedup_by(|a, b| a.value == b.value);
        self.flagged.truncate(MOST_FLAGGED);
    }

    fn count(&mut self, panel: &str, name: &str) {
        let at = PANELS.iter().position(|(known, ..)| *known == panel);
        if let Some(counter) = at.and_then(|at| self.counters.get_mut(at)) {
            counter.add(name);
        }
    }

    /// How old something is.
    fn age(&self, time: Option<&str>) -> &'static str {
        let made = time.and_then(|time| time.parse::<Timestamp>().ok());
        let Some(made) = made else { return AGES[4] };
        let hours = self.now.duration_since(made).as_hours();
        match hours {
            ..24 => AGES[0],
            24..168 => AGES[1],
            168..720 => AGES[2],
            720.. => AGES[3],
        }
    }

    /// The report of what was counted.
    pub(crate) fn report(mut self) -> Report {
        self.keep_worst();
        let panels = PANELS.iter().zip(self.counters);
        let panels = panels.filter(|(_, counter)| !counter.is_empty());
        let panels = panels.map(|((name, title, order), counter)| {
            let (bars, others) = counter.bars(*order);
            Panel {
                name: (*name).to_owned(),
                title: (*title).to_owned(),
                bars: bars
                    .into_iter()
                    .map(|(name, count)| Bar { name, count })
                    .collect(),
                others,
            }
        });
        Report {
            written_at: rfc3339(self.now),
            records: self.records,
            unread: self.unread,
            flagged_count: self.flagged_count,
            panels: panels.collect(),
            flagged: self.flagged,
        }
    }
}

/// Passes over the rest of a line.
fn skip_line(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = memchr::memchr(b'\n', buffer);
        let used = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(lines: &[&str]) -> Report {
        let mut figures = Figures::new("2026-01-10T00:00:00Z".parse().expect("a time"));
        for line in lines {
            figures.add(line);
        }
        figures.report()
    }

    fn bars(report: &Report, panel: &str) -> Vec<(String, u64)> {
        let found = report.panels.iter().find(|one| one.name == panel);
        let bars = found.into_iter().flat_map(|one| &one.bars);
        bars.map(|bar| (bar.name.clone(), bar.count)).collect()
    }

    #[test]
    fn lines_of_every_command_are_counted() {
        let report = report(&[
            // A record of `gti enrich`.
            r#"{"ioc":"evil[.]example","value":"evil.example","type":"domain","status":"ok","verdict":"malicious","severity":"high","threat_score":87,"mitre":[{"sandbox":"Z","tactics":[{"id":"TA0002","techniques":[{"id":"T1059","name":"Interpreter"}]}]}],"report":{"type":"domain","id":"evil.example","attributes":{"country":"ZZ","last_modification_date":1767322800,"popular_threat_classification":{"suggested_threat_label":"trojan.example"}}}}"#,
            // An object of a feed.
            r#"{"type":"ip_address","id":"203.0.113.7","attributes":{"gti_assessment":{"verdict":{"value":"VERDICT_BENIGN"}}},"context_attributes":{"threat_list_id":"malware"},"relationships":{"campaigns":{"data":[{"type":"collection","id":"campaign--1","attributes":{"name":"A campaign"}}]}}}"#,
            // The common record.
            r#"{"kind":"indicator","type":"url","id":"x","value":"http://evil.example/","verdict":"suspicious","severity":"low","threat_score":40,"time":"2026-01-02T03:04:05Z","sources":[{"type":"threat_list","id":"phishing"}],"actors":["Heron"],"malware":[],"tags":[]}"#,
            // Alerts of both kinds, and an issue.
            r#"{"id":"a1","monitor_id":"m","alert_type":"Paste","severity":"high","status":"new","created_at":"2026-01-09T12:00:00Z"}"#,
            r#"{"name":"projects/p/alerts/1","displayName":"x","state":"NEW","audit":{"createTime":"2025-11-01T00:00:00Z"},"severityAnalysis":{"severityLevel":"SEVERITY_LEVEL_HIGH"}}"#,
            r#"{"uid":"1","entity_name":"a.example","first_seen":"2026-01-05T00:00:00Z","summary":{"severity":1,"status":"open"}}"#,
            r#"{"type":"collection","id":"vulnerability--cve-2099-0001","attributes":{"name":"CVE-2099-0001","collection_type":"vulnerability","risk_rating":"HIGH"}}"#,
            r#"{"kind":"indicator","ioc":"x","status":"not_found","verdict":null}"#,
            // What `--fields` has left of a record.
            r#"{"ioc":"evil[.]example","type":"domain","verdict":"malicious"}"#,
            "no JSON",
        ]);
        assert_eq!(
            (report.records, report.unread, report.flagged_count),
            (9, 1, 3)
        );
        let pairs = |all: &[(&str, u64)]| -> Vec<(String, u64)> {
            all.iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect()
        };
        for (panel, expected) in [
            ("flagged_by_type", &[("domain", 2), ("url", 1)][..]),
            ("flagged_by_label", &[("trojan.example", 1)]),
            ("flagged_by_country", &[("ZZ", 1)]),
            (
                "indicators_by_verdict",
                &[("malicious", 2), ("benign", 1), ("suspicious", 1)],
            ),
            ("indicators_by_source", &[("malware", 1), ("phishing", 1)]),
            ("indicators_by_day", &[("2026-01-02", 2)]),
            ("actors", &[("Heron", 1)]),
            ("campaigns", &[("A campaign", 1)]),
            ("techniques", &[("T1059 Interpreter", 1)]),
            ("alerts_by_severity", &[("high", 2)]),
            ("alerts_by_age", &[("up to a day", 1), ("older", 1)]),
            ("issues_by_severity", &[("critical", 1)]),
            ("issues_by_age", &[("up to 7 days", 1)]),
            ("vulnerabilities_by_severity", &[("high", 1)]),
        ] {
            assert_eq!(bars(&report, panel), pairs(expected), "{panel}");
        }
        assert_eq!(report.flagged[0].value, "evil.example");
        assert_eq!(report.flagged[1].score, Some(40));
        assert_eq!(report.flagged[2].value, "evil[.]example");
    }

    #[test]
    fn the_worst_are_listed_and_memory_is_bounded() {
        let mut figures = Figures::new(Timestamp::UNIX_EPOCH);
        for index in 0..5_000 {
            figures.add(&format!(
                r#"{{"kind":"indicator","type":"domain","id":"d{index}.example","value":"d{index}.example","verdict":"malicious","threat_score":{},"sources":[],"actors":["actor {index}"],"malware":[],"tags":[]}}"#,
                index % 100
            ));
            assert!(figures.flagged.len() <= MOST_FLAGGED * 4);
        }
        let report = figures.report();
        assert_eq!(report.flagged.len(), MOST_FLAGGED);
        assert!(report.flagged.iter().all(|one| one.score >= Some(96)));
        let actors = report.panels.iter().find(|one| one.name == "actors");
        let actors = actors.expect("a panel");
        assert_eq!(actors.bars.len() as u64 + actors.others, 5_000);
    }
}
