//! What the sections of receivers over HTTP have in common: address, headers, tokens.

use std::num::NonZeroUsize;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::destination::Network;
use crate::client::hook::{Hook, HookConfig, HookUrl};
use crate::model::error::Error;
use crate::settings::{SinkSection, bounded};

/// A receiver over HTTP.
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
        HookUrl::parse(&url)?;
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
        Hook::new(HookConfig {
            url: self.url(path)?,
            headers: self.headers.clone(),
            secret: None,
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

/// The header of basic authentication.
pub(super) fn basic(user: &str, password: &str) -> (String, String) {
    let pair = STANDARD.encode(format!("{user}:{password}"));
    ("Authorization".to_owned(), format!("Basic {pair}"))
}
