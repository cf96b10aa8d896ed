//! Private reports: known to those who submitted, until they expire.

use axum::extract::State;

use super::intake::licensed;
use super::store::{Item, Submission, of_file};
use crate::model::visibility::Visibility;
use crate::sandbox::asked::Asked;
use crate::sandbox::assessment::Assessment;
use crate::sandbox::behaviours::{self, Behaviour};
use crate::sandbox::envelope::{Answer, Refusal, Reply};
use crate::sandbox::json::{Json, object};
use crate::sandbox::objects;
use crate::sandbox::service::Shared;
use crate::sandbox::subject::Subject;

/// Attributes that the public collection has and private reports don't: what
/// engines say, and what the community knows.
const PUBLIC_ONLY: [&str; 8] = [
    "last_analysis_stats",
    "last_analysis_results",
    "reputation",
    "total_votes",
    "unique_sources",
    "times_submitted",
    "crowdsourced_context",
    "downloadable",
];

/// `GET /private/files/{id}`.
pub(super) async fn file(State(service): State<Shared>, asked: Asked) -> Answer {
    let submission = found(&service, &asked, "File")?;
    let Item::File { sha256, .. } = &submission.item else {
        return Err(missing("File", &asked));
    };
    let subject = Subject::file(sha256).ok_or_else(|| missing("File", &asked))?;
    Ok(report(
        &subject,
        &submission,
        &asked,
        "private_file",
        "files",
    ))
}

/// `GET /private/urls/{id}`.
pub(super) async fn url(State(service): State<Shared>, asked: Asked) -> Answer {
    let submission = found(&service, &asked, "URL")?;
    let Item::Url { text, .. } = &submission.item else {
        return Err(missing("URL", &asked));
    };
    let url = url::Url::parse(text).map_err(|_| missing("URL", &asked))?;
    let subject = Subject::url(url);
    Ok(report(&subject, &submission, &asked, "private_url", "urls"))
}

/// `DELETE /private/files/{id}`. Without the binary the report stays.
pub(super) async fn delete(State(service): State<Shared>, asked: Asked) -> Answer {
    let submission = found(&service, &asked, "File")?;
    if asked.value("only_from_storage") != Some("true") {
        let now = (service.options.now)().as_second();
        service.submissions().delete(submission.item.id(), now);
    }
    Ok(Reply::data(Json::Null))
}

/// `GET /private/files/{id}/behaviours`: never more than a page of them.
pub(super) async fn behaviours(State(service): State<Shared>, asked: Asked) -> Answer {
    let submission = found(&service, &asked, "File")?;
    let subject = Subject::file(submission.item.id()).ok_or_else(|| missing("File", &asked))?;
    let reports: Json = (0..Behaviour::count(&subject))
        .map(|index| Behaviour::new(&subject, index).whole(&format!("{}/private", asked.base)))
        .collect();
    let meta = object! { "cursor": Json::Null };
    Ok(object! { "data": reports, "meta": meta }.into())
}

/// `GET /private/files/{id}/behaviour_summary`.
pub(super) async fn summary(State(service): State<Shared>, asked: Asked) -> Answer {
    found(&service, &asked, "File")?;
    behaviours::summary(&asked)
}

/// `GET /private/files/{id}/behaviour_mitre_trees`.
pub(super) async fn trees(State(service): State<Shared>, asked: Asked) -> Answer {
    found(&service, &asked, "File")?;
    behaviours::trees(&asked)
}

fn found(service: &Shared, asked: &Asked, what: &str) -> Result<Submission, Refusal> {
    licensed(Visibility::Private, asked)?;
    let now = (service.options.now)().as_second();
    let mut submissions = service.submissions();
    let submission = submissions.report(Visibility::Private, asked.segment(0), now);
    submission.cloned().ok_or_else(|| missing(what, asked))
}

fn missing(what: &str, asked: &Asked) -> Refusal {
    Refusal::not_found(format!("{what} \"{}\" not found", asked.segment(0)))
}

fn report(
    subject: &Subject,
    submission: &Submission,
    asked: &Asked,
    kind: &'static str,
    collection: &str,
) -> Reply {
    let mut attributes = objects::attributes(subject, &asked.caller);
    attributes.retain(|key| !PUBLIC_ONLY.contains(&key));
    attributes.update(of_file(&submission.item));
    let verdict = if Assessment::of(subject).is_bad() {
        "VERDICT_MALICIOUS"
    } else {
        "VERDICT_UNDETECTED"
    };
    attributes.extend(object! {
        "private": true,
        "expiration": submission.expiration,
        "threat_verdict": verdict,
    });
    objects::select(&mut attributes, asked);
    Reply::data(object! {
        "id": subject.id.clone(),
        "type": kind,
        "links": object! {
            "self": format!("{}/private/{collection}/{}", asked.base, subject.id),
        },
        "attributes": attributes,
        "context_attributes": object! { "role": "owner", "shared_with_me": false },
    })
}
