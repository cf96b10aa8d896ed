//! Documents: samples, archives, sandbox artefacts, feed packages. The
//! service sends them itself, or sends the reader to its storage, which never sees
//! the key.

mod address;

use bytes::Bytes;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue, LOCATION};

pub(in crate::client) use self::address::StorageUrl;

use super::Client;
use super::envelope::{Answer, Envelope};
use super::error;
use super::failed_try::FailedTry;
use super::foreign::{is_html, said};
use super::incoming::Incoming;
use super::pace::Gate;
use super::request::Request;
use super::route::{Egress, Route};
use super::transport::Transport;
use crate::model::error::{Error, ErrorKind};

/// So many redirects are followed, the service's own among them.
const MOST_HOPS: usize = 5;

/// Whether a path below the base URL leads to a document, and not to JSON.
pub(in crate::client) fn is_document(path: &str) -> bool {
    let segments: Vec<_> = path.split('/').filter(|name| !name.is_empty()).collect();
    match segments[..] {
        [first, _, .., last] => first == "feeds" || DOCUMENTS.contains(&last),
        _ => false,
    }
}

/// The last parts of their paths (API notes, sections 3.1 to 3.3); feeds are
/// packages whatever they end in.
const DOCUMENTS: [&str; 5] = ["download", "html", "pcap", "evtx", "memdump"];

/// What one request came to.
enum Fetched {
    /// The document, to its end.
    Whole,
    /// The document is elsewhere.
    Redirected(StorageUrl),
}

impl Client {
    /// Fetches a document, and hands its pieces to `take` as they come. Redirects are
    /// followed by `egress`, without the key and all else that is meant for the service.
    ///
    /// # Errors
    /// What the request came to, after the retries; of the storage, a failure of
    /// kind network or timeout. A document of which a piece was taken is not asked
    /// for again.
    pub async fn document<E: From<Error>>(
        &self,
        request: Request,
        egress: &Egress,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let html_is_due = request.target().ends_with("/html");
        let request = for_document(request);
        let fetched = fetch(&self.0.transport, &request, html_is_due, &mut take).await;
        match fetched.map_err(Failed::into_error)? {
            Fetched::Whole => Ok(()),
            Fetched::Redirected(url) => self.follow(url, egress, html_is_due, &mut take).await,
        }
    }

    /// Fetches the document that the answer to a request has the address of: as
    /// [`document`](Self::document), whatever redirects there are.
    ///
    /// # Errors
    /// As [`document`](Self::document); an answer that is no address of a storage.
    pub(super) async fn linked_document<E: From<Error>>(
        &self,
        request: &Request,
        egress: &Egress,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let read = |answer: &Answer| Envelope::Data.value::<String>(answer);
        let (_, address) = self.fetch_checked(request, read).await?;
        let url = StorageUrl::admit("link", &address, self.base_url())?;
        self.follow(url, egress, false, &mut take).await
    }

    /// Fetches what the storage has, after its own redirects.
    async fn follow<E: From<Error>>(
        &self,
        url: StorageUrl,
        egress: &Egress,
        html_is_due: bool,
        take: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut url = url;
        for _ in 0..MOST_HOPS {
            let transport = self.storage(&url, egress)?;
            let origin = url.origin();
            let request = for_document(Request::to_storage(url));
            let outcome = fetch(&transport, &request, html_is_due, take).await;
            match outcome.map_err(|failed| failed.of_storage(&origin).into_error())? {
                Fetched::Whole => return Ok(()),
                Fetched::Redirected(next) => url = next,
            }
        }
        Err(too_many_redirects().into())
    }

    /// An answer of the storage that has begun, after the redirects of the storage
    /// itself.
    ///
    /// # Errors
    /// What the request came to, after the retries, of kind network or timeout.
    pub(super) async fn stored(&self, url: StorageUrl, egress: &Egress) -> Result<Stored, Error> {
        let mut url = url;
        for _ in 0..MOST_HOPS {
            let transport = self.storage(&url, egress)?;
            let origin = url.origin();
            let request = for_document(Request::to_storage(url));
            let incoming = begin(&transport, &request).await;
            let incoming = incoming.map_err(|error| of_storage(&origin, error))?;
            match redirect(&incoming).map_err(|error| of_storage(&origin, error))? {
                Some(next) => url = next,
                None => {
                    return Ok(Stored {
                        transport,
                        incoming,
                    });
                }
            }
        }
        Err(too_many_redirects())
    }

    /// A transport to one address, which knows nothing of the service's secrets but
    /// how to leave them out, and has its own circuit breaker.
    fn storage(&self, url: &StorageUrl, egress: &Egress) -> Result<Transport, Error> {
        let route = Route::elsewhere(url.url(), egress.clone());
        let policy = self.0.transport.policy();
        let gate = Gate::new(1, None, None, policy);
        let transport = Transport::new(&route, policy, gate, self.0.clock)?;
        Ok(transport.hiding(url.secrets()))
    }
}

/// An answer of the storage that has begun.
pub(super) struct Stored {
    /// What its body is read with.
    pub(super) transport: Transport,
    pub(super) incoming: Incoming,
}

/// Why a document did not arrive.
enum Failed<E> {
    /// There is none, or it broke off.
    Answer(Error),
    /// Whoever takes the pieces takes no more.
    Taking(E),
}

