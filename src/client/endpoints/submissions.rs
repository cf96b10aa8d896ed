//! Handing files and URLs in, again or for the first time, and taking private
//! files back out (API notes, sections 3.1 to 3.3, 3.5 and 3.6).

use std::sync::Arc;

use serde::de::IgnoredAny;

use super::indicators::Place;
use super::lost::Lost;
use crate::client::Client;
use crate::client::change::shows;
use crate::client::envelope::{Answer, Envelope, Flaw, Subject};
use crate::client::once::unknowable;
use crate::client::path::Query;
use crate::client::request::Request;
use crate::client::upload::{Upload, UploadAddress, sha256_of_text};
use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;
use crate::model::view::view;
use crate::model::visibility::Visibility;

/// Files above this size go through an upload URL. The service takes requests
/// of 32 MB; the form around the file needs some of that.
pub const LARGEST_DIRECT: u64 = 30 * 1024 * 1024;

/// The largest file that the service takes: 650 MB.
pub const LARGEST_FILE: u64 = 650_000_000;

impl Client {
    /// Submits a file; the answer is the id of its analysis, none where that answer
    /// was lost and the service shows the file without naming the analysis.
    ///
    /// # Errors
    /// What the request came to; `unconfirmed` where it may have been taken.
    pub async fn submit_file(
        &self,
        visibility: Visibility,
        upload: &Arc<Upload>,
    ) -> Result<Option<String>, Error> {
        let path = visibility.files_path();
        let prepare = async || {
            let request = Request::post(path.clone()).file(Arc::clone(upload)).small();
            if upload.size() <= LARGEST_DIRECT {
                return Ok(request);
            }
            // Good for one request: each try needs its own.
            let address = self.upload_address(visibility).await?;
            Ok(request.to_address(address))
        };
        let send = async || self.ask_anew(prepare, analysis_id).await.map(Some);
        let look = async |begun| {
            if upload.has_field("password") {
                let reason = "a file out of an archive is known by a hash of its own";
                return Err(unknowable(reason));
            }
            // Refused before it was out.
            let Some(sha256) = upload.sha256() else {
                return Ok(None);
            };
            let lost = Lost {
                visibility,
                place: visibility.file(&sha256),
                sha256: &sha256,
            };
            self.look_for_submission(lost, begun).await
        };
        self.once(send, look).await
    }

    async fn upload_address(&self, visibility: Visibility) -> Result<UploadAddress, Error> {
        let request = Request::get(visibility.files_path().then("upload_url")).small();
        let read = |answer: &Answer| Envelope::Data.value::<String>(answer);
        let (_, address) = self.fetch_checked(&request, read).await?;
        UploadAddress::admit(&address, self.base_url())
    }

    /// Submits a URL with these options, which the service has under `id`; the answer
    /// is the id of its analysis, as of a file.
    ///
    /// # Errors
    /// As [`submit_file`](Self::submit_file).
    pub async fn submit_url(
        &self,
        visibility: Visibility,
        url: &str,
        id: &str,
        options: &[(&'static str, String)],
    ) -> Result<Option<String>, Error> {
        let options = options.iter().map(|(name, value)| (*name, value.as_str()));
        let request = Request::post(visibility.urls_path())
            .form([("url", url)].into_iter().chain(options))
            .small();
        let send = async || self.analysis_id(&request).await.map(Some);
        let sha256 = sha256_of_text(url);
        let lost = Lost {
            visibility,
            place: visibility.url(id),
            sha256: &sha256,
        };
        let look = async |begun| self.look_for_submission(lost, begun).await;
        self.once(send, look).await
    }

    /// Has a known public file or URL analysed again; the answer is the id of the
    /// analysis.
    ///
    /// # Errors
    /// As [`submit_file`](Self::submit_file).
    pub async fn rescan(&self, place: Place<'_>) -> Result<Option<String>, Error> {
        let request = Request::post(place.path()?.then("analyse")).small();
        let send = async || self.analysis_id(&request).await.map(Some);
        let lost = Lost {
            visibility: Visibility::Public,
            place,
            sha256: place.id,
        };
        let look = async |begun| self.look_for_rescan(lost, begun).await;
        self.once(send, look).await
    }

    /// Deletes a private file; `only_binary` keeps the report about it.
    ///
    /// What the answer holds is not documented, so it proves nothing: the file is
    /// deleted when the service does not know it any more. Of the binary alone no
    /// other answer tells.
    pub async fn delete_private_file(&self, sha256: &str, only_binary: bool) -> Result<(), Error> {
        let place = Visibility::Private.file(sha256);
        let flag = if only_binary { "true" } else { "false" };
        let request = Request::delete(place.path()?)
            .query(Query::new().with("only_from_storage", flag))
            .small();
        let shown = |answer: &Answer| {
            shows(only_binary)?;
            acknowledged(answer)
        };
        let look = async {
            if only_binary {
                return Err(Error::new(
                    ErrorKind::Decode,
                    "the answer does not say that the binary was deleted",
                ));
            }
            let request = Request::get(place.path()?);
            let subject = place.subject();
            match self.object(&request, Envelope::Data, &subject).await {
                Ok(_) => Err(Error::new(
                    ErrorKind::Server,
                    "the service accepted the deletion, and still has the file",
                )
                .hint("it is safe to run the same command again later")),
                Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            }
        };
        match self.change(&request, shown, look).await {
            // An earlier try, whose answer was lost, has done it.
            Err(error) if error.kind == ErrorKind::NotFound && error.tries > 1 => Ok(()),
            outcome => outcome,
        }
    }

    async fn analysis_id(&self, request: &Request) -> Result<String, Error> {
        let (_, id) = self.fetch_checked(request, analysis_id).await?;
        Ok(id)
    }
}

/// The types of analyses.
pub(super) const ANALYSIS: &[&str] = &["analysis", "private_analysis"];

/// The id in an analysis descriptor. The service has been seen to answer 200
/// with an empty one, which leads nowhere: such an answer counts as garbled.
fn analysis_id(answer: &Answer) -> Result<String, Flaw> {
    view! {
        struct Descriptor {
            id: Option<String>,
        }
    }
    let subject = Subject::any().of(ANALYSIS);
    let (_, descriptor) = Envelope::Data.object(answer, &subject, Scan::decode::<Descriptor>)?;
    descriptor
        .view
        .id
        .ok_or_else(|| Flaw::Unfit("no analysis id in it".to_owned()))
}

/// Reads what says at least that a request was heard: nothing, or `data` of any
/// kind.
fn acknowledged(answer: &Answer) -> Result<(), Flaw> {
    if answer.bytes().is_empty() {
        return Ok(());
    }
    Envelope::Data.value::<IgnoredAny>(answer).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_id_is_no_id() {
        let read = |body: &'static str| analysis_id(&Answer::without_headers(body.into()));
        assert_eq!(
            read(r#"{"data":{"type":"analysis","id":"abc="}}"#),
            Ok("abc=".to_owned())
        );
        assert_eq!(
            read(r#"{"data":{"type":"analysis","id":17}}"#),
            Ok("17".to_owned())
        );
        for body in [
            r#"{"data":{"type":"domain","id":"evil.example"}}"#,
            r#"{"data":[{"type":"analysis","id":"abc="}]}"#,
            r#"{"data":{"id":""}}"#,
            r#"{"data":{"id":null}}"#,
            r#"{"data":{}}"#,
            "{}",
            "<html>",
        ] {
            assert!(read(body).is_err(), "{body}");
        }
    }
}
