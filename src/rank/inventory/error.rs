//! Why an inventory as a whole can't be read.

/// An inventory that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// The file or the pipe failed.
    #[error("the inventory broke off: {0}")]
    Read(#[from] std::io::Error),
    /// It begins like JSON and is none.
    #[error("the inventory is not valid JSON: {0}")]
    Json(serde_json::Error),
    /// JSON of another kind.
    #[error("the inventory is JSON, but neither CycloneDX nor SPDX")]
    UnknownJson,
    /// Text in an encoding that is not read.
    #[error("the inventory is UTF-16: save it as UTF-8")]
    Utf16,
    /// A header that lacks a column.
    #[error("the inventory has no column `{missing}`: its header is {header}")]
    NoColumn {
        /// The name of the column.
        missing: &'static str,
        /// The header as it stands.
        header: String,
    },
    /// Nothing in it.
    #[error("the inventory is empty")]
    Empty,
}
