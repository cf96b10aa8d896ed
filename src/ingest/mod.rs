//! The ingest engine: nothing lost, nothing twice.
//!
//! A feed yields pages; each page is read, cleared of repeats, filtered,
//! written, made durable, and only then committed. One file a feed.

pub mod asm;
mod by_time;
pub mod dtm;
mod error;
mod escalation;
mod feed;
mod files;
mod hour;
pub mod ioc_stream;
pub mod letters;
mod memory;
mod outlet;
mod outlets;
mod pipeline;
mod position;
pub mod row;
pub mod rules;
mod run;
mod selection;
pub mod threat_list;
mod totals;
mod unprocessed;
pub mod vuln;
pub mod webhook;
mod window;

pub use asm::Asm;
pub use by_time::ByTime;
pub use dtm::Dtm;
pub use error::IngestError;
pub use escalation::{Escalation, SendBack};
pub use feed::{Batch, Feed, Item, Unreadable};
pub use files::Files;
pub use hour::Hour;
pub use ioc_stream::IocStream;
pub use memory::Memory;
pub use outlet::{Emitted, Failures, Outlet};
pub use outlets::{Destination, Outlets};
pub use pipeline::{Held, Pipeline};
pub use position::{Changes, Hours, Position, Progress, Sweep};
pub use run::{Ended, Moment, Pace, run};
pub use threat_list::ThreatList;
pub use totals::Totals;
pub use unprocessed::{NotTaken, Step, Unprocessed};
pub use window::{When, Window};
