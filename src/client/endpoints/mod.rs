//! One file an area of the API: paths, parameters, and what comes back.

pub mod analyses;
pub mod indicators;
mod scan_paths;
pub mod submissions;
pub mod users;
