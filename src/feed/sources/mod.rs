//! The feeds, one file each. Those that are read by time in pages share
//! [`by_time`].

pub(crate) mod alerts;
pub(crate) mod asm;
mod by_time;
pub(crate) mod collections;
pub(crate) mod deltas;
pub(crate) mod dtm;
pub(crate) mod hourly;
pub(crate) mod ioc_stream;
pub(crate) mod threat_list;
mod trace;
pub(crate) mod vuln;

pub(crate) use by_time::{ByTime, Timeline};
