//! What the engines said of an indicator.

use std::sync::LazyLock;

use super::json::{Json, Object, object};
use super::template::Thing;

/// How many engines look at an indicator.
const ENGINES: usize = 72;

/// The invented engines. Real names have blanks, dots and brackets in them.
pub(super) static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let name = |number: usize| match number % 8 {
        3 => format!("Example Engine {number:02} (Simulated)"),
        5 => format!("engine-{number:02}.example"),
        _ => format!("Engine {number:02}"),
    };
    (1..=ENGINES).map(name).collect()
});

/// Results in the order of `last_analysis_stats`; the first five are those of all.
const CATEGORIES: [&str; 8] = [
    "malicious",
    "suspicious",
    "undetected",
    "harmless",
    "timeout",
    "confirmed-timeout",
    "failure",
    "type-unsupported",
];

/// `last_analysis_stats` and `last_analysis_results`, which agree. What is known
/// says how many engines came to each result; the rest is undetected.
pub(super) fn verdicts(thing: &Thing, is_file: bool) -> (Object, Object) {
    let categories = if is_file {
        &CATEGORIES[..]
    } else {
        &CATEGORIES[..5]
    };
    let (mut stats, mut all) = (Object::default(), vec![]);
    for category in categories {
        let count = thing.number(category);
        all.resize(all.len() + usize::try_from(count).unwrap_or(0), *category);
        stats.push(*category, count);
    }
    if let Some(undetected) = stats.get_mut("undetected") {
        *undetected = Json::count(ENGINES - all.len());
    }
    all.resize(ENGINES, "undetected");
    // Engines of a category stand scattered: 35 and 72 have no common divisor.
    let first = thing.seed.below("engines", ENGINES);
    let mut results = Object::default();
    for (engine, name) in NAMES.iter().enumerate() {
        let category = all[(engine * 35 + first) % ENGINES];
        let mut entry = object! { "method": "blacklist", "engine_name": name.as_str() };
        if is_file {
            entry.push("engine_version", "1.4.3.0");
            entry.push("engine_update", "20250901");
        }
        entry.push("category", category);
        entry.push("result", result(category, engine, is_file));
        results.push(name.as_str(), entry);
    }
    (stats, results)
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
