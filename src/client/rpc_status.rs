//! Errors as Google's services word them: `google.rpc.Status` (API notes, second
//! page, section 1.6).

use super::error::{advised, from_status, without_words};
use super::foreign::one_line;
use crate::model::error::{Error, ErrorKind};

/// What such an error says.
struct Status {
    /// `PERMISSION_DENIED`.
    name: Option<String>,
    message: Option<String>,
    /// `SERVICE_DISABLED`: what stands behind it.
    reason: Option<String>,
}

impl Status {
    fn read(body: &[u8]) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_slice(body).ok()?;
        let error = value.get("error").filter(|error| error.is_object())?;
        let text = |value: &serde_json::Value| Some(one_line(value.as_str()?));
        let status = Self {
            name: text(&error["status"]),
            message: text(&error["message"]),
            reason: error["details"]
                .as_array()
                .and_then(|details| details.iter().find_map(|detail| text(&detail["reason"]))),
        };
        (status.name.is_some() || status.message.is_some()).then_some(status)
    }
}

/// The error that an HTTP status and a body of the alerts API stand for. As
/// everywhere, a status without the service's own words is somebody else's.
pub(super) fn from_rpc(http: u16, body: &[u8]) -> Error {
    let Some(status) = Status::read(body) else {
        return without_words(http, body);
    };
    let plain = from_status(http, b"");
    let error = Error {
        message: status.message.unwrap_or_else(|| plain.message.clone()),
        code: status.name,
        ..plain
    };
    match error.kind {
        ErrorKind::Forbidden if status.reason.as_deref() == Some("SERVICE_DISABLED") => error.hint(
            "enable the API in the project, or name another one with --project",
        ),
        ErrorKind::Forbidden => error.hint(
            "check --project, and that the account behind the key has the role roles/threatintelligence.alertUser or alertAdmin in it",
        ),
        ErrorKind::NotFound => error.hint("the project has no such object: check the id and --project"),
        ErrorKind::Auth => error.hint(
            "the alerts API refused a token that was exchanged for the key just now: check --alerts-url and --token-url, which `gti doctor` names",
        ),
        _ => advised(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_as_the_service_words_them() {
        let body = |code: u16, name: &str| {
            format!(
                r#"{{"error":{{"code":{code},"message":"Said\n so","status":"{name}","details":[{{"reason":"SERVICE_DISABLED"}}]}}}}"#
            )
        };
        for (status, name, kind) in [
            (400, "INVALID_ARGUMENT", ErrorKind::Invalid),
            (401, "UNAUTHENTICATED", ErrorKind::Auth),
            (403, "PERMISSION_DENIED", ErrorKind::Forbidden),
            (404, "NOT_FOUND", ErrorKind::NotFound),
            (409, "ABORTED", ErrorKind::Invalid),
            (429, "RESOURCE_EXHAUSTED", ErrorKind::RateLimit),
            (500, "INTERNAL", ErrorKind::Server),
            (503, "UNAVAILABLE", ErrorKind::Server),
        ] {
            let error = from_rpc(status, body(status, name).as_bytes());
            assert_eq!(error.kind, kind, "{status}");
            assert_eq!(error.to_string(), format!("{status} {name}: Said so"));
            assert_eq!((error.status, error.foreign), (Some(status), None));
        }
        let short = from_rpc(404, br#"{"error":{"code":404,"message":"gone"}}"#);
        assert_eq!(short.to_string(), "404 gone");
    }

    #[test]
    fn whatever_else_comes_is_not_the_service_s_word() {
        for (status, body, kind) in [
            (404, "<html><title>nginx</title>", ErrorKind::Network),
            (403, "", ErrorKind::Forbidden),
            (404, "", ErrorKind::Network),
            (404, r#"{"error":"x"}"#, ErrorKind::Decode),
            (502, "<html>", ErrorKind::Server),
        ] {
            assert_eq!(
                from_rpc(status, body.as_bytes()).kind,
                kind,
                "{status} {body}"
            );
        }
    }
}
