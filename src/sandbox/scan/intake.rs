//! Taking in files and URLs. Files are hashed as they come and never held.

use axum::Extension;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use sha2::{Digest, Sha256};

use super::store::Item;
use crate::model::visibility::Visibility;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal, Reply};
use crate::sandbox::fault::{FaultKind, Hit};
use crate::sandbox::json::object;
use crate::sandbox::service::Shared;
use crate::sandbox::subject::{Detail, Kind, Subject};
use crate::sandbox::url_id;

/// Bytes of a whole direct request at most.
const LARGEST_REQUEST: u64 = 32 * 1024 * 1024;
/// Bytes of a file at most.
const LARGEST_FILE: u64 = 650_000_000;
/// What a ZIP file begins with.
const ZIP: &[u8] = b"PK\x03\x04";

/// `POST /files` and `POST /private/files`.
pub(super) async fn direct(
    visibility: Visibility,
    State(service): State<Shared>,
    asked: Asked,
    request: Request,
) -> Answer {
    licensed(visibility, &asked)?;
    if length(request.headers())? > LARGEST_REQUEST {
        return Err(too_large());
    }
    take(visibility, &service, &asked, request).await
}

/// `POST` to an upload URL.
pub(super) async fn by_ticket(
    State(service): State<Shared>,
    Path((side, ticket)): Path<(String, String)>,
    asked: Asked,
    request: Request,
) -> Answer {
    let visibility: Visibility = side
        .parse()
        .map_err(|_| Refusal::not_found("Resource not found."))?;
    if !service.submissions().redeem(&format!("{side}/{ticket}")) {
        return Err(Refusal::bad_request(
            "The upload URL is unknown, or was used before",
        ));
    }
    length(request.headers())?;
    take(visibility, &service, &asked, request).await
}

/// `GET /files/upload_url` and its private twin.
pub(super) fn ticket(visibility: Visibility, service: &Shared, asked: &Asked) -> Answer {
    licensed(visibility, asked)?;
    let host = asked.base.trim_end_matches(crate::sandbox::ROOT);
    let ticket = service.submissions().ticket(visibility);
    Ok(Reply::data(format!("{host}/_ah/upload/{ticket}")))
}

/// `POST /urls` and `POST /private/urls`.
pub(super) fn url(visibility: Visibility, service: &Shared, asked: &Asked, fields: &str) -> Answer {
    licensed(visibility, asked)?;
    let mut options: Vec<(String, String)> = url::form_urlencoded::parse(fields.as_bytes())
        .into_owned()
        .collect();
    let place = options.iter().position(|(name, _)| name == "url");
    let text = place.map(|place| options.remove(place).1);
    let canonical = text
        .as_deref()
        .and_then(url_id::canonical)
        .ok_or_else(|| Refusal::bad_request("Unable to canonicalize url"))?;
    let item = Item::Url {
        id: url_id::digest(canonical.as_str()),
        text: canonical.to_string(),
    };
    begin(visibility, service, asked, item, options)
}

/// `POST /files/{id}/analyse`.
pub(super) async fn rescan_file(State(service): State<Shared>, asked: Asked) -> Answer {
    let subject = Subject::parse(Kind::File, asked.segment(0))?;
    if service.submissions().is_unseen(&subject.id) {
        return Err(Refusal::not_found(format!(
            "File \"{}\" not found",
            subject.id
        )));
    }
    let item = Item::File {
        sha256: subject.id,
        size: 0,
        name: None,
    };
    begin(Visibility::Public, &service, &asked, item, vec![])
}

/// `POST /urls/{id}/analyse`.
pub(super) async fn rescan_url(State(service): State<Shared>, asked: Asked) -> Answer {
    let subject = Subject::parse(Kind::Url, asked.segment(0))?;
    let text = match &subject.detail {
        Detail::Url(url) => url.to_string(),
        _ => String::new(),
    };
    let item = Item::Url {
        id: subject.id,
        text,
    };
    begin(Visibility::Public, &service, &asked, item, vec![])
}

