//! What the engines said, and the attributes that every report has.

use std::sync::LazyLock;

use super::dates::Dates;
use crate::sandbox::assessment::{Assessment, Verdict};
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::{Kind, Subject};

/// How many engines look at an indicator.
const ENGINES: usize = 72;

/// The invented engines. Real names have blanks, dots and brackets in them.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let name = |number: usize| match number % 8 {
        3 => format!("Example Engine {number:02} (Simulated)"),
        5 => format!("engine-{number:02}.example"),
        _ => format!("Engine {number:02}"),
    };
    (1..=ENGINES).map(name).collect()
});

/// The names of all engines, for `/metadata`.
pub(in crate::sandbox) fn engine_names() -> &'static [String] {
    &NAMES
}

/// How many engines came to each result; the rest is `undetected`.
#[derive(Debug)]
struct Tally([(&'static str, i64); 6]);

impl Tally {
    fn of(subject: &Subject, assessment: Assessment) -> Self {
        let seed = subject.seed;
        if subject.kind == Kind::File {
            return Self([
                ("malicious", assessment.malicious),
                ("suspicious", assessment.suspicious.min(1)),
                ("timeout", seed.between("timeout", 0, 2)),
                ("confirmed-timeout", seed.between("confirmed", 0, 1)),
                ("failure", seed.between("failure", 0, 1)),
                ("type-unsupported", seed.between("unsupported", 2, 6)),
            ]);
        }
        let harmless = match assessment.verdict {
            Verdict::Benign => seed.between("harmless", 55, 64),
            Verdict::Malicious => seed.between("harmless", 5, 14),
            _ => seed.between("harmless", 20, 50),
        };
        Self([
            ("malicious", assessment.malicious),
            ("suspicious", assessment.suspicious),
            ("harmless", harmless),
            ("timeout", seed.between("timeout", 0, 1)),
            ("", 0),
            ("", 0),
        ])
    }

    fn count(&self, category: &str) -> i64 {
        let counted = |name: &str| {
            let found = self.0.iter().find(|(known, _)| *known == name);
            found.map_or(0, |(_, count)| *count)
        };
        if category == "undetected" {
            i64::try_from(ENGINES).unwrap_or(0) - self.0.iter().map(|(_, count)| count).sum::<i64>()
        } else {
            counted(category)
        }
    }

    /// The category of one engine. Engines of a category stand scattered.
    fn category(&self, engine: usize, seed: Seed) -> &'static str {
        // 35 has no divisor in common with 72: each place is taken once.
        let place = (engine * 35 + seed.below("engines", ENGINES)) % ENGINES;
        let mut place = i64::try_from(place).unwrap_or(0);
        for (category, count) in self.0 {
            if place < count {
                return category;
            }
            place -= count;
        }
        "undetected"
    }
}

/// `last_analysis_stats` and `last_analysis_results`, which agree.
pub(super) fn detections(subject: &Subject, assessment: Assessment) -> Object {
    let tally = Tally::of(subject, assessment);
    let is_file = subject.kind == Kind::File;
    let mut stats = Object::default();
    for category in [
        "malicious",
        "suspicious",
        "undetected",
        "harmless",
        "timeout",
    ] {
        stats.push(category, tally.count(category));
    }
    if is_file {
        for category in ["confirmed-timeout", "failure", "type-unsupported"] {
            stats.push(category, tally.count(category));
        }
    }

    let mut results = Object::default();
    for (engine, name) in NAMES.iter().enumerate() {
        let category = tally.category(engine, subject.seed);
        let mut entry = object! { "method": "blacklist", "engine_name": name.as_str() };
        if is_file {
            entry.push("engine_version", "1.4.3.0");
            entry.push("engine_update", "20250901");
        }
        entry.push("category", category);
        entry.push("result", result(category, engine, is_file));
        results.push(name.as_str(), entry);
    }
    object! { "last_analysis_stats": stats, "last_analysis_results": results }
}

fn result(category: &str, engine: usize, is_file: bool) -> Json {
    match (category, is_file) {
        ("malicious", true) => format!("Trojan.Synthetic.Example!{engine:02x}").into(),
        ("suspicious", true) => "Heuristic.Synthetic".into(),
        (_, true) => Json::Null,
        ("malicious", _) => ["malware", "phishing", "malicious"][engine % 3].into(),
        ("suspicious", _) => "suspicious".into(),
        ("harmless", _) => "clean".into(),
        ("timeout", _) => "timeout".into(),
        _ => "unrated".into(),
    }
}

/// The attributes that all kinds share, after the engines'.
pub(super) fn shared(subject: &Subject, assessment: Assessment, dates: Dates) -> Object {
    let seed = subject.seed;
    let (bad, score) = (assessment.is_bad(), assessment.score);
    let mut attributes = object! {
        "last_analysis_date": dates.last_analysis,
        "last_modification_date": dates.last_modification,
        "reputation": if bad { -seed.between("reputation", 1, 90) } else { seed.between("reputation", 0, 30) },
        "total_votes": object! {
            "harmless": if bad { 0 } else { seed.between("harmless votes", 0, 40) },
            "malicious": if bad { seed.between("malicious votes", 0, 20) } else { 0 },
        },
        "first_seen_itw_date": dates.first_seen(seed),
        "last_seen_itw_date": dates.last_analysis,
        "threat_severity": threat_severity(subject, assessment, dates),
    };
    if subject.kind != Kind::File {
        attributes.push("mandiant_ic_score", score);
        if bad {
            attributes.push("crowdsourced_context", crowdsourced_context(seed, dates));
        }
    }
    attributes
}

/// The version is an integer for files and a string for the others, and the
/// date is a string for all: as the service has it (API notes, 2.4).
fn threat_severity(subject: &Subject, assessment: Assessment, dates: Dates) -> Object {
    let (version, data): (Json, Object) = match subject.kind {
        Kind::File => (
            5.into(),
            object! { "num_av_detections": assessment.malicious },
        ),
        Kind::Ip => ("I3".into(), bad_files(assessment)),
        Kind::Domain => {
            let mut data = bad_files(assessment);
            let rank = subject.seed.between("rank", 1_000, 900_000);
            data.push("domain_rank", rank.to_string());
            ("D3".into(), data)
        }
        Kind::Url => ("U3".into(), bad_files(assessment)),
    };
    let level = assessment.severity();
    let name = level.trim_start_matches("SEVERITY_");
    object! {
        "version": version,
        "threat_severity_level": level,
        "threat_severity_data": data,
        "last_analysis_date": dates.last_analysis.to_string(),
        "level_description": format!("Simulated: {} engines detect it, hence {name}.", assessment.malicious),
    }
}

fn bad_files(assessment: Assessment) -> Object {
    object! {
        "has_bad_communicating_files_high": assessment.score >= 80,
        "has_bad_communicating_files_medium": assessment.score >= 40,
        "belongs_to_bad_collection": assessment.is_bad(),
    }
}

fn crowdsourced_context(seed: Seed, dates: Dates) -> Json {
    list![object! {
        "timestamp": dates.last_submission,
        "details": "Synthetic report: seen as a control server of an invented malware family.",
        "title": "Simulated sighting",
        "severity": seed.pick("context severity", &["high", "medium"]),
        "source": "Example Source (simulated)",
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_agree_with_the_results() {
        for subject in [
            Subject::ip([198, 51, 100, 9].into()),
            Subject::domain("evil.example"),
            Subject::file(&"c".repeat(64)).expect("a file"),
        ] {
            let tally = Tally::of(&subject, Assessment::of(&subject));
            for (category, _) in tally.0 {
                let met = (0..ENGINES)
                    .filter(|engine| tally.category(*engine, subject.seed) == category)
                    .count();
                assert_eq!(i64::try_from(met), Ok(tally.count(category)), "{category}");
            }
            assert!(tally.count("undetected") >= 0);
        }
    }
}
