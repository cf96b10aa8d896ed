//! STIX 2.1.

use jiff::Timestamp;

use super::{Encoder, Item};
use crate::output::export::Choice;
use crate::output::stix::{Bundle, Policy, api};

/// One bundle of what the records say.
pub(in crate::output) struct Stix {
    bundle: Bundle,
    now: fn() -> Timestamp,
}

impl Stix {
    pub(in crate::output) fn new(policy: Policy, choice: &Choice) -> Self {
        Self {
            bundle: Bundle::new(policy),
            now: choice.clock,
        }
    }
}

impl Encoder for Stix {
    fn begin(&mut self, out: &mut Vec<u8>) {
        self.bundle.begin(out);
    }

    fn item(&mut self, item: Item<'_>, out: &mut Vec<u8>) {
        if let Item::Record(record) = item {
            let mut facts = record.stix();
            if facts.is_empty() {
                let exported = record.exported();
                facts.extend(exported.and_then(|it| api::fed(it, self.now)));
            }
            for fact in facts {
                self.bundle.add(&fact, out);
            }
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.bundle.end(out);
    }
}
