//! What an indicator relates to: read from what the report embeds, or asked for
//! page by page.

use std::collections::HashMap;

use futures::{StreamExt, pin_mut};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::client::Client;
use crate::client::endpoints::indicators::Place;
use crate::model::descriptor::{Descriptor, Embedding};
use crate::model::error::Error;
use crate::model::view::{Decoded, decode};

/// Relationships by name, in the order asked for.
pub(crate) type Relations = Vec<(String, Relation)>;

/// One relationship of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Relation {
    /// How many objects it has: the service's count, or those seen where they are
    /// all; `None` where there are more and the service does not say how many.
    pub count: Option<u64>,
    /// Whether there are more than the items shown.
    pub truncated: bool,
    /// The related objects, the service's order.
    pub items: Vec<Related>,
}

/// One related object.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Related {
    /// The API's type: `collection`, `resolution`, `file`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The API's id.
    pub id: Option<String>,
    /// Its name, where it has one and it was sent.
    pub name: Option<String>,
    /// The whole object as sent, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Box<RawValue>>,
}

impl PartialEq for Related {
    fn eq(&self, other: &Self) -> bool {
        (&self.kind, &self.id, &self.name) == (&other.kind, &other.id, &other.name)
            && self.object.as_ref().map(|raw| raw.get())
                == other.object.as_ref().map(|raw| raw.get())
    }
}

impl Eq for Related {}

/// Relationships as the member of a record, by name.
pub(crate) struct ShownRelations<'a>(pub &'a [(String, Relation)]);

impl Serialize for ShownRelations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, relation)| (name, relation)))
    }
}

impl Relation {
    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.truncated
    }
}

impl From<&Descriptor> for Related {
    fn from(descriptor: &Descriptor) -> Self {
        Self {
            kind: descriptor.kind.clone(),
            id: descriptor.id.clone(),
            name: descriptor.name(),
            object: None,
        }
    }
}

impl Related {
    /// Reads one item; `whole` keeps it.
    fn read(json: &str, whole: bool) -> Result<Self, String> {
        let descriptor = decode::<Descriptor>(json)?.view;
        let object = if whole {
            let kept = RawValue::from_string(json.to_owned());
            Some(kept.map_err(|error| error.to_string())?)
        } else {
            None
        };
        Ok(Self {
            object,
            ..Self::from(&descriptor)
        })
    }
}

/// The relations that a report embeds, by name. One that could not be had, or that
/// cannot be read whole, is not among them: whoever misses it asks for it by itself,
/// and learns why.
pub(crate) fn embedded(report: &str) -> HashMap<String, Relation> {
    let Ok(Decoded { view, unread }) = decode::<Embedding>(report) else {
        return HashMap::new();
    };
    let relationships = view.relationships.0.into_iter();
    let had = relationships.filter(|(name, found)| {
        !found.failed() && unread.of(&format!("relationships.{name}")).is_none()
    });
    had.map(|(name, found)| {
        let items = found.data.iter().flat_map(|data| &data.0);
        let items: Vec<Related> = items.map(Related::from).collect();
        let known = items.len() as u64;
        let count = found.count().or((!found.has_more()).then_some(known));
        let relation = Relation {
            count,
            truncated: found.has_more() || count > Some(known),
            items,
        };
        (name, relation)
    })
    .collect()
}

/// Asks for a relationship, page by page up to `limit` objects.
pub(crate) async fn fetch(
    client: &Client,
    place: Place<'_>,
    name: &str,
    whole: bool,
    limit: usize,
) -> Result<Relation, Error> {
    let pages = client.related(place, name, whole, limit)?;
    pin_mut!(pages);
    let mut items = vec![];
    let mut count = None;
    let mut more = false;
    while let Some(page) = pages.next().await {
        let page = page?;
        count = count.or(page.count);
        let room = limit - items.len();
        more = page.items().len() > room || page.next.is_some();
        for item in page.items().take(room) {
            let item = Related::read(item, whole);
            items.push(item.map_err(Error::unreadable)?);
        }
        if items.len() >= limit {
            break;
        }
    }
    Ok(Relation {
        count: count.or((!more).then_some(items.len() as u64)),
        truncated: more,
        items,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_relations_of_every_shape() {
        let found = embedded(
            r#"{"id":"x","relationships":{
                "malware_families":{"data":[{"type":"collection","id":"malware--1","attributes":{"name":"Synthetic"}},{"type":"collection","id":"malware--2","error":{"code":"NotFoundError"}}],"meta":{"cursor":"c","count":7}},
                "parent":{"data":{"type":"domain","id":"example.com"}},
                "reports":{"data":[]},
                "campaigns":{"data":null},
                "vulnerabilities":{"data":[],"error":null},
                "related_threat_actors":{"error":{"code":"ForbiddenError","message":"no"}},
                "graphs":{"data":[{"id":"g","type":[]}]},
                "odd":17}}"#,
        );
        let malware = &found["malware_families"];
        assert_eq!(
            (malware.count, malware.truncated, malware.items.len()),
            (Some(7), true, 2)
        );
        assert_eq!(malware.items[0].name.as_deref(), Some("Synthetic"));
        assert_eq!(malware.items[1].name, None);
        assert_eq!(found["parent"].items[0].id.as_deref(), Some("example.com"));
        assert_eq!(
            (found["reports"].count, found["reports"].truncated),
            (Some(0), false)
        );
        assert_eq!(found["campaigns"].items, vec![]);
        assert_eq!(found["vulnerabilities"].count, Some(0));
        assert!(!found.contains_key("related_threat_actors"));
        for unread in ["odd", "graphs"] {
            assert!(!found.contains_key(unread), "{unread}");
        }
        assert!(embedded("{}").is_empty());
    }

    #[test]
    fn a_cursor_without_a_count_is_no_total() {
        let found = embedded(
            r#"{"relationships":{
                "reports":{"data":[{"type":"collection","id":"report--1"}],"meta":{"cursor":"c"},"links":{"self":"s","next":"n"}},
                "campaigns":{"data":[{"type":"collection","id":"campaign--1"}],"links":{"self":"s","next":"n"}},
                "contacted_urls":{"data":[{"type":"url","id":"ab","context_attributes":{"url":"http://evil.example/a"}}],"links":{}}}}"#,
        );
        for name in ["reports", "campaigns"] {
            let relation = &found[name];
            assert_eq!((relation.count, relation.truncated), (None, true), "{name}");
        }
        let urls = &found["contacted_urls"];
        assert_eq!((urls.count, urls.truncated), (Some(1), false));
        assert_eq!(urls.items[0].name.as_deref(), Some("http://evil.example/a"));
    }

    #[test]
    fn a_resolution_is_named_by_what_it_joins() {
        let item = Related::read(
            r#"{"type":"resolution","id":"192.0.2.1x.example","attributes":{"host_name":"x.example","ip_address":"192.0.2.1"}}"#,
            true,
        )
        .expect("an object");
        assert_eq!(item.name.as_deref(), Some("x.example 192.0.2.1"));
        assert!(item.object.is_some());
    }
}
