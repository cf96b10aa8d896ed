//! What is known without asking the service: the indicators of any text, and which of
//! them stand in a list.

pub(crate) mod extract;
pub(crate) mod matching;
