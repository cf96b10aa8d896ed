//! The object of a record that is exported.

use jiff::Timestamp;

/// The object of a record, and what the record knows beside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exported<'a> {
    /// The API's object.
    pub object: &'a str,
    /// The value that was looked up.
    pub value: Option<&'a str>,
    /// When the service gave it; `None` just now.
    pub seen: Option<Timestamp>,
    /// Whether somebody has chosen it for a list, whatever the service says.
    pub chosen: bool,
}

impl<'a> Exported<'a> {
    /// An object of which nothing else is known.
    pub(crate) fn of(object: &'a str) -> Self {
        Self {
            object,
            value: None,
            seen: None,
            chosen: false,
        }
    }

    /// An object that somebody has chosen.
    pub(crate) fn chosen(object: &'a str) -> Self {
        Self {
            chosen: true,
            ..Self::of(object)
        }
    }

    /// The same, given at a time.
    #[must_use]
    pub(crate) fn seen(self, seen: Timestamp) -> Self {
        Self {
            seen: Some(seen),
            ..self
        }
    }
}
