//! STIX 2.1.

use super::{Encoder, Item};
use crate::output::stix::Bundle;

/// One bundle of what the records say.
pub(in crate::output) struct Stix(pub(in crate::output) Bundle);

impl Encoder for Stix {
    fn begin(&mut self, out: &mut Vec<u8>) {
        Bundle::begin(out);
    }

    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        if let Item::Record(record) = item {
            for fact in record.stix() {
                self.0.add(&fact, out);
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.0.end(out);
    }
}
