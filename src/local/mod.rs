//! What is known without asking the service: the indicators of any text, which of them
//! stand in a list or in the mirror, and that told in a pipe.

pub(crate) mod annotating;
pub(crate) mod extract;
pub(crate) mod matching;
