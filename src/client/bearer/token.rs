//! A token: a secret that shows itself to one header and to nothing else.

use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

/// What stands for the key at the alerts API. It has no `Display`, and its `Debug` is
/// redacted; it lives in memory alone.
#[derive(Clone)]
pub(super) struct Token {
    header: SecretString,
    /// When to get another one; none where its life is not known.
    renewed_at: Option<Instant>,
}

/// Before its end a token is renewed by this part of its life, and by this much at
/// most: a request that is on its way takes a while.
const MARGIN: u32 = 10;
const LONGEST_MARGIN: Duration = Duration::from_mins(5);

impl Token {
    /// A token that is good for so many seconds from now. No life that could be lived
    /// is one that is not known: the service then says when it is over.
    ///
    /// # Errors
    /// A reason, which does not quote it, when no header can carry it.
    pub(super) fn new(text: &str, seconds: Option<u64>) -> Result<Self, String> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("`access_token` is no token".to_owned());
        }
        let life = seconds.filter(|seconds| *seconds > 0);
        let renewed_at = life.and_then(|seconds| {
            let life = Duration::from_secs(seconds);
            Instant::now().checked_add(life.saturating_sub((life / MARGIN).min(LONGEST_MARGIN)))
        });
        Ok(Self {
            header: SecretString::from(format!("Bearer {text}")),
            renewed_at,
        })
    }

    /// Whether it is still to be used.
    pub(super) fn is_good(&self) -> bool {
        self.renewed_at.is_none_or(|at| Instant::now() < at)
    }

    /// Whether it is the same as another one.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.header.expose_secret() == other.header.expose_secret()
    }

    /// The header value, marked sensitive so that no debug print shows it.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(self.header.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The token itself, to be cut out of what quotes it.
    pub(super) fn expose(&self) -> &str {
        let header = self.header.expose_secret();
        header.strip_prefix("Bearer ").unwrap_or(header)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows_itself() {
        let token = Token::new("ya29.d.0123456789", Some(60)).expect("a token");
        let header = token.header().expect("a header");
        assert_eq!(header.as_bytes(), b"Bearer ya29.d.0123456789");
        for shown in [format!("{token:?}"), format!("{header:?}")] {
            assert!(!shown.contains("0123456789"), "{shown}");
        }
        for odd in ["", "a b", "a\nb", "é"] {
            let reason = Token::new(odd, None).expect_err("no token");
            assert!(odd.is_empty() || !reason.contains(odd), "{reason}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_renewed_before_it_ends() {
        for (life, good_after, over_after) in [
            (Some(14_398), 14_097, 14_099),
            (Some(100), 89, 91),
            (Some(10), 8, 10),
        ] {
            let token = Token::new("t", life).expect("a token");
            let start = Instant::now();
            tokio::time::advance(Duration::from_secs(good_after)).await;
            assert!(token.is_good(), "{life:?}");
            let left = Duration::from_secs(over_after).saturating_sub(start.elapsed());
            tokio::time::advance(left).await;
            assert!(!token.is_good(), "{life:?}");
        }
        for unknown in [None, Some(0), Some(u64::MAX)] {
            let token = Token::new("t", unknown).expect("a token");
            tokio::time::advance(Duration::from_hours(24)).await;
            assert!(token.is_good(), "{unknown:?}");
        }
    }
}
