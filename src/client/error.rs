//! What a request can come to instead of an answer.

use super::foreign::{self, Nature, one_line};
use crate::model::error::{Error, ErrorKind};
use crate::model::json::well_formed;

impl From<super::path::RefusedSegment> for Error {
    fn from(refused: super::path::RefusedSegment) -> Self {
        Self::new(ErrorKind::Invalid, refused.to_string())
    }
}

/// The error that an HTTP status and a body of the API stand for (API notes,
/// section 1.4).
///
/// A status says something of the request only where the service's own error
/// object stands beside it; all others are those of somebody on the way.
pub(super) fn from_answer(status: u16, body: &[u8]) -> Error {
    if Sent::read(body).is_some() {
        return advised(from_status(status, body));
    }
    without_words(status, body)
}

/// The error of an answer without the service's own error object.
pub(super) fn without_words(status: u16, body: &[u8]) -> Error {
    let nature = Nature::of(body);
    let said = reason(status);
    match (status, nature) {
        // The service's front end sends pages with these, as proxies do.
        (500..=599, Nature::Foreign) => foreign(ErrorKind::Server, status, summary(status, body)),
        (408 | 425 | 429 | 500..=599, _) => advised(from_status(status, body)),
        // Without a word a status stands for itself, save that nobody says of what
        // he does not know.
        (_, Nature::Empty) if !matches!(status, 404 | 410) => advised(from_status(status, body)),
        _ => {
            let kind = match nature {
                Nature::Json | Nature::BrokenJson => ErrorKind::Decode,
                Nature::Empty | Nature::Foreign => ErrorKind::Network,
            };
            let message = format!("{said}: {}", foreign::described(body));
            foreign(kind, status, message)
        }
    }
}

/// The service's own error with what to do about it.
pub(super) fn advised(error: Error) -> Error {
    match error.kind {
        ErrorKind::Forbidden => error.hint(
            "the key is valid but lacks the licence or privilege; `gti auth status` lists what it has",
        ),
        ErrorKind::NotFound => error.hint("the service has no such object; check the spelling"),
        ErrorKind::Quota => error.hint(QUOTA),
        ErrorKind::RateLimit => error.hint(RATE),
        ErrorKind::Invalid => {
            error.hint("the service does not accept the request: correct what its message names")
        }
        ErrorKind::Server => error.hint("the service failed; it is safe to run the same command again later"),
        _ => error,
    }
}

/// The error of the token exchange, whose refusals may have any form. A page of HTML
/// is somebody else's, and so is what says that there is no exchange.
pub(super) fn of_exchange(status: u16, body: &[u8]) -> Error {
    match status {
        _ if foreign::is_page(body) && status < 500 => in_place(status, body),
        404 | 405 | 410 => foreign(
            ErrorKind::Network,
            status,
            format!(
                "{}: there is no token exchange at this address",
                reason(status)
            ),
        ),
        // What OAuth answers for a credential that is not good.
        400 => Error {
            kind: ErrorKind::Auth,
            ..from_status(status, body)
        },
        _ => from_status(status, body),
    }
}

/// What to do when a quota of the service is used up.
pub(super) const QUOTA: &str =
    "daily quotas reset at 00:00 UTC; `gti quota` shows what is left and when it resets";

/// What to do when the service asks to go slower.
pub(super) const RATE: &str =
    "slow down with --rate (like 4/m), or allow longer waits with --max-wait";

/// What to do about a network that fails.
pub(super) const NETWORK: &str =
    "check the network, --proxy and --ca-cert, then run the same command again; -v shows each try";

/// What to do about an answer that the API would not give.
pub(super) const NOT_THE_API: &str =
    "something other than the API may be answering; -vv shows the requests";

/// The error that an HTTP status stands for, whatever the body is: for answers
/// that have none, and those of other services.
pub(super) fn from_status(status: u16, body: &[u8]) -> Error {
    let sent = Sent::read(body).unwrap_or_default();
    let message = sent.message.unwrap_or_else(|| summary(status, body));
    Error {
        status: Some(status),
        code: sent.code.clone(),
        ..Error::new(kind(status, sent.code.as_deref()), message)
    }
}

