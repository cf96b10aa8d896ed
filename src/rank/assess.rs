//! One look-up: from a CVE id to the values that are compared.

use std::rc::Rc;
use std::sync::Arc;

use super::lookup::Assessed;
use crate::bulk::{Answer, Fate, Job, Note, Outcome};
use crate::client::Client;
use crate::client::endpoints::collections::place;
use crate::client::endpoints::indicators::Selection;
use crate::model::error::Error;
use crate::model::gui;
use crate::model::vulnerability::{CveId, Vulnerability};

/// Looks CVEs up.
pub(super) struct Assess;

/// What came of a CVE.
pub(super) struct Assessment {
    pub(super) cve: Arc<CveId>,
    pub(super) outcome: Outcome<Rc<Assessed>>,
}

impl Answer for Assessment {
    fn fate(&self) -> Fate<'_> {
        self.outcome.fate()
    }
}

impl Job for Assess {
    type Input = Arc<CveId>;
    type Record = Assessment;

    async fn answer(
        &self,
        client: &Client,
        cve: Arc<CveId>,
        _: &Note<'_, Assessment>,
    ) -> Assessment {
        let outcome = assessed(client, &cve).await.map(Rc::new).into();
        Assessment { cve, outcome }
    }
}

async fn assessed(client: &Client, cve: &CveId) -> Result<Assessed, Error> {
    let id = cve.collection_id();
    let selection = Selection::default();
    let (report, decoded) = client.report(place(&id), &selection).await?;
    let (vulnerability, unread) = Vulnerability::of_cve(decoded, cve).map_err(Error::unreadable)?;
    Ok(Assessed {
        standing: vulnerability.into(),
        link: gui::collection(&id),
        fetched_at: report.fetched_at,
        cached: report.cached,
        unread,
    })
}
