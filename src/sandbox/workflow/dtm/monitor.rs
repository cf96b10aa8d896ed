//! `GET /dtm/monitors`: what is watched for.

use axum::extract::State as Held;
use axum::response::Response;
use std::time::Duration;

use super::paged;
use super::query::{ascending, size};
use super::token::Token;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::Refusal;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::service::Shared;
use crate::sandbox::workflow::licensed;

/// How long a token is good.
const LIFE: Duration = Duration::from_mins(1);

/// A monitor.
#[derive(Debug)]
pub(super) struct Monitor {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// The text that it watches for.
    pub(super) matches: &'static str,
}

/// More than one page of the usual size.
pub(super) const MONITORS: [Monitor; 12] = [
    monitor("sandboxmonitor000001", "Brand: Acme", "acme.example"),
    monitor(
        "sandboxmonitor000002",
        "Credentials: Acme staff",
        "mail.acme.example",
    ),
    monitor(
        "sandboxmonitor000003",
        "Look-alike domains",
        "acme-login.example",
    ),
    monitor("sandboxmonitor000004", "Subsidiary: Bolt", "bolt.example"),
    monitor("sandboxmonitor000005", "Subsidiary: Crane", "crane.example"),
    monitor("sandboxmonitor000006", "Executives", "board.acme.example"),
    monitor("sandboxmonitor000007", "Source code", "git.acme.example"),
    monitor("sandboxmonitor000008", "Payment cards", "pay.acme.example"),
    monitor("sandboxmonitor000009", "Suppliers", "supplier.example"),
    monitor(
        "sandboxmonitor000010",
        "Access for sale",
        "vpn.acme.example",
    ),
    monitor("sandboxmonitor000011", "Product: Dynamo", "dynamo.example"),
    monitor("sandboxmonitor000012", "Events", "summit.acme.example"),
];

const fn monitor(id: &'static str, name: &'static str, matches: &'static str) -> Monitor {
    Monitor { id, name, matches }
}

/// A page of the monitors.
pub(super) async fn page(Held(service): Held<Shared>, asked: Asked) -> Result<Response, Refusal> {
    licensed(&asked)?;
    let now = (service.options.now)();
    let token = Token::of(&asked, now)?;
    let value = |name| {
        let pair = token
            .query
            .iter()
            .find(|(key, value)| key == name && !value.is_empty());
        pair.map(|(_, value)| value.clone())
    };
    let most = size(value("size"), 100)?;
    let mut all: Vec<&Monitor> = MONITORS.iter().collect();
    let order = value("order");
    if order.is_some() && !ascending(order.as_deref())? {
        all.reverse();
    }
    let end = all.len().min(token.offset + most);
    let page = all.get(token.offset..end).unwrap_or_default();
    let monitors: Json = page.iter().map(|monitor| object(monitor)).collect();
    let next = (end < all.len()).then(|| token.moved(end, now, LIFE).text());
    Ok(paged(
        object! { "monitors": monitors }.into(),
        "monitors",
        next.as_deref(),
    ))
}

fn object(monitor: &Monitor) -> Object {
    object! {
        "id": monitor.id,
        "name": monitor.name,
        "description": format!("Simulated: watches for {}", monitor.matches),
        "doc_condition": object! {
            "operator": "all",
            "match": list![object! {
                "topic": "keyword",
                "operator": "must_contain",
                "match": list![monitor.matches],
            }],
        },
        "enabled": monitor.id != "sandboxmonitor000012",
        "email_notify_enabled": false,
        "version": 1,
        "tags": list![],
        "created_at": "2025-10-01T09:00:00.000Z",
        "updated_at": "2025-11-01T09:00:00.000Z",
    }
}
