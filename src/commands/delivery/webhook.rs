//! A webhook with all that it needs, read and checked before anybody is asked.

use std::num::NonZeroUsize;
use std::path::Path;

use crate::client::hook::{Hook, HookConfig, HookUrl, SigningSecret};
use crate::commands::context::Context;
use crate::deliver::webhook::{Form, Payload, Receipts};
use crate::model::error::Error;
use crate::output::jq::Filter;
use crate::settings::{WebhookSettings, bounded};
use crate::state::checkpoint::Receiver;
use crate::state::dead_letters::Addressee;

/// A webhook, described in full.
pub(crate) struct Webhook {
    url: HookUrl,
    body: Option<String>,
    ok: Option<String>,
    pub(crate) batch: NonZeroUsize,
    pub(crate) form: Form,
    secret: Option<SigningSecret>,
    headers: Vec<(String, String)>,
    /// Its name in the configuration file, if it is there.
    sink: Option<String>,
}

/// The most records of one delivery: receivers take bodies of some megabytes.
const MOST: u64 = 1_000;

impl Webhook {
    /// Reads what the settings name. `sink` is their name in the configuration
    /// file.
    ///
    /// # Errors
    /// Usage.
    pub(crate) fn new(settings: WebhookSettings, sink: Option<String>) -> Result<Self, Error> {
        let url = HookUrl::parse(&settings.url)
            .map_err(|reason| usage(reason, "records go to https addresses, or to this machine"))?;
        let body = written("body", settings.body, settings.body_file.as_deref())?;
        let ok = written("ok", settings.ok, settings.ok_file.as_deref())?;
        let batch = settings.batch.unwrap_or(1);
        let fits = usize::try_from(batch).ok().filter(|_| batch <= MOST);
        let batch = fits.and_then(NonZeroUsize::new).ok_or_else(|| {
            usage(
                format!("a batch of {batch} records can't be delivered"),
                "write 1 to 1000",
            )
        })?;
        let form = match settings.format.as_deref() {
            None | Some("json-array") if batch.get() == 1 => Form::Single,
            None | Some("json-array") => Form::Array,
            Some("ndjson") => Form::Lines,
            Some(other) => {
                return Err(usage(
                    format!("`{other}` is no format of a webhook's body"),
                    "write json-array or ndjson",
                ));
            }
        };
        let secret = match &settings.secret_file {
            None => None,
            Some(path) => Some(SigningSecret::new(&read(path)?).ok_or_else(|| empty(path))?),
        };
        let mut headers = settings.headers;
        for (name, path) in settings.header_files {
            let text = read(&path)?;
            let value = text.trim();
            if value.is_empty() {
                return Err(empty(&path));
            }
            headers.push((name, value.to_owned()));
        }
        let webhook = Self {
            url,
            body,
            ok,
            batch,
            form,
            secret,
            headers,
            sink,
        };
        webhook.payload(form)?;
        webhook.receipts(form)?;
        Ok(webhook)
    }

    /// What a checkpoint knows it by. The address of a named sink may change, the
    /// name stays.
    pub(crate) fn receiver(&self) -> Receiver {
        match &self.sink {
            Some(name) => Receiver::Sink { name: name.clone() },
            None => Receiver::Webhook {
                origin: self.url.origin(),
                fingerprint: self.url.fingerprint(),
            },
        }
    }

    /// Makes the payloads of a body of this form.
    pub(crate) fn payload(&self, form: Form) -> Result<Payload, Error> {
        let program = self.body.as_deref().map(Filter::compile).transpose();
        let program = program.map_err(|error| {
            usage(
                error.to_string(),
                "--webhook-body takes a jq program, like '{title: .id}'",
            )
        })?;
        Ok(Payload::new(program, form))
    }

    /// Judges the answers to bodies of this form.
    pub(crate) fn receipts(&self, form: Form) -> Result<Receipts, Error> {
        let ok = self.ok.as_deref().map(Filter::compile).transpose();
        let ok = ok.map_err(|error| {
            usage(
                error.to_string(),
                "--webhook-ok takes a jq condition on the answer, like '.ok'",
            )
        })?;
        Ok(Receipts::new(ok, form, self.url.path()))
    }

    /// What a dead letter says of it.
    pub(crate) fn addressee(&self) -> Addressee {
        let url = self.url.recordable().filter(|_| self.sink.is_none());
        Addressee {
            sink: self.sink.clone(),
            url: url.map(str::to_owned),
            mapped: self.body.is_some(),
            signed: self.secret.is_some(),
            headers: self.headers.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    /// The webhook itself; nothing is sent yet.
    ///
    /// # Errors
    /// Usage: headers that can't be sent, no way out.
    pub(crate) fn hook(&self, cx: &Context, form: Form) -> Result<Hook, Error> {
        Hook::new(HookConfig {
            url: self.url.clone(),
            headers: self.headers.clone(),
            secret: self.secret.clone(),
            content_type: form.content_type(),
            way: cx.way()?,
            policy: cx.policy(),
            clock: cx.clock,
        })
    }
}

/// A program that stands in the settings, or in a file that they name.
fn written(key: &str, text: Option<String>, file: Option<&Path>) -> Result<Option<String>, Error> {
    match (text, file) {
        (Some(_), Some(_)) => Err(usage(
            format!("`{key}` and `{key}_file` are both set"),
            "keep one of them",
        )),
        (None, Some(path)) => read(path).map(Some),
        (text, None) => Ok(text),
    }
}

fn usage(message: impl Into<String>, hint: &'static str) -> Error {
    Error::usage(message).hint(hint)
}

fn read(path: &Path) -> Result<String, Error> {
    bounded::read_text(path).map_err(|error| {
        usage(
            format!("cannot read `{}`: {error}", path.display()),
            "a webhook's secrets, tokens and programs are read from files before anything is asked",
        )
    })
}

fn empty(path: &Path) -> Error {
    usage(
        format!("`{}` is empty", path.display()),
        "it is to hold one line: the secret, or the header's value",
    )
}