/// The error of something else that answers in the API's place. It says nothing of
/// the key and what that may do: they were not looked at.
pub(super) fn foreign(kind: ErrorKind, status: u16, message: impl Into<String>) -> Error {
    Error {
        foreign: Some(status),
        ..Error::new(kind, message)
    }
    .hint("something other than the API answers: check that the base URL ends in `/api/v3`, and that no proxy, firewall or captive portal intercepts requests; -v shows each try")
}

/// The error of a page, or of another text, with a status that is a success.
pub(super) fn in_place(status: u16, body: &[u8]) -> Error {
    let message = format!("{}: {}", reason(status), foreign::described(body));
    foreign(ErrorKind::Network, status, message)
}

/// The error of an answer that by its status is a success and says that it is
/// none.
pub(super) fn refused(message: &str) -> Error {
    Error {
        status: Some(200),
        ..Error::new(
            ErrorKind::Invalid,
            format!("refused: {}", one_line(message)),
        )
    }
}

/// The code outranks the status where both speak.
fn kind(status: u16, code: Option<&str>) -> ErrorKind {
    match status {
        401 => ErrorKind::Auth,
        403 | 402 | 451 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        429 if super::fault::is_quota(code) => ErrorKind::Quota,
        429 => ErrorKind::RateLimit,
        407 => ErrorKind::Network,
        400..=499 => ErrorKind::Invalid,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Decode,
    }
}

/// What an error object says.
#[derive(Default)]
struct Sent {
    code: Option<String>,
    message: Option<String>,
}

impl Sent {
    /// Reads the two error objects: `{"error":{"code","message"}}`, and the one of
    /// attack surface management, `{"success":false,"message"}`. Codes are words:
    /// other services put numbers there.
    fn read(body: &[u8]) -> Option<Self> {
        let value = value(body)?;
        let text = |value: &serde_json::Value| Some(one_line(value.as_str()?));
        if value["success"] == false {
            return Some(Self {
                code: None,
                message: Some(text(&value["message"])?),
            });
        }
        let error = &value["error"];
        Some(Self {
            code: Some(text(&error["code"])?),
            message: text(&error["message"]),
        })
    }
}

/// The body as JSON, half characters in it as U+FFFD.
fn value(body: &[u8]) -> Option<serde_json::Value> {
    let text = str::from_utf8(body).ok()?;
    serde_json::from_str(&well_formed(text)).ok()
}

/// Whether a document says of itself that it is an error.
pub(super) fn says_error(body: &[u8]) -> bool {
    value(body).is_some_and(|value| value["success"] == false || !value["error"].is_null())
}

/// What an answer says in words that should have held something else.
pub(super) fn said_in(body: &[u8]) -> Option<String> {
    let words = |Sent { code, message }: Sent| {
        let words: Vec<String> = code.into_iter().chain(message).collect();
        words.join(": ")
    };
    Sent::read(body).map(words).or_else(|| {
        let value = value(body)?;
        value["message"].as_str().map(one_line)
    })
}

/// What a status is called, and what the body says besides.
fn summary(status: u16, body: &[u8]) -> String {
    let reason = reason(status);
    match foreign::said(body) {
        said if said.is_empty() => reason.to_owned(),
        said => format!("{reason}: {said}"),
    }
}

