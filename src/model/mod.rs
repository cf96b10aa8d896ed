//! What the program talks about: indicators, times, and the API's objects kept
//! as they were sent. Names nothing above it.

pub mod fail_on;
pub mod indicator;
pub mod json;
pub mod lenient;
pub mod mitre;
pub mod problem;
pub mod quota;
pub mod time;
pub mod verdict;
pub mod visibility;
pub mod vulnerability;
