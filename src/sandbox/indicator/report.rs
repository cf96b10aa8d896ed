//! The endpoint of reports.

use axum::Router;
use axum::routing::get;

use super::{Indicator, Kind};
use crate::sandbox::call::Call;
use crate::sandbox::entity::Entity;
use crate::sandbox::json::Json;
use crate::sandbox::relationships;
use crate::sandbox::reply::{Answer, Reply};
use crate::sandbox::service::Shared;

/// `GET /{type}/{id}`.
pub(in crate::sandbox) fn routes() -> Router<Shared> {
    Kind::ALL.into_iter().fold(Router::new(), |router, kind| {
        let path = format!("/{}/{{id}}", kind.path());
        router.route(
            &path,
            get(async move |call: Call| report(kind, &call).await),
        )
    })
}

async fn report(kind: Kind, call: &Call) -> Answer {
    let indicator = Indicator::parse(kind, call.segment(0))?;
    if kind == Kind::File && call.service.submissions().is_unseen(&indicator.id) {
        return Err(kind.not_found(call.segment(0)));
    }
    if indicator.is("slow") {
        tokio::time::sleep(crate::sandbox::SLOW).await;
    }
    let mut object = indicator.whole(call);
    if let Some(told) = call.service.submissions().told(&indicator.id)
        && let Some(Json::Object(attributes)) = object.get_mut("attributes")
    {
        attributes.update(told);
    }
    relationships::embed(&mut object, &indicator, call)?;
    Ok(Reply::data(object))
}
