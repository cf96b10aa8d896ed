//! What is known without asking the service: the indicators of any text, which of them
//! stand in a list or in the mirror, that told in a pipe, and what records come to.

pub(crate) mod annotating;
pub(crate) mod extract;
pub(crate) mod figures;
pub(crate) mod matching;
