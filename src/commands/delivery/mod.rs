//! Webhooks and named sinks, from flags and from the configuration file.

mod options;
mod sink;
mod webhook;

pub(super) use options::WebhookOptions;
pub(super) use sink::{Sender, Sink};
pub(super) use webhook::Webhook;
