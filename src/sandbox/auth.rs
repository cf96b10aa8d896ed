//! Keys: which are accepted, and what they may.

use axum::http::{HeaderMap, StatusCode};

use super::reply::ApiError;

/// The key that a sandbox in the same process is sent: no real key looks
/// like it.
pub const KEY: &str = "sandbox-key-for-simulated-data-only";

/// Who asks, as far as answers depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// The key that was sent.
    pub(super) key: String,
    /// Whether the key's licence covers threat intelligence.
    pub(super) licensed: bool,
    /// Whether the request said `x-tool`: without it the service leaves
    /// `gti_assessment` out.
    pub(super) tool: bool,
}

/// Reads the caller off the headers.
///
/// # Errors
/// 401, as the service words it.
pub(super) fn caller(headers: &HeaderMap, required: Option<&str>) -> Result<Caller, ApiError> {
    let unauthorized = |code, message| ApiError::new(StatusCode::UNAUTHORIZED, code, message);
    let key = headers
        .get("x-apikey")
        .and_then(|value| value.to_str().ok())
        .filter(|key| !key.is_empty())
        .ok_or_else(|| unauthorized("AuthenticationRequiredError", "X-Apikey header is missing"))?;
    if key.starts_with("wrong") || required.is_some_and(|required| required != key) {
        return Err(unauthorized("WrongCredentialsError", "Wrong API key"));
    }
    if key.starts_with("inactive") {
        return Err(unauthorized(
            "UserNotActiveError",
            "User is not active, the account has to be activated first",
        ));
    }
    Ok(Caller {
        key: key.to_owned(),
        licensed: !key.starts_with("unlicensed"),
        tool: headers.get("x-tool").is_some_and(|tool| !tool.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(key: Option<&'static str>) -> HeaderMap {
        key.map(|key| {
            (
                "x-apikey".parse().expect("a name"),
                key.parse().expect("a value"),
            )
        })
        .into_iter()
        .collect()
    }

    #[test]
    fn bad_keys_are_told_apart() {
        for (key, required, code) in [
            (None, None, Some("AuthenticationRequiredError")),
            (Some(""), None, Some("AuthenticationRequiredError")),
            (Some("wrong-key"), None, Some("WrongCredentialsError")),
            (Some("inactive-key"), None, Some("UserNotActiveError")),
            (Some("other"), Some(KEY), Some("WrongCredentialsError")),
            (Some(KEY), Some(KEY), None),
            (Some("anything"), None, None),
        ] {
            let code_met = caller(&sent(key), required).err().map(|error| error.code);
            assert_eq!(code_met, code, "{key:?}");
        }
    }

    #[test]
    fn licence_and_tool_are_seen() {
        let mut headers = sent(Some("unlicensed-key"));
        let without = caller(&headers, None).expect("accepted");
        assert!(!without.licensed && !without.tool);
        headers = sent(Some(KEY));
        headers.insert("x-tool", "example.tool.v1.0".parse().expect("a value"));
        let with = caller(&headers, None).expect("accepted");
        assert!(with.licensed && with.tool);
    }
}
