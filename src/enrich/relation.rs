//! What an indicator relates to: read from what the report embeds, or asked for
//! page by page.

use std::collections::HashMap;

use futures::{StreamExt, pin_mut};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::client::endpoints::indicators::Place;
use crate::client::{Client, ClientError};
use crate::model::lenient;

/// Relationships by name, in the order asked for.
pub type Relations = Vec<(String, Relation)>;

/// One relationship of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// How many objects it has: the service's count, else those seen.
    pub count: u64,
    /// Whether there are more than the items shown.
    pub truncated: bool,
    /// The related objects, the service's order.
    pub items: Vec<Related>,
}

/// One related object.
#[derive(Debug, Clone, Serialize)]
pub struct Related {
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

#[derive(Deserialize)]
struct Descriptor {
    #[serde(rename = "type", default, deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(default)]
    attributes: Option<Named>,
}

#[derive(Default, Deserialize)]
struct Named {
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    host_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    ip_address: Option<String>,
}

impl Related {
    /// Reads one item; `whole` keeps it. What is no object counts as nameless.
    fn read(json: &str, whole: bool) -> Self {
        let descriptor: Option<Descriptor> = serde_json::from_str(json).ok();
        let (kind, id, attributes) = descriptor.map_or((None, None, None), |found| {
            (found.kind, found.id, found.attributes)
        });
        let named = attributes.unwrap_or_default();
        // A resolution has no name; its host and address say what it is.
        let resolution = match (named.host_name, named.ip_address) {
            (Some(host), Some(address)) => Some(format!("{host} {address}")),
            (host, address) => host.or(address),
        };
        Self {
            kind,
            id,
            name: named.name.or(resolution),
            object: if whole {
                RawValue::from_string(json.to_owned()).ok()
            } else {
                None
            },
        }
    }
}

/// The relations that a report embeds, by name.
pub fn embedded(report: &str) -> HashMap<String, Relation> {
    #[derive(Deserialize)]
    struct Report<'a> {
        #[serde(borrow, default)]
        relationships: Option<HashMap<String, &'a RawValue>>,
    }
    #[derive(Deserialize)]
    struct Embedded<'a> {
        #[serde(borrow, default)]
        data: Option<&'a RawValue>,
        #[serde(default)]
        meta: Option<Meta>,
        #[serde(default)]
        error: Option<serde::de::IgnoredAny>,
    }
    #[derive(Default, Deserialize)]
    struct Meta {
        #[serde(default, deserialize_with = "lenient::text")]
        cursor: Option<String>,
        #[serde(default, deserialize_with = "lenient::unsigned")]
        count: Option<u64>,
    }
    let report: Option<Report<'_>> = serde_json::from_str(report).ok();
    let mut relations = HashMap::new();
    for (name, raw) in report
        .and_then(|report| report.relationships)
        .unwrap_or_default()
    {
        let Ok(found) = serde_json::from_str::<Embedded<'_>>(raw.get()) else {
            continue;
        };
        // One that could not be had is not one that is empty: whoever misses it
        // here asks for it by itself, and learns why.
        if found.data.is_none() && found.error.is_some() {
            continue;
        }
        // A relationship to one thing is an object, not a list of one.
        let items: Vec<Related> = match found.data.map(RawValue::get) {
            None | Some("null") => vec![],
            Some(list) if list.starts_with('[') => serde_json::from_str::<Vec<&RawValue>>(list)
                .unwrap_or_default()
                .into_iter()
                .map(|item| Related::read(item.get(), false))
                .collect(),
            Some(one) => vec![Related::read(one, false)],
        };
        let meta = found.meta.unwrap_or_default();
        let count = meta.count.unwrap_or(items.len() as u64);
        let truncated = meta.cursor.is_some() || count > items.len() as u64;
        relations.insert(
            name,
            Relation {
                count,
                truncated,
                items,
            },
        );
    }
    relations
}

/// Asks for a relationship, page by page up to `limit` objects.
pub async fn fetch(
    client: &Client,
    place: Place<'_>,
    name: &str,
    whole: bool,
    limit: usize,
) -> Result<Relation, ClientError> {
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
        items.extend(
            page.items()
                .take(room)
                .map(|item| Related::read(item, whole)),
        );
        if items.len() >= limit {
            break;
        }
    }
    Ok(Relation {
        count: count.unwrap_or(items.len() as u64),
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
                "odd":17}}"#,
        );
        let malware = &found["malware_families"];
        assert_eq!(
            (malware.count, malware.truncated, malware.items.len()),
            (7, true, 2)
        );
        assert_eq!(malware.items[0].name.as_deref(), Some("Synthetic"));
        assert_eq!(malware.items[1].name, None);
        assert_eq!(found["parent"].items[0].id.as_deref(), Some("example.com"));
        assert_eq!(
            (found["reports"].count, found["reports"].truncated),
            (0, false)
        );
        assert_eq!(found["campaigns"].items, vec![]);
        assert_eq!(found["vulnerabilities"].count, 0);
        assert!(!found.contains_key("related_threat_actors"));
        assert!(!found.contains_key("odd"));
        assert!(embedded("{}").is_empty());
    }

    #[test]
    fn a_resolution_is_named_by_what_it_joins() {
        let item = Related::read(
            r#"{"type":"resolution","id":"192.0.2.1x.example","attributes":{"host_name":"x.example","ip_address":"192.0.2.1"}}"#,
            true,
        );
        assert_eq!(item.name.as_deref(), Some("x.example 192.0.2.1"));
        assert!(item.object.is_some());
    }
}