/// 403 for a private path where the licence does not cover it.
pub(super) fn licensed(visibility: Visibility, asked: &Asked) -> Result<(), Refusal> {
    if visibility == Visibility::Private && !asked.caller.licensed {
        return Err(Refusal::forbidden());
    }
    Ok(())
}

fn begin(
    visibility: Visibility,
    service: &Shared,
    asked: &Asked,
    item: Item,
    options: Vec<(String, String)>,
) -> Answer {
    let now = (service.options.now)().as_second();
    let id = service
        .submissions()
        .begin(visibility, item, options, now)?;
    let (kind, path) = match visibility {
        Visibility::Public => ("analysis", "analyses"),
        Visibility::Private => ("private_analysis", "private/analyses"),
    };
    let link = format!("{}/{path}/{id}", asked.base);
    Ok(Reply::data(object! {
        "type": kind,
        "id": id,
        "links": object! { "self": link },
    }))
}

/// The length of the request. The service's upload front-end wants one.
fn length(headers: &HeaderMap) -> Result<u64, Refusal> {
    headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .ok_or_else(|| {
            Refusal::new(
                StatusCode::LENGTH_REQUIRED,
                "BadRequestError",
                "The request has no length",
            )
        })
}

fn too_large() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "BadRequestError",
        "The file is too large",
    )
}

/// Reads the form and takes the file in.
async fn take(visibility: Visibility, service: &Shared, asked: &Asked, request: Request) -> Answer {
    let (mut parts, body) = request.into_parts();
    let hit = Extension::<Hit>::from_request_parts(&mut parts, service).await;
    let breaks = hit
        .is_ok_and(|Extension(hit)| matches!(hit.kind, FaultKind::Reset) && hit.is_second_face());
    let request = Request::from_parts(parts, body);
    let mut form = Multipart::from_request(request, service)
        .await
        .map_err(|rejection| Refusal::bad_request(rejection.to_string()))?;
    let mut options = vec![];
    let mut received = None;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("file") => received = Some(receive(field, breaks).await?),
            Some(name) => {
                let name = name.to_owned();
                options.push((name, field.text().await.map_err(|error| broken(&error))?));
            }
            None => return Err(Refusal::bad_request("A field without a name")),
        }
    }
    let received = received.ok_or_else(|| Refusal::bad_request("There is no file"))?;
    if received.size == 0 {
        return Err(Refusal::bad_request("The file is empty"));
    }
    if let Some(place) = options.iter().position(|(name, _)| name == "password") {
        let (_, password) = options.remove(place);
        if password == "wrong" || !received.is_zip {
            return Err(bad_password(visibility));
        }
    }
    let item = Item::File {
        sha256: received.sha256,
        size: received.size,
        name: Some(received.name),
    };
    begin(visibility, service, asked, item, options)
}

/// The pages of the service's documentation do not agree on the status.
fn bad_password(visibility: Visibility) -> Refusal {
    let status = match visibility {
        Visibility::Private => StatusCode::BAD_REQUEST,
        Visibility::Public => StatusCode::UNAUTHORIZED,
    };
    Refusal::new(
        status,
        "BadRequestError",
        "Wrong password, or not a ZIP file with a single file",
    )
}

struct Received {
    name: String,
    size: u64,
    sha256: String,
    is_zip: bool,
}

/// Reads a file as it comes. One that a fault breaks off is not read further,
/// and the connection ends while the client still writes.
async fn receive(mut field: Field<'_>, breaks: bool) -> Result<Received, Refusal> {
    let disposition = field.headers().get(header::CONTENT_DISPOSITION);
    let disposition = disposition.map(|value| String::from_utf8_lossy(value.as_bytes()));
    if disposition.is_none_or(|text| text.contains("filename*")) {
        return Err(Refusal::bad_request(
            "The file name must be plain and quoted",
        ));
    }
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut hash = Sha256::new();
    let (mut size, mut head) = (0, Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if breaks {
            return Err(Refusal::bad_request("Broken off"));
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
    let digest = hash.finalize();
    Ok(Received {
        name,
        size,
        sha256: url_id::hex(&digest),
        is_zip: head.starts_with(ZIP),
    })
}

fn broken(error: &MultipartError) -> Refusal {
    Refusal::bad_request(error.to_string())
}
