//! What handlers answer: `{"data": …}`, and `{"error": {"code", "message"}}`.
//! Attack surface management speaks otherwise: `{"success", "message", "result"}`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::json::{Json, Object, object};

/// What a handler answers.
pub(super) type Answer = Result<Reply, ApiError>;

/// A JSON document with status 200, and the link to the next page where that
/// stands in a header.
#[derive(Debug)]
pub(super) struct Reply {
    body: Json,
    link: Option<String>,
}

impl Reply {
    /// `{"data": …}` alone.
    pub(super) fn data(data: impl Into<Json>) -> Self {
        object! { "data": data.into() }.into()
    }

    /// `{"data": …, "links": {"self": …}}`.
    pub(super) fn linked(data: impl Into<Json>, link: String) -> Self {
        object! { "data": data.into(), "links": object! { "self": link } }.into()
    }

    /// `{"success": true, "message": …, "result": …}`.
    pub(super) fn done(message: impl Into<Json>, result: impl Into<Json>) -> Self {
        object! { "success": true, "message": message.into(), "result": result.into() }.into()
    }

    /// The same with a header `Link`.
    pub(super) fn with_link(self, link: Option<String>) -> Self {
        Self { link, ..self }
    }
}

impl From<Object> for Reply {
    fn from(object: Object) -> Self {
        Self {
            body: object.into(),
            link: None,
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = json_response(StatusCode::OK, &self.body);
        if let Some(Ok(link)) = self.link.map(HeaderValue::try_from) {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

/// An error as the service words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// Stands for the code of an error that is none of the standard envelope.
const UNSUCCESSFUL: &str = "";

impl ApiError {
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
        let message = "You are not authorized to perform the requested operation";
        Self::new(StatusCode::FORBIDDEN, "ForbiddenError", message)
    }

    /// 429 for good: the allowance is used up.
    pub(super) fn quota_exceeded() -> Self {
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self::new(status, "QuotaExceededError", "Quota exceeded")
    }

    /// `{"success": false, …}` with a status.
    pub(super) fn unsuccessful(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, UNSUCCESSFUL, message)
    }

    /// `{"code", "message"}`, which also stands in place of a related item.
    pub(super) fn error(&self) -> Object {
        object! { "code": self.code, "message": self.message.clone() }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = if self.code == UNSUCCESSFUL {
            object! { "success": false, "message": self.message, "result": Json::Null }
        } else {
            object! { "error": self.error() }
        };
        json_response(self.status, &body.into())
    }
}

fn json_response(status: StatusCode, json: &Json) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, kind, json.render()).into_response()
}
