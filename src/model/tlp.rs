//! The traffic light protocol: how far what is exported may be passed on.

use super::named::{named, unknown};

named! {
    /// A label of TLP 2.0.
    pub enum Tlp is "a TLP label" {
        /// No limit.
        Clear = "clear",
        /// Within the community.
        Green = "green",
        /// Within the organisation and with its clients, as far as they need to know.
        Amber = "amber",
        /// Within the organisation.
        AmberStrict = "amber+strict",
        /// Nobody but the recipient.
        Red = "red",
    }
}

impl Tlp {
    /// Reads a name, or the label itself as it is written (`TLP:AMBER`).
    ///
    /// # Errors
    /// A sentence that names the text and what would be accepted.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        let name = lower.strip_prefix("tlp:").unwrap_or(&lower);
        name.parse()
            .map_err(|_: String| unknown(text, "a TLP label", Self::NAMES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_they_are_written() {
        for &label in Tlp::ALL {
            assert_eq!(Tlp::parse(label.name()), Ok(label));
            let written = format!("TLP:{}", label.name().to_uppercase());
            assert_eq!(Tlp::parse(&written), Ok(label), "{written}");
        }
        for text in ["", "white", "amber strict", "tlp:", "5"] {
            let message = Tlp::parse(text).expect_err(text);
            assert!(message.starts_with(&format!("`{text}` ")), "{message}");
        }
    }
}
