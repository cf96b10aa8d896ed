//! The interpreter's table of a program's terms, which counts every step: it is
//! looked into once for each.

use jaq_core::Lut;
use jaq_core::data::{DataT, HasLut};

use super::budget;
use super::value::Value;

/// Programs over our values.
pub(super) struct Bounded;

impl DataT for Bounded {
    type V<'a> = Value;
    type Data<'a> = Table<'a>;
}

#[derive(Clone)]
pub(super) struct Table<'a>(pub(super) &'a Lut<Bounded>);

impl<'a> HasLut<'a, Bounded> for Table<'a> {
    fn lut(&self) -> &'a Lut<Bounded> {
        budget::step();
        self.0
    }
}
