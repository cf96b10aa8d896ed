//! What every request passes on its way to its handler: the count, the latency,
//! the faults, the key, the quota, and compression on the way back.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::reply::ApiError;
use super::service::Shared;
use super::{alerts, auth, collections, fault, gzip, widgets};

/// Takes one request through. `/users/…` and `/metadata` are free of quota and of
/// the service's own faults: what a run has used can be read whatever else goes wrong.
///
/// An answer that a fault replaces was never computed and costs nothing; one
/// that breaks off on its way does.
pub(super) async fn gate(
    State(service): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    service.count_request(method_and_endpoint(&request));
    let options = &service.options;
    if !options.latency.is_zero() {
        tokio::time::sleep(options.latency).await;
    }
    let path = request.uri().path();
    if path.starts_with(widgets::PAGES) || path.starts_with(collections::STORAGE) {
        // Browsers load these, and whoever has a link: they have no key.
        return next.run(request).await;
    }
    let endpoint = endpoint(request.uri().path()).to_owned();
    let is_alerts = alerts::is_here(request.uri().path());
    let free = matches!(endpoint.as_str(), "users" | "metadata");
    let hit = service.next_fault(free, request.method().is_safe());
    if let Some(hit) = hit {
        if let Some(response) = fault::replacement(hit).await {
            return if is_alerts {
                alerts::reworded(response)
            } else {
                response
            };
        }
        // Some handlers break off by themselves, in the middle of a body.
        request.extensions_mut().insert(hit);
    }
    if is_alerts {
        // It has credentials of its own, and no quota that is known.
        let compress = gzip::is_wanted(request.headers());
        return on_its_way(next.run(request).await, compress, hit).await;
    }
    let caller = match auth::caller(request.headers(), options.require_key.as_deref()) {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    request.extensions_mut().insert(caller);
    let compress = gzip::is_wanted(request.headers());

    if !free && !service.usage().spend(&endpoint) {
        return ApiError::quota_exceeded().into_response();
    }

    on_its_way(next.run(request).await, compress, hit).await
}

/// An answer as it arrives: compressed, and struck by a fault.
async fn on_its_way(mut response: Response, compress: bool, hit: Option<fault::Hit>) -> Response {
    if compress {
        response = gzip::compressed(response).await;
    }
    match hit {
        Some(hit) => fault::struck(response, hit).await,
        None => response,
    }
}

/// The method, and the first segment of the path; the first two where that
/// alone says too little: `POST private/files`, `GET analyses`.
fn method_and_endpoint(request: &Request) -> String {
    let (method, first) = (request.method(), endpoint(request.uri().path()));
    if !matches!(first, "private" | "_ah") {
        return format!("{method} {first}");
    }
    let mut segments = below_root(request.uri().path()).splitn(4, '/').skip(1);
    let second = segments.next().unwrap_or("");
    match (first, segments.next()) {
        ("_ah", Some(third)) => format!("{method} {first}/{second}/{third}"),
        _ => format!("{method} {first}/{second}"),
    }
}

/// The first segment below the root of the API: `files`, `users`.
fn endpoint(path: &str) -> &str {
    below_root(path).split('/').next().unwrap_or("")
}

fn below_root(path: &str) -> &str {
    let below = path.strip_prefix(super::ROOT).unwrap_or(path);
    below.trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_first_segments() {
        for (path, name) in [
            ("/api/v3/files/abc", "files"),
            ("/api/v3/metadata", "metadata"),
            ("/api/v3/", ""),
            ("/elsewhere/x", "elsewhere"),
        ] {
            assert_eq!(endpoint(path), name);
        }
    }
}
