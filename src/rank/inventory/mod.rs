//! Inventories: which vulnerability is on which asset, read from what asset
//! management and software bills of materials write.

mod cyclonedx;
mod document;
mod error;
mod line;
mod read;
mod scanner;
mod spdx;
mod spdx3;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

pub(crate) use self::error::{INVENTORIES, InventoryError};
pub(crate) use self::read::read;
use super::criticality::Criticality;
use crate::model::vulnerability::CveId;

/// An asset, where it is named, and a CVE on it.
type Pair = (Option<Arc<str>>, Arc<CveId>);

/// What an inventory says. It holds each asset, each CVE and each pair of them
/// once; that is what a ranking needs, and all that grows with the input.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    assets: HashSet<Arc<str>>,
    cves: HashSet<Arc<CveId>>,
    exposures: HashMap<Pair, Option<Criticality>>,
    /// Rows that can't be ranked, in the order of the input.
    pub rejected: Vec<Rejected>,
    /// What was passed over or read in part.
    pub remarks: Remarks,
}

/// Which columns of a table to read, where the usual names don't tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// The column of assets.
    pub asset: Option<String>,
    /// The column of CVE ids.
    pub cve: Option<String>,
}

/// One CVE on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exposure {
    /// The asset as the inventory names it; none where it names none.
    pub asset: Option<Arc<str>>,
    /// The vulnerability.
    pub cve: Arc<CveId>,
    /// How much the asset matters, where the inventory says.
    pub criticality: Option<Criticality>,
}

/// A row, or a part of one, that can't be ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rejected {
    /// The line that it begins on, where the inventory has lines.
    pub line: Option<u64>,
    /// The asset, where one is named.
    pub asset: Option<String>,
    /// What stands where a CVE id was expected.
    pub cve: Option<String>,
    /// Why it can't be ranked.
    pub reason: String,
}

/// What an inventory holds beside its exposures, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    /// Pairs of asset and CVE that came before.
    pub repeats: u64,
    /// Rows with an asset and an empty CVE: nothing to rank there.
    pub without_cve: u64,
    /// Criticalities that are no word or number of the scale.
    pub unread_criticality: u64,
    /// Pairs that the inventory itself marks as not affected or resolved.
    pub not_affected: u64,
}

impl Inventory {
    /// Adds a CVE on an asset, or on one that is not named. A pair that came before keeps the greater
    /// criticality, so that the order of rows means nothing.
    fn expose(&mut self, asset: Option<&str>, cve: CveId, criticality: Option<Criticality>) {
        let asset = asset.map(|asset| shared(&mut self.assets, asset));
        let pair = (asset, shared(&mut self.cves, cve));
        match self.exposures.get_mut(&pair) {
            Some(before) => {
                self.remarks.repeats += 1;
                *before = criticality.max(*before);
            }
            None => {
                self.exposures.insert(pair, criticality);
            }
        }
    }

    /// Adds what stands where CVE ids are expected: one, several, or none.
    ///
    /// Several are set apart by blanks, line breaks, `,`, `;` or `|`. Each part
    /// that is no CVE id is rejected by itself, save in a cell of several lines:
    /// there it is likelier that a quote was never closed, and that what follows
    /// belongs to other assets.
    fn expose_cell(
        &mut self,
        line: Option<u64>,
        asset: Option<&str>,
        cell: &str,
        criticality: Option<Criticality>,
    ) {
        let asset = asset.map(str::trim);
        let words: Vec<&str> = words(cell).collect();
        if words.is_empty() {
            self.remarks.without_cve += 1;
            return;
        }
        if asset == Some("") {
            self.reject(line, None, Some(cell), "the row names no asset".to_owned());
            return;
        }
        if words.iter().all(|word| CveId::parse(word).is_none()) {
            self.reject(line, asset, Some(cell), no_cve(cell.trim()));
            return;
        }
        if cell.trim().contains('\n') && words.iter().any(|word| CveId::parse(word).is_none()) {
            let reason = "the cell has several lines and more than CVE ids in it: is a quote before it not closed?";
            self.reject(line, asset, Some(cell), reason.to_owned());
            return;
        }
        for word in words {
            match CveId::parse(word) {
                Some(cve) => self.expose(asset, cve, criticality),
                None => self.reject(line, asset, Some(word), no_cve(word)),
            }
        }
    }

    /// Notes what can't be ranked.
    fn reject(
        &mut self,
        line: Option<u64>,
        asset: Option<&str>,
        cve: Option<&str>,
        reason: String,
    ) {
        let kept = |text: &str| text.trim().chars().take(LONGEST_KEPT).collect::<String>();
        self.rejected.push(Rejected {
            line,
            asset: asset.map(kept),
            cve: cve.map(kept),
            reason,
        });
    }

    /// Reads a criticality; what is none is counted and stays unknown.
    fn criticality(&mut self, text: &str) -> Option<Criticality> {
        let level = Criticality::parse(text);
        if level.is_none() && !text.trim().is_empty() {
            self.remarks.unread_criticality += 1;
        }
        level
    }

    /// Whether there is nothing in it, not even something rejected.
    pub(crate) fn is_empty(&self) -> bool {
        self.exposures.is_empty() && self.rejected.is_empty()
    }

    /// Its pairs of asset and CVE, in no order that means anything.
    pub(crate) fn exposures(&self) -> impl Iterator<Item = Exposure> + '_ {
        self.exposures
            .iter()
            .map(|((asset, cve), criticality)| Exposure {
                asset: asset.clone(),
                cve: Arc::clone(cve),
                criticality: *criticality,
            })
    }
}

/// Characters of a rejected text that are kept: enough to find it again.
const LONGEST_KEPT: usize = 200;

/// The parts of a cell of CVE ids.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    let bounds = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    cell.split(bounds).filter(|word| !word.is_empty())
}

/// The one copy of a value that is kept.
fn shared<Q, T>(known: &mut HashSet<Arc<T>>, value: Q) -> Arc<T>
where
    Q: Borrow<T>,
    T: ?Sized + Eq + Hash,
    Arc<T>: From<Q>,
{
    if let Some(kept) = known.get(value.borrow()) {
        return Arc::clone(kept);
    }
    let kept: Arc<T> = Arc::from(value);
    known.insert(Arc::clone(&kept));
    kept
}

fn no_cve(word: &str) -> String {
    let shown: String = word.chars().take(LONGEST_KEPT).collect();
    format!("`{shown}` is not a CVE id: write CVE-2024-12345")
}
