//! One object of the service with what it relates to, however that is had.

mod choice;
pub(crate) mod relation;

pub(crate) use choice::Relationships;

use std::collections::HashMap;

use futures::future::join_all;

use self::relation::Relations;
use crate::client::Client;
use crate::client::endpoints::indicators::{Object, Place, Selection};
use crate::model::error::Error;
use crate::model::view::{Decoded, View};

/// What is wanted of an object.
#[derive(Debug, Clone)]
pub(crate) struct Wanted<'a> {
    /// Where it lives.
    pub place: Place<'a>,
    /// Relationships, by name.
    pub relationships: Vec<String>,
    /// Whether related objects are fetched whole.
    pub expand: bool,
    /// Related objects of each relationship at most.
    pub limit: usize,
    /// Which attributes it shall have.
    pub attributes: Selection,
}

impl Wanted<'_> {
    /// What the report is asked to have.
    fn selection(&self) -> Selection {
        let mut selection = self.attributes.clone();
        if !self.expand {
            selection.relationships.clone_from(&self.relationships);
        }
        selection
    }

    /// Whether a kept answer would stand for the report.
    pub(crate) async fn is_kept(&self, client: &Client) -> bool {
        client.keeps_report(self.place, &self.selection()).await
    }

    /// The object, a view of it, and its relationships in the order asked for. One
    /// that can't be had leaves a note in `errors`, and so does what of the view
    /// cannot be read.
    pub(crate) async fn fetch<V: View>(
        &self,
        client: &Client,
        errors: &mut Vec<(String, Error)>,
    ) -> Result<(Object, Decoded<V>, Relations), Error> {
        let (report, decoded) = self.report(client).await?;
        errors.extend(decoded.unread.problems());
        let relations = self.relations(client, &report, errors).await;
        Ok((report, decoded, relations))
    }

    /// The report, with the relationships embedded where that is all that's wanted.
    ///
    /// A relationship beyond the licence can make the service refuse the whole
    /// request; the report alone may still be had, and the relationships are then
    /// asked for one by one to learn which it is.
    async fn report<V: View>(&self, client: &Client) -> Result<(Object, Decoded<V>), Error> {
        let mut selection = self.selection();
        match client.report(self.place, &selection).await {
            Err(Error {
                status: Some(400 | 403),
                ..
            }) if !selection.relationships.is_empty() => {
                selection.relationships.clear();
                client.report(self.place, &selection).await
            }
            outcome => outcome,
        }
    }

    async fn relations(
        &self,
        client: &Client,
        report: &Object,
        errors: &mut Vec<(String, Error)>,
    ) -> Relations {
        let mut embedded = if self.expand || self.relationships.is_empty() {
            HashMap::new()
        } else {
            relation::embedded(report.json())
        };
        let asked = self.relationships.iter().map(|name| {
            let here = embedded.remove(name);
            async move {
                let relation = match here {
                    Some(relation) => Ok(relation),
                    None => {
                        relation::fetch(client, self.place, name, self.expand, self.limit).await
                    }
                };
                (name, relation)
            }
        });
        let mut relations = vec![];
        for (name, relation) in join_all(asked).await {
            match relation {
                Ok(relation) => relations.push((name.clone(), relation)),
                Err(error) => errors.push((format!("relationships.{name}"), error)),
            }
        }
        relations
    }
}
