//! An answer that is read piece by piece, and never held whole.

use bytes::Bytes;
use tokio::sync::SemaphorePermit;

use super::Client;
use super::ceiling::Ceiling;
use super::envelope::Flaw;
use super::error::says_error;
use super::failed_try::FailedTry;
use super::foreign::{Nature, begins_document, is_page};
use super::incoming::Incoming;
use super::patience::Patience;
use super::request::Request;
use crate::model::error::Error;

/// A body on its way. It counts as a request in flight until it is dropped or
/// read to its end.
pub struct Download<'a> {
    client: &'a Client,
    request: Request,
    patience: Patience<'a>,
    body: Option<(Incoming, SemaphorePermit<'a>)>,
    /// Whether a piece of the body has come.
    begun: bool,
}

/// An answer as it came: what stood before the body, and the body.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The status line and the headers, a line each, without what may be the key.
    pub head: Vec<String>,
    /// The body, decompressed.
    pub body: Bytes,
}

/// A body that broke off, or that is not what it should be.
#[derive(Debug)]
pub struct Broken(pub(super) FailedTry);

impl Broken {
    /// A body that its reader can't understand.
    pub fn unparsable(reason: &str) -> Self {
        Self(FailedTry::unparsable(reason))
    }
}

impl Client {
    /// Sends a request and waits for its answer to begin, trying again as the
    /// policy has it.
    ///
    /// # Errors
    /// What the request came to, after the retries.
    pub async fn download(&self, request: Request) -> Result<Download<'_>, Error> {
        let mut patience = self.0.transport.patience();
        let body = self.0.transport.open(&request, &mut patience).await?;
        Ok(Download {
            client: self,
            request,
            patience,
            body: Some(body),
            begun: false,
        })
    }

    /// Sends a request and reads the whole answer, whatever it is, save what can be
    /// none: a web page, a document that breaks off, an error, and nothing at all
    /// where something is read.
    ///
    /// # Errors
    /// What the request came to, after the retries.
    pub async fn whole(&self, request: Request) -> Result<Whole, Error> {
        let mut download = self.download(request).await?;
        loop {
            let (head, status) = (download.head(), download.status());
            let broken = match download.rest().await {
                Ok(body) => match download.flaw(status, &body) {
                    None => return Ok(Whole { head, body }),
                    Some(flaw) => Broken(self.0.transport.flawed(status, &body, flaw)),
                },
                Err(broken) => broken,
            };
            download.again(broken).await?;
        }
    }
}

impl Download<'_> {
    fn head(&self) -> Vec<String> {
        let Some((incoming, _)) = &self.body else {
            return vec![];
        };
        let response = incoming.response();
        let status = format!("{:?} {}", response.version(), response.status());
        let headers = response.headers().iter().map(|(name, value)| {
            let value = match &self.client.0.key {
                Some(key) => key.cut_out(value.as_bytes()),
                None => value.as_bytes().into(),
            };
            format!("{name}: {}", String::from_utf8_lossy(&value))
        });
        std::iter::once(status).chain(headers).collect()
    }

    fn status(&self) -> u16 {
        let response = self.body.as_ref();
        response.map_or(0, |(incoming, _)| incoming.response().status().as_u16())
    }

    async fn rest(&mut self) -> Result<Bytes, Broken> {
        let Some((incoming, _)) = &mut self.body else {
            return Ok(Bytes::new());
        };
        let body = self.client.0.transport.read(incoming, Ceiling::Large);
        body.await.map_err(Broken)
    }

    /// Why a whole body can't be an answer, whatever was asked for.
    fn flaw(&self, status: u16, body: &[u8]) -> Option<Flaw> {
        let reads = self.request.method == reqwest::Method::GET;
        let reason = match Nature::of(body) {
            Nature::Empty if reads && status != 204 => "it is empty",
            Nature::BrokenJson => "it is truncated or not JSON",
            Nature::Json if says_error(body) => "it is an error",
            Nature::Foreign if is_page(body) => "it is not JSON",
            _ => return None,
        };
        Some(Flaw::Unfit(reason.to_owned()))
    }

    /// A body that something else sent in the service's place.
    fn foreign(&self, status: u16, body: &[u8]) -> Broken {
        let flaw = Flaw::Unfit("it is not JSON".to_owned());
        Broken(self.client.0.transport.flawed(status, body, flaw))
    }

    /// The next piece of a JSON document, decompressed; none at the end.
    ///
    /// # Errors
    /// [`Broken`], which [`again`](Self::again) may mend.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        let status = self.status();
        let piece = self.piece().await?;
        let begun = std::mem::replace(&mut self.begun, true);
        match piece {
            Some(first) if !begun && !begins_document(&first) => {
                // The first piece of a page has its title, or what there is of it.
                self.body = None;
                Err(self.foreign(status, &first))
            }
            piece => Ok(piece),
        }
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, Broken> {
        let Some((incoming, _)) = &mut self.body else {
            return Ok(None);
        };
        let piece = self.client.0.transport.chunk(incoming).await;
        match piece {
            Ok(Some(piece)) => Ok(Some(piece)),
            Ok(None) => {
                self.body = None;
                self.patience.ticket.answered(&self.request, None);
                Ok(None)
            }
            Err(failed) => {
                self.body = None;
                Err(Broken(failed))
            }
        }
    }

    /// Asks for the whole body once more, after a wait, if the policy allows it.
    /// Every try since the first counts. The next piece is then the first one.
    ///
    /// # Errors
    /// What broke the body, when it is final; what the new tries came to.
    pub async fn again(&mut self, broken: Broken) -> Result<(), Error> {
        self.body = None;
        self.begun = false;
        let transport = &self.client.0.transport;
        let patience = &mut self.patience;
        transport.wait(patience, &self.request, broken.0).await?;
        self.body = Some(transport.open(&self.request, &mut self.patience).await?);
        Ok(())
    }
}
