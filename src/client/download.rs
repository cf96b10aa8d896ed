//! An answer that is read piece by piece, and never held whole.

use bytes::Bytes;
use reqwest::Response;
use tokio::sync::SemaphorePermit;

use super::Client;
use super::error::ClientError;
use super::request::Request;
use super::transport::{Miss, Patience};

/// A body on its way. It counts as a request in flight until it is dropped or
/// read to its end.
pub struct Download<'a> {
    client: &'a Client,
    request: Request,
    patience: Patience,
    body: Option<(Response, SemaphorePermit<'a>)>,
}

/// A body that broke off, or that is not what it should be.
#[derive(Debug)]
pub struct Broken(Miss);

impl Broken {
    /// A body that its reader can't understand.
    pub fn unparsable(reason: &str) -> Self {
        Self(Miss::unparsable(reason))
    }
}

impl Client {
    /// Sends a request and waits for its answer to begin, trying again as the
    /// policy has it.
    ///
    /// # Errors
    /// What the request came to, after the retries.
    pub async fn download(&self, request: Request) -> Result<Download<'_>, ClientError> {
        let mut patience = Patience::new();
        let body = self.0.transport.open(&request, &mut patience).await?;
        Ok(Download {
            client: self,
            request,
            patience,
            body: Some(body),
        })
    }
}

impl Download<'_> {
    /// The next piece, decompressed; none at the end.
    ///
    /// # Errors
    /// [`Broken`], which [`again`](Self::again) may mend.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        let Some((response, _)) = &mut self.body else {
            return Ok(None);
        };
        let piece = self.client.0.transport.chunk(response).await;
        match piece {
            Ok(Some(piece)) => Ok(Some(piece)),
            Ok(None) => {
                self.body = None;
                Ok(None)
            }
            Err(miss) => {
                self.body = None;
                Err(Broken(miss))
            }
        }
    }

    /// Asks for the whole body once more, after a wait, if the policy allows it.
    /// Every try since the first counts. The next piece is then the first one.
    ///
    /// # Errors
    /// What broke the body, when it is final; what the new tries came to.
    pub async fn again(&mut self, broken: Broken) -> Result<(), ClientError> {
        self.body = None;
        let transport = &self.client.0.transport;
        transport.wait(&mut self.patience, broken.0).await?;
        self.body = Some(transport.open(&self.request, &mut self.patience).await?);
        Ok(())
    }
}
