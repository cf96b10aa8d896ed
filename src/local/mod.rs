//! Indicators that are at hand without asking the service: in any text.

pub(crate) mod extract;
