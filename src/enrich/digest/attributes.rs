//! The attributes of a report that its digest shows.

use std::collections::BTreeSet;

use super::NAMED;
use crate::model::grouped::grouped;
use crate::model::report::ReportAttributes;
use crate::model::time::epoch;

/// Why the verdict is what it is: the service's sentence, else its factors, and what
/// kind of threat it is called.
pub(super) fn reasons(report: &ReportAttributes) -> Vec<String> {
    let mut reasons = vec![];
    let assessment = &report.gti_assessment;
    if let Some(description) = &assessment.description {
        reasons.push(description.clone());
    } else {
        let factors = assessment.contributing_factors.0.iter();
        let names: Vec<String> = factors
            .filter(|(_, factor)| factor.0)
            .map(|(name, _)| name.replace('_', " "))
            .collect();
        if !names.is_empty() {
            reasons.push(names.join(", "));
        }
    }
    if let Some(label) = &report.popular_threat_classification.suggested_threat_label {
        reasons.push(format!("engines call it {label}"));
    }
    let sandboxes = report.sandbox_verdicts.0.iter();
    let sandboxes: Vec<&str> = sandboxes
        .filter(|(_, verdict)| verdict.category.as_deref() == Some("malicious"))
        .map(|(sandbox, _)| sandbox.as_str())
        .collect();
    if !sandboxes.is_empty() {
        reasons.push(format!("malicious in {}", sandboxes.join(", ")));
    }
    let context = report.crowdsourced_context.first();
    reasons.extend(context.and_then(|context| context.title.clone()));
    if !report.threat_names.is_empty() {
        reasons.push(report.threat_names.join(", "));
    }
    reasons
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
        let names: Vec<&str> = categories.into_iter().take(NAMED).collect();
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
