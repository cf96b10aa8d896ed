//! Errors of this API: `google.rpc.Status` in the first form of its front end
//! (API notes, second page, section 1.6).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::sandbox::json::{Json, object};

/// An error as this API words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    http: StatusCode,
    name: &'static str,
    message: String,
}

impl Status {
    fn new(status: StatusCode, name: &'static str, message: impl Into<String>) -> Self {
        Self {
            http: status,
            name,
            message: message.into(),
        }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message)
    }

    /// What the state of an object does not allow.
    pub(super) fn precondition(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "FAILED_PRECONDITION", message)
    }

    pub(super) fn unauthenticated() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.";
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message)
    }

    pub(super) fn denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    /// Somebody else was faster.
    pub(super) fn aborted(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "ABORTED", message)
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Response {
        let error = object! {
            "code": i64::from(self.http.as_u16()),
            "message": self.message,
            "status": self.name,
            "details": vec![Json::from(object! {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": self.name,
                "domain": "threatintelligence.googleapis.com",
            })],
        };
        let kind = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
        let body = Json::from(object! { "error": error }).render();
        (self.http, kind, body).into_response()
    }
}

/// A fault that the rest of the API words in its own way, in the words of this one.
/// Pages of HTML stay what they are: the machines in front send the same.
pub(in crate::sandbox) fn reworded(response: Response) -> Response {
    let status = response.status();
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| {
            kind.to_str()
                .is_ok_and(|kind| kind.starts_with("application/json"))
        });
    let name = match status.as_u16() {
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        502 | 503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => return response,
    };
    if !is_json {
        return response;
    }
    Status::new(status, name, "simulated fault").into_response()
}
