//! Why an inventory as a whole can't be read.

use crate::model::error::{Error, ErrorKind};

/// What to give.
pub(crate) const INVENTORIES: &str = "give one with --input FILE or through a pipe: CSV with a column of assets and one of CVEs, JSON of CycloneDX, SPDX, grype or trivy, or lines like `web-01 CVE-2024-12345`";

/// An inventory that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InventoryError {
    /// The file or the pipe failed.
    #[error("cannot read the inventory: {0}")]
    Read(#[from] std::io::Error),
    /// It begins like JSON and is none.
    #[error("the inventory is not valid JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// JSON of another kind.
    #[error("the inventory is JSON, but not CycloneDX, SPDX, grype or trivy")]
    UnknownJson,
    /// Text in an encoding that is not read.
    #[error("the inventory is not UTF-8{}: save it as UTF-8", at(*.0))]
    NotUtf8(Option<u64>),
    /// A software bill of materials that no scanner has looked at.
    #[error("the inventory lists components but no vulnerabilities (components: {0})")]
    NoVulnerabilities(usize),
    /// A column that is read stands twice.
    #[error("the inventory has two columns `{0}`")]
    DoubledColumn(String),
    /// A header that lacks a column.
    #[error(
        "the inventory has no column `{missing}`: its header is {header}; {option} names another"
    )]
    NoColumn {
        /// The name of the column.
        missing: String,
        /// The option that names the column.
        option: &'static str,
        /// The header as it stands.
        header: String,
    },
    /// Nothing in it.
    #[error("the inventory is empty")]
    Empty,
}

fn at(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(" in line {line}"))
}

impl From<InventoryError> for Error {
    fn from(error: InventoryError) -> Self {
        let message = error.to_string();
        let told = match error {
            InventoryError::Read(_) => Self::state(message)
                .hint("nothing was looked up; run again with the whole inventory"),
            InventoryError::NoVulnerabilities(_) => Self::new(ErrorKind::NotFound, message)
                .hint("a bill of materials lists components, not their vulnerabilities: run a scanner such as grype or trivy on it, and rank its output"),
            _ => Self::usage(message).hint(INVENTORIES),
        };
        told.caused_by(error)
    }
}
