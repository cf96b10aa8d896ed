//! SPDX 2: packages that refer to the advisories on them.

use serde::Deserialize;

use super::Inventory;
use super::document::list;
use crate::model::lenient;
use crate::model::vulnerability::{CveId, Mention, mentions};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Package {
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    version_info: Option<String>,
    #[serde(deserialize_with = "list")]
    external_refs: Vec<Reference>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(rename = "referenceCategory", deserialize_with = "lenient::text")]
    category: Option<String>,
    #[serde(rename = "referenceType", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(rename = "referenceLocator", deserialize_with = "lenient::text")]
    locator: Option<String>,
}

/// What the packages refer to.
pub(super) fn inventory(packages: Vec<Package>) -> Inventory {
    let mut inventory = Inventory::default();
    for package in packages {
        let version = package.version_info.as_deref();
        let version = version.map_or_else(String::new, |version| format!("@{version}"));
        let asset = package.name.map(|name| format!("{name}{version}"));
        let advisories = package.external_refs.iter().filter(|it| it.is_advisory());
        for locator in advisories.filter_map(|it| it.locator.as_deref()) {
            match (asset.as_deref(), cve(locator)) {
                (asset, Some(cve)) => inventory.expose(asset, cve, None),
                (asset, None) => {
                    let reason = "the advisory names no CVE id".to_owned();
                    inventory.reject(None, asset, Some(locator), reason);
                }
            }
        }
    }
    inventory
}

impl Reference {
    /// Whether it says that the package is vulnerable. A `fix` says the contrary,
    /// and a CPE nothing of the kind.
    fn is_advisory(&self) -> bool {
        let is = |value: &Option<String>, words: &[&str]| {
            let value = value.as_deref().unwrap_or_default();
            words.iter().any(|word| value.eq_ignore_ascii_case(word))
        };
        is(&self.category, &["security"]) && is(&self.kind, &["advisory", "cve"])
    }
}

/// The CVE id in a locator: the id itself, or a part of a link.
fn cve(locator: &str) -> Option<CveId> {
    mentions(locator).find_map(|mention| match mention {
        Mention::Id(cve) => Some(cve),
        Mention::Broken(_) => None,
    })
}
