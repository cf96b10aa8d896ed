//! Issues as JSON.

use super::issue::{Issue, Role, State};
use super::project::Project;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::objects::{BIDI, ESCAPES, FORMULA, LINES, SCRIPT};
use crate::sandbox::workflow::text;

/// What is wrong: name, its form for people, category, severity.
const FINDINGS: [(&str, &str, &str, i64); 7] = [
    (
        "exposed_database_admin",
        "Exposed Database Administration",
        "misconfiguration",
        1,
    ),
    (
        "simulated_rce_cve",
        "Simulated Remote Code Execution",
        "vulnerability",
        1,
    ),
    (
        "default_login",
        "Default Login Accepted",
        "misconfiguration",
        2,
    ),
    (
        "subdomain_takeover",
        "Subdomain Takeover Possible",
        "misconfiguration",
        2,
    ),
    (
        "weak_ssl_ciphers_enabled",
        "Weak Ciphers Enabled",
        "misconfiguration",
        3,
    ),
    (
        "expired_certificate",
        "Expired Certificate",
        "misconfiguration",
        4,
    ),
    (
        "software_version_disclosed",
        "Software Version Disclosed",
        "leak",
        5,
    ),
];

impl Issue {
    fn finding(&self) -> (&'static str, &'static str, &'static str, i64) {
        match self.role {
            Some(_) => FINDINGS[0],
            None => self.seed.pick("finding", &FINDINGS),
        }
    }

    /// The name of what is wrong.
    pub(super) fn name(&self) -> &'static str {
        self.finding().0
    }

    /// 1 is critical, 5 informational.
    pub(super) fn severity(&self) -> i64 {
        self.finding().3
    }

    /// Whether the entity is known to belong to the organisation.
    pub(super) fn is_scoped(&self) -> bool {
        self.role.is_some() || self.seed.chance("scoped", 80)
    }

    /// Type (short form), id and name of what it was found at.
    pub(super) fn entity(&self) -> (&'static str, String, String) {
        let kind = self.seed.pick("entity", &["Uri", "Domain", "IpAddress"]);
        let host = format!("host{}.acme.example", self.seed.below("host", 40));
        let name = match kind {
            "Uri" => format!("https://{host}:443"),
            "Domain" => host,
            _ => format!("198.51.100.{}", self.seed.below("host", 254) + 1),
        };
        (kind, self.seed.hex("entity", 64), name)
    }
}

/// The issue as a search finds it.
pub(super) fn hit(issue: &Issue, state: &State, project: &Project) -> Object {
    let (name, pretty, category, severity) = issue.finding();
    let hostile = issue.role == Some(Role::Hostile);
    let pretty = if hostile {
        [ESCAPES, BIDI, FORMULA, LINES].join(" ")
    } else {
        pretty.to_owned()
    };
    let (entity_type, entity_uid, entity_name) = issue.entity();
    let summary = state.summary();
    let detailed = state.status.strip_prefix(summary).unwrap_or("");
    object! {
        "id": issue.id.clone(),
        "uid": issue.id.clone(),
        "uuid": issue.seed.hex("uuid", 32),
        "dynamic_id": issue.seed.between("dynamic id", 10_000_000, 99_999_999),
        "name": name,
        "pretty_name": pretty.clone(),
        "description": "Simulated: nothing of this is really so.",
        "upstream": "intrigue",
        "first_seen": text(issue.first_seen()),
        "last_seen": text(state.last_seen),
        "entity_uid": entity_uid,
        "entity_type": format!("Intrigue::Entity::{entity_type}"),
        "entity_name": entity_name,
        "alias_group": issue.seed.hex("alias", 8),
        "collection": project.slug(),
        "collection_uuid": issue.seed.hex("collection", 32),
        "collection_type": "user_collection",
        "organization_uuid": Json::Null,
        "summary": object! {
            "pretty_name": pretty,
            "severity": severity,
            "scoped": issue.is_scoped(),
            "confidence": "confirmed",
            "status": state.status,
            "category": category,
            "identifiers": Json::Null,
            "status_new": summary,
            "status_new_detailed": detailed.trim_start_matches('_').to_owned(),
            "ticket_list": list![],
        },
        "tags": state.tags.clone(),
        "cisa_known_exploited": if category == "vulnerability" { Json::Bool(true) } else { Json::Null },
        "epss_v2_score_lte": Json::Null,
        "epss_v2_percentile_gte": Json::Null,
    }
}

/// The issue with its details.
pub(super) fn whole(issue: &Issue, state: &State, project: &Project) -> Object {
    let mut object = hit(issue, state, project);
    let proof = match issue.role {
        Some(Role::Hostile) => [SCRIPT, ESCAPES, LINES].join(" "),
        _ => format!("Simulated answer of {}", issue.entity().2),
    };
    object.push(
        "details",
        object! {
            "proof": proof,
            "references": list![object! {
                "type": "description",
                "uri": format!("https://docs.example/{}", issue.name()),
            }],
            "remediation": "Simulated: there is nothing to mend.",
        },
    );
    object
}
