//! Alerts, findings and documents as JSON (API notes, second page, section 1.5):
//! what has its default value is absent, long integers are texts, and times have no,
//! three, six or nine digits behind the second.

use jiff::Timestamp;

use super::alert::{Alert, etag};
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::seed::Seed;
use crate::sandbox::states::State;

/// Text that attacks terminals, spreadsheets, browsers and line-based formats.
const HOSTILE: &str = "\u{1b}[31mred\u{1b}[0m \u{202e}drow =cmd|'/c calc'!A1 <script>alert(1)</script>\r\nerror: forged";

/// A time with as few digits as it needs.
pub(super) fn time(time: Timestamp) -> Json {
    time.to_string().into()
}

/// The whole alert.
pub(super) fn alert(project: &str, alert: &Alert, state: &State) -> Object {
    let id = &alert.id;
    let name = format!("projects/{project}/alerts/{id}");
    let mut json = object! { "name": name.clone() };
    if alert.is("sparse") {
        json.push("audit", audit(alert, state));
        return json;
    }
    let title = if alert.is("hostile") {
        HOSTILE.to_owned()
    } else {
        format!("Simulated: {} of acme.example offered", subject(alert))
    };
    json.push("displayName", title.clone());
    if !state.status.is_empty() {
        json.push("state", state.status.clone());
    }
    json.push(
        "aiSummary",
        if alert.is("hostile") {
            title
        } else {
            format!(
                "Simulated summary: somebody offers {} of acme.example.",
                subject(alert)
            )
        },
    );
    json.push("etag", etag(alert, state));
    json.push("audit", audit(alert, state));
    json.push("findingCount", alert.findings().to_string());
    let findings = (0..alert.findings())
        .map(|index| Json::from(format!("projects/{project}/findings/{id}.{index}")));
    json.push("findings", findings.collect::<Json>());
    let configuration = format!("projects/{project}/configurations/customer-profile");
    json.push("configurations", vec![Json::from(configuration)]);
    if let Some(other) = state.tags.get(1) {
        json.push("duplicateOf", other.clone());
    }
    if let Some((member, name)) = alert.detail() {
        let documents = alert.documents();
        // Both spellings are in use.
        let ids = documents
            .iter()
            .enumerate()
            .map(|(index, document)| match index {
                0 => Json::from(format!(
                    "projects/{project}/alerts/{id}/documents/{document}"
                )),
                _ => Json::from(document.clone()),
            });
        let mut detail = object! { "detailType": name };
        detail.push(
            member,
            object! {
                "severity": alert.severity(),
                "discoveryDocumentIds": ids.collect::<Json>(),
            },
        );
        json.push("detail", detail);
    }
    if !alert.is("escalated") {
        let level = alert.relevance();
        let mut relevance = Object::default();
        if level != "LOW" {
            relevance.push("relevant", true);
        }
        relevance.extend(object! {
            "relevanceLevel": format!("RELEVANCE_LEVEL_{level}"),
            "confidence": "CONFIDENCE_LEVEL_HIGH",
            "reasoning": "Simulated: the text names acme.example, a domain of the customer.",
            "evidence": object! {
                "commonThemes": vec![Json::from("acme.example")],
                "distinctThemes": vec![Json::from("another industry")],
            },
        });
        json.push("relevanceAnalysis", relevance);
    }
    json.push(
        "severityAnalysis",
        object! {
            "severityLevel": format!("SEVERITY_LEVEL_{}", alert.severity()),
            "confidence": "CONFIDENCE_LEVEL_MEDIUM",
            "reasoning": format!("Simulated: {} would let others in.", subject(alert)),
        },
    );
    json.push(
        "priorityAnalysis",
        object! {
            "priorityLevel": format!("PRIORITY_LEVEL_{}", alert.priority()),
            "confidence": "CONFIDENCE_LEVEL_HIGH",
            "reasoning": "Simulated: relevant, and not older than a day when it was found.",
        },
    );
    json
}

fn subject(alert: &Alert) -> &'static str {
    match alert.detail() {
        Some((_, "data_leak")) => "customer records",
        Some((_, "initial_access_broker")) => "VPN access",
        _ => "an insider's help",
    }
}

fn audit(alert: &Alert, state: &State) -> Object {
    object! {
        "createTime": time(alert.created),
        "updateTime": time(state.since),
        "creator": "detection-job-7",
        "updater": state.tags.first().cloned().unwrap_or_default(),
    }
}

/// A finding of an alert, by its place.
pub(super) fn finding(project: &str, alert: &Alert, index: usize) -> Object {
    let seed = alert.seed.child("finding", index);
    let documents = alert.documents();
    let document = documents.get(index % documents.len().max(1)).cloned();
    let mut json = object! {
        "name": format!("projects/{project}/findings/{}.{index}", alert.id),
        "provider": "simulated-matcher",
        "displayName": format!("Simulated: match {} on {}", index + 1, subject(alert)),
        "alert": format!("projects/{project}/alerts/{}", alert.id),
        "audit": object! {
            "createTime": time(alert.created),
            "updateTime": time(alert.created),
            "creator": "detection-job-7",
            "updater": "detection-job-7",
        },
    };
    if let Some((member, name)) = alert.detail() {
        let mut detail = object! { "detailType": name };
        detail.push(
            member,
            object! {
                "documentId": document.unwrap_or_default(),
                "matchScore": Json::Number(format!("0.{}", seed.between("score", 10, 99))),
                "severity": alert.severity(),
            },
        );
        json.push("detail", detail);
    }
    json.push(
        "severityAnalysis",
        object! {
            "severityLevel": format!("SEVERITY_LEVEL_{}", alert.severity()),
            "confidence": "CONFIDENCE_LEVEL_MEDIUM",
        },
    );
    json
}

/// A document of an alert. Every other one is not in English, and translated.
pub(super) fn document(project: &str, alert: &Alert, id: &str, index: usize) -> Object {
    let seed = Seed::of("document", id);
    let hostile = alert.is("hostile").then(|| HOSTILE.to_owned());
    let subject = subject(alert);
    let mut json = object! {
        "name": format!("projects/{project}/alerts/{}/documents/{id}", alert.id),
        "source": seed.pick("source", &["Simulated Forum", "Simulated Market"]),
        "sourceUri": format!("http://{}.example/t/{}", seed.hex("host", 8), seed.between("topic", 1, 9999)),
        "author": format!("user{}", seed.between("author", 1, 899)),
        "createTime": time(alert.created),
        "collectionTime": time(alert.created),
        "ingestTime": time(alert.created),
    };
    if index % 2 == 1 {
        json.extend(object! {
            "title": format!("{subject} of acme.example"),
            "content": hostile.unwrap_or_else(|| format!("selling {subject} of acme.example, simulated, price {} invented coins", seed.between("price", 50, 5000))),
            "languageCode": "en",
        });
        return json;
    }
    json.extend(object! {
        "title": format!("{subject} von acme.example"),
        "content": hostile.unwrap_or_else(|| format!("verkaufe {subject} von acme.example, erfunden, Preis {} Taler", seed.between("price", 50, 5000))),
        "languageCode": "de",
        "translation": object! {
            "translatedTitle": format!("{subject} of acme.example"),
            "translatedContent": format!("selling {subject} of acme.example, invented, price {} thalers", seed.between("price", 50, 5000)),
        },
    });
    json
}
