//! The envelopes of answers: `{"data": …}` and `{"error": {"code", "message"}}`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::json::{Json, Object, object};

/// What a handler answers.
pub(super) type Answer = Result<Reply, Refusal>;

/// A JSON document with status 200.
#[derive(Debug)]
pub(super) struct Reply(pub(super) Json);

impl Reply {
    /// `{"data": …}` alone.
    pub(super) fn data(data: impl Into<Json>) -> Self {
        Self(object! { "data": data.into() }.into())
    }

    /// `{"data": …, "links": {"self": …}}`.
    pub(super) fn linked(data: impl Into<Json>, link: String) -> Self {
        Self(object! { "data": data.into(), "links": object! { "self": link } }.into())
    }
}

impl From<Object> for Reply {
    fn from(object: Object) -> Self {
        Self(object.into())
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, &self.0)
    }
}

/// An error as the service words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// 404: no such object, list or route.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFoundError", message)
    }

    /// 400: a request that makes no sense.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequestError", message)
    }

    /// 400: a value that can't be what it should be.
    pub(super) fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidArgumentError", message)
    }

    /// 403: the licence does not cover it.
    pub(super) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "ForbiddenError",
            "You are not authorized to perform the requested operation",
        )
    }

    /// 429 for good: the allowance is used up.
    pub(super) fn quota_exceeded() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "QuotaExceededError",
            "Quota exceeded",
        )
    }

    /// `{"code", "message"}`, which also stands in place of a related item.
    pub(super) fn error(&self) -> Object {
        object! { "code": self.code, "message": self.message.clone() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = object! { "error": self.error() };
        json_response(self.status, &body.into())
    }
}

pub(super) fn json_response(status: StatusCode, json: &Json) -> Response {
    let mut response = (status, json.render()).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}
