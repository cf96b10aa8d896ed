//! How analyses are getting on, and private reports: known to those who submitted,
//! until they expire.

use super::store::Submission;
use crate::model::visibility::Visibility;
use crate::sandbox::behaviours::{self, Behaviour};
use crate::sandbox::call::Call;
use crate::sandbox::entity::Entity;
use crate::sandbox::filter::among;
use crate::sandbox::indicator::{Indicator, Kind};
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::relationships;
use crate::sandbox::reply::{Answer, ApiError, Reply};
use crate::sandbox::template::Thing;

/// Attributes that the public collection has and private reports don't: what
/// engines say, and what the community knows.
const PUBLIC_ONLY: &str = "last_analysis_stats last_analysis_results reputation total_votes \
    unique_sources times_submitted crowdsourced_context downloadable";

/// The answer to a submission.
pub(super) fn submitted(submission: &Submission, call: &Call) -> Reply {
    let thing = submission.thing().with("base", call.base.clone());
    Reply::data(thing.fill("submitted"))
}

/// `GET /analyses/{id}` and its private twin. `meta` says from the start what it is
/// about; no engine says anything before the end.
pub(super) fn analysis(visibility: Visibility, call: &Call) -> Answer {
    super::licensed(visibility, call)?;
    let submission = call
        .service
        .submissions()
        .poll(visibility, call.segment(0))?;
    let thing = submission
        .thing()
        .with("base", call.base.clone())
        .with("link", call.link());
    if submission.status != "completed" {
        return Ok(thing.object("analysis").into());
    }
    let (stats, results) = Indicator::parse(submission.item.kind, &submission.item.id)?.engines();
    let thing = thing.with("stats", stats).with("results", results);
    Ok(thing.object("analysis").into())
}

/// `GET /files/{id}/analyses` and its twin for URLs: what was submitted here, and
/// what the service had before.
pub(super) fn of_item(kind: Kind, call: &Call) -> Answer {
    let indicator = Indicator::parse(kind, call.segment(0))?;
    let submissions = call.service.submissions();
    let newest = submissions.newest(Visibility::Public, Some(&indicator.id));
    if newest.is_empty() {
        drop(newest);
        drop(submissions);
        return relationships::named(kind, "analyses", call);
    }
    Ok(listed(&newest, call))
}

/// `GET /private/analyses`: what was submitted here.
pub(super) async fn private_analyses(call: Call) -> Answer {
    super::licensed(Visibility::Private, &call)?;
    let submissions = call.service.submissions();
    Ok(listed(
        &submissions.newest(Visibility::Private, None),
        &call,
    ))
}

/// The first page of a list of analyses, which is all there is of it here.
fn listed(newest: &[&Submission], call: &Call) -> Reply {
    let objects = newest.iter().take(call.limit().unwrap_or(10));
    let data: Json = objects
        .map(|submission| {
            let thing = submission
                .thing()
                .with("base", call.base.clone())
                .with("link", call.link());
            let mut analysis = thing.object("analysis");
            analysis.get_mut("data").map(std::mem::take)
        })
        .collect();
    object! { "data": data, "meta": object! { "count": Json::count(newest.len() as u64) } }.into()
}

/// A private object that a call names, and the submission that made it known.
struct Private(Indicator, Submission);

impl Private {
    fn of(kind: Kind, call: &Call) -> Result<Self, ApiError> {
        super::licensed(Visibility::Private, call)?;
        let missing = || kind.not_found(call.segment(0));
        let mut submissions = call.service.submissions();
        let report = submissions.report(Visibility::Private, call.segment(0), call.second());
        let report = report.filter(|submission| submission.item.kind == kind);
        let submission = report.ok_or_else(missing)?.clone();
        let indicator = match kind {
            Kind::File => Indicator::file(&submission.item.id),
            _ => submission.item.name.parse().ok().map(Indicator::url),
        };
        Ok(Self(indicator.ok_or_else(missing)?, submission))
    }
}

impl Entity for Private {
    fn type_name(&self) -> &'static str {
        match self.0.kind {
            Kind::File => "private_file",
            _ => "private_url",
        }
    }

    fn id(&self) -> String {
        self.0.id()
    }

    fn path(&self) -> String {
        format!("private/{}", self.0.path())
    }

    fn thing(&self, _: &Call) -> Thing {
        self.0.known()
    }

    fn attributes(&self, call: &Call) -> Object {
        let mut attributes = self.0.attributes(call);
        attributes.retain(|key| !among(PUBLIC_ONLY, key));
        attributes.update(self.1.item.told());
        let is_bad = self.0.known().is("bad");
        attributes.push("private", true);
        attributes.push("expiration", self.1.expiration);
        let verdict = if is_bad {
            "VERDICT_MALICIOUS"
        } else {
            "VERDICT_UNDETECTED"
        };
        attributes.push("threat_verdict", verdict);
        attributes
    }

    fn context(&self) -> Option<Object> {
        Some(object! { "role": "owner", "shared_with_me": false })
    }
}

/// `GET /private/files/{id}` and `GET /private/urls/{id}`.
pub(super) fn private(kind: Kind, call: &Call) -> Answer {
    let private = Private::of(kind, call)?;
    let mut whole = private.whole(call);
    // Whether the service embeds them in private reports is not documented: those of
    // files have them here, those of URLs don't.
    if kind == Kind::File {
        relationships::embed(&mut whole, &private, call)?;
    }
    Ok(Reply::data(whole))
}

/// `GET /private/files/{id}/{relationship}` and its twin for URLs, whose names are those
/// of public objects.
pub(super) fn related(kind: Kind, short: bool, call: &Call) -> Answer {
    let private = Private::of(kind, call)?;
    relationships::page(&private, call.segment(1), call, short)
}

/// `DELETE /private/files/{id}`. Without the binary the report stays.
pub(super) async fn delete(call: Call) -> Answer {
    let file = Private::of(Kind::File, &call)?;
    if call.value("only_from_storage") != Some("true") {
        call.service.submissions().delete(&file.id());
    }
    Ok(Reply::data(Json::Null))
}

/// `GET /private/files/{id}/behaviours`: never more than a page of them.
pub(super) async fn behaviours(call: Call) -> Answer {
    let file = Private::of(Kind::File, &call)?.0.known();
    let reports: Json = Behaviour::all(&file)
        .map(|behaviour| behaviour.whole(&call))
        .collect();
    Ok(object! { "data": reports, "meta": object! { "cursor": Json::Null } }.into())
}

/// `GET /private/files/{id}/behaviour_mitre_trees`.
pub(super) async fn trees(call: Call) -> Answer {
    Private::of(Kind::File, &call)?;
    behaviours::trees(&call)
}
