//! `gti ingest` from end to end: every way in which comparable tools have lost or
//! repeated records is a test here.

mod alerts;
mod archives;
mod asm;
mod clocks;
mod collections;
mod deltas;
mod dtm;
mod follow;
mod former;
mod guarantees;
mod harm;
mod kill;
mod letters;
mod locks;
mod mirror;
mod mixed;
mod owner;
mod paged;
#[cfg(unix)]
mod postgres;
mod property;
mod receivers;
mod room;
#[cfg(unix)]
mod rsyslog;
mod shelf;
mod sinks;
mod state;
mod steps;
mod stream;
mod threat_list;
mod webhook;
