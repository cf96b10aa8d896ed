//! What a request can come to instead of an answer.

use std::fmt;

use crate::model::problem::{Problem, ProblemKind};

/// A request that failed for good.
///
/// Its text never holds the key or a URL: some paths have the key in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientError {
    /// What kind of failure.
    pub kind: ProblemKind,
    /// HTTP status, where the service answered.
    pub status: Option<u16>,
    /// The service's own error code: `NotFoundError`.
    pub code: Option<String>,
    /// What happened, in one line.
    pub message: String,
    /// How often the request was sent.
    pub tries: u32,
}

impl ClientError {
    /// An error that no answer of the service stands behind.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            status: None,
            code: None,
            message: message.into(),
            tries: 0,
        }
    }

    /// The same failure as it meets a request that is not sent because of it.
    #[must_use]
    pub fn untried(self) -> Self {
        Self { tries: 0, ..self }
    }
}

impl ClientError {
    /// An answer that came, and cannot be read.
    pub fn unreadable(reason: impl Into<String>) -> Self {
        Self {
            tries: 1,
            ..Self::new(ProblemKind::Decode, reason)
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.status {
            write!(f, "{status} ")?;
        }
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)?;
        if self.tries > 1 {
            write!(f, " (after {} tries)", self.tries)?;
        }
        Ok(())
    }
}

impl std::error::Error for ClientError {}

impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        Self {
            kind: error.kind,
            code: error.code,
            http_status: error.status,
            message: error.message,
        }
    }
}

impl From<Problem> for ClientError {
    fn from(problem: Problem) -> Self {
        Self {
            kind: problem.kind,
            status: problem.http_status,
            code: problem.code,
            message: problem.message,
            tries: 0,
        }
    }
}

impl From<super::path::RefusedSegment> for ClientError {
    fn from(refused: super::path::RefusedSegment) -> Self {
        Self::new(ProblemKind::Invalid, refused.to_string())
    }
}

/// The error that an HTTP status and a body stand for (API notes, section 1.4).
pub(super) fn from_answer(status: u16, body: &[u8]) -> ClientError {
    let sent = read_body(body);
    let code = sent.as_ref().and_then(|sent| sent.code.clone());
    let message = sent
        .and_then(|sent| sent.message)
        .unwrap_or_else(|| summary(status, body));
    ClientError {
        kind: kind(status, code.as_deref()),
        status: Some(status),
        code,
        message,
        tries: 0,
    }
}

/// The error of an answer that by its status is a success and says that it is
/// none.
pub(super) fn refused(message: &str) -> ClientError {
    ClientError {
        kind: ProblemKind::Invalid,
        status: Some(200),
        code: None,
        message: format!("refused: {}", one_line(message)),
        tries: 0,
    }
}

/// The code outranks the status where both speak.
fn kind(status: u16, code: Option<&str>) -> ProblemKind {
    match status {
        401 => ProblemKind::Auth,
        403 | 402 | 451 => ProblemKind::Forbidden,
        404 | 410 => ProblemKind::NotFound,
        429 if super::retry::is_quota(code) => ProblemKind::Quota,
        429 => ProblemKind::RateLimit,
        407 => ProblemKind::Network,
        400..=499 => ProblemKind::Invalid,
        500..=599 => ProblemKind::Server,
        _ => ProblemKind::Decode,
    }
}

struct Sent {
    code: Option<String>,
    message: Option<String>,
}

/// Reads the two error envelopes: `{"error":{"code","message"}}`, and the one
/// of attack surface management, `{"success":false,"message"}`.
fn read_body(body: &[u8]) -> Option<Sent> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = |value: &serde_json::Value| Some(one_line(value.as_str()?));
    let error = &value["error"];
    if error.is_object() {
        return Some(Sent {
            code: text(&error["code"]),
            message: text(&error["message"]),
        });
    }
    value["message"].is_string().then(|| Sent {
        code: None,
        message: text(&value["message"]),
    })
}

/// What can be said of a body that is no error envelope: an HTML page's title,
/// else the beginning of its text.
fn summary(status: u16, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let end = start + lower.get(start..)?.find("</title>")?;
        text.get(start..end)
    });
    let said = one_line(title.unwrap_or(if lower.contains("<html") { "" } else { &text }));
    let reason = reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("unknown status");
    if said.is_empty() {
        reason.to_owned()
    } else {
        format!("{reason}: {said}")
    }
}

/// At most 300 characters on one line, without those that can't be seen: error
/// messages go to terminals and logs, which would obey them.
fn one_line(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().filter(|c| is_seen(*c)));
    }
    if let Some((cut, _)) = words.char_indices().nth(300) {
        words.truncate(cut);
        words.push('…');
    }
    words
}

/// Whether a debug print shows the character as itself: control, bidirectional
/// and zero-width ones it escapes.
fn is_seen(c: char) -> bool {
    matches!(c, '\'' | '"' | '\\') || c.escape_debug().len() == 1
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

    #[test]
    fn envelopes_pages_and_nothing() {
        let table: [(u16, &str, ProblemKind, &str); 9] = [
            (
                401,
                r#"{"error":{"code":"WrongCredentialsError","message":"Wrong API key"}}"#,
                ProblemKind::Auth,
                "401 WrongCredentialsError: Wrong API key",
            ),
            (
                429,
                r#"{"error":{"code":"QuotaExceededError","message":"Quota exceeded"}}"#,
                ProblemKind::Quota,
                "429 QuotaExceededError: Quota exceeded",
            ),
            (
                429,
                "slow down",
                ProblemKind::RateLimit,
                "429 Too Many Requests: slow down",
            ),
            (
                400,
                r#"{"success":false,"message":"bad\nstatus"}"#,
                ProblemKind::Invalid,
                "400 bad status",
            ),
            (
                502,
                "<html><head><TITLE>502  Bad\nGateway</TITLE></head>",
                ProblemKind::Server,
                "502 Bad Gateway: 502 Bad Gateway",
            ),
            (
                503,
                "<html><body>x</body></html>",
                ProblemKind::Server,
                "503 Service Unavailable",
            ),
            (500, "", ProblemKind::Server, "500 Internal Server Error"),
            (404, "null", ProblemKind::NotFound, "404 Not Found: null"),
            (
                403,
                r#"{"error":{}}"#,
                ProblemKind::Forbidden,
                "403 Forbidden: {\"error\":{}}",
            ),
        ];
        for (status, body, kind, shown) in table {
            let error = from_answer(status, body.as_bytes());
            assert_eq!((error.kind, error.to_string().as_str()), (kind, shown));
        }
    }

    #[test]
    fn long_bodies_are_cut_between_characters() {
        let error = from_answer(500, "é".repeat(3000).as_bytes());
        assert!(error.message.chars().count() < 350, "{error}");
    }
}
