//! `GET /collections/sync/ioc-deltas/{hour}`: what was created or changed in an hour.

use std::io::{self, Write};
use std::sync::LazyLock;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bzip2::Compression;
use bzip2::write::BzEncoder;
use tar::{Builder, EntryType, Header};

use super::call::Call;
use super::dates;
use super::json::{Json, Object, object};
use super::reply::ApiError;
use super::seed::Seed;
use super::service::Shared;
use super::template::{Fixture, Thing};
use super::threat_lists::hour;

/// What is in a line.
static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("fixtures/delta.json")));

const HOUR: i64 = 3_600;
/// So long after the end of an hour its archives are published.
const LAG: i64 = 20 * 60;
/// Hours for which archives are kept.
const KEPT: i64 = 7 * 24;
/// The hour of the day that never comes.
const MISSING: i64 = 5;
/// The hour of the day that comes so many hours late.
const LATE: (i64, i64) = (17, 3);
/// The hour of the day that has so many files.
const HUGE: (i64, usize) = (0, 6_000);

pub(super) fn routes() -> Router<Shared> {
    let archive = async |call: Call| archive(&call);
    Router::new().route("/collections/sync/ioc-deltas/{hour}", get(archive))
}

/// The archive of an hour and a type of indicators.
fn archive(call: &Call) -> Result<Response, ApiError> {
    call.licensed()?;
    let text = call.segment(0);
    let invalid =
        |what: &str, text: &str| ApiError::invalid_argument(format!("Invalid {what} \"{text}\""));
    let hour = hour(text).ok_or_else(|| invalid("package", text))?;
    // What the service makes of a request without a type is not known: who leaves it
    // out shall notice.
    let kind = match call.value("ioc_type").unwrap_or("") {
        "file" => "file",
        "url" => "url",
        "domain" => "domain",
        // Parameter and objects have two names for it.
        "ip" => "ip_address",
        other => return Err(invalid("ioc_type", other)),
    };
    let now = call.second();
    let published = (hour + 1) * HOUR + LAG;
    if now < published {
        let at = dates::text(published, "%Y-%m-%d at %H:%M UTC");
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "NotAvailableYet",
            format!("Package {text} is not available until {at}."),
        ));
    }
    let of_day = hour.rem_euclid(24);
    let is_late = of_day == LATE.0 && now < published + LATE.1 * HOUR;
    if hour < now.div_euclid(HOUR) - KEPT || of_day == MISSING || is_late {
        let message = format!("Package \"{text}\" not found");
        return Err(ApiError::not_found(message));
    }
    let packed = packed(kind, hour).map_err(|error| {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "TransientError",
            error.to_string(),
        )
    })?;
    let headers = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((headers, packed).into_response())
}

/// The lines of an hour in an archive of two streams, with members for some minutes.
fn packed(kind: &'static str, hour: i64) -> io::Result<Vec<u8>> {
    let lines = lines(kind, hour);
    let parts = lines.len().div_ceil(6).max(1);
    let mut members = lines.chunks(parts);
    let mut out = Vec::new();
    for names in [
        ["minutes/", "minutes/00.json", "minutes/07.json"],
        ["minutes/25.json", "/etc/hosts", "../../31.json"],
        ["minutes/40.json", "minutes/41.json", "minutes/empty.json"],
    ] {
        let encoder = BzEncoder::new(out, Compression::fast());
        let mut tar = Builder::new(encoder);
        for name in names {
            let text = match name {
                "minutes/" => None,
                _ => members.next().map(<[_]>::concat),
            };
            add(&mut tar, name, &text.unwrap_or_default())?;
        }
        out = tar.into_inner()?.finish()?;
    }
    Ok(out)
}

/// Adds a member whose name is what it is: the library would refuse some.
fn add(tar: &mut Builder<impl Write>, name: &str, text: &[u8]) -> io::Result<()> {
    let mut header = Header::new_ustar();
    let kind = if name.ends_with('/') {
        EntryType::Directory
    } else {
        EntryType::Regular
    };
    header.set_entry_type(kind);
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    tar.append(&header, text)
}

/// The lines of an hour, which is counted from the epoch. Some are there every hour and
/// change every six; a blank line stands behind every tenth.
fn lines(kind: &'static str, hour: i64) -> Vec<Vec<u8>> {
    let package = Seed::of("delta", &format!("{kind} {hour}"));
    let day = Seed::of("delta-day", &format!("{kind} {}", hour.div_euclid(24)));
    let count = if hour.rem_euclid(24) == HUGE.0 && kind == "file" {
        HUGE.1
    } else {
        12 + package.below("count", 20)
    };
    let line = |index: usize| {
        let (seed, since) = if index < 5 {
            (day, hour.div_euclid(6) * 6)
        } else {
            (package, hour)
        };
        let mut line = entry(kind, seed.child("entry", index), since).render_line();
        line.push(b'\n');
        if index % 10 == 9 {
            line.push(b'\n');
        }
        line
    };
    (0..count).map(line).collect()
}

fn entry(kind: &'static str, seed: Seed, hour: i64) -> Json {
    let modified = hour * HOUR + seed.between("modified", 0, HOUR - 1);
    let thing = Thing::new(&FIXTURE, seed)
        .with("kind", kind)
        .with("gti_score", seed.between("score", 0, 100))
        .with("created", modified - seed.between("age", 0, 30 * 24 * HOUR))
        .with("modified", modified);
    let mut attributes: Object = thing.object(kind);
    attributes.extend(thing.object("assessment"));
    attributes.extend(thing.object("any"));
    object! {
        "id": thing.text("id"),
        "type": kind,
        "attributes": attributes,
        "relationships": thing.object("relationships"),
    }
    .into()
}
