//! One look-up of a threat object.

use super::id;
use super::indicators::Indicators;
use super::record::{CollectionRecord, Found};
use crate::bulk::{Job, Note, Outcome, part_or_error};
use crate::client::Client;
use crate::client::endpoints::collections::place;
use crate::client::endpoints::indicators::Selection;
use crate::model::collection::CollectionTitle;
use crate::model::error::Error;
use crate::model::view::Decoded;
use crate::model::vulnerability::CveId;
use crate::object::Wanted;

/// What a run asks about each object.
#[derive(Debug, Clone, Default)]
pub(crate) struct CollectionPlan {
    /// Relationships to show, by name; `None` for none.
    pub relationships: Option<Vec<String>>,
    /// Fetch the related objects whole.
    pub expand: bool,
    /// Related objects of each relationship at most.
    pub relationship_limit: usize,
    /// Only these attributes, comma-separated.
    pub attributes: Option<String>,
    /// All but these attributes, comma-separated.
    pub exclude_attributes: Option<String>,
    /// All of its indicators.
    pub iocs: bool,
    /// The events on its timeline.
    pub timeline: bool,
    /// Its ATT&CK tactics and techniques.
    pub mitre: bool,
}

impl Job for CollectionPlan {
    type Input = String;
    type Record = CollectionRecord;

    async fn answer(
        &self,
        client: &Client,
        line: String,
        _: &Note<'_, CollectionRecord>,
    ) -> CollectionRecord {
        match id::read(&line) {
            Ok(id) => CollectionRecord {
                outcome: self.found(client, &id).await.map(Box::new).into(),
                id,
            },
            Err(reason) => CollectionRecord {
                id: line,
                outcome: Outcome::invalid(reason),
            },
        }
    }
}

impl CollectionPlan {
    async fn found(&self, client: &Client, id: &str) -> Result<Found, Error> {
        let wanted = Wanted {
            place: place(id),
            relationships: self.relationships.clone().unwrap_or_default(),
            expand: self.expand,
            limit: self.relationship_limit,
            attributes: Selection {
                relationships: vec![],
                attributes: self.attributes.clone(),
                exclude_attributes: self.exclude_attributes.clone(),
            },
        };
        let mut errors = vec![];
        let (report, decoded, relations) = wanted.fetch(client, &mut errors).await?;
        let decoded: Decoded<CollectionTitle> =
            decoded.needing("attributes").map_err(Error::unreadable)?;
        is_about(id, decoded.view.attributes.name.as_deref()).map_err(Error::unreadable)?;
        let mut mitre = None;
        if self.mitre {
            let tree = client.collection_mitre(id).await.map(|tree| {
                errors.extend(tree.unread.problems_of("mitre"));
                tree.view
            });
            mitre = Some(part_or_error("mitre", tree, &mut errors));
        }
        let mut timeline = None;
        if self.timeline {
            let events = client.timeline(id).await;
            timeline = Some(part_or_error("timeline", events, &mut errors));
        }
        let mut iocs = None;
        if self.iocs {
            let counters = &decoded.view.attributes.counters;
            iocs = Some(Indicators::fetch(client, id, counters, &mut errors).await?);
        }
        Ok(Found {
            mitre,
            timeline,
            iocs,
            title: decoded.view,
            report,
            relationships: self.relationships.as_ref().map(|_| relations),
            errors,
        })
    }
}

/// Checks that a vulnerability has not the name of another one.
fn is_about(id: &str, name: Option<&str>) -> Result<(), String> {
    let asked = id.strip_prefix("vulnerability--").and_then(CveId::parse);
    match (asked, name.and_then(CveId::parse)) {
        (Some(asked), Some(named)) if asked != named => {
            Err(format!("the object is about {named}, not about {asked}"))
        }
        _ => Ok(()),
    }
}
