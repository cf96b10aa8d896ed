//! One look-up: from a line of input to its record.

use super::plan::{Plan, usual};
use super::record::{Found, Record};
use crate::bulk::{Job, Note, Outcome, sandbox_parts};
use crate::client::Client;
use crate::client::endpoints::indicators::{Place, Selection};
use crate::model::error::Error;
use crate::model::gui;
use crate::model::indicator::{Indicator, Kind};
use crate::model::report::JudgedReport;
use crate::object::Wanted;

impl Job for Plan {
    type Input = String;
    type Record = Record;

    async fn answer(&self, client: &Client, ioc: String, _: &Note<'_, Record>) -> Record {
        let indicator = match Indicator::asked(&ioc, self.kind) {
            Ok(indicator) => indicator,
            Err(invalid) => {
                return Record {
                    ioc,
                    indicator: None,
                    outcome: Outcome::invalid(invalid.to_string()),
                };
            }
        };
        let outcome = match indicator.scope() {
            Some(scope) if !self.include_private => Outcome::Skipped(scope),
            _ => found(client, self, &indicator).await.map(Box::new).into(),
        };
        Record {
            ioc,
            indicator: Some(indicator),
            outcome,
        }
    }
}

impl Plan {
    /// What it wants of an object.
    pub(super) fn wanted<'a>(&self, place: Place<'a>, kind: Kind) -> Wanted<'a> {
        Wanted {
            place,
            relationships: self.relationships.names(&usual(kind)),
            expand: self.expand,
            limit: self.relationship_limit,
            attributes: Selection {
                attributes: self.attributes.clone(),
                exclude_attributes: self.exclude_attributes.clone(),
                ..Selection::default()
            },
        }
    }
}

/// Asks for all that the plan wants to know of an indicator.
async fn found(client: &Client, plan: &Plan, indicator: &Indicator) -> Result<Found, Error> {
    let id = indicator.id();
    let place = Place {
        collection: indicator.kind().collection(),
        id: &id,
    };
    let mut errors = vec![];
    let wanted = plan.wanted(place, indicator.kind());
    let (report, decoded, relations) = wanted.fetch::<JudgedReport>(client, &mut errors).await?;
    let judgement = decoded.judgement().map_err(Error::unreadable)?;
    let relationships = plan.relationships.are_wanted().then_some(relations);
    let is_file = indicator.kind() == Kind::File;
    let parts = (plan.mitre && is_file, plan.behaviours && is_file);
    let (mitre, behaviours) = sandbox_parts(client, place, parts, &mut errors).await;
    let id = decoded.view.id;
    Ok(Found {
        link: match &id {
            Some(id) => gui::indicator(indicator.kind(), id),
            None => indicator.link(),
        },
        id,
        judgement,
        relationships,
        mitre,
        behaviours,
        errors,
        report,
    })
}
