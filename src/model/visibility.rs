//! Who gets to see what is scanned.

use std::fmt;
use std::str::FromStr;

/// Who gets to see a submission. There is no default: a public one can't be
/// taken back (contract, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Only the own organisation.
    Private,
    /// The whole community, for good.
    Public,
}

impl FromStr for Visibility {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "private" => Ok(Self::Private),
            "public" => Ok(Self::Public),
            _ => Err(format!(
                "`{text}` is not a visibility: write private or public"
            )),
        }
    }
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Private => "private",
            Self::Public => "public",
        })
    }
}
