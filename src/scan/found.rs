//! The final report on a target, and what was asked for beside it.

use serde::ser::SerializeMap;
use serde_json::value::RawValue;

use super::plan::{Plan, extracted};
use crate::bulk::{PartErrors, ShownErrors, sandbox_parts};
use crate::client::Client;
use crate::client::endpoints::analyses::Item;
use crate::client::endpoints::indicators::{Object, Selection};
use crate::model::error::Error;
use crate::model::indicator::Kind;
use crate::model::mitre::SandboxTactics;
use crate::model::report::JudgedReport;
use crate::model::verdict::Judgement;
use crate::object::Wanted;
use crate::object::relation::{Relations, ShownRelations};

/// The report on a target, and what was asked for beside it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Verdict, score and counts.
    pub judgement: Judgement,
    /// Relationships in the order they were asked for; `None` when not asked.
    pub relationships: Option<Relations>,
    /// ATT&CK; `None` when not asked.
    pub mitre: Option<Vec<SandboxTactics>>,
    /// Sandbox reports as sent; `None` when not asked.
    pub behaviours: Option<Vec<Box<RawValue>>>,
    /// What of it could not be had.
    pub errors: PartErrors,
    /// The API object.
    pub report: Object,
}

impl Found {
    /// Asks for the report, and for what the plan wants beside it. A part that
    /// can't be had leaves a note, not a failure.
    pub(super) async fn fetch(client: &Client, plan: &Plan, item: &Item) -> Result<Self, Error> {
        let place = match item.kind {
            Kind::Url => plan.visibility.url(&item.id),
            _ => plan.visibility.file(&item.id),
        };
        let mut errors = vec![];
        let wanted = Wanted {
            place,
            relationships: plan.relationships.names(extracted(item.kind)),
            expand: plan.expand,
            limit: plan.relationship_limit,
            attributes: Selection::default(),
        };
        let (report, decoded, relations) =
            wanted.fetch::<JudgedReport>(client, &mut errors).await?;
        let judgement = decoded.judgement().map_err(Error::unreadable)?;
        let is_file = item.kind == Kind::File;
        let parts = (plan.mitre && is_file, plan.behaviours && is_file);
        let (mitre, behaviours) = sandbox_parts(client, place, parts, &mut errors).await;
        Ok(Self {
            judgement,
            relationships: plan.relationships.are_wanted().then_some(relations),
            mitre,
            behaviours,
            errors,
            report,
        })
    }

    /// The members of a record that appear when they were asked for.
    pub(super) fn extras<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(relations) = &self.relationships {
            map.serialize_entry("relationships", &ShownRelations(relations))?;
        }
        if let Some(mitre) = &self.mitre {
            map.serialize_entry("mitre", mitre)?;
        }
        if let Some(behaviours) = &self.behaviours {
            map.serialize_entry("behaviours", behaviours)?;
        }
        if !self.errors.is_empty() {
            map.serialize_entry("errors", &ShownErrors(&self.errors))?;
        }
        Ok(())
    }
}
