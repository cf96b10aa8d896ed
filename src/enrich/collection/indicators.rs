//! All indicators of a collection, short: what they are and how they are judged.

use futures::{StreamExt, pin_mut};
use serde::Serialize;

use crate::bulk::PartErrors;
use crate::client::Client;
use crate::client::endpoints::collections::place;
use crate::client::endpoints::indicators::LARGEST_PAGE;
use crate::model::collection::Counters;
use crate::model::common::Common;
use crate::model::error::Error;

/// The indicators of a collection.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Indicators {
    /// How many there are: what the service counts, or what came where that is more.
    pub count: u64,
    /// Whether fewer came than there are.
    pub truncated: bool,
    /// Those that came: files, domains, IP addresses, URLs.
    pub items: Vec<CollectionIndicator>,
}

/// One of them.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CollectionIndicator {
    /// `file`, `domain`, `ip` or `url`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The API's id.
    pub id: Option<String>,
    /// The indicator itself.
    pub value: Option<String>,
    /// What the service thinks of it.
    pub verdict: Option<&'static str>,
    /// `critical`, `high`, `medium`, `low`, `none` or `unknown`.
    pub severity: Option<String>,
    /// 0 to 100.
    pub threat_score: Option<i64>,
}

impl From<Common> for CollectionIndicator {
    fn from(common: Common) -> Self {
        Self {
            kind: common.object_type,
            id: common.id,
            value: common.value,
            verdict: common.verdict,
            severity: common.severity,
            threat_score: common.threat_score,
        }
    }
}

impl Indicators {
    /// Asks for all of them, page by page. A relationship that the service has not for
    /// this collection, or this key, leaves a note in `errors`.
    ///
    /// # Errors
    /// What a page came to: without it they would look like all.
    pub(super) async fn fetch(
        client: &Client,
        id: &str,
        counters: &Counters,
        errors: &mut PartErrors,
    ) -> Result<Self, Error> {
        let relationships = [
            ("files", counters.files),
            ("domains", counters.domains),
            ("ip_addresses", counters.ip_addresses),
            ("urls", counters.urls),
        ];
        let mut all = Self::default();
        // What is counted as none is not asked for.
        for (name, counted) in relationships {
            if counted == Some(0) {
                continue;
            }
            match all.add(client, id, name, counted).await {
                // Such a request is refused for good (API notes, page 2, section 2.4).
                Err((0, error)) if matches!(error.status, Some(400 | 403 | 404)) => {
                    all.count += counted.unwrap_or(0);
                    all.truncated = true;
                    errors.push((format!("iocs.{name}"), error));
                }
                Err((received, error)) => {
                    let message = format!("{name} after {received}: {}", error.message);
                    return Err(Error { message, ..error });
                }
                Ok(()) => {}
            }
        }
        Ok(all)
    }

    /// Adds those of a relationship. An error has how many came before it.
    async fn add(
        &mut self,
        client: &Client,
        id: &str,
        name: &str,
        counted: Option<u64>,
    ) -> Result<(), (u64, Error)> {
        let pages = client.related(place(id), name, true, LARGEST_PAGE);
        let pages = pages.map_err(|error| (0, error))?;
        pin_mut!(pages);
        let (mut received, mut announced) = (0, counted);
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| (received, error))?;
            announced = announced.max(page.count);
            received += page.items().len() as u64;
            let items = page
                .items()
                .map(|item| Common::read(item).unwrap_or_default().into());
            self.items.extend(items);
        }
        let count = announced.unwrap_or(0).max(received);
        self.count += count;
        if count > received {
            self.truncated = true;
            tracing::warn!(
                "collection `{id}`: received {received} of {count} {name}; the service has no more pages"
            );
        }
        Ok(())
    }

    /// How many have each verdict, the worst first.
    pub(super) fn verdicts(&self) -> Vec<(&'static str, usize)> {
        const WORST_FIRST: [&str; 5] =
            ["malicious", "suspicious", "undetected", "benign", "unknown"];
        let count = |verdict: &&str| {
            let same = self
                .items
                .iter()
                .filter(|item| item.verdict == Some(verdict));
            same.count()
        };
        let counts = WORST_FIRST.iter().map(|verdict| (*verdict, count(verdict)));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}
