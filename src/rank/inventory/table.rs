//! CSV with a header, as spreadsheets and scanners export it.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use super::{Inventory, InventoryError};

/// What sets cells apart, in the order in which it is tried.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The header of a table: what sets its cells apart, and where its columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    delimiter: u8,
    asset: usize,
    cve: usize,
    criticality: Option<usize>,
}

impl Header {
    /// Reads a line as a header; `None` for one that has none of the names.
    ///
    /// # Errors
    /// For a header that has one of `asset` and `cve`, and not the other.
    pub(super) fn read(line: &str) -> Result<Option<Self>, InventoryError> {
        let mut lacking = None;
        for delimiter in DELIMITERS {
            let names = cells(line, delimiter);
            let place = |name: &str| names.iter().position(|cell| cell == name);
            match (place("asset"), place("cve")) {
                (Some(asset), Some(cve)) => {
                    return Ok(Some(Self {
                        delimiter,
                        asset,
                        cve,
                        criticality: place("criticality"),
                    }));
                }
                (None, None) => {}
                (asset, _) => {
                    lacking.get_or_insert(InventoryError::NoColumn {
                        missing: if asset.is_none() { "asset" } else { "cve" },
                        header: names.join(", "),
                    });
                }
            }
        }
        lacking.map_or(Ok(None), Err)
    }
}

/// The cells of a header in lower case.
fn cells(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(line.as_bytes());
    let mut record = ByteRecord::new();
    // A vector can always be read.
    let _ = reader.read_byte_record(&mut record);
    let cell = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_lowercase();
    record.iter().map(cell).collect()
}

/// Reads a header, and the rows below it; so many lines were before it.
pub(super) fn read(
    reader: impl Read,
    header: &Header,
    skipped: u64,
) -> Result<Inventory, InventoryError> {
    let mut inventory = Inventory::default();
    let mut rows = ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .delimiter(header.delimiter)
        .comment(Some(b'#'))
        .from_reader(reader);
    let mut row = ByteRecord::new();
    while rows.read_byte_record(&mut row).map_err(broken)? {
        let line = row.position().map(|place| skipped + place.line());
        let cell = |index: usize| row.get(index).map(String::from_utf8_lossy);
        let asset = cell(header.asset).unwrap_or_default();
        let Some(cves) = cell(header.cve) else {
            let reason = "the row ends before its column `cve`".to_owned();
            inventory.reject(line, Some(&asset), None, reason);
            continue;
        };
        let level = header.criticality.and_then(cell).unwrap_or_default();
        let criticality = inventory.criticality(&level);
        inventory.expose_cell(line, &asset, &cves, criticality);
    }
    Ok(inventory)
}

/// Bytes of any kind are rows to a flexible reader; only reading itself fails.
fn broken(error: csv::Error) -> InventoryError {
    InventoryError::Read(error.into())
}
