//! Handing files and URLs in, again or for the first time, and taking private
//! files back out (API notes, sections 3.1 to 3.3, 3.5 and 3.6).

use std::sync::Arc;

use serde::Deserialize;

use super::indicators::Place;
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::client::upload::{Upload, UploadAddress};
use crate::client::{Answer, Client, ClientError};
use crate::model::lenient;
use crate::model::problem::ProblemKind;
use crate::model::visibility::Visibility;

/// Files above this size go through an upload URL. The service takes requests
/// of 32 MB; the form around the file needs some of that.
pub const LARGEST_DIRECT: u64 = 30 * 1024 * 1024;

/// The largest file that the service takes: 650 MB.
pub const LARGEST_FILE: u64 = 650_000_000;

impl Client {
    /// Submits a file; the answer is the id of its analysis.
    ///
    /// Sending it again after a try whose answer was lost is harmless: the
    /// service knows files by their content, so at worst the same file is
    /// analysed twice. Not sending it again would lose the submission.
    pub async fn submit_file(
        &self,
        visibility: Visibility,
        upload: &Arc<Upload>,
    ) -> Result<String, ClientError> {
        let path = visibility.files_path();
        let request = || {
            Request::post(path.clone())
                .file(Arc::clone(upload))
                .harmless_twice()
        };
        if upload.size() <= LARGEST_DIRECT {
            return self.ask_anew(async || Ok(request()), analysis_id).await;
        }
        let prepare = async || {
            // Good for one request: each try needs its own.
            let address = self.upload_address(visibility).await?;
            Ok(request().to_address(address))
        };
        self.ask_anew(prepare, analysis_id).await
    }

    async fn upload_address(&self, visibility: Visibility) -> Result<UploadAddress, ClientError> {
        #[derive(Deserialize)]
        struct Envelope {
            data: String,
        }
        let request = Request::get(visibility.files_path().then("upload_url"));
        let read = |answer: &Answer| {
            serde_json::from_slice::<Envelope>(&answer.body).map_err(|error| error.to_string())
        };
        let (_, envelope) = self.fetch_checked(&request, read).await?;
        UploadAddress::admit(&envelope.data, self.base_url())
            .map_err(|reason| ClientError::new(ProblemKind::Decode, reason))
    }

    /// Submits a URL with these options; the answer is the id of its analysis.
    /// Sending it again is as harmless as with files.
    pub async fn submit_url(
        &self,
        visibility: Visibility,
        url: &str,
        options: &[(&'static str, String)],
    ) -> Result<String, ClientError> {
        let options = options.iter().map(|(name, value)| (*name, value.as_str()));
        let request = Request::post(visibility.urls_path())
            .form([("url", url)].into_iter().chain(options))
            .harmless_twice();
        self.analysis_id(&request).await
    }

    /// Has a known file or URL analysed again; the answer is the id of the
    /// analysis. Asking twice costs an analysis and does no harm.
    pub async fn rescan(&self, place: Place<'_>) -> Result<String, ClientError> {
        let request = Request::post(place.path()?.then("analyse")).harmless_twice();
        self.analysis_id(&request).await
    }

    /// Deletes a private file; `only_binary` keeps the report about it.
    pub async fn delete_private_file(
        &self,
        sha256: &str,
        only_binary: bool,
    ) -> Result<(), ClientError> {
        let path = Path::to("private/files").segment(sha256)?;
        let only_binary = if only_binary { "true" } else { "false" };
        let request =
            Request::delete(path).query(Query::new().with("only_from_storage", only_binary));
        match self.fetch_checked(&request, |_| Ok(())).await {
            // An earlier try, whose answer was lost, has done it.
            Err(error) if error.kind == ProblemKind::NotFound && error.tries > 1 => Ok(()),
            outcome => outcome.map(|_| ()),
        }
    }

    async fn analysis_id(&self, request: &Request) -> Result<String, ClientError> {
        let (_, id) = self.fetch_checked(request, analysis_id).await?;
        Ok(id)
    }
}

/// The id in an analysis descriptor. The service has been seen to answer 200
/// with an empty one, which leads nowhere: such an answer counts as garbled.
fn analysis_id(answer: &Answer) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Envelope {
        data: Descriptor,
    }
    #[derive(Deserialize)]
    struct Descriptor {
        #[serde(default, deserialize_with = "lenient::text")]
        id: Option<String>,
    }
    let envelope: Envelope =
        serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    envelope
        .data
        .id
        .ok_or_else(|| "no analysis id in it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_id_is_no_id() {
        let read = |body: &'static str| {
            analysis_id(&Answer {
                body: body.into(),
                headers: reqwest::header::HeaderMap::new(),
            })
        };
        assert_eq!(
            read(r#"{"data":{"type":"analysis","id":"abc="}}"#),
            Ok("abc=".to_owned())
        );
        for body in [
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
