//! What objects say that come from a feed or a list: nobody has asked for them one by
//! one, and what they are related to stands in them.

use jiff::Timestamp;

use super::{Item, SERVICE};
use crate::model::common::Common;
use crate::model::descriptor::Embedding;
use crate::model::view::{Map, decode};
use crate::output::export::Exported;
use crate::output::stix::fact::{Entity, EntityKind, Fact, Reference};

/// What the object says; `None` for what has no meaning in STIX.
pub(in crate::output) fn fed(exported: Exported<'_>, now: fn() -> Timestamp) -> Option<Fact> {
    let common = Common::read(exported.object).ok()?;
    match common.kind {
        "alert" | "issue" => return Some(incident(&common, exported.seen.unwrap_or_else(now))),
        "vulnerability" => {
            let (seen, _) =
                crate::model::vulnerability::Vulnerability::read(exported.object).ok()?;
            return super::vulnerability(&seen);
        }
        _ => {}
    }
    let seen = exported.seen.unwrap_or_else(now);
    let mut fact = Fact::of(exported.object, seen)?;
    let related = related(&fact, exported.object, &common, seen);
    if let Fact::Indicator(indicator) = &mut fact {
        if let Some((_, at)) = &indicator.sighted {
            indicator.seen = *at;
        }
        // Nobody exports what has always been harmless: it has turned out to be.
        indicator.revoked = indicator.verdict.as_deref() == Some("benign");
    }
    Some(fact.with_related(related))
}

/// Whom and what it points to: the relationships in it, and the collections that have
/// raised a notification.
fn related(
    fact: &Fact,
    object: &str,
    common: &Common,
    seen: Timestamp,
) -> Vec<crate::output::stix::fact::Related> {
    let mut found = vec![];
    let embedded = decode::<Embedding>(object)
        .ok()
        .map(|read| read.view.relationships);
    for (name, relation) in embedded.into_iter().flat_map(|Map(all)| all) {
        for item in relation.data.into_iter().flat_map(|data| data.0) {
            let title = item.name();
            let item = Item {
                kind: item.kind.as_deref(),
                id: item.id.as_deref(),
                name: title.as_deref(),
                object: None,
            };
            found.extend(fact.related(&name, item, seen));
        }
    }
    for source in &common.sources {
        let item = Item {
            kind: source.source_type.as_deref(),
            id: source.id.as_deref(),
            name: source.name.as_deref(),
            object: None,
        };
        if item.kind == Some("collection") {
            found.extend(fact.related("sources", item, seen));
        }
    }
    found
}

/// An alert or an issue: what is there to be told of it in few words. The text of an
/// alert stays behind, for it may hold passwords.
fn incident(common: &Common, seen: Timestamp) -> Fact {
    let made = common.time.as_deref().and_then(|time| time.parse().ok());
    let key = common.id.clone().unwrap_or_default();
    let about = [
        ("type", &common.object_type),
        ("severity", &common.severity),
        ("status", &common.status),
        ("on", &common.value),
    ];
    let about = about.into_iter();
    let about: Vec<String> = about
        .filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)))
        .collect();
    let last: Option<Timestamp> = common
        .last_seen
        .as_deref()
        .and_then(|time| time.parse().ok());
    let severity = common
        .severity
        .iter()
        .map(|word| format!("severity:{word}"));
    let created = made.unwrap_or(seen);
    Fact::Entity(Box::new(Entity {
        name: common.title.clone().unwrap_or_default(),
        description: Some(format!(
            "{SERVICE}: {} with {}.",
            common.kind,
            about.join(", ")
        )),
        created: Some(created),
        modified: Some(last.unwrap_or(created).max(created)),
        labels: severity.chain(common.tags.iter().cloned()).collect(),
        references: vec![Reference {
            source_name: SERVICE.to_owned(),
            url: common.link.clone(),
            external_id: Some(key.clone()),
        }],
        ..Entity::new(EntityKind::Incident, format!("{}:{key}", common.kind))
    }))
}
