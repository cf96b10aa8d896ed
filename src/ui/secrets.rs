//! What nothing that is said may hold.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use secrecy::{ExposeSecret, SecretString};

/// The key, once it is known. Shared: what is said before that is said by the
/// same streams.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<OnceLock<SecretString>>);

/// Shorter texts hide nothing, and cutting them out would tear words apart.
const SHORTEST: usize = 16;

impl Secrets {
    /// Makes a text secret from now on. Only the first one counts: a run has
    /// one key.
    pub(crate) fn hide(&self, secret: &str) {
        if secret.len() >= SHORTEST {
            self.0.get_or_init(|| SecretString::from(secret));
        }
    }

    /// Whether the secret stands in the text.
    pub(crate) fn stand_in(&self, text: &str) -> bool {
        let secret = self.0.get().map(ExposeSecret::expose_secret);
        secret.is_some_and(|secret| text.contains(secret))
    }

    /// The text without the secret.
    pub(super) fn cut_out<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.0.get().map(ExposeSecret::expose_secret) {
            Some(secret) if text.contains(secret) => Cow::Owned(text.replace(secret, "[key]")),
            _ => Cow::Borrowed(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_cut_out_of_what_is_said() {
        let secrets = Secrets::default();
        assert_eq!(secrets.cut_out("/users/any"), "/users/any");
        secrets.hide("any");
        secrets.hide("0123456789abcdef");
        secrets.hide("another-key-0123");
        assert_eq!(
            secrets.cut_out("any 0123456789abcdef/0123456789abcdef another-key-0123"),
            "any [key]/[key] another-key-0123"
        );
    }
}