impl<E: From<Error>> Failed<E> {
    fn into_error(self) -> E {
        match self {
            Self::Answer(error) => error.into(),
            Self::Taking(error) => error,
        }
    }

    /// The same failure, of the storage.
    fn of_storage(self, origin: &str) -> Self {
        match self {
            Self::Answer(error) => Self::Answer(of_storage(origin, error)),
            Self::Taking(error) => Self::Taking(error),
        }
    }
}

/// A document is taken as it is: whatever its type, and not compressed for the way.
fn for_document(request: Request) -> Request {
    request
        .header(ACCEPT, HeaderValue::from_static("*/*"))
        .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
        .taking_redirects()
}

/// An answer of a transport that is there for this one request: its permit is of no
/// use to another one.
async fn begin(transport: &Transport, request: &Request) -> Result<Incoming, Error> {
    let mut patience = transport.patience();
    let (incoming, _permit) = transport.open(request, &mut patience).await?;
    Ok(incoming)
}

async fn fetch<E>(
    transport: &Transport,
    request: &Request,
    html_is_due: bool,
    take: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<Fetched, Failed<E>> {
    let mut patience = transport.patience();
    loop {
        let opened = transport.open(request, &mut patience).await;
        let (mut incoming, permit) = opened.map_err(Failed::Answer)?;
        if let Some(url) = redirect(&incoming).map_err(Failed::Answer)? {
            patience.ticket.answered(request, None);
            return Ok(Fetched::Redirected(url));
        }
        let mut taken: u64 = 0;
        let failed = loop {
            match transport.chunk(&mut incoming).await {
                Ok(Some(piece)) if taken == 0 && !html_is_due && is_page(&incoming, &piece) => {
                    break in_place(&incoming, &piece);
                }
                Ok(Some(piece)) => {
                    take(&piece).map_err(Failed::Taking)?;
                    taken += piece.len() as u64;
                }
                Ok(None) => {
                    patience.ticket.answered(request, None);
                    return Ok(Fetched::Whole);
                }
                Err(failed) => break failed,
            }
        };
        drop((incoming, permit));
        if taken > 0 {
            return Err(Failed::Answer(broken_off(taken, *failed.error)));
        }
        let waited = transport.wait(&mut patience, request, failed).await;
        waited.map_err(Failed::Answer)?;
    }
}

/// Where an answer redirects to, if it does.
pub(super) fn redirect(incoming: &Incoming) -> Result<Option<StorageUrl>, Error> {
    let response = incoming.response();
    if !response.status().is_redirection() {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let url = StorageUrl::admit("redirect", location.unwrap_or("data:"), response.url());
    url.map(Some).map_err(|error| Error {
        status: Some(response.status().as_u16()),
        ..error
    })
}

fn too_many_redirects() -> Error {
    refused(format!(
        "the storage redirects more than {MOST_HOPS} times: not followed"
    ))
}

/// Whether a body is a page of HTML, and nothing says that it is stored as one: a
/// sample may be HTML, and the storage sends it as bytes.
fn is_page(incoming: &Incoming, first: &Bytes) -> bool {
    let kind = incoming.response().headers().get(CONTENT_TYPE);
    kind.is_none_or(|kind| {
        kind.as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"text/html")
    }) && is_html(first)
}

fn in_place(incoming: &Incoming, first: &Bytes) -> FailedTry {
    let title = said(first);
    let colon = if title.is_empty() { "" } else { ": " };
    let status = incoming.response().status().as_u16();
    let message = format!("received a web page instead of the file{colon}{title}");
    FailedTry::foreign(error::foreign(ErrorKind::Network, status, message))
}

fn broken_off(taken: u64, error: Error) -> Error {
    Error {
        message: format!(
            "the download was interrupted after {taken} bytes: {}",
            error.message
        ),
        kind: transport_kind(error.kind),
        ..error
    }
}

/// What the storage answers says nothing of the key: it never saw one.
fn of_storage(origin: &str, error: Error) -> Error {
    let hint = match error.status {
        Some(400..=499) => {
            "run the same command again to get a new link: this one may have expired"
        }
        _ => "run the same command again to download the rest",
    };
    Error {
        kind: transport_kind(error.kind),
        status: error.status.or(error.foreign),
        foreign: None,
        hint: Some(hint.into()),
        message: format!("storage at {origin}: {}", error.message),
        ..error
    }
}

fn transport_kind(kind: ErrorKind) -> ErrorKind {
    match kind {
        ErrorKind::Timeout => ErrorKind::Timeout,
        _ => ErrorKind::Network,
    }
}

fn refused(reason: String) -> Error {
    Error::new(ErrorKind::Network, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_their_paths() {
        for (path, is) in [
            ("/files/abc/download", true),
            ("intelligence/zip_files/1/download", true),
            ("/private/file_behaviours/x_y%20z/pcap", true),
            ("/feeds/files/202601020304", true),
            ("/feeds/urls/hourly/2026010203", true),
            ("/files/abc/download_url", false),
            ("/files/abc", false),
            ("/domains/download", false),
            ("/collections/html/comments", false),
            ("/files/download/comments", false),
        ] {
            assert_eq!(is_document(path), is, "{path}");
        }
    }
}
