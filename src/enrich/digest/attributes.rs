//! The attributes of a report that its digest shows.

use std::collections::BTreeSet;

use super::harmless;
use crate::model::grouped::grouped;
use crate::model::report::{ReportAttributes, SandboxVerdict};
use crate::model::time::epoch;
use crate::model::verdict::Factor;

/// Why the verdict is what it is: the service's sentence, and what kind of threat it
/// is called.
pub(super) fn reasons(report: &ReportAttributes) -> Vec<String> {
    let mut reasons = vec![];
    reasons.extend(report.gti_assessment.description.clone());
    if let Some(label) = &report.popular_threat_classification.suggested_threat_label {
        reasons.push(format!("engines call it {label}"));
    }
    let context = report.crowdsourced_context.first();
    reasons.extend(context.and_then(|context| context.title.clone()));
    if !report.threat_names.is_empty() {
        reasons.push(report.threat_names.join(", "));
    }
    reasons
}

/// What the assessment was made of: the facts that count, then scores, counts and
/// other services' verdicts.
pub(super) fn factors(report: &ReportAttributes) -> Vec<String> {
    let factors = &report.gti_assessment.contributing_factors.0;
    let (mut facts, mut said) = (vec![], vec![]);
    for (name, factor) in factors {
        let name = name.replace('_', " ");
        match factor {
            Factor::Flag(true) => facts.push(name),
            Factor::Flag(false) => {}
            Factor::Said(words) => {
                let words: BTreeSet<&str> = words.iter().map(String::as_str).collect();
                if !words.is_empty() {
                    let words: Vec<&str> = words.into_iter().collect();
                    said.push(format!("{name} {}", words.join("/")));
                }
            }
        }
    }
    facts.extend(said);
    let all = facts.join(", ");
    if all.is_empty() { vec![] } else { vec![all] }
}

/// The verdict of each sandbox, a sentence each, those that found most first.
pub(super) fn sandboxes(report: &ReportAttributes) -> Vec<String> {
    let mut verdicts: Vec<_> = report.sandbox_verdicts.0.iter().collect();
    verdicts.sort_by_key(|(_, verdict)| match verdict.category.as_deref() {
        Some("malicious") => 0,
        Some("suspicious") => 1,
        _ => 2,
    });
    let sentence = |(name, verdict): &(String, SandboxVerdict)| {
        let sure = verdict.confidence.as_ref();
        let sure = sure.map(|sure| format!("confidence {sure} %"));
        let details = verdict.malware_classification.iter().cloned();
        let details = details.chain(verdict.malware_names.iter().cloned());
        let details: Vec<String> = details.chain(sure).collect();
        let category = verdict.category.as_deref().unwrap_or("no verdict");
        if details.is_empty() {
            format!("{name}: {category}")
        } else {
            format!("{name}: {category} ({})", details.join(", "))
        }
    };
    verdicts.into_iter().map(sentence).collect()
}

/// The rules that match, each once.
pub(super) fn rules(report: &ReportAttributes) -> Vec<String> {
    let named = |kind: &str, name: &Option<String>, more: &Option<String>| {
        let more = more.as_ref().map(|more| format!(" ({more})"));
        Some(format!(
            "{kind} {}{}",
            name.as_ref()?,
            more.unwrap_or_default()
        ))
    };
    let yara = report.crowdsourced_yara_results.iter();
    let yara = yara.filter_map(|rule| named("YARA", &rule.rule_name, &rule.ruleset_name));
    let sigma = report.sigma_analysis_results.iter();
    let sigma = sigma.filter_map(|rule| named("Sigma", &rule.rule_title, &rule.rule_level));
    let ids = report.crowdsourced_ids_results.iter();
    let ids = ids.filter_map(|rule| named("IDS", &rule.rule_msg, &rule.alert_severity));
    let mut rules: Vec<String> = vec![];
    for rule in yara.chain(sigma).chain(ids) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// What the DNS last said: addresses first, as a look-up takes them.
pub(super) fn dns(report: &ReportAttributes, defanged: bool) -> Vec<String> {
    let records = report.last_dns_records.iter().filter_map(|record| {
        let (kind, value) = (record.kind.as_deref()?, record.value.as_deref()?);
        let rank = match kind {
            "A" | "AAAA" => 0,
            "CNAME" => 1,
            "MX" | "NS" => 2,
            _ => return None,
        };
        Some((rank, format!("{kind} {}", harmless(value, defanged))))
    });
    let mut records: Vec<(u8, String)> = records.collect();
    records.sort_by_key(|(rank, _)| *rank);
    records.into_iter().map(|(_, record)| record).collect()
}

/// What it is, by label.
pub(super) fn facts(report: &ReportAttributes) -> Vec<(&'static str, String)> {
    let mut facts = vec![];
    let joined = |parts: Vec<Option<String>>| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("  "))
    };
    let network = joined(vec![
        report.network.clone(),
        report.asn.as_ref().map(|asn| format!("AS{asn}")),
        report.as_owner.clone(),
        report.country.clone(),
    ]);
    facts.extend(network.map(|network| ("network", network)));
    let name = report.meaningful_name.as_ref().or(report.names.first());
    let file = joined(vec![
        name.cloned(),
        report.type_description.clone(),
        report
            .size
            .as_ref()
            .map(|size| format!("{} bytes", grouped(size))),
    ]);
    facts.extend(file.map(|file| ("file", file)));
    let text = |label, value: &Option<String>| Some((label, value.clone()?));
    facts.extend(text("sha256", &report.sha256));
    facts.extend(text("sha1", &report.sha1));
    facts.extend(text("md5", &report.md5));
    facts.extend(text("title", &report.title));
    let code = report.last_http_response_code.as_ref();
    facts.extend(report.last_final_url.as_ref().map(|url| {
        (
            "leads to",
            code.map_or_else(|| url.clone(), |code| format!("{url}  (HTTP {code})")),
        )
    }));
    facts.extend(text("registrar", &report.registrar));
    let categories = report.categories.0.iter();
    let categories: BTreeSet<&str> = categories.map(|(_, label)| label.as_str()).collect();
    if !categories.is_empty() {
        let names: Vec<&str> = categories.into_iter().collect();
        facts.push(("categories", names.join(", ")));
    }
    facts
}

/// First and last seen, and when it was last looked at. The service writes 1 where it
/// does not know the first sighting.
pub(super) fn seen(report: &ReportAttributes) -> Vec<String> {
    let day = |seconds: Option<i64>| {
        let time = epoch(seconds.filter(|seconds| *seconds > 1)?)?;
        Some(time.get(..10)?.to_owned())
    };
    let first = day(report.first_seen_itw_date)
        .or_else(|| day(report.first_submission_date))
        .map(|date| format!("first {date}"));
    let last = day(report.last_seen_itw_date)
        .or_else(|| day(report.last_submission_date))
        .map(|date| format!("last {date}"));
    let analysed = day(report.last_analysis_date).map(|date| format!("analysed {date}"));
    let created = day(report.creation_date).map(|date| format!("created {date}"));
    [first, last, analysed, created]
        .into_iter()
        .flatten()
        .collect()
}
