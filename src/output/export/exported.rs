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
}

impl<'a> Exported<'a> {
    /// An object of which nothing else is known.
    pub(crate) fn of(object: &'a str) -> Self {
        Self {
            object,
            value: None,
            seen: None,
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
