//! The service, asked about what the mirror does not know.

use std::cell::Cell;
use std::time::{Duration, Instant};

use futures::future::LocalBoxFuture;

use crate::client::Client;
use crate::client::endpoints::indicators::{Place, Selection};
use crate::local::annotating::{Answers, Asked, Origin};
use crate::local::matching::Known;
use crate::model::common::Common;
use crate::model::error::{Error, ErrorKind};
use crate::model::indicator::Indicator;
use crate::model::report::JudgedReport;

/// How often a service that stayed away is asked anew.
const PAUSE: Duration = Duration::from_secs(10);

/// The service, or its kept answers alone.
pub(super) struct Service {
    client: Client,
    /// When it was last asked anew.
    reopened: Cell<Instant>,
}

impl Service {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            reopened: Cell::new(Instant::now()),
        }
    }

    async fn look_up(&self, indicator: &Indicator) -> Result<(Known, Origin), Error> {
        let id = indicator.id();
        let place = Place {
            collection: indicator.kind().collection(),
            id: &id,
        };
        let all = Selection::default();
        let (object, _) = self.client.report::<JudgedReport>(place, &all).await?;
        let common = Common::read(object.json()).map_err(Error::unreadable)?;
        let origin = if object.cached {
            Origin::Cache
        } else {
            Origin::Api
        };
        let known = Known {
            value: indicator.value().to_owned(),
            value_type: indicator.kind().into(),
            verdict: common.verdict.map(str::to_owned),
            severity: common.severity,
            threat_score: common.threat_score,
            lists: Vec::new(),
        };
        Ok((known, origin))
    }
}

impl Answers for Service {
    fn ask(&self, indicator: Indicator) -> LocalBoxFuture<'_, Asked> {
        Box::pin(async move {
            let error = match self.look_up(&indicator).await {
                Ok(known) => return Ok(Some(known)),
                Err(error) => error,
            };
            // It is not known there, or not kept here.
            if matches!(error.kind, ErrorKind::NotFound | ErrorKind::State) {
                return Ok(None);
            }
            tracing::debug!("{}: {error}", indicator.value());
            if self.client.closed().is_some() && self.reopened.get().elapsed() >= PAUSE {
                self.reopened.set(Instant::now());
                self.client.reopen();
            }
            Err(())
        })
    }
}
