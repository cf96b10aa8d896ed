//! One look-up: from a CVE id to the values that are compared.

use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::lookup::{Assessed, Assessment, Status};
use super::standing::Standing;
use crate::client::endpoints::indicators::{Place, Selection};
use crate::client::{Client, ClientError};
use crate::model::lenient;
use crate::model::problem::ProblemKind;
use crate::model::time::epoch;

/// Looks a CVE up.
pub(super) async fn assess(client: &Client, cve: &Arc<str>) -> Assessment {
    match assessed(client, cve).await {
        Ok(assessed) => Assessment::Known(Rc::new(assessed)),
        Err(error) => {
            let status = match error.kind {
                ProblemKind::NotFound => Status::NotFound,
                // Nothing was asked: the budget was spent, or --offline.
                _ if error.tries == 0 => Status::NotAttempted,
                _ => Status::Error,
            };
            if error.kind.ends_run() {
                // Those that wait for their turn would only meet it as well.
                client.close(error.clone());
            }
            Assessment::Failed(status, Rc::new(error.into()))
        }
    }
}

async fn assessed(client: &Client, cve: &str) -> Result<Assessed, ClientError> {
    let id = format!("vulnerability--{}", cve.to_ascii_lowercase());
    let place = Place {
        collection: "collections",
        id: &id,
    };
    let report = client.report(place, &Selection::default()).await?;
    Ok(Assessed {
        standing: standing(report.json()),
        link: format!("https://www.virustotal.com/gui/collection/{id}"),
        fetched_at: report.fetched_at,
        cached: report.cached,
    })
}

#[derive(Default, Deserialize)]
struct View {
    #[serde(default, deserialize_with = "lenient::part")]
    attributes: Option<Attributes>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    #[serde(deserialize_with = "lenient::text")]
    priority: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    exploitation_state: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    exploit_availability: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    risk_rating: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    predicted_risk_rating: Option<String>,
    cisa_known_exploited: Value,
    epss: Value,
    cvss: Value,
}

/// Reads the values that are compared from an API object.
fn standing(json: &str) -> Standing {
    let view: View = serde_json::from_str(json).unwrap_or_default();
    let read = view.attributes.unwrap_or_default();
    let kev = &read.cisa_known_exploited;
    let day = |value: &Value| {
        let seconds = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
        Some(epoch(seconds)?.get(..10)?.to_owned())
    };
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let cvss = &read.cvss;
    Standing {
        priority: read.priority,
        derived: false,
        kev: kev.is_object().then(|| day(&kev["added_date"])),
        exploitation_state: read.exploitation_state,
        exploit_availability: read.exploit_availability,
        risk_predicted: read.risk_rating.is_none() && read.predicted_risk_rating.is_some(),
        risk_rating: read.risk_rating.or(read.predicted_risk_rating),
        epss: number(&read.epss["score"]),
        cvss: number(&cvss["cvssv3_x"]["base_score"]),
    }
    .completed()
}
