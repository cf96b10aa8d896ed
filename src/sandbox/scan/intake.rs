//! Taking in files and URLs. Files are hashed as they come and never held.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};

use super::reports::submitted;
use super::store::Item;
use crate::model::visibility::Visibility;
use crate::sandbox::call::Call;
use crate::sandbox::fault::{FaultKind, Hit};
use crate::sandbox::indicator::{Indicator, Kind};
use crate::sandbox::reply::{Answer, ApiError, Reply};
use crate::sandbox::url_id;

/// Bytes of a whole direct request at most.
const LARGEST_REQUEST: u64 = 32 * 1024 * 1024;
/// Bytes of a file at most.
const LARGEST_FILE: u64 = 650_000_000;
/// What a ZIP file begins with.
const ZIP: &[u8] = b"PK\x03\x04";

/// `POST /files` and `POST /private/files`.
pub(super) async fn direct(visibility: Visibility, call: &Call, request: Request) -> Answer {
    super::licensed(visibility, call)?;
    if length(request.headers())? > LARGEST_REQUEST {
        return Err(too_large());
    }
    take(visibility, call, request).await
}

/// `POST` to an upload URL.
pub(super) async fn by_ticket(call: Call, request: Request) -> Answer {
    let (side, ticket) = (call.segment(0), call.segment(1));
    let visibility: Visibility = side
        .parse()
        .map_err(|_| ApiError::not_found("Resource not found."))?;
    if !call
        .service
        .submissions()
        .redeem(&format!("{side}/{ticket}"))
    {
        let message = "The upload URL is unknown, or was used before";
        return Err(ApiError::bad_request(message));
    }
    length(request.headers())?;
    take(visibility, &call, request).await
}

/// `GET /files/upload_url` and its private twin.
pub(super) fn ticket(visibility: Visibility, call: &Call) -> Answer {
    super::licensed(visibility, call)?;
    let host = call.base.trim_end_matches(crate::sandbox::ROOT);
    let ticket = call.service.submissions().ticket(visibility);
    Ok(Reply::data(format!("{host}/_ah/upload/{ticket}")))
}

/// `POST /urls` and `POST /private/urls`.
pub(super) fn url(visibility: Visibility, call: &Call, fields: &str) -> Answer {
    super::licensed(visibility, call)?;
    let fields = url::form_urlencoded::parse(fields.as_bytes()).into_owned();
    let (url, options): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| name == "url");
    let url = url.first().and_then(|(_, text)| url_id::canonical(text));
    let url = url.ok_or_else(|| ApiError::bad_request("Unable to canonicalize url"))?;
    let item = Item {
        kind: Kind::Url,
        id: url_id::digest(url.as_str()),
        name: url.into(),
        size: 0,
    };
    begin(visibility, call, item, options)
}

/// `POST /files/{id}/analyse` and `POST /urls/{id}/analyse`.
pub(super) fn rescan(kind: Kind, call: &Call) -> Answer {
    let indicator = Indicator::parse(kind, call.segment(0))?;
    if kind == Kind::File && call.service.submissions().is_unseen(&indicator.id) {
        return Err(kind.not_found(&indicator.id));
    }
    let name = if kind == Kind::Url {
        indicator.text()
    } else {
        ""
    };
    let item = Item {
        kind,
        name: name.to_owned(),
        id: indicator.id,
        size: 0,
    };
    begin(Visibility::Public, call, item, vec![])
}

fn begin(
    visibility: Visibility,
    call: &Call,
    item: Item,
    options: Vec<(String, String)>,
) -> Answer {
    let mut submissions = call.service.submissions();
    let submission = submissions.begin(visibility, item, options, call.second())?;
    Ok(submitted(&submission, call))
}

/// The length of the request. The service's upload front-end wants one.
fn length(headers: &HeaderMap) -> Result<u64, ApiError> {
    headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .ok_or_else(|| {
            ApiError::new(
                StatusCode::LENGTH_REQUIRED,
                "BadRequestError",
                "The request has no length",
            )
        })
}

fn too_large() -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "BadRequestError",
        "The file is too large",
    )
}

/// Reads the form and takes the file in.
async fn take(visibility: Visibility, call: &Call, request: Request) -> Answer {
    let hit = request.extensions().get::<Hit>();
    let breaks =
        hit.is_some_and(|hit| matches!(hit.kind, FaultKind::Reset) && hit.is_second_face());
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| ApiError::bad_request(rejection.to_string()))?;
    let mut options = vec![];
    let mut received = None;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("file") => received = Some(receive(field, breaks).await?),
            Some(name) => {
                let name = name.to_owned();
                options.push((name, field.text().await.map_err(|error| broken(&error))?));
            }
            None => return Err(ApiError::bad_request("A field without a name")),
        }
    }
    let (item, is_zip) = received.ok_or_else(|| ApiError::bad_request("There is no file"))?;
    if item.size == 0 {
        return Err(ApiError::bad_request("The file is empty"));
    }
    if let Some(place) = options.iter().position(|(name, _)| name == "password") {
        let (_, password) = options.remove(place);
        if password == "wrong" || !is_zip {
            return Err(bad_password(visibility));
        }
    }
    begin(visibility, call, item, options)
}

/// The pages of the service's documentation do not agree on the status.
fn bad_password(visibility: Visibility) -> ApiError {
    let status = match visibility {
        Visibility::Private => StatusCode::BAD_REQUEST,
        Visibility::Public => StatusCode::UNAUTHORIZED,
    };
    ApiError::new(
        status,
        "BadRequestError",
        "Wrong password, or not a ZIP file with a single file",
    )
}

/// Reads a file as it comes; and whether it is a ZIP. One that a fault breaks off is not read further,
/// and the connection ends while the client still writes.
async fn receive(mut field: Field<'_>, breaks: bool) -> Result<(Item, bool), ApiError> {
    let disposition = field.headers().get(header::CONTENT_DISPOSITION);
    let disposition = disposition.map(|value| String::from_utf8_lossy(value.as_bytes()));
    if disposition.is_none_or(|text| text.contains("filename*")) {
        return Err(ApiError::bad_request(
            "The file name must be plain and quoted",
        ));
    }
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut hash = Sha256::new();
    let (mut size, mut head) = (0, Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if breaks {
            return Err(ApiError::bad_request("Broken off"));
        }
        if head.len() < ZIP.len() {
            head.extend_from_slice(&chunk[..chunk.len().min(ZIP.len())]);
        }
        hash.update(&chunk);
        size += chunk.len() as u64;
        if size > LARGEST_FILE {
            return Err(too_large());
        }
    }
    let item = Item {
        kind: Kind::File,
        id: base16ct::lower::encode_string(&hash.finalize()),
        name,
        size,
    };
    Ok((item, head.starts_with(ZIP)))
}

fn broken(error: &MultipartError) -> ApiError {
    ApiError::bad_request(error.to_string())
}
