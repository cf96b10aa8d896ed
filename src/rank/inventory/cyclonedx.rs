//! `CycloneDX`: vulnerabilities, and the components that they affect.

use std::collections::HashMap;

use serde::Deserialize;

use super::Inventory;
use super::document::list;
use crate::model::lenient;
use crate::model::vulnerability::CveId;

/// A component, and those that it is made of.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Component {
    #[serde(rename = "bom-ref", deserialize_with = "lenient::text")]
    reference: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    group: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    version: Option<String>,
    #[serde(deserialize_with = "list")]
    components: Vec<Component>,
}

/// A vulnerability. Its ratings are whoever's made the document, and not read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Vulnerability {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "list")]
    references: Vec<Reference>,
    #[serde(deserialize_with = "list")]
    affects: Vec<Affected>,
    #[serde(deserialize_with = "lenient::part")]
    analysis: Option<Analysis>,
}

/// The same vulnerability under another id.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Affected {
    #[serde(rename = "ref", deserialize_with = "lenient::text")]
    reference: Option<String>,
    #[serde(deserialize_with = "list")]
    versions: Vec<Version>,
}

/// A version, or a range of them, that a statement is about.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    #[serde(deserialize_with = "lenient::text")]
    status: Option<String>,
}

impl Affected {
    /// Whether all that is said of it is that it is not affected.
    fn is_unaffected(&self) -> bool {
        let unaffected = |it: &Version| it.status.as_deref() == Some("unaffected");
        !self.versions.is_empty() && self.versions.iter().all(unaffected)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Analysis {
    #[serde(deserialize_with = "lenient::text")]
    state: Option<String>,
}

/// The states of an analysis that say there is nothing to patch.
const DONE_WITH: [&str; 4] = [
    "resolved",
    "resolved_with_pedigree",
    "false_positive",
    "not_affected",
];

/// What the vulnerabilities say of the components.
pub(super) fn inventory(
    subject: Option<Component>,
    components: Vec<Component>,
    vulnerabilities: Vec<Vulnerability>,
) -> Inventory {
    let mut names = HashMap::new();
    let whole = subject.as_ref().and_then(Component::title);
    name(subject.into_iter().chain(components), &mut names);
    let mut inventory = Inventory::default();
    for vulnerability in vulnerabilities {
        let assets = affected(&vulnerability, &names, whole.as_deref());
        if vulnerability.is_done_with() {
            inventory.remarks.not_affected += assets.len().max(1) as u64;
            continue;
        }
        let unaffected = vulnerability.affects.iter().filter(|it| it.is_unaffected());
        let unaffected = unaffected.count();
        inventory.remarks.not_affected += unaffected as u64;
        if unaffected > 0 && unaffected == vulnerability.affects.len() {
            continue;
        }
        let cves = vulnerability.cves();
        if cves.is_empty() {
            let id = vulnerability.id.as_deref();
            let reason = "the vulnerability has no CVE id".to_owned();
            let asset = assets.first().map(String::as_str);
            inventory.reject(None, asset, id, reason);
        }
        for cve in cves {
            if assets.is_empty() {
                inventory.expose(None, cve.clone(), None);
            }
            for asset in &assets {
                inventory.expose(Some(asset), cve.clone(), None);
            }
        }
    }
    inventory
}

/// Notes what each component is called, down to the innermost.
fn name(components: impl Iterator<Item = Component>, names: &mut HashMap<String, String>) {
    for component in components {
        if let (Some(reference), Some(title)) = (&component.reference, component.title()) {
            names.insert(reference.clone(), title);
        }
        name(component.components.into_iter(), names);
    }
}

/// What a vulnerability affects, by name; the whole product where it names
/// nothing, and the reference itself where it leads nowhere in the document.
fn affected(
    vulnerability: &Vulnerability,
    names: &HashMap<String, String>,
    whole: Option<&str>,
) -> Vec<String> {
    let assets: Vec<String> = vulnerability
        .affects
        .iter()
        .filter(|affected| !affected.is_unaffected())
        .filter_map(|affected| affected.reference.as_deref())
        .map(|reference| {
            // A BOM-Link, `urn:cdx:SERIAL/VERSION#REF`, ends in the reference.
            let inner = reference
                .strip_prefix("urn:cdx:")
                .and_then(|link| Some(link.split_once('#')?.1));
            let found = names.get(inner.unwrap_or(reference));
            found.map_or_else(|| reference.to_owned(), Clone::clone)
        })
        .collect();
    if assets.is_empty() {
        return whole.map(str::to_owned).into_iter().collect();
    }
    assets
}

impl Component {
    fn title(&self) -> Option<String> {
        let name = self.name.as_deref()?;
        let group = self.group.as_deref().map(|group| format!("{group}/"));
        let version = self.version.as_deref().map(|version| format!("@{version}"));
        Some(format!(
            "{}{name}{}",
            group.unwrap_or_default(),
            version.unwrap_or_default()
        ))
    }
}

impl Vulnerability {
    /// Its CVE id, else those it is known by elsewhere.
    fn cves(&self) -> Vec<CveId> {
        if let Some(cve) = self.id.as_deref().and_then(CveId::parse) {
            return vec![cve];
        }
        let others = self.references.iter();
        let mut cves: Vec<CveId> = others
            .filter_map(|reference| CveId::parse(reference.id.as_deref()?))
            .collect();
        cves.sort();
        cves.dedup();
        cves
    }

    fn is_done_with(&self) -> bool {
        let state = self.analysis.as_ref().and_then(|it| it.state.as_deref());
        state.is_some_and(|state| DONE_WITH.contains(&state))
    }
}
