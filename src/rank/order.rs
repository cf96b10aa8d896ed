//! The order of a ranking, and the records in it.

use std::cmp::{Ordering, Reverse};
use std::rc::Rc;

use super::inventory::{Exposure, Inventory, Rejected};
use super::lookup::{Assessed, Assessments};
use crate::bulk::{Answer, Fate, Outcome, Status};
use crate::model::error::{Error, ErrorKind};
use crate::model::vulnerability::CveId;

/// One place of a ranking, or what found none.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A CVE on an asset, and how soon to patch it, 1 being first.
    Ranked(u64, Exposure, Rc<Assessed>),
    /// A CVE on an asset of which nothing could be learnt.
    Unranked(Exposure, Status, Error),
    /// What is no CVE on an asset.
    Invalid(Rejected, Error),
}

impl Answer for Place {
    fn fate(&self) -> Fate<'_> {
        match self {
            Self::Ranked(..) => Fate::Ok,
            Self::Unranked(_, Status::NotFound, _) => Fate::NotFound,
            Self::Unranked(_, _, problem) | Self::Invalid(_, problem) => Fate::Failed(problem),
        }
    }
}

/// Puts an inventory into order: first what is ranked, from the most urgent on,
/// then what could not be looked up, then what is invalid. It is a total order of
/// the values: the order of the inventory's rows means nothing.
pub(crate) fn ranking(mut inventory: Inventory, assessments: &Assessments) -> Vec<Place> {
    let mut ranked = vec![];
    let mut unranked = vec![];
    let rejected = std::mem::take(&mut inventory.rejected);
    for exposure in inventory.exposures() {
        match assessments.get(&exposure.cve) {
            Some(Outcome::Done(known)) => ranked.push((exposure, Rc::clone(known))),
            Some(Outcome::Failed(status, problem)) => {
                unranked.push((exposure, *status, problem.clone()));
            }
            // Every CVE of the inventory was in the queue, and none is skipped.
            Some(Outcome::Skipped(_)) | None => {}
        }
    }
    ranked.sort_by(|(left, left_known), (right, right_known)| {
        let standing = left_known.standing.compare(&right_known.standing);
        standing.then_with(|| by_asset(left, right))
    });
    unranked.sort_by(|(left, left_status, _), (right, right_status, _)| {
        let status = left_status.cmp(right_status);
        status.then_with(|| by_asset(left, right))
    });
    let ranked = (1..)
        .zip(ranked)
        .map(|(rank, (exposure, known))| Place::Ranked(rank, exposure, known));
    let unranked = unranked
        .into_iter()
        .map(|(exposure, status, problem)| Place::Unranked(exposure, status, problem));
    let invalid = rejected.into_iter().map(|rejected| {
        let problem = Error::new(ErrorKind::Invalid, rejected.reason.as_str());
        Place::Invalid(rejected, problem)
    });
    ranked.chain(unranked).chain(invalid).collect()
}

/// Which asset comes first where vulnerabilities are alike: the one that matters
/// more, then by CVE, then by name.
fn by_asset(left: &Exposure, right: &Exposure) -> Ordering {
    Reverse(left.criticality)
        .cmp(&Reverse(right.criticality))
        .then_with(|| number(&left.cve).cmp(&number(&right.cve)))
        .then_with(|| left.asset.cmp(&right.asset))
}

/// A CVE id in the order of its numbers: `CVE-2099-9999` is before
/// `CVE-2099-10000`. Leading zeros tell ids apart that are else the same number.
pub(super) fn number(cve: &CveId) -> (&str, usize, &str) {
    let text = cve.as_str();
    let (year, digits) = text.rsplit_once('-').unwrap_or((text, ""));
    (year, digits.len(), digits)
}
