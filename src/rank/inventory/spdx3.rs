//! SPDX 3: a graph of packages, vulnerabilities, and what joins them.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use super::Inventory;
use crate::model::lenient;
use crate::model::vulnerability::CveId;

/// One element of the graph, whatever it is.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Element {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    spdx_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(rename = "software_packageVersion", deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(deserialize_with = "lenient::part")]
    external_identifier: Option<Vec<Identifier>>,
    #[serde(deserialize_with = "lenient::text")]
    relationship_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    from: Option<String>,
    to: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Identifier {
    #[serde(deserialize_with = "lenient::text")]
    identifier: Option<String>,
}

/// What joins a vulnerability to a package, and whether it is on it.
enum Joint {
    On,
    NotOn,
}

/// What the graph joins.
pub(super) fn inventory(graph: Vec<Element>) -> Inventory {
    let mut vulnerabilities: HashMap<String, (Option<CveId>, Option<String>)> = HashMap::new();
    let mut titles = HashMap::new();
    let mut on = vec![];
    let mut not_on = HashSet::new();
    for element in graph {
        if let Some((joint, pairs)) = element.joins() {
            match joint {
                Joint::On => on.extend(pairs),
                Joint::NotOn => not_on.extend(pairs),
            }
            continue;
        }
        let cve = element.cve();
        let Some(id) = element.spdx_id else { continue };
        if element.kind.as_deref() == Some("security_Vulnerability") {
            vulnerabilities.insert(id, (cve, element.name));
        } else if let Some(name) = element.name {
            let version = element.version.map(|version| format!("@{version}"));
            titles.insert(id, format!("{name}{}", version.unwrap_or_default()));
        }
    }
    let mut inventory = Inventory::default();
    on.sort();
    on.dedup();
    for pair in on {
        if not_on.contains(&pair) {
            inventory.remarks.not_affected += 1;
            continue;
        }
        let (vulnerability, package) = pair;
        let asset = titles.get(&package).unwrap_or(&package);
        match vulnerabilities.get(&vulnerability) {
            Some((Some(cve), _)) => inventory.expose(Some(asset), cve.clone(), None),
            named => {
                let name = named.and_then(|(_, name)| name.as_deref());
                let reason = "the vulnerability has no CVE id".to_owned();
                let shown = Some(name.unwrap_or(&vulnerability));
                inventory.reject(None, Some(asset), shown, reason);
            }
        }
    }
    inventory
}

impl Element {
    /// Its CVE id, from its identifiers or its name.
    fn cve(&self) -> Option<CveId> {
        let identifiers = self.external_identifier.iter().flatten();
        identifiers
            .filter_map(|it| it.identifier.as_deref())
            .chain(self.name.as_deref())
            .find_map(CveId::parse)
    }

    /// The vulnerabilities and packages that it joins, when it does.
    fn joins(&self) -> Option<(Joint, Vec<(String, String)>)> {
        let from = self.from.as_deref()?;
        let to: Vec<&str> = match &self.to {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![one],
            _ => vec![],
        };
        let (joint, package_first) = match self.relationship_type.as_deref()? {
            "affects" | "underInvestigationFor" | "hasAssessmentFor" => (Joint::On, false),
            "hasAssociatedVulnerability" => (Joint::On, true),
            "doesNotAffect" | "fixedIn" => (Joint::NotOn, false),
            _ => return None,
        };
        let pair = |to: &str| {
            let (from, to) = (from.to_owned(), to.to_owned());
            if package_first {
                (to, from)
            } else {
                (from, to)
            }
        };
        Some((joint, to.into_iter().map(pair).collect()))
    }
}
