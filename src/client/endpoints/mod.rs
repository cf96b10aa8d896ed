//! One file an area of the API: paths, parameters, and what comes back.

pub mod indicators;
pub mod users;
