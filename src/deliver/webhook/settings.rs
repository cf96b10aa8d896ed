//! A webhook with all that it needs, read and checked before anybody is asked.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::OpenWebhook;
use super::payload::{Form, Payload};
use super::receipt::Receipts;
use crate::client::hook::{Hook, HookConfig, HookUrl, SigningSecret};
use crate::deliver::delivery::Receiver;
use crate::deliver::destination::{Answering, Destination, Kind, Network};
use crate::model::error::Error;
use crate::output::jq::Filter;
use crate::settings::{SinkSection, bounded};
use crate::state::checkpoint::DestinationId;
use crate::state::dead_letters::Addressee;

pub(in crate::deliver) const KIND: Kind = Kind {
    name: "webhook",
    read,
};

/// A webhook as options or the configuration file describe it, whose values are not
/// judged yet.
#[derive(Default)]
pub(crate) struct WebhookSettings {
    /// Its URL, which may be a secret.
    pub url: String,
    /// The jq program that maps a record to a payload.
    pub body: Option<String>,
    /// The file with that program.
    pub body_file: Option<PathBuf>,
    /// The jq condition that the answer to a delivery must meet.
    pub ok: Option<String>,
    /// The file with that condition.
    pub ok_file: Option<PathBuf>,
    /// The most records of one delivery.
    pub batch: Option<u64>,
    /// How several payloads make one body.
    pub format: Option<String>,
    /// The file with the secret that bodies are signed with.
    pub secret_file: Option<PathBuf>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Further headers whose values stand in files.
    pub header_files: Vec<(String, PathBuf)>,
}

const KEYS: [&str; 10] = [
    "url",
    "body",
    "body_file",
    "ok",
    "ok_file",
    "batch",
    "format",
    "secret_file",
    "headers",
    "header_files",
];

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&KEYS)?;
    let path = |key| -> Result<Option<PathBuf>, Error> {
        Ok(section.text(key)?.map(|path| section.path(&path)))
    };
    let header_files = section.pairs("header_files")?;
    let settings = WebhookSettings {
        url: section.required("url", "\"https://soar.example/hook\"")?,
        body: section.text("body")?,
        body_file: path("body_file")?,
        ok: section.text("ok")?,
        ok_file: path("ok_file")?,
        batch: section.number("batch")?,
        format: section.text("format")?,
        secret_file: path("secret_file")?,
        headers: section.pairs("headers")?,
        header_files: header_files
            .into_iter()
            .map(|(name, path)| (name, section.path(&path)))
            .collect(),
    };
    let webhook = Webhook::new(settings, Some(section.name().to_owned()))?;
    Ok(Destination::Answering(Box::new(webhook)))
}

/// A webhook, described in full.
pub(crate) struct Webhook {
    url: HookUrl,
    body: Option<String>,
    ok: Option<String>,
    batch: NonZeroUsize,
    form: Form,
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
        let url = HookUrl::parse(&settings.url)?;
        let body = written("body", settings.body, settings.body_file.as_deref())?;
        let ok = written("ok", settings.ok, settings.ok_file.as_deref())?;
        let batch = settings.batch.unwrap_or(1);
        let fits = usize::try_from(batch).ok().filter(|_| batch <= MOST);
        let batch = fits.and_then(NonZeroUsize::new).ok_or_else(|| {
            usage(
                format!("a batch of {batch} records cannot be delivered"),
                "write 1 to 1000",
            )
        })?;
        let form = match settings.format.as_deref() {
            None | Some("json-array") if batch.get() == 1 => Form::Single,
            None | Some("json-array") => Form::Array,
            Some("ndjson") => Form::Lines,
            Some(other) => {
                return Err(usage(
                    format!("`{other}` is not a format of a webhook's body"),
                    "write json-array or ndjson",
                ));
            }
        };
        let secret = match &settings.secret_file {
            None => None,
            Some(path) => Some(SigningSecret::new(&read_file(path)?).ok_or_else(|| empty(path))?),
        };
        let mut headers = settings.headers;
        for (name, path) in settings.header_files {
            let text = read_file(&path)?;
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

    /// Makes the payloads of a body of this form.
    fn payload(&self, form: Form) -> Result<Payload, Error> {
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
    fn receipts(&self, form: Form) -> Result<Receipts, Error> {
        let ok = self.ok.as_deref().map(Filter::compile).transpose();
        let ok = ok.map_err(|error| {
            usage(
                error.to_string(),
                "--webhook-ok takes a jq condition on the answer, like '.ok'",
            )
        })?;
        Ok(Receipts::new(ok, form, self.url.path()))
    }

    fn hook(&self, network: &Network, form: Form) -> Result<Hook, Error> {
        Hook::new(HookConfig {
            url: self.url.clone(),
            headers: self.headers.clone(),
            secret: self.secret.clone(),
            hidden: Vec::new(),
            rate: None,
            content_type: form.content_type(),
            egress: network.egress.clone(),
            policy: network.policy,
            in_flight: network.in_flight.get(),
            clock: network.clock,
        })
    }
}

impl Answering for Webhook {
    /// The address of a named sink may change, the name stays.
    fn id(&self) -> DestinationId {
        match &self.sink {
            Some(name) => DestinationId::Sink { name: name.clone() },
            None => DestinationId::Webhook {
                origin: self.url.origin(),
                fingerprint: self.url.fingerprint(),
            },
        }
    }

    fn addressee(&self) -> Addressee {
        let url = self.url.recordable().filter(|_| self.sink.is_none());
        Addressee {
            sink: self.sink.clone(),
            url: url.map(str::to_owned),
            mapped: self.body.is_some(),
            signed: self.secret.is_some(),
            headers: self.headers.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    fn form(&self) -> &'static str {
        self.form.name()
    }

    fn most(&self) -> NonZeroUsize {
        self.batch
    }

    fn open(&self, form: Option<&str>, network: &Network) -> Result<Box<dyn Receiver>, Error> {
        let form = form.and_then(Form::named).unwrap_or(self.form);
        Ok(Box::new(OpenWebhook {
            hook: self.hook(network, form)?,
            payload: self.payload(form)?,
            receipts: self.receipts(form)?,
        }))
    }
}

/// A program that stands in the settings, or in a file that they name.
fn written(key: &str, text: Option<String>, file: Option<&Path>) -> Result<Option<String>, Error> {
    match (text, file) {
        (Some(_), Some(_)) => Err(usage(
            format!("`{key}` and `{key}_file` are both set"),
            "keep one of them",
        )),
        (None, Some(path)) => read_file(path).map(Some),
        (text, None) => Ok(text),
    }
}

fn usage(message: impl Into<String>, hint: &'static str) -> Error {
    Error::usage(message).hint(hint)
}

fn read_file(path: &Path) -> Result<String, Error> {
    bounded::read_text(path).map_err(|error| {
        usage(
            format!("cannot read `{}`: {error}", path.display()),
            "a webhook's secrets, tokens and programs are read from files before any request",
        )
    })
}

fn empty(path: &Path) -> Error {
    usage(
        format!("`{}` is empty", path.display()),
        "write one line into it: the secret, or the header's value",
    )
}
