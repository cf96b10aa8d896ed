//! What receivers over HTTP have in common: address, headers, tokens, batches.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::LocalBoxFuture;

use super::delivery::Receiver;
use super::destination::{Answering, Destination, NOTHING_TO_CREATE, Network};
use crate::client::hook::{Hook, HookConfig, HookUrl};
use crate::client::pace::Rate;
use crate::model::error::Error;
use crate::settings::{SinkSection, bounded};
use crate::state::checkpoint::DestinationId;
use crate::state::dead_letters::Addressee;

/// What a receiver over HTTP is sent, and how it answers.
pub(super) trait Protocol {
    /// How the records of a delivery make one body, by its name in dead letters.
    const FORM: &'static str;

    /// Opens the receiver; nothing is sent yet.
    ///
    /// # Errors
    /// Usage: it can't be called as it is described.
    fn open(&self, to: &Receiving, network: &Network) -> Result<Box<dyn Receiver>, Error>;

    /// Creates what it needs at the other side; what was done, in a sentence.
    ///
    /// # Errors
    /// What the other side says.
    fn init<'a>(
        &'a self,
        _: &'a Receiving,
        _: &'a Network,
    ) -> LocalBoxFuture<'a, Result<String, Error>> {
        Box::pin(async { Ok(NOTHING_TO_CREATE.to_owned()) })
    }
}

/// A sink whose receiver is reached over HTTP.
struct Sink<P> {
    name: String,
    receiving: Receiving,
    protocol: P,
}

/// The destination of a section.
pub(super) fn destination(
    section: &SinkSection<'_>,
    receiving: Receiving,
    protocol: impl Protocol + 'static,
) -> Destination {
    Destination::Answering(Box::new(Sink {
        name: section.name().to_owned(),
        receiving,
        protocol,
    }))
}

impl<P: Protocol> Answering for Sink<P> {
    fn id(&self) -> DestinationId {
        DestinationId::Sink {
            name: self.name.clone(),
        }
    }

    fn addressee(&self) -> Addressee {
        Addressee::sink(&self.name)
    }

    fn form(&self) -> &'static str {
        P::FORM
    }

    fn most(&self) -> NonZeroUsize {
        self.receiving.batch
    }

    fn open(&self, _: Option<&str>, network: &Network) -> Result<Box<dyn Receiver>, Error> {
        self.protocol.open(&self.receiving, network)
    }

    fn init<'a>(&'a self, network: &'a Network) -> LocalBoxFuture<'a, Result<String, Error>> {
        self.protocol.init(&self.receiving, network)
    }
}

/// A receiver over HTTP.
#[derive(Clone)]
pub(super) struct Receiving {
    /// Its base address, which ends without a slash.
    pub(super) base: String,
    /// Headers, whose values may be secrets.
    pub(super) headers: Vec<(String, String)>,
    /// The most records of one delivery.
    pub(super) batch: NonZeroUsize,
}

/// The keys that all of them take.
pub(super) const KEYS: [&str; 4] = ["url", "batch", "headers", "header_files"];

impl Receiving {
    /// Reads what all sections have in common.
    pub(super) fn read(
        section: &SinkSection<'_>,
        example: &str,
        batch: usize,
        most: usize,
    ) -> Result<Self, Error> {
        let url = section.required("url", example)?;
        Self::at(&url, section, batch, most)
    }

    /// The same, at an address that is known.
    pub(super) fn at(
        url: &str,
        section: &SinkSection<'_>,
        batch: usize,
        most: usize,
    ) -> Result<Self, Error> {
        HookUrl::parse(url)?;
        let batch = match section.number("batch")? {
            None => NonZeroUsize::new(batch),
            Some(number) => usize::try_from(number)
                .ok()
                .filter(|number| *number <= most)
                .and_then(NonZeroUsize::new),
        };
        let batch = batch.ok_or_else(|| {
            Error::usage(format!(
                "`batch` of the sink `{}` is out of range",
                section.name()
            ))
            .hint(format!("write 1 to {most}"))
        })?;
        let mut headers = section.pairs("headers")?;
        for (name, path) in section.pairs("header_files")? {
            headers.push((name, line(&section.path(&path))?));
        }
        Ok(Self {
            base: url.trim().trim_end_matches('/').to_owned(),
            headers,
            batch,
        })
    }

    /// The address below the base.
    pub(super) fn url(&self, path: &str) -> Result<HookUrl, Error> {
        HookUrl::parse(&format!("{}{path}", self.base))
    }

    /// The way to an address below the base.
    pub(super) fn hook(
        &self,
        path: &str,
        content_type: &'static str,
        network: &Network,
    ) -> Result<Hook, Error> {
        self.throttled(path, content_type, None, network)
    }

    /// The same, which is sent no more than this.
    pub(super) fn throttled(
        &self,
        path: &str,
        content_type: &'static str,
        rate: Option<Rate>,
        network: &Network,
    ) -> Result<Hook, Error> {
        Hook::new(HookConfig {
            url: self.url(path)?,
            headers: self.headers.clone(),
            secret: None,
            hidden: Vec::new(),
            rate,
            content_type,
            egress: network.egress.clone(),
            policy: network.policy,
            in_flight: network.in_flight.get(),
            clock: network.clock,
        })
    }
}

/// The line in a file: a token, a password.
pub(super) fn line(path: &Path) -> Result<String, Error> {
    let text = bounded::read_text(path).map_err(|error| {
        Error::usage(format!("cannot read `{}`: {error}", path.display()))
            .hint("tokens and passwords are read from files before any request")
    })?;
    match text.trim() {
        "" => Err(Error::usage(format!("`{}` is empty", path.display()))
            .hint("write one line into it: the token or the password")),
        line => Ok(line.to_owned()),
    }
}

/// The two halves of what a receiver refuses as a whole, for a stack: the first is on top.
pub(super) fn halves(range: &Range<usize>) -> [Range<usize>; 2] {
    let middle = range.start + range.len() / 2;
    [middle..range.end, range.start..middle]
}

/// The header of basic authentication.
pub(super) fn basic(user: &str, password: &str) -> (String, String) {
    let pair = STANDARD.encode(format!("{user}:{password}"));
    ("Authorization".to_owned(), format!("Basic {pair}"))
}
