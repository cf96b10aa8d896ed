//! The traffic light protocol: how far what is exported may be passed on.

use std::fmt;
use std::str::FromStr;

/// A label of TLP 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tlp {
    /// No limit.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and with its clients, as far as they need to know.
    Amber,
    /// Within the organisation.
    AmberStrict,
    /// Nobody but the recipient.
    Red,
}

impl Tlp {
    /// Every label, from the widest to the narrowest.
    pub const ALL: [Self; 5] = [
        Self::Clear,
        Self::Green,
        Self::Amber,
        Self::AmberStrict,
        Self::Red,
    ];

    /// The names, as they are typed.
    pub const NAMES: [&str; Self::ALL.len()] = {
        let mut names = [""; Self::ALL.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = Self::ALL[at].name();
            at += 1;
        }
        names
    };

    /// Its name in options: `amber+strict`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::AmberStrict => "amber+strict",
            Self::Red => "red",
        }
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Tlp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        // As the label itself is written, too.
        let name = lower.strip_prefix("tlp:").unwrap_or(&lower);
        let known = Self::ALL.into_iter().find(|label| label.name() == name);
        known.ok_or_else(|| {
            format!("`{text}` is not a TLP label: write clear, green, amber, amber+strict or red")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_they_are_written() {
        for label in Tlp::ALL {
            assert_eq!(label.to_string().parse(), Ok(label));
            let written = format!("TLP:{}", label.name().to_uppercase());
            assert_eq!(written.parse(), Ok(label), "{written}");
        }
        for text in ["", "white", "amber strict", "tlp:", "5"] {
            let message = Tlp::from_str(text).expect_err(text);
            assert!(message.starts_with(&format!("`{text}` ")), "{message}");
        }
    }
}
