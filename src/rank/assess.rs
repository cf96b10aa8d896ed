//! One look-up: from a CVE id to the values that are compared.

use std::rc::Rc;

use super::lookup::{Assessed, Assessment, Status};
use crate::client::endpoints::collections::place;
use crate::client::endpoints::indicators::Selection;
use crate::client::{Client, ClientError};
use crate::model::problem::ProblemKind;
use crate::model::vulnerability::{CveId, Vulnerability};

/// Looks a CVE up.
pub(super) async fn assess(client: &Client, cve: &CveId) -> Assessment {
    match assessed(client, cve).await {
        Ok(assessed) => Assessment::Known(Rc::new(assessed)),
        Err(error) => {
            let status = match error.kind {
                ProblemKind::NotFound => Status::NotFound,
                // Nothing was asked: the budget was spent, or --offline.
                _ if error.tries == 0 => Status::NotAttempted,
                _ => Status::Error,
            };
            Assessment::Failed(status, Rc::new(error.into()))
        }
    }
}

async fn assessed(client: &Client, cve: &CveId) -> Result<Assessed, ClientError> {
    let id = cve.collection_id();
    let selection = Selection::default();
    let (report, decoded) = client.report(place(&id), &selection).await?;
    let (vulnerability, unread) = Vulnerability::of(decoded).map_err(ClientError::unreadable)?;
    Ok(Assessed {
        standing: vulnerability.into(),
        link: format!("https://www.virustotal.com/gui/collection/{id}"),
        fetched_at: report.fetched_at,
        cached: report.cached,
        unread,
    })
}
