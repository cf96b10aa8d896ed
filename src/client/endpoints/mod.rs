//! One file an area of the API: paths, parameters, and what comes back.

pub mod analyses;
pub mod any;
pub mod asm;
pub mod asm_issues;
pub mod collections;
pub mod deltas;
pub mod dtm;
pub mod dtm_alerts;
pub mod gti_alerts;
pub mod indicators;
pub mod ioc_stream;
mod lost;
pub mod quotas;
mod scan_paths;
pub mod search;
pub mod submissions;
pub mod threat_lists;
pub mod users;
pub mod widgets;
