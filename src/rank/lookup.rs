//! The look-ups of a ranking: each CVE once, however many assets have it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use futures::future::{Either, select};
use futures::stream::{self, StreamExt};
use futures::{FutureExt, pin_mut};
use jiff::Timestamp;

use super::assess::assess;
use super::criticality::Criticality;
use super::inventory::Inventory;
use super::order::number;
use super::standing::Standing;
use crate::client::Client;
use crate::model::problem::{Problem, ProblemKind};
use crate::model::view::Unread;
use crate::model::vulnerability::CveId;

/// What came of each look-up, by CVE.
pub type Assessments = HashMap<Arc<CveId>, Assessment>;

/// What came of looking a CVE up.
#[derive(Debug, Clone)]
pub enum Assessment {
    /// It is known.
    Known(Rc<Assessed>),
    /// It could not be had.
    Failed(Status, Rc<Problem>),
}

/// What is known of a CVE.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// The values that are compared.
    pub standing: Standing,
    /// The page about it.
    pub link: String,
    /// When the service said so.
    pub fetched_at: Timestamp,
    /// Whether the answer came from the cache.
    pub cached: bool,
    /// What of it cannot be read.
    pub unread: Unread,
}

/// Why there is no rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The look-up failed.
    Error,
    /// The run ended before its turn.
    NotAttempted,
    /// The service does not know it.
    NotFound,
}

impl Status {
    /// The word in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::NotAttempted => "not_attempted",
            Self::NotFound => "not_found",
        }
    }
}

/// The CVEs of an inventory, each once, in the order in which a budget is spent
/// on them: on critical assets first, then those on the most assets, then the
/// newest. The order of the inventory's rows means nothing.
pub fn queue(inventory: &Inventory) -> Vec<Arc<CveId>> {
    let mut weights: HashMap<Arc<CveId>, (Option<Criticality>, u64)> = HashMap::new();
    for exposure in inventory.exposures() {
        let (most, assets) = weights.entry(exposure.cve).or_default();
        *most = exposure.criticality.max(*most);
        *assets += 1;
    }
    let mut queue: Vec<_> = weights.into_iter().collect();
    queue.sort_by(|(left, left_weight), (right, right_weight)| {
        let newest = Reverse(number(left)).cmp(&Reverse(number(right)));
        right_weight.cmp(left_weight).then(newest)
    });
    queue.into_iter().map(|(cve, _)| cve).collect()
}

/// Looks every CVE of the queue up, `concurrency` at a time. Once the service
/// refuses the key or has no quota left, or `stop` comes, nobody asks it any more:
/// what is not in the cache is then not attempted. `done` hears of each.
pub async fn look_up(
    client: &Client,
    queue: Vec<Arc<CveId>>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    done: impl Fn(),
) -> Assessments {
    let all = queue.clone();
    let answers = stream::iter(queue)
        .map(|cve| async move {
            let assessment = assess(client, &cve).await;
            (cve, assessment)
        })
        .buffer_unordered(concurrency);
    pin_mut!(answers, stop);
    let mut assessments = Assessments::new();
    let mut stop = stop.fuse();
    while let Either::Left((Some((cve, assessment)), _)) = select(answers.next(), &mut stop).await {
        assessments.insert(cve, assessment);
        done();
    }
    for cve in all {
        assessments.entry(cve).or_insert_with(|| {
            let reason = "the run was ended before its turn";
            let problem = Problem::new(ProblemKind::State, reason);
            Assessment::Failed(Status::NotAttempted, Rc::new(problem))
        });
    }
    assessments
}
