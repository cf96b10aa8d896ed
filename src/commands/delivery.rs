//! The options of delivery: a webhook, or a sink of the configuration file.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::commands::context::Context;
use crate::deliver::{Destination, Webhook, WebhookSettings};
use crate::model::error::Error;
use crate::settings::{Program, program};

/// Options of delivery by webhook.
#[derive(Debug, Args)]
pub(crate) struct WebhookOptions {
    /// Deliver records by POST to this address: https, or http on this machine
    #[arg(long, value_name = "URL", help_heading = HEADING)]
    pub(crate) webhook: Option<String>,
    /// Send the result of this jq program for each record; @FILE reads it from a file
    #[arg(long, value_name = "JQ", value_parser = program, help_heading = HEADING)]
    webhook_body: Option<Program>,
    /// Count a delivery as accepted if this jq condition is true of the answer; @FILE reads it
    /// from a file
    #[arg(long, value_name = "JQ", value_parser = program, help_heading = HEADING)]
    webhook_ok: Option<Program>,
    /// Maximum number of records in one delivery [default: 1]
    #[arg(long, value_name = "N", help_heading = HEADING)]
    webhook_batch: Option<u64>,
    /// Format of a body with several records [default: json-array]
    #[arg(long, value_name = "FORMAT", help_heading = HEADING)]
    webhook_format: Option<BodyFormat>,
    /// Sign bodies with the secret in this file
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    webhook_secret_file: Option<PathBuf>,
    /// Also send this header; may be repeated
    #[arg(short = 'H', long, value_name = "NAME: VALUE", value_parser = header, help_heading = HEADING)]
    webhook_header: Vec<(String, String)>,
    /// Send a header whose value is in this file: for tokens; may be repeated
    #[arg(long, value_name = "NAME=FILE", value_parser = pair, help_heading = HEADING)]
    webhook_header_file: Vec<(String, String)>,
    /// Deliver to this sink of the configuration file
    #[arg(long, value_name = "NAME", conflicts_with = "webhook", help_heading = HEADING)]
    pub(crate) sink: Option<String>,
}

const HEADING: &str = "Delivery";

/// How several payloads make one body.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum BodyFormat {
    /// One array
    JsonArray,
    /// One payload a line, as Splunk and Elastic take them
    Ndjson,
}

/// A header as curl and `gti api` take it, or with `=`, whichever comes first.
fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once([':', '=']) {
        Some((name, value)) if !name.trim().is_empty() => {
            // Behind `=` the value is what stands there.
            let colon = text.as_bytes().get(name.len()) == Some(&b':');
            let value = if colon { value.trim() } else { value };
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("a header is written as 'NAME: VALUE'".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a header is written as NAME=VALUE".to_owned()),
    }
}

impl WebhookOptions {
    /// Where records are to be delivered; none without a webhook or a sink.
    ///
    /// # Errors
    /// Usage: options without a webhook to go with, a sink that is not there, and
    /// whatever is wrong with either.
    pub(crate) fn destination(&self, cx: &Context) -> Result<Option<Destination>, Error> {
        if self.webhook.is_none()
            && let Some(option) = self.detail()
        {
            return Err(Error::usage(format!("{option} goes with --webhook only")).hint("give the address with --webhook; a sink has its own settings in the configuration file"));
        }
        for file in self.files() {
            cx.own().spare("a file that the webhook is told by", file)?;
        }
        if let Some(name) = &self.sink {
            return cx.sink_named(name).map(Some);
        }
        let webhook = self.webhook.as_deref().map(|url| self.aimed_at(url));
        Ok(webhook
            .transpose()?
            .map(|webhook| Destination::Answering(Box::new(webhook))))
    }

    /// The files that its programs, secrets and tokens are read from.
    fn files(&self) -> impl Iterator<Item = &Path> {
        let programs = [&self.webhook_body, &self.webhook_ok].into_iter().flatten();
        let programs = programs.filter_map(|program| program.file.as_deref());
        let tokens = self.webhook_header_file.iter();
        let tokens = tokens.map(|(_, path)| Path::new(path));
        let secret = self.webhook_secret_file.as_deref();
        programs.chain(tokens).chain(secret)
    }

    /// A webhook at another address than the one given, with these options.
    pub(crate) fn aimed_at(&self, url: &str) -> Result<Webhook, Error> {
        let files = self.webhook_header_file.iter();
        let format = self.webhook_format.and_then(|format| {
            let value = format.to_possible_value()?;
            Some(value.get_name().to_owned())
        });
        let settings = WebhookSettings {
            url: url.to_owned(),
            body: self.webhook_body.as_deref().map(str::to_owned),
            body_file: None,
            ok: self.webhook_ok.as_deref().map(str::to_owned),
            ok_file: None,
            batch: self.webhook_batch,
            format,
            secret_file: self.webhook_secret_file.clone(),
            headers: self.webhook_header.clone(),
            header_files: files
                .map(|(name, path)| (name.clone(), PathBuf::from(path)))
                .collect(),
        };
        Webhook::new(settings, None)
    }

    /// Whether they name a webhook or a sink.
    pub(crate) fn names_one(&self) -> bool {
        self.webhook.is_some() || self.sink.is_some()
    }

    /// An option that only says how to deliver.
    pub(crate) fn detail(&self) -> Option<&'static str> {
        [
            (self.webhook_body.is_some(), "--webhook-body"),
            (self.webhook_ok.is_some(), "--webhook-ok"),
            (self.webhook_batch.is_some(), "--webhook-batch"),
            (self.webhook_format.is_some(), "--webhook-format"),
            (self.webhook_secret_file.is_some(), "--webhook-secret-file"),
            (!self.webhook_header.is_empty(), "--webhook-header"),
            (
                !self.webhook_header_file.is_empty(),
                "--webhook-header-file",
            ),
        ]
        .into_iter()
        .find(|(given, _)| *given)
        .map(|(_, option)| option)
    }
}
