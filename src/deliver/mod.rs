//! Where the records of a feed go: files, standard output, webhooks, and what joins
//! them: batches, keys, signatures, dead letters.

mod delivery;
mod destination;
mod destinations;
mod elasticsearch;
mod encoded;
mod error;
mod file;
mod files;
mod halt;
mod http;
mod key;
mod letters;
mod mirror;
mod output;
mod ownership;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
mod replay;
mod sentinel;
mod splunk;
mod syslog;
mod trial;
mod webhook;

pub(crate) use delivery::{Receiver, Sender};
pub(crate) use destination::{Answering, Chosen, Destination, Network, Opening, dead_letters};
pub(crate) use destinations::Destinations;
#[cfg(test)]
pub(crate) use destinations::Taker;
pub(crate) use error::DeliverError;
pub(crate) use files::Files;
pub(crate) use halt::Halt;
#[cfg(test)]
pub(crate) use letters::Addressed;
pub(crate) use letters::{Letters, told};
pub(crate) use mirror::Mirror;
pub(crate) use output::{MainOutput, Manner};
pub(crate) use ownership::{Opener, Own, is_same_file};
#[cfg(feature = "postgres")]
pub(crate) use postgres::{patience, state_target};
pub(crate) use record::{Emitted, Failures, Step, Unprocessed};
pub(crate) use replay::{Fate, Replayed, redeliver};
pub(crate) use webhook::{Webhook, WebhookSettings};
