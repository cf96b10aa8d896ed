//! What is wrong with an answer whose status is a success.

/// Why an answer is not what was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// It does not hold what a good answer holds.
    Unfit(String),
    /// The service itself says that it is not the whole answer.
    Incomplete(String),
    /// The service refuses the request, in these words.
    Refused(String),
}

impl From<String> for Flaw {
    fn from(reason: String) -> Self {
        Self::Unfit(reason)
    }
}
