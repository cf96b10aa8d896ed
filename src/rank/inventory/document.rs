//! JSON: which kind of bill of materials it is.

use std::io::{BufReader, Read};

use serde::{Deserialize, Deserializer};

use super::cyclonedx::{self, Component, Vulnerability};
use super::scanner::{self, Match, Target};
use super::spdx::{self, Package};
use super::spdx3::{self, Element};
use super::{Inventory, InventoryError};
use crate::model::lenient;

/// The members of any of the kinds. All else in the document, which is most of
/// it, is passed over as it is read.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Document {
    #[serde(deserialize_with = "lenient::text")]
    bom_format: Option<String>,
    metadata: Option<Metadata>,
    #[serde(deserialize_with = "list")]
    components: Vec<Component>,
    #[serde(deserialize_with = "list")]
    vulnerabilities: Vec<Vulnerability>,
    #[serde(deserialize_with = "lenient::text")]
    spdx_version: Option<String>,
    #[serde(deserialize_with = "list")]
    packages: Vec<Package>,
    #[serde(rename = "@graph")]
    graph: Option<Vec<Element>>,
    /// Of grype.
    matches: Option<Vec<Match>>,
    /// Of trivy; an image without any package has none.
    #[serde(rename = "Results")]
    results: Option<Vec<Target>>,
    #[serde(rename = "ArtifactName", deserialize_with = "lenient::text")]
    artifact_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    component: Option<Component>,
}

/// Reads a document of `CycloneDX`, SPDX, grype or trivy.
pub(super) fn read(reader: impl Read) -> Result<Inventory, InventoryError> {
    let document: Document = serde_json::from_reader(BufReader::new(reader)).map_err(|error| {
        if error.is_io() {
            InventoryError::Read(error.into())
        } else {
            InventoryError::Json(error)
        }
    })?;
    let is_cyclonedx = document
        .bom_format
        .is_some_and(|format| format.eq_ignore_ascii_case("cyclonedx"));
    if is_cyclonedx {
        let components = document.components.len();
        let subject = document.metadata.and_then(|metadata| metadata.component);
        let inventory =
            cyclonedx::inventory(subject, document.components, document.vulnerabilities);
        return scanned(inventory, components);
    }
    if document.spdx_version.is_some() {
        let components = document.packages.len();
        return scanned(spdx::inventory(document.packages), components);
    }
    if let Some(matches) = document.matches {
        return Ok(scanner::of_grype(matches));
    }
    if document.results.is_some() || document.artifact_name.is_some() {
        return Ok(scanner::of_trivy(document.results.unwrap_or_default()));
    }
    match document.graph {
        Some(graph) => {
            let elements = graph.len();
            scanned(spdx3::inventory(graph), elements)
        }
        None => Err(InventoryError::UnknownJson),
    }
}

/// Refuses a bill of materials that lists components and says nothing of
/// vulnerabilities: an empty ranking would read as "nothing to patch".
fn scanned(inventory: Inventory, components: usize) -> Result<Inventory, InventoryError> {
    if inventory.is_empty() && inventory.remarks.not_affected == 0 {
        return Err(InventoryError::NoVulnerabilities(components));
    }
    Ok(inventory)
}

/// A list; `null` is an empty one.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
