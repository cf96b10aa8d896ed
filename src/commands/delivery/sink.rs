//! A place to deliver to, and its opening.

use std::path::PathBuf;
use std::time::Duration;

use super::webhook::Webhook;
use crate::commands::context::Context;
use crate::commands::ownership::Opener;
use crate::deliver::webhook::{Halt, Webhook as WebhookOutlet, WebhookParts};
use crate::deliver::{Addressed, Letters, Outlet};
use crate::model::error::Error;
use crate::output::{Columns, Format, Layout, Options, Output, stix};
use crate::settings::SinkSettings;
use crate::state::checkpoint::{CheckpointName, FileOwner, Receiver};
use crate::state::dead_letters::DeadLetters;

/// Where records are delivered.
pub(crate) enum Sink {
    /// They are posted.
    Webhook(Box<Webhook>),
    /// They are appended to a file, as JSON lines.
    File {
        /// The sink's name.
        name: String,
        /// The file.
        path: PathBuf,
    },
}

/// Who delivers.
pub(crate) struct Sender {
    /// The feed.
    pub(crate) feed: &'static str,
    /// The run's checkpoint, if it has one.
    pub(crate) checkpoint: Option<CheckpointName>,
    /// What a run that never ends waits before it tries again.
    pub(crate) persistence: Option<Duration>,
    /// What calls for the end.
    pub(crate) halt: Halt,
}

impl Sender {
    /// What keys follow from.
    fn scope(&self) -> String {
        match &self.checkpoint {
            Some(name) => format!("checkpoint:{name}"),
            None => format!("feed:{}", self.feed),
        }
    }

    /// What a dead letter says of a file or a stream.
    pub(crate) fn addressed(&self, output: String) -> Addressed {
        Addressed {
            scope: self.scope(),
            output: Some(output),
            ..Addressed::default()
        }
    }

    /// What gathers the dead letters of the run.
    pub(crate) fn letters(&self, cx: &Context) -> Result<Letters, Error> {
        let checkpoint = self.checkpoint.as_ref().map(ToString::to_string);
        Ok(Letters::new(self.dead_letters(cx)?, checkpoint, cx.clock))
    }

    /// The dead letters of the checkpoint, or of the feed.
    fn dead_letters(&self, cx: &Context) -> Result<DeadLetters, Error> {
        let feed = || self.feed.parse().expect("a feed's name is a name");
        let name = self.checkpoint.clone().unwrap_or_else(feed);
        Ok(DeadLetters::of(cx.settings.directories.state()?, &name))
    }
}

impl Sink {
    /// The sink of a name.
    ///
    /// # Errors
    /// Usage: there is no such sink, or something is wrong with it.
    pub(crate) fn named(cx: &Context, name: &str) -> Result<Self, Error> {
        let config = cx.files.config.as_ref();
        let found = match config {
            Some(config) => config.sink(name, cx.environment.home())?,
            None => None,
        };
        match found {
            Some(SinkSettings::Webhook(settings)) => {
                let webhook = Webhook::new(*settings, Some(name.to_owned()))?;
                Ok(Self::Webhook(Box::new(webhook)))
            }
            Some(SinkSettings::File(path)) => Ok(Self::File {
                name: name.to_owned(),
                path,
            }),
            None => {
                let known = config.map(|config| config.sink_names().join(", "));
                let known = known.filter(|names| !names.is_empty());
                Err(
                    Error::usage(format!("there is no sink `{name}`")).hint(match known {
                        Some(names) => format!("the configuration file has {names}"),
                        None => format!(
                            "the configuration file names sinks, in sections like [sinks.{name}]"
                        ),
                    }),
                )
            }
        }
    }

    /// What a checkpoint knows it by.
    pub(crate) fn receiver(&self) -> Receiver {
        match self {
            Self::Webhook(webhook) => webhook.receiver(),
            Self::File { name, .. } => Receiver::Sink { name: name.clone() },
        }
    }

    /// What a dead letter says of it.
    pub(crate) fn addressed(&self, sender: &Sender) -> Addressed {
        match self {
            Self::Webhook(webhook) => Addressed {
                scope: sender.scope(),
                to: Some(webhook.addressee()),
                form: Some(webhook.form.name()),
                output: None,
            },
            Self::File { .. } => sender.addressed(self.receiver().to_string()),
        }
    }

    /// Whether it is a file.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Opens it; nothing is sent yet. `opener` opens files, and is there where one of
    /// the sinks is one.
    ///
    /// # Errors
    /// Usage, or a file that can't be written.
    ///
    /// # Panics
    /// Never: whoever has a file has an opener.
    pub(crate) fn open(
        &self,
        cx: &Context,
        sender: &Sender,
        opener: Option<&mut Opener>,
    ) -> Result<Box<dyn Outlet>, Error> {
        let webhook = match self {
            Self::Webhook(webhook) => webhook,
            Self::File { name, path } => {
                let opener = opener.expect("an opener");
                let file = opener.open(cx, FileOwner::Sink(name.clone()), path)?;
                return Ok(Box::new(lines(cx, Box::new(file))?));
            }
        };
        Ok(Box::new(WebhookOutlet::new(WebhookParts {
            hook: webhook.hook(cx, webhook.form)?,
            payload: webhook.payload(webhook.form)?,
            receipts: webhook.receipts(webhook.form)?,
            batch: webhook.batch,
            scope: sender.scope(),
            addressee: webhook.addressee(),
            dead_letters: sender.dead_letters(cx)?,
            checkpoint: sender.checkpoint.as_ref().map(ToString::to_string),
            persistence: sender.persistence,
            runtime: tokio::runtime::Handle::current(),
            halt: sender.halt.clone(),
            clock: cx.clock,
        })))
    }
}

/// A file that records are appended to as they are.
fn lines(cx: &Context, file: Box<dyn crate::output::sink::Sink>) -> Result<Output, Error> {
    let options = Options {
        format: Format::Jsonl,
        fields: None,
        jq: None,
        stix: stix::Policy::default(),
        style: cx.ui.style.plain(),
        terminal: false,
    };
    let layout = Layout {
        command: "ingest",
        columns: Columns(&[]),
        single: false,
        stix: false,
    };
    Ok(Output::open(&options, layout, file)?)
}
