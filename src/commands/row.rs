//! Records of commands that have no digest of their own.

use serde::Serialize;

use crate::output::Record;

/// A record that is nothing but its members; in text a row of a table.
pub(super) struct Row<T>(pub T);

impl<T: Serialize> Record for Row<T> {
    fn json(&self, out: &mut Vec<u8>) {
        // Rows are structures of texts and numbers, which always serialise.
        serde_json::to_writer(out, &self.0).expect("a row is JSON");
    }
}
