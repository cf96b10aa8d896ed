//! What lets a receiver know that a body comes from here, and is not an old one.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The secret that sender and receiver share.
#[derive(Clone)]
pub struct SigningSecret(SecretString);

impl SigningSecret {
    /// Takes a secret, line breaks at its end removed; none if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        (!text.is_empty()).then(|| Self(SecretString::from(text)))
    }

    /// `sha256=` and the HMAC-SHA256 of `TIMESTAMP.BODY` in hexadecimal.
    pub(super) fn sign(&self, timestamp: i64, body: &[u8]) -> String {
        let mut code = Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes())
            .expect("HMAC takes keys of any length");
        code.update(timestamp.to_string().as_bytes());
        code.update(b".");
        code.update(body);
        format!(
            "sha256={}",
            base16ct::lower::encode_string(&code.finalize().into_bytes())
        )
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with `openssl dgst -sha256 -hmac`.
    #[test]
    fn signatures_are_those_of_other_programs() {
        let secret = SigningSecret::new("It's a Secret to Everybody\r\n").expect("a secret");
        assert_eq!(
            secret.sign(1_767_323_045, br#"{"id":"1"}"#),
            "sha256=a2e4d8c22b65b066dc3c8a8765bd2b6581861d51b60953b3eb47c86b1aa44403"
        );
        assert!(SigningSecret::new("\n").is_none());
        assert!(!format!("{secret:?}").contains("Everybody"));
    }
}
