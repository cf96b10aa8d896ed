//! What nothing that is said may hold.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, OnceLock};

use secrecy::{ExposeSecret, SecretString};

/// The key, once it is known, and passwords of destinations. Shared: what is said
/// before that is said by the same streams.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    key: Arc<OnceLock<SecretString>>,
    passwords: Arc<Mutex<Vec<SecretString>>>,
}

/// Shorter texts hide nothing, and cutting them out would tear words apart.
const SHORTEST: usize = 16;
/// The same of passwords.
const SHORTEST_PASSWORD: usize = 6;

impl Secrets {
    /// Makes a text secret from now on. Only the first one counts: a run has
    /// one key.
    pub(crate) fn hide(&self, secret: &str) {
        if secret.len() >= SHORTEST {
            self.key.get_or_init(|| SecretString::from(secret));
        }
    }

    /// Makes a password secret from now on.
    pub(crate) fn hide_password(&self, password: &str) {
        let Ok(mut passwords) = self.passwords.lock() else {
            return;
        };
        let known = passwords.iter().any(|one| one.expose_secret() == password);
        if password.len() >= SHORTEST_PASSWORD && !known {
            passwords.push(SecretString::from(password));
        }
    }

    /// Whether a secret stands in the text.
    pub(crate) fn stand_in(&self, text: &str) -> bool {
        matches!(self.cut_out(text), Cow::Owned(_))
    }

    /// The text without the secrets.
    pub(super) fn cut_out<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        if let Some(key) = self.key.get().map(ExposeSecret::expose_secret)
            && text.contains(key)
        {
            text = Cow::Owned(text.replace(key, "[key]"));
        }
        let passwords = self.passwords.lock();
        for password in passwords.iter().flat_map(|passwords| passwords.iter()) {
            if text.contains(password.expose_secret()) {
                text = Cow::Owned(text.replace(password.expose_secret(), "[password]"));
            }
        }
        text
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
        secrets.hide_password("hunter2");
        secrets.hide_password("gti");
        assert_eq!(secrets.cut_out("gti: hunter2"), "gti: [password]");
        assert!(secrets.stand_in("a hunter2") && !secrets.stand_in("gti"));
    }
}
