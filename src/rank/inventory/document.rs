//! JSON: which kind of bill of materials it is.

use std::io::{BufReader, Read};

use serde::{Deserialize, Deserializer};

use super::cyclonedx::{self, Component, Vulnerability};
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
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    component: Option<Component>,
}

/// Reads a `CycloneDX` or an SPDX document.
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
        let subject = document.metadata.and_then(|metadata| metadata.component);
        return Ok(cyclonedx::inventory(
            subject,
            document.components,
            document.vulnerabilities,
        ));
    }
    if document.spdx_version.is_some() {
        return Ok(spdx::inventory(document.packages));
    }
    match document.graph {
        Some(graph) => Ok(spdx3::inventory(graph)),
        None => Err(InventoryError::UnknownJson),
    }
}

/// A list; `null` is an empty one.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
