//! Lines of asset and CVE, for lists that are made by hand or by `awk`.

use std::io::{BufRead, Read};

use super::{Inventory, InventoryError};
use crate::model::indicator::clean_line;
use crate::model::vulnerability::CveId;
use crate::rank::criticality::Criticality;

/// Lines longer than this name no asset.
const LONGEST_LINE: u64 = 64 * 1024;

/// Reads lines: the asset, then one CVE or several, then the criticality if it
/// is known, set apart by blanks, `,` or `;`. The asset is all that stands
/// before the first CVE, so it may have blanks in it; a line of CVEs alone names
/// none. So many lines were before.
pub(super) fn read(mut reader: impl BufRead, skipped: u64) -> Result<Inventory, InventoryError> {
    let mut inventory = Inventory::default();
    let mut bytes = Vec::new();
    let mut number = skipped;
    loop {
        bytes.clear();
        let mut piece = reader.by_ref().take(LONGEST_LINE);
        if piece.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(inventory);
        }
        number += 1;
        if bytes.len() as u64 == LONGEST_LINE && bytes.last() != Some(&b'\n') {
            reader.skip_until(b'\n')?;
            let reason = "the line is too long".to_owned();
            let text = String::from_utf8_lossy(&bytes);
            inventory.reject(Some(number), None, Some(&text), reason);
            continue;
        }
        let line = std::str::from_utf8(&bytes);
        let line = line.map_err(|_| InventoryError::NotUtf8(Some(number)))?;
        if let Some(line) = clean_line(line) {
            take(&mut inventory, number, line);
        }
    }
}

fn take(inventory: &mut Inventory, number: u64, line: &str) {
    let bounds = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let words = || line.split(bounds).filter(|word| !word.is_empty());
    // Words are parts of the line, so their distance from its beginning is a place in it.
    let place = |word: &str| word.as_ptr() as usize - line.as_ptr() as usize;
    let Some(first) = words().find(|word| CveId::parse(word).is_some()) else {
        // The header that lists of this kind sometimes have.
        if words().eq(["asset", "cve"]) || words().eq(["asset", "cve", "criticality"]) {
            return;
        }
        let reason = "there is no CVE id in the line: write `asset CVE-2024-12345`";
        inventory.reject(Some(number), None, Some(line), reason.to_owned());
        return;
    };
    let (asset, rest) = line.split_at(place(first));
    let asset = Some(asset.trim_matches(bounds)).filter(|asset| !asset.is_empty());
    let words = rest.split(bounds).filter(|word| !word.is_empty());
    let (cves, others): (Vec<&str>, Vec<&str>) =
        words.partition(|word| CveId::parse(word).is_some());
    let others = others.join(" ");
    if asset.is_none() && !others.is_empty() && Criticality::parse(&others).is_none() {
        let reason = "there is no asset before the CVE id".to_owned();
        inventory.reject(Some(number), None, Some(rest), reason);
        return;
    }
    let criticality = inventory.criticality(&others);
    for cve in cves.into_iter().filter_map(CveId::parse) {
        inventory.expose(asset, cve, criticality);
    }
}