fn reason(status: u16) -> &'static str {
    reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("unknown status")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_left_out() {
        let body = r#"{"error":{"code":"Bad\u001b[2JCode","message":"\u202e\"a\\\u0007\u200b 'é' 漢\u009b"}}"#;
        let error = from_answer(400, body.as_bytes());
        assert_eq!(error.to_string(), "400 Bad[2JCode: \"a\\ 'é' 漢");
    }

    /// What the service itself says.
    #[test]
    fn error_objects_mean_what_their_status_means() {
        let table: [(u16, &str, ErrorKind, &str); 9] = [
            (
                401,
                r#"{"error":{"code":"WrongCredentialsError","message":"Wrong API key"}}"#,
                ErrorKind::Auth,
                "401 WrongCredentialsError: Wrong API key",
            ),
            (
                404,
                r#"{"error":{"code":"NotFoundError"}}"#,
                ErrorKind::NotFound,
                r#"404 NotFoundError: Not Found: {"error":{"code":"NotFoundError"}}"#,
            ),
            (
                429,
                r#"{"error":{"code":"QuotaExceededError","message":"Quota exceeded"}}"#,
                ErrorKind::Quota,
                "429 QuotaExceededError: Quota exceeded",
            ),
            (
                400,
                r#"{"success":false,"message":"bad\nstatus"}"#,
                ErrorKind::Invalid,
                "400 bad status",
            ),
            (
                404,
                r#"{"success":false,"message":"unknown","result":null}"#,
                ErrorKind::NotFound,
                "404 unknown",
            ),
            (
                429,
                "slow down",
                ErrorKind::RateLimit,
                "429 Too Many Requests: slow down",
            ),
            (503, "{}", ErrorKind::Server, "503 Service Unavailable: {}"),
            (500, "", ErrorKind::Server, "500 Internal Server Error"),
            (401, "", ErrorKind::Auth, "401 Unauthorized"),
        ];
        for (status, body, kind, shown) in table {
            let error = from_answer(status, body.as_bytes());
            assert_eq!((error.kind, error.to_string().as_str()), (kind, shown));
            assert_eq!(
                (error.status, error.foreign),
                (Some(status), None),
                "{body}"
            );
        }
    }

    /// What somebody on the way says, whose statuses mean nothing here.
    #[test]
    fn whatever_else_comes_is_not_the_service_s_word() {
        let page = "<html><head><TITLE>Web  Page\nBlocked</TITLE></head>";
        for status in [400, 401, 402, 403, 404, 405, 407, 410, 451] {
            let error = from_answer(status, page.as_bytes());
            assert_eq!(error.kind, ErrorKind::Network, "{status}");
            assert_eq!((error.status, error.foreign), (None, Some(status)));
            let told = "a web page answered instead of the API: Web Page Blocked";
            assert!(error.message.ends_with(told), "{error}");
        }
        let table: [(u16, &str, ErrorKind, &str); 7] = [
            (
                404,
                "",
                ErrorKind::Network,
                "404 Not Found: an empty body arrived instead of the API's answer",
            ),
            (
                404,
                "null",
                ErrorKind::Decode,
                "404 Not Found: this arrived instead of the API's answer: null",
            ),
            (
                404,
                r#"{"message":"no Route matched with those values"}"#,
                ErrorKind::Decode,
                r#"404 Not Found: this arrived instead of the API's answer: {"message":"no Route matched with those values"}"#,
            ),
            (
                404,
                r#"{"error":{"code":404,"message":"Not found."}}"#,
                ErrorKind::Decode,
                r#"404 Not Found: this arrived instead of the API's answer: {"error":{"code":404,"message":"Not found."}}"#,
            ),
            (
                403,
                r#"{"error":{}}"#,
                ErrorKind::Decode,
                r#"403 Forbidden: this arrived instead of the API's answer: {"error":{}}"#,
            ),
            (
                502,
                "<html><head><TITLE>502  Bad\nGateway</TITLE></head>",
                ErrorKind::Server,
                "502 Bad Gateway: 502 Bad Gateway",
            ),
            (
                503,
                "<html><body>x</body></html>",
                ErrorKind::Server,
                "503 Service Unavailable",
            ),
        ];
        for (status, body, kind, shown) in table {
            let error = from_answer(status, body.as_bytes());
            assert_eq!((error.kind, error.to_string().as_str()), (kind, shown));
            assert_eq!(
                (error.status, error.foreign),
                (None, Some(status)),
                "{body}"
            );
        }
    }

    #[test]
    fn long_bodies_are_cut_between_characters() {
        let error = from_answer(500, "é".repeat(3000).as_bytes());
        assert!(error.message.chars().count() < 350, "{error}");
    }
}
