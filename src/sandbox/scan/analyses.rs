//! `GET /analyses/{id}` and its private twin.

use super::intake::licensed;
use super::store::{Item, Submission};
use crate::model::visibility::Visibility;
use crate::sandbox::asked::Asked;
use crate::sandbox::envelope::{Answer, Refusal};
use crate::sandbox::hashes::Hashes;
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::objects;
use crate::sandbox::service::Shared;
use crate::sandbox::subject::{Kind, Subject};

/// Tells how an analysis is getting on. `meta` says from the start what it is
/// about.
pub(super) fn show(visibility: Visibility, service: &Shared, asked: &Asked) -> Answer {
    licensed(visibility, asked)?;
    let (submission, progress) = service.submissions().poll(visibility, asked.segment(0))?;
    let item = &submission.item;
    let (collection, meta) = match item {
        Item::File { sha256, size, .. } => {
            let hashes = Hashes::of(sha256);
            let hash = |of: fn(Hashes) -> String| hashes.clone().map(of);
            let info = object! {
                "sha256": sha256.clone(),
                "sha1": hash(|hashes| hashes.sha1),
                "md5": hash(|hashes| hashes.md5),
                "size": i64::try_from(*size).unwrap_or(i64::MAX),
            };
            ("files", object! { "file_info": info })
        }
        Item::Url { id, text } => {
            let info = object! { "id": id.clone(), "url": text.clone() };
            ("urls", object! { "url_info": info })
        }
    };
    let mut attributes = object! { "status": progress.status, "date": submission.begun };
    let (kind, below) = match visibility {
        Visibility::Public => {
            attributes.extend(engines(item, progress.complete, asked)?);
            ("analysis", "")
        }
        Visibility::Private => {
            attributes.extend(sandboxes(&submission, progress.status));
            ("private_analysis", "private/")
        }
    };
    let base = &asked.base;
    let data = object! {
        "id": submission.id.clone(),
        "type": kind,
        "links": object! {
            "self": asked.link(),
            "item": format!("{base}/{below}{collection}/{}", item.id()),
        },
        "attributes": attributes,
    };
    Ok(object! { "data": data, "meta": meta }.into())
}

/// The engines' counts and results; none before the end.
fn engines(item: &Item, complete: bool, asked: &Asked) -> Result<Object, Refusal> {
    if !complete {
        let none = [
            "malicious",
            "suspicious",
            "undetected",
            "harmless",
            "timeout",
        ];
        let mut stats = Object::default();
        for name in none {
            stats.push(name, 0);
        }
        return Ok(object! { "stats": stats, "results": object! {} });
    }
    let kind = match item {
        Item::File { .. } => Kind::File,
        Item::Url { .. } => Kind::Url,
    };
    let subject = Subject::parse(kind, item.id())?;
    let mut attributes = objects::attributes(&subject, &asked.caller);
    let mut taken = |name| {
        let value = attributes.member_mut(name);
        value.map_or(Json::Null, |value| std::mem::replace(value, Json::Null))
    };
    Ok(object! {
        "stats": taken("last_analysis_stats"),
        "results": taken("last_analysis_results"),
    })
}

fn sandboxes(submission: &Submission, status: &str) -> Object {
    let option = |name: &str| {
        let found = submission.options.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value).to_owned()
    };
    let sandbox = match status {
        "queued" => object! { "status": "enqueueing" },
        "completed" => object! { "status": "finished", "in_progress_percent": 100 },
        _ => object! { "status": "running", "in_progress_percent": 50 },
    };
    object! {
        "expiration": submission.expiration,
        "sandbox_status": object! { "Example Box": sandbox },
        "sandbox_configuration": object! {
            "internet": i64::from(option("enable_internet") == "true"),
            "command_line": option("command_line"),
            "intercept_tls": option("intercept_tls") == "true",
            "locale": 0,
            "live_interaction_sandbox": 0,
            "live_interaction_analysis_timeout_seconds": option("interaction_timeout").parse().unwrap_or(0_i64),
        },
    }
}
