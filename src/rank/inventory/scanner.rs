//! What scanners of packages report: grype and trivy.

use serde::Deserialize;

use super::Inventory;
use super::document::list;
use crate::model::lenient;
use crate::model::vulnerability::CveId;

/// A finding of grype.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Match {
    #[serde(deserialize_with = "lenient::part")]
    vulnerability: Option<Named>,
    #[serde(deserialize_with = "list")]
    related_vulnerabilities: Vec<Named>,
    #[serde(deserialize_with = "lenient::part")]
    artifact: Option<Artifact>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Artifact {
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    version: Option<String>,
}

/// A target of trivy, and what is wrong with it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Target {
    #[serde(deserialize_with = "list")]
    vulnerabilities: Vec<Finding>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Finding {
    #[serde(rename = "VulnerabilityID", deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pkg_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    installed_version: Option<String>,
}

/// What grype found.
pub(super) fn of_grype(matches: Vec<Match>) -> Inventory {
    let mut inventory = Inventory::default();
    for found in matches {
        let package = found.artifact.and_then(|it| package(it.name, it.version));
        let own = found.vulnerability.and_then(|it| it.id);
        let related = found.related_vulnerabilities.iter();
        let ids: Vec<&str> = own
            .as_deref()
            .into_iter()
            .chain(related.filter_map(|it| it.id.as_deref()))
            .collect();
        take(&mut inventory, package.as_deref(), &ids);
    }
    inventory
}

/// What trivy found.
pub(super) fn of_trivy(targets: Vec<Target>) -> Inventory {
    let mut inventory = Inventory::default();
    for found in targets.into_iter().flat_map(|it| it.vulnerabilities) {
        let package = package(found.pkg_name, found.installed_version);
        let ids: Vec<&str> = found.id.as_deref().into_iter().collect();
        take(&mut inventory, package.as_deref(), &ids);
    }
    inventory
}

fn package(name: Option<String>, version: Option<String>) -> Option<String> {
    let version = version.filter(|version| !version.is_empty());
    let version = version.map(|version| format!("@{version}"));
    Some(format!("{}{}", name?, version.unwrap_or_default()))
}

/// Adds a finding under each CVE id that it is known by.
fn take(inventory: &mut Inventory, package: Option<&str>, ids: &[&str]) {
    let mut cves: Vec<CveId> = ids.iter().filter_map(|id| CveId::parse(id)).collect();
    cves.sort();
    cves.dedup();
    if cves.is_empty() {
        let reason = "the vulnerability has no CVE id".to_owned();
        inventory.reject(None, package, ids.first().copied(), reason);
    }
    for cve in cves {
        inventory.expose(package, cve, None);
    }
}
