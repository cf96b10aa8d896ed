//! Objects of the service that are printed as they came.

use crate::output;

/// One of them.
pub(crate) struct Item<'a>(pub(crate) &'a str);

impl output::Record for Item<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn api_object(&self) -> Option<&str> {
        Some(self.0)
    }
}
