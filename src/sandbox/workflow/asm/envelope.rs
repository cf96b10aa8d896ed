//! `{"success", "message", "result"}`, in which this part of the service speaks.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::sandbox::envelope::{Refusal, json_response};
use crate::sandbox::json::{Json, object};

/// What a handler answers.
pub(super) type Answer = Result<Done, Failed>;

/// Something that worked.
#[derive(Debug)]
pub(super) struct Done {
    message: String,
    result: Json,
}

impl Done {
    pub(super) fn new(message: impl Into<String>, result: impl Into<Json>) -> Self {
        Self {
            message: message.into(),
            result: result.into(),
        }
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        let body = object! { "success": true, "message": self.message, "result": self.result };
        json_response(StatusCode::OK, &body.into())
    }
}

/// Something that did not: in these words, or in those of the rest of the
/// service.
#[derive(Debug)]
pub(super) enum Failed {
    Said(StatusCode, String),
    Refused(Refusal),
}

impl Failed {
    /// 400: a request that makes no sense.
    pub(super) fn wrong(message: impl Into<String>) -> Self {
        Self::Said(StatusCode::BAD_REQUEST, message.into())
    }

    /// 404: nothing of that id in the project.
    pub(super) fn missing(id: &str) -> Self {
        Self::Said(StatusCode::NOT_FOUND, format!("Issue {id} was not found"))
    }
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self {
            Self::Said(status, message) => {
                let body = object! { "success": false, "message": message, "result": Json::Null };
                json_response(status, &body.into())
            }
            Self::Refused(refusal) => refusal.into_response(),
        }
    }
}
