//! `GET /metadata`: engines, privileges, and the relationships of each type.

use axum::Router;
use axum::routing::get;

use super::asked::Asked;
use super::envelope::Reply;
use super::json::{Json, Object, list, object};
use super::objects::engine_names;
use super::relationships::Relation;
use super::service::Shared;
use super::subject::Kind;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/metadata", get(async |_: Asked| metadata()))
}

fn metadata() -> Reply {
    let mut engines = Object::default();
    for name in engine_names() {
        engines.push(
            name.as_str(),
            object! { "category": "antivirus", "engine_version": "1.4.3.0", "engine_update": "20250901" },
        );
    }
    let mut relationships = Object::default();
    for kind in Kind::ALL {
        let names: Json = Relation::of(kind)
            .map(|relation| object! { "name": relation.name, "description": "" })
            .collect();
        relationships.push(kind.type_name(), names);
    }
    Reply::data(object! {
        "engines": engines,
        "privileges": list!["api-access", "intelligence", "ioc-stream", "private-scanning"],
        "relationships": relationships,
    })
}
