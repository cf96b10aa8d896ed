//! `GET /intelligence/search`.

use super::expression::Expression;
use super::{indicators, listing, order};
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal};
use crate::sandbox::json::{Json, object};
use crate::sandbox::subject::Kind;

/// Most items of a page.
const MOST: usize = 300;

/// Searches what `entity:` names; files where nothing is named.
pub(super) fn search(asked: &Asked) -> Answer {
    if !asked.caller.licensed {
        return Err(Refusal::forbidden());
    }
    let limit = asked.limit_up_to(MOST)?;
    let text = asked.value("query").unwrap_or("").trim();
    if text.is_empty() {
        return Err(Refusal::bad_request("The query is empty"));
    }
    let query = Expression::parse(text)?;
    let entity = query
        .terms()
        .into_iter()
        .find(|term| term.key.as_deref() == Some("entity"))
        .map_or("file", |term| term.value.as_str());
    let (page, orders): (_, Vec<&'static str>) = match entity {
        "collection" => {
            // What is left is a filter.
            let filter = text.replacen("entity:collection", "", 1);
            (
                listing::page(asked, &filter, limit, false)?,
                order::KEYS.to_vec(),
            )
        }
        "file" => indicators::page(asked, Kind::File, &query, limit)?,
        "url" => indicators::page(asked, Kind::Url, &query, limit)?,
        "domain" => indicators::page(asked, Kind::Domain, &query, limit)?,
        "ip" | "ip_address" => indicators::page(asked, Kind::Ip, &query, limit)?,
        other => {
            return Err(Refusal::invalid_argument(format!(
                "Invalid entity \"{other}\""
            )));
        }
    };
    let total = i64::try_from(page.total).unwrap_or(i64::MAX);
    let orders: Json = orders.into_iter().collect();
    let meta = object! { "total_hits": total, "allowed_orders": orders, "days_back": 90 };
    Ok(page.answer(asked, meta))
}
