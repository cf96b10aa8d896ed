//! Delivery to a webhook.

mod payload;
mod receipt;
mod settings;

use std::borrow::Cow;

pub(super) use settings::KIND;
pub(crate) use settings::{Webhook, WebhookSettings};

use payload::Payload;
use receipt::Receipts;

use super::delivery::{Delivered, Receiver};
use super::record::Unprocessed;
use crate::client::hook::Hook;

/// A webhook that is ready to be called.
struct OpenWebhook {
    hook: Hook,
    payload: Payload,
    receipts: Receipts,
}

impl Receiver for OpenWebhook {
    fn to(&self) -> String {
        self.hook.url().to_string()
    }

    fn form(&self) -> &'static str {
        self.payload.form().name()
    }

    fn parts(&self, json: &str) -> Result<Vec<String>, Unprocessed> {
        let lines = self.payload.of(json)?;
        Ok(lines.into_iter().map(Cow::into_owned).collect())
    }

    fn deliver<'a>(&'a self, key: &'a str, records: &'a [Vec<String>]) -> Delivered<'a> {
        Box::pin(async move {
            let body = self.payload.body(records.iter().flatten());
            let judge = |answer: &[u8]| self.receipts.judge(answer, records.len());
            self.hook.deliver(key, body, judge).await
        })
    }
}
