//! The ingest engine: nothing lost, nothing twice.
//!
//! A feed yields pages; each page is read, cleared of repeats, filtered,
//! written, made durable, and only then committed. One file a feed.

pub(crate) mod asm;
mod by_time;
pub(crate) mod dtm;
mod error;
mod escalation;
mod feed;
mod files;
mod hour;
pub(crate) mod ioc_stream;
pub(crate) mod letters;
mod memory;
mod outlet;
mod outlets;
mod pipeline;
mod position;
pub(crate) mod row;
pub(crate) mod rules;
mod run;
mod selection;
pub(crate) mod threat_list;
mod totals;
mod unprocessed;
pub(crate) mod vuln;
pub(crate) mod webhook;
mod window;

pub(crate) use asm::Asm;
pub(crate) use dtm::Dtm;
pub(crate) use error::IngestError;
pub(crate) use escalation::{Escalation, SendBack};
pub(crate) use feed::Feed;
pub(crate) use files::Files;
pub(crate) use hour::Hour;
pub(crate) use ioc_stream::IocStream;
pub(crate) use memory::Memory;
pub(crate) use outlet::Outlet;
pub(crate) use outlets::Outlets;
pub(crate) use pipeline::{Held, Pipeline};
pub(crate) use position::{Changes, Hours, Position, Sweep};
pub(crate) use run::{Ended, Moment, Pace, run};
pub(crate) use threat_list::ThreatList;
pub(crate) use totals::Totals;
pub(crate) use unprocessed::Step;
pub(crate) use window::{When, Window};
