//! Who gets to see what is scanned.

use super::named::named;

named! {
    /// Who gets to see a submission. There is no default: a public one can't be
    /// taken back (contract, section 5).
    pub enum Visibility is "a visibility" {
        /// Only the own organisation.
        Private = "private",
        /// The whole community, for good.
        Public = "public",
    }
}
