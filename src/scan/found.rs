//! The final report on a target, and what was asked for beside it.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::plan::Plan;
use crate::client::Client;
use crate::client::endpoints::analyses::Item;
use crate::client::endpoints::indicators::{Object, Selection};
use crate::model::error::Error;
use crate::model::indicator::Kind;
use crate::model::mitre::SandboxTactics;
use crate::model::report::JudgedReport;
use crate::model::verdict::Judgement;

/// The report on a target, and what was asked for beside it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Verdict, score and counts.
    pub judgement: Judgement,
    /// ATT&CK; `None` when not asked.
    pub mitre: Option<Vec<SandboxTactics>>,
    /// Sandbox reports as sent; `None` when not asked.
    pub behaviours: Option<Vec<Box<RawValue>>>,
    /// What of it could not be had.
    pub errors: Vec<(String, Error)>,
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
        let (report, decoded) = client
            .report::<JudgedReport>(place, &Selection::default())
            .await?;
        let judgement = decoded.judgement().map_err(Error::unreadable)?;
        let is_file = item.kind == Kind::File;
        let mut errors: Vec<_> = decoded.unread.problems().collect();
        let mitre = if plan.mitre && is_file {
            let trees = client.mitre(place).await.map(|trees| {
                errors.extend(trees.unread.problems_of("mitre"));
                trees.view
            });
            Some(kept("mitre", trees, &mut errors))
        } else {
            None
        };
        let behaviours = if plan.behaviours && is_file {
            let reports = client.behaviours(place).await;
            Some(kept("behaviours", reports, &mut errors))
        } else {
            None
        };
        Ok(Self {
            judgement,
            mitre,
            behaviours,
            errors,
            report,
        })
    }

    /// The members of a record that appear when they were asked for.
    pub(super) fn extras<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(mitre) = &self.mitre {
            map.serialize_entry("mitre", mitre)?;
        }
        if let Some(behaviours) = &self.behaviours {
            map.serialize_entry("behaviours", behaviours)?;
        }
        if !self.errors.is_empty() {
            let parts = self
                .errors
                .iter()
                .map(|(part, problem)| Part(part, problem));
            map.serialize_entry("errors", &parts.collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

/// The value, or nothing and a note of what went wrong.
fn kept<T: Default>(part: &str, outcome: Result<T, Error>, errors: &mut Vec<(String, Error)>) -> T {
    outcome.unwrap_or_else(|error| {
        errors.push((part.to_owned(), error));
        T::default()
    })
}

struct Part<'a>(&'a str, &'a Error);

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.1.serialize_within(serializer, Some(self.0))
    }
}
