//! The look-ups of a ranking: each CVE once, however many assets have it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use futures::stream;
use jiff::Timestamp;

use super::assess::{Assess, Assessment};
use super::criticality::Criticality;
use super::inventory::Inventory;
use super::order::number;
use super::standing::Standing;
use crate::bulk::{self, Consumer, Outcome, Status};
use crate::client::Client;
use crate::model::error::{Error, ErrorKind};
use crate::model::view::Unread;
use crate::model::vulnerability::CveId;

/// What came of each look-up, by CVE.
pub(crate) type Assessments = HashMap<Arc<CveId>, Outcome<Rc<Assessed>>>;

/// What is known of a CVE.
#[derive(Debug, Clone)]
pub(crate) struct Assessed {
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

/// The CVEs of an inventory, each once, in the order in which a budget is spent
/// on them: on critical assets first, then those on the most assets, then the
/// newest. The order of the inventory's rows means nothing.
pub(crate) fn queue(inventory: &Inventory) -> Vec<Arc<CveId>> {
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

/// Looks every CVE of the queue up. When `stop` comes, what was not looked up by
/// then is not attempted. `done` hears of each.
pub(crate) async fn look_up(
    client: &Client,
    queue: Vec<Arc<CveId>>,
    concurrency: usize,
    stop: impl Future<Output = ()>,
    done: impl Fn(),
) -> Assessments {
    let all = queue.clone();
    let inputs = stream::iter(queue.into_iter().map(Ok));
    let mut collected = Collected {
        assessments: Assessments::new(),
        done,
    };
    bulk::run(client, &Assess, inputs, concurrency, stop, &mut collected).await;
    let mut assessments = collected.assessments;
    for cve in all {
        assessments.entry(cve).or_insert_with(|| {
            let reason = "the run was ended before its turn";
            let problem = Error::new(ErrorKind::State, reason);
            Outcome::Failed(Status::NotAttempted, problem)
        });
    }
    assessments
}

/// Keeps what comes of each CVE: all is known before anything is ranked.
struct Collected<F> {
    assessments: Assessments,
    done: F,
}

impl<F: Fn()> Consumer<Assessment> for Collected<F> {
    type Error = Infallible;

    fn record(&mut self, Assessment { cve, outcome }: Assessment) -> Result<(), Infallible> {
        self.assessments.insert(cve, outcome);
        (self.done)();
        Ok(())
    }

    fn idle(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
