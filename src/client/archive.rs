//! An archive that is read piece by piece as it comes, from the service itself or from
//! its storage, which never sees the key.

use bytes::Bytes;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderValue};
use tokio::sync::SemaphorePermit;

use super::Client;
use super::document::{self, Stored};
use super::download::Broken;
use super::envelope::Flaw;
use super::incoming::Incoming;
use super::patience::Patience;
use super::request::Request;
use super::route::Egress;
use super::transport::Transport;
use crate::model::error::Error;

/// What every bzip2 stream begins with.
const MAGIC: &[u8] = b"BZh";

/// A bzip2 archive on its way. It counts as a request in flight until it is dropped or
/// read to its end.
pub struct Archive<'a> {
    client: &'a Client,
    request: Request,
    egress: Egress,
    patience: Patience<'a>,
    body: Option<(Body, SemaphorePermit<'a>)>,
    /// What of its beginning has come, until that is known to be an archive's.
    begun: Option<Vec<u8>>,
}

struct Body {
    incoming: Incoming,
    /// The storage that it comes from, where the service redirects to one.
    storage: Option<Box<Transport>>,
}

impl Client {
    /// Asks for an archive and waits for its answer to begin, trying again as the policy
    /// has it. Redirects are followed by `egress`, without the key.
    ///
    /// # Errors
    /// What the request came to, after the retries.
    pub async fn archive(&self, request: Request, egress: Egress) -> Result<Archive<'_>, Error> {
        let request = request
            .header(ACCEPT, HeaderValue::from_static("application/octet-stream"))
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
            .taking_redirects();
        let mut archive = Archive {
            patience: self.0.transport.patience(),
            client: self,
            request,
            egress,
            body: None,
            begun: None,
        };
        archive.open().await?;
        Ok(archive)
    }
}

impl Archive<'_> {
    async fn open(&mut self) -> Result<(), Error> {
        self.begun = Some(Vec::new());
        let transport = &self.client.0.transport;
        let (incoming, permit) = transport.open(&self.request, &mut self.patience).await?;
        let mut body = Body {
            incoming,
            storage: None,
        };
        if let Some(url) = document::redirect(&body.incoming)? {
            self.patience.ticket.answered(&self.request, None);
            let Stored {
                transport,
                incoming,
            } = self.client.stored(url, &self.egress).await?;
            body.incoming = incoming;
            body.storage = Some(Box::new(transport));
        }
        self.body = Some((body, permit));
        Ok(())
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// [`Broken`], which [`again`](Self::again) may mend.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        loop {
            let piece = self.piece().await?;
            let Some(begun) = &mut self.begun else {
                return Ok(piece);
            };
            begun.extend_from_slice(piece.as_deref().unwrap_or_default());
            if begun.len() < MAGIC.len() && piece.is_some() && MAGIC.starts_with(begun) {
                continue;
            }
            let begun = self.begun.take().unwrap_or_default();
            if begun.starts_with(MAGIC) {
                return Ok(Some(begun.into()));
            }
            self.body = None;
            let flaw = Flaw::Unfit("it is not a bzip2 archive".to_owned());
            return Err(Broken(self.client.0.transport.flawed(200, &begun, flaw)));
        }
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, Broken> {
        let Some((body, _)) = &mut self.body else {
            return Ok(None);
        };
        let transport = match &body.storage {
            Some(storage) => storage,
            None => &self.client.0.transport,
        };
        match transport.chunk(&mut body.incoming).await {
            Ok(Some(piece)) => Ok(Some(piece)),
            Ok(None) => {
                if body.storage.is_none() {
                    self.patience.ticket.answered(&self.request, None);
                }
                self.body = None;
                Ok(None)
            }
            Err(miss) => {
                self.body = None;
                Err(Broken(miss))
            }
        }
    }

    /// Asks for the whole archive once more, after a wait, if the policy allows it.
    /// Every try since the first counts. The next piece is then the first one.
    ///
    /// # Errors
    /// What broke the archive, when it is final; what the new tries came to.
    pub async fn again(&mut self, broken: Broken) -> Result<(), Error> {
        self.body = None;
        let transport = &self.client.0.transport;
        let patience = &mut self.patience;
        transport.wait(patience, &self.request, broken.0).await?;
        self.open().await
    }
}
