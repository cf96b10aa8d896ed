//! One look-up: from a line of input to its record.

use std::collections::HashMap;

use futures::future::join_all;
use serde::Deserialize;

use super::plan::{Plan, Relationships};
use super::record::{Found, Outcome, Record, Status};
use super::relation::{self, Relation};
use crate::client::endpoints::indicators::{Object, Place, Selection};
use crate::client::{Client, ClientError};
use crate::model::indicator::{Indicator, Kind, gui_link};
use crate::model::lenient;
use crate::model::problem::{Problem, ProblemKind};
use crate::model::verdict::JudgedAttributes;

/// Recognises an input: the indicator, or the record that says why not.
pub fn recognise(ioc: String, plan: &Plan) -> Result<(String, Indicator), Record> {
    let indicator = match Indicator::parse(&ioc, plan.kind) {
        Ok(indicator) => indicator,
        Err(invalid) => {
            let problem = Problem::new(ProblemKind::Invalid, invalid.to_string());
            let outcome = Outcome::Failed(Status::Invalid, problem);
            return Err(Record {
                ioc,
                indicator: None,
                outcome,
            });
        }
    };
    match indicator.scope() {
        Some(scope) if !plan.include_private => Err(Record {
            ioc,
            indicator: Some(indicator),
            outcome: Outcome::Skipped(scope),
        }),
        _ => Ok((ioc, indicator)),
    }
}

/// Asks for all that the plan wants to know of an indicator.
pub async fn look_up(client: &Client, plan: &Plan, ioc: String, indicator: Indicator) -> Record {
    let outcome = match found(client, plan, &indicator).await {
        Ok(found) => Outcome::Found(Box::new(found)),
        Err(error) => {
            let status = match error.kind {
                ProblemKind::NotFound => Status::NotFound,
                // Nothing was asked: the budget was spent, or --offline.
                _ if error.tries == 0 && error.kind != ProblemKind::Invalid => Status::NotAttempted,
                _ => Status::Error,
            };
            Outcome::Failed(status, error.into())
        }
    };
    Record {
        ioc,
        indicator: Some(indicator),
        outcome,
    }
}

async fn found(client: &Client, plan: &Plan, indicator: &Indicator) -> Result<Found, ClientError> {
    let id = indicator.id();
    let place = Place {
        collection: indicator.kind().collection(),
        id: &id,
    };
    let wanted = plan.relationships.names(indicator.kind());
    let report = report(client, plan, place, &wanted).await?;
    let view: View = serde_json::from_str(report.json()).unwrap_or_default();
    let mut errors = vec![];

    let relationships = match plan.relationships {
        Relationships::None => None,
        _ => Some(relationships(client, plan, place, &wanted, &report, &mut errors).await),
    };
    let is_file = indicator.kind() == Kind::File;
    let mitre = if plan.mitre && is_file {
        Some(kept("mitre", client.mitre(place).await, &mut errors))
    } else {
        None
    };
    let behaviours = if plan.behaviours && is_file {
        let reports = client.behaviours(place).await;
        Some(kept("behaviours", reports, &mut errors))
    } else {
        None
    };
    Ok(Found {
        link: match &view.id {
            Some(id) => gui_link(indicator.kind(), id),
            None => indicator.link(),
        },
        id: view.id,
        judgement: view.attributes.unwrap_or_default().judge(),
        relationships,
        mitre,
        behaviours,
        errors,
        report,
    })
}

/// The fields of a report that every record shows.
#[derive(Default, Deserialize)]
struct View {
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default)]
    attributes: Option<JudgedAttributes>,
}

/// The report, with the relationships embedded where that is all that's wanted.
///
/// A relationship beyond the licence can make the service refuse the whole
/// request; the report alone may still be had, and the relationships are then
/// asked for one by one to learn which it is.
async fn report(
    client: &Client,
    plan: &Plan,
    place: Place<'_>,
    wanted: &[String],
) -> Result<Object, ClientError> {
    let mut selection = Selection {
        relationships: if plan.expand { vec![] } else { wanted.to_vec() },
        attributes: plan.attributes.clone(),
        exclude_attributes: plan.exclude_attributes.clone(),
    };
    match client.report(place, &selection).await {
        Err(ClientError {
            status: Some(400 | 403),
            ..
        }) if !selection.relationships.is_empty() => {
            selection.relationships.clear();
            client.report(place, &selection).await
        }
        outcome => outcome,
    }
}

async fn relationships(
    client: &Client,
    plan: &Plan,
    place: Place<'_>,
    wanted: &[String],
    report: &Object,
    errors: &mut Vec<(String, Problem)>,
) -> Vec<(String, Relation)> {
    let mut embedded = if plan.expand {
        HashMap::new()
    } else {
        relation::embedded(report.json())
    };
    let asked = wanted.iter().map(|name| {
        let here = embedded.remove(name);
        async move {
            let relation = match here {
                Some(relation) => Ok(relation),
                None => {
                    relation::fetch(client, place, name, plan.expand, plan.relationship_limit).await
                }
            };
            (name, relation)
        }
    });
    let mut relations = vec![];
    for (name, relation) in join_all(asked).await {
        match relation {
            Ok(relation) => relations.push((name.clone(), relation)),
            Err(error) => errors.push((format!("relationships.{name}"), error.into())),
        }
    }
    relations
}

/// The value, or nothing and a note of what went wrong.
fn kept<T: Default>(
    part: &str,
    outcome: Result<T, ClientError>,
    errors: &mut Vec<(String, Problem)>,
) -> T {
    outcome.unwrap_or_else(|error| {
        errors.push((part.to_owned(), error.into()));
        T::default()
    })
}
