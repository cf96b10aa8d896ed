//! The name of a checkpoint, which is also the name of its lock file.

use std::fmt;
use std::str::FromStr;

/// A name that can stand in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointName(String);

/// A text that is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a valid name of a checkpoint: write 1 to 64 letters, digits, `-`, `_` or `.`, beginning with a letter or digit"
)]
pub struct NameError(String);

impl FromStr for CheckpointName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(allowed)
            && text.as_bytes()[0].is_ascii_alphanumeric();
        fits.then(|| Self(text.to_owned()))
            .ok_or_else(|| NameError(text.to_owned()))
    }
}

impl CheckpointName {
    /// The name as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckpointName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_directory() {
        for text in ["soc", "a.b-c_9", "0"] {
            assert!(text.parse::<CheckpointName>().is_ok(), "{text}");
        }
        for text in [
            "",
            ".",
            "..",
            ".x",
            "-x",
            "a/b",
            "a b",
            "é",
            &"x".repeat(65),
        ] {
            assert!(text.parse::<CheckpointName>().is_err(), "{text}");
        }
    }
}
