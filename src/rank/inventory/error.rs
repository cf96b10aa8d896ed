//! Why an inventory as a whole can't be read.

/// An inventory that can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InventoryError {
    /// The file or the pipe failed.
    #[error("the inventory broke off: {0}")]
    Read(#[from] std::io::Error),
    /// It begins like JSON and is none.
    #[error("the inventory is not valid JSON: {0}")]
    Json(serde_json::Error),
    /// JSON of another kind.
    #[error("the inventory is JSON, but not of CycloneDX, SPDX, grype or trivy")]
    UnknownJson,
    /// Text in an encoding that is not read.
    #[error("the inventory is not UTF-8{}: save it as UTF-8", at(*.0))]
    NotUtf8(Option<u64>),
    /// A software bill of materials that no scanner has looked at.
    #[error("the inventory names no vulnerability, only what there is (components: {0})")]
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
