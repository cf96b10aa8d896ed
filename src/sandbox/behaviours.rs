//! What files did in sandboxes: reports, their summary, and ATT&CK trees.

use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;

use super::call::Call;
use super::entity::Entity;
use super::indicator::{Indicator, Kind};
use super::json::{Json, Object, object};
use super::reply::{Answer, ApiError, Reply};
use super::seed::Seed;
use super::service::Shared;
use super::template::{Fixture, Thing};

/// The invented sandboxes. Blanks in names have to be escaped in paths.
const SANDBOXES: [&str; 4] = [
    "Example Box",
    "Simulator 10 x64",
    "Example Jail Linux",
    "SimNet",
];

static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("fixtures/behaviour.json")));

/// `GET /files/{id}/behaviour_summary` and `/behaviour_mitre_trees`. The reports of
/// a file are a relationship.
pub(super) fn routes() -> Router<Shared> {
    let summary = async |call: Call| summary(&call);
    let trees = async |call: Call| trees(&call);
    Router::new()
        .route("/files/{id}/behaviour_summary", get(summary))
        .route("/files/{id}/behaviour_mitre_trees", get(trees))
}

/// The report of one sandbox about one file.
pub(super) struct Behaviour {
    sha256: String,
    sandbox: String,
    seed: Seed,
}

impl Behaviour {
    /// What a sandbox saw of a file, which may be run by a dozen of them.
    pub(super) fn new(file: &Thing, index: usize) -> Self {
        let name = SANDBOXES[index % SANDBOXES.len()];
        let sandbox = match index / SANDBOXES.len() {
            0 => name.to_owned(),
            more => format!("{name} {}", more + 1),
        };
        Self {
            sha256: file.text("id"),
            sandbox,
            seed: file.seed.child("behaviour", index),
        }
    }

    /// All reports about a file: none about some.
    pub(super) fn all(file: &Thing) -> impl Iterator<Item = Self> {
        let count = usize::try_from(file.number("runs")).unwrap_or(0);
        (0..count).map(|index| Self::new(file, index))
    }
}

impl Entity for Behaviour {
    fn type_name(&self) -> &'static str {
        "file_behaviour"
    }

    fn id(&self) -> String {
        format!("{}_{}", self.sha256, self.sandbox)
    }

    fn path(&self) -> String {
        format!("file_behaviours/{}", self.id().replace(' ', "%20"))
    }

    fn thing(&self, _: &Call) -> Thing {
        Thing::new(&FIXTURE, self.seed).with("sandbox", self.sandbox.clone())
    }

    fn attributes(&self, call: &Call) -> Object {
        let mut attributes = self.thing(call).object("report");
        attributes.extend(activity(self.seed));
        attributes
    }
}

/// What was seen of a program; the summary has it without the run's own data.
fn activity(seed: Seed) -> Object {
    let lists = chosen("techniques", seed).into_iter();
    let techniques: Json = lists.flat_map(Json::into_items).collect();
    Thing::new(&FIXTURE, seed)
        .with("techniques", techniques)
        .object("activity")
}

/// What belongs to three to five tactics in a row.
fn chosen(name: &str, seed: Seed) -> Vec<Json> {
    let all = Thing::new(&FIXTURE, seed).fill(name).into_items();
    let first = seed.below("first tactic", all.len());
    let count = 3 + seed.below("tactics", 3);
    all.into_iter().cycle().skip(first).take(count).collect()
}

fn found(call: &Call) -> Result<Thing, ApiError> {
    let file = Indicator::parse(Kind::File, call.segment(0))?.known();
    if file.number("runs") == 0 {
        let message = format!("No behaviour found for file \"{}\"", file.text("id"));
        return Err(ApiError::not_found(message));
    }
    Ok(file)
}

fn summary(call: &Call) -> Answer {
    Ok(Reply::linked(activity(found(call)?.seed), call.link()))
}

/// A dictionary by sandbox; an empty one for some files that were run.
pub(super) fn trees(call: &Call) -> Answer {
    let file = found(call)?;
    let mut trees = Object::default();
    let runs = Behaviour::all(&file).take(if file.is("treeless") { 0 } else { 3 });
    for behaviour in runs {
        let tactics = Json::List(chosen("tactics", behaviour.seed));
        trees.push(behaviour.sandbox, object! { "tactics": tactics });
    }
    Ok(Reply::linked(trees, call.link()))
}
