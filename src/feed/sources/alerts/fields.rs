//! The fields that filters can name, and the values of those that have but some.

use crate::model::gti_alert::STATES;

/// The fields that are documented (API notes, second page, section 1.4).
pub(super) const FIELDS: [&str; 18] = [
    "audit.create_time",
    "audit.creator",
    "audit.update_time",
    "audit.updater",
    "detail.detail_type",
    "detail.data_leak.severity",
    "detail.data_leak.discovery_document_ids",
    "detail.initial_access_broker.severity",
    "detail.initial_access_broker.discovery_document_ids",
    "detail.insider_threat.severity",
    "detail.insider_threat.discovery_document_ids",
    "finding_count",
    "priority_analysis.priority_level",
    "relevance_analysis.confidence",
    "relevance_analysis.relevance_level",
    "relevance_analysis.relevant",
    "severity_analysis.severity_level",
    "state",
];

const PRIORITIES: [&str; 4] = [
    "PRIORITY_LEVEL_LOW",
    "PRIORITY_LEVEL_MEDIUM",
    "PRIORITY_LEVEL_HIGH",
    "PRIORITY_LEVEL_CRITICAL",
];

/// The last one is not in the schema, but in the service's own example.
const SEVERITIES: [&str; 4] = [
    "SEVERITY_LEVEL_LOW",
    "SEVERITY_LEVEL_MEDIUM",
    "SEVERITY_LEVEL_HIGH",
    "SEVERITY_LEVEL_CRITICAL",
];

const RELEVANCES: [&str; 3] = [
    "RELEVANCE_LEVEL_LOW",
    "RELEVANCE_LEVEL_MEDIUM",
    "RELEVANCE_LEVEL_HIGH",
];

const CONFIDENCES: [&str; 3] = [
    "CONFIDENCE_LEVEL_LOW",
    "CONFIDENCE_LEVEL_MEDIUM",
    "CONFIDENCE_LEVEL_HIGH",
];

const KINDS: [&str; 3] = ["data_leak", "initial_access_broker", "insider_threat"];

const BARE: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// The values of a field that has but some.
pub(super) fn values(field: &str) -> &'static [&'static str] {
    match field {
        "state" => &STATES,
        "priority_analysis.priority_level" => &PRIORITIES,
        "severity_analysis.severity_level" => &SEVERITIES,
        "relevance_analysis.relevance_level" => &RELEVANCES,
        "relevance_analysis.confidence" => &CONFIDENCES,
        "detail.detail_type" => &KINDS,
        field if field.starts_with("detail.") && field.ends_with(".severity") => &BARE,
        _ => &[],
    }
}
