//! CSV with a header, as spreadsheets and scanners export it.

use std::borrow::Cow;
use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use super::{Columns, Inventory, InventoryError};
use crate::bulk::header::{DELIMITERS, cells, plain};

/// Names of the column of assets, letters and digits alone, the best first: of a
/// scanner that gives a host name and an address, the name is shown.
const ASSET_NAMES: [&str; 23] = [
    "asset",
    "assetname",
    "hostname",
    "host",
    "devicename",
    "device",
    "computername",
    "computer",
    "machinename",
    "machine",
    "servername",
    "server",
    "dnsname",
    "fqdn",
    "dns",
    "netbiosname",
    "netbios",
    "system",
    "target",
    "ip",
    "ipaddress",
    "hostip",
    "ipv4",
];

/// Names of the column of CVE ids, letters and digits alone.
const CVE_NAMES: [&str; 9] = [
    "cve",
    "cves",
    "cveid",
    "cveids",
    "cvenumber",
    "cvename",
    "cvelist",
    "vulnerabilityid",
    "vulnerability",
];

const CRITICALITY_NAMES: [&str; 3] = ["criticality", "assetcriticality", "devicevalue"];

/// The header of a table: what sets its cells apart, and where its columns are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    delimiter: u8,
    /// The columns that may name the asset, the best first; none in a bare list
    /// of CVEs.
    assets: Vec<usize>,
    cve: usize,
    criticality: Option<usize>,
}

impl Header {
    /// Reads a line as a header; `None` for one without a column of CVEs.
    ///
    /// # Errors
    /// For a header with a column of CVEs and other columns, none of them of
    /// assets; for one in which a column that is read stands twice.
    pub(super) fn read(line: &str, columns: &Columns) -> Result<Option<Self>, InventoryError> {
        for delimiter in DELIMITERS {
            let names = cells(line, delimiter);
            let Some(cve) = column(&names, columns.cve.as_deref(), &CVE_NAMES)?
                .first()
                .copied()
            else {
                continue;
            };
            let assets = column(&names, columns.asset.as_deref(), &ASSET_NAMES)?;
            if assets.is_empty() && (names.len() > 1 || columns.asset.is_some()) {
                return Err(InventoryError::NoColumn {
                    missing: columns.asset.clone().unwrap_or_else(|| "asset".to_owned()),
                    option: "--asset-column",
                    header: names.join(", "),
                });
            }
            let criticality = column(&names, None, &CRITICALITY_NAMES)?.first().copied();
            return Ok(Some(Self {
                delimiter,
                assets,
                cve,
                criticality,
            }));
        }
        Ok(None)
    }

    /// The asset of a row: the first of its columns that says one. `None` in a
    /// bare list of CVEs, empty where the row has a place for it and nothing there.
    fn asset<'a>(&self, row: &'a ByteRecord) -> Option<&'a [u8]> {
        let mut cells = self.assets.iter().filter_map(|index| row.get(*index));
        let named = cells.find(|cell| !cell.trim_ascii().is_empty());
        (!self.assets.is_empty()).then(|| named.unwrap_or_default())
    }
}

/// Refuses a line that is a header with a column of assets, or one that lacks the
/// column of CVEs that was asked for.
///
/// # Errors
/// [`InventoryError::NoColumn`].
pub(super) fn refuse_without_cves(line: &str, columns: &Columns) -> Result<(), InventoryError> {
    let lacking = |missing: &str, names: &[String]| InventoryError::NoColumn {
        missing: missing.to_owned(),
        option: "--cve-column",
        header: names.join(", "),
    };
    if let Some(name) = &columns.cve {
        return Err(lacking(name, &cells(line, DELIMITERS[0])));
    }
    for delimiter in DELIMITERS {
        let names = cells(line, delimiter);
        let first = ASSET_NAMES[0];
        if names.len() > 1 && names.iter().any(|name| plain(name) == first) {
            return Err(lacking("cve", &names));
        }
    }
    Ok(())
}

/// The places of a column: of the one that was asked for, or of those with a
/// usual name, the best name first.
fn column(
    names: &[String],
    asked: Option<&str>,
    usual: &[&str],
) -> Result<Vec<usize>, InventoryError> {
    let places = |is: &dyn Fn(&str) -> bool| -> Result<Option<usize>, InventoryError> {
        let mut found = (0..names.len()).filter(|index| is(&names[*index]));
        let first = found.next();
        match (first, found.next()) {
            (Some(index), Some(_)) => Err(InventoryError::DoubledColumn(names[index].clone())),
            _ => Ok(first),
        }
    };
    if let Some(asked) = asked {
        let asked = asked.trim().to_lowercase();
        return Ok(places(&|name| name == asked)?.into_iter().collect());
    }
    let mut found = vec![];
    for name in usual {
        found.extend(places(&|column| plain(column) == *name)?);
    }
    Ok(found)
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
        // Two hosts that differ in what is not UTF-8 must not become one.
        let text = |cell| std::str::from_utf8(cell).map_err(|_| InventoryError::NotUtf8(line));
        let asset = header.asset(&row).map(text).transpose()?;
        let Some(cves) = row.get(header.cve) else {
            let reason = "the row ends before its column of CVEs".to_owned();
            inventory.reject(line, asset, None, reason);
            continue;
        };
        let cves = text(cves)?;
        let level = header.criticality.and_then(|index| row.get(index));
        let level = level.map_or(Cow::Borrowed(""), String::from_utf8_lossy);
        let criticality = inventory.criticality(&level);
        inventory.expose_cell(line, asset, cves, criticality);
    }
    Ok(inventory)
}

/// Bytes of any kind are rows to a flexible reader; only reading itself fails.
fn broken(error: csv::Error) -> InventoryError {
    InventoryError::Read(error.into())
}
