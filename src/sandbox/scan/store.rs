//! What was submitted, and how far it has got.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::model::visibility::Visibility;
use crate::sandbox::dates::DAY;
use crate::sandbox::hashes::Hashes;
use crate::sandbox::indicator::{Indicator, Kind};
use crate::sandbox::json::{Json, Object, object};
use crate::sandbox::reply::ApiError;
use crate::sandbox::seed::Seed;
use crate::sandbox::template::{Fixture, Thing};

/// A public file with such a hash is unknown until it is submitted.
const UNSEEN: &str = "000";

static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("../fixtures/analysis.json")));

/// What was submitted: a file or a URL.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    /// The id of the object that the report is about.
    pub(super) id: String,
    /// The name of a file as sent, empty where one is only analysed again; the text
    /// of a URL.
    pub(super) name: String,
    /// Bytes of a file.
    pub(super) size: u64,
}

impl Item {
    /// The attributes of a file that its submission tells.
    pub(super) fn told(&self) -> Object {
        if self.kind != Kind::File || self.name.is_empty() {
            return Object::default();
        }
        object! {
            "size": Json::count(self.size),
            "names": vec![self.name.clone()],
            "meaningful_name": self.name.clone(),
        }
    }

    /// Whether the id of its analysis is a number: that of the documented odd file,
    /// where it is analysed again.
    fn is_numbered(&self) -> bool {
        let again = self.kind == Kind::File && self.name.is_empty();
        again && Indicator::file(&self.id).is_some_and(|file| file.is("odd"))
    }

    /// Whether a file's name, or the host of a URL, begins with a word that means
    /// trouble.
    fn begins_with(&self, word: &str) -> bool {
        let url = url::Url::parse(&self.name).ok();
        let host = url.as_ref().and_then(url::Url::host_str);
        let name = if self.kind == Kind::File {
            Some(self.name.as_str())
        } else {
            host
        };
        name.is_some_and(|name| name.starts_with(word))
    }
}

/// A submission and its analysis.
#[derive(Debug, Clone)]
pub(super) struct Submission {
    pub(super) id: String,
    pub(super) visibility: Visibility,
    pub(super) item: Item,
    begun: i64,
    number: usize,
    pub(super) expiration: i64,
    /// How the analysis is getting on.
    pub(super) status: &'static str,
    /// The form fields beside the file or URL.
    options: Vec<(String, String)>,
    polls: u32,
}

impl Submission {
    fn option(&self, name: &str) -> &str {
        let found = self.options.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// One poll more: queued, in progress, completed.
    fn advance(&mut self) -> Result<(), ApiError> {
        self.polls += 1;
        let late = if self.item.begins_with("late") { 2 } else { 0 };
        self.status = match self.polls.saturating_sub(late) {
            0 if self.polls == 1 => return Err(missing(&self.id)),
            0 => {
                let message = "The analysis is not available yet";
                return Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "NotAvailableYet",
                    message,
                ));
            }
            1 => "queued",
            2 if self.item.begins_with("strange") => "re-scheduled",
            2 => "in-progress",
            _ if self.item.begins_with("stuck") => "in-progress",
            _ if self.item.begins_with("corrupt") => "corrupted file",
            _ => "completed",
        };
        Ok(())
    }

    /// What is known of it.
    pub(super) fn thing(&self) -> Thing {
        let mut thing = Thing::new(&FIXTURE, Seed::of("submission", &self.item.id))
            .with("analysis", self.id.clone())
            .with("visibility", self.visibility.to_string())
            .with("path", self.item.kind.path())
            .with("kind", self.item.kind.type_name())
            .with("item", self.item.id.clone())
            .with("url", self.item.name.clone())
            .with("size", Json::count(self.item.size))
            .with("status", self.status)
            .with("date", self.begun)
            .with("expiration", self.expiration)
            .with("numbered", self.item.is_numbered());
        if let Some(hashes) = Hashes::of(&self.item.id) {
            thing = thing.with("sha1", hashes.sha1).with("md5", hashes.md5);
        }
        let timeout = self.option("interaction_timeout").parse().unwrap_or(0);
        let options = ["enable_internet", "command_line", "intercept_tls"].into_iter();
        let thing = thing.with("interaction_timeout", timeout);
        options.fold(thing, |thing, name| {
            thing.with(name, self.option(name).to_owned())
        })
    }
}

fn missing(id: &str) -> ApiError {
    ApiError::not_found(format!("Analysis \"{id}\" not found"))
}

/// Everything that was submitted to a sandbox.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Submissions {
    analyses: HashMap<String, Submission>,
    /// What has a report, by side and id, and how many requests for it are still
    /// answered 404.
    reports: HashMap<String, (Submission, u32)>,
    tickets: HashSet<String>,
    number: usize,
}

impl Submissions {
    /// A new address for one upload.
    pub(super) fn ticket(&mut self, visibility: Visibility) -> String {
        self.number += 1;
        let seed = Seed::of("ticket", &visibility.to_string()).child("number", self.number);
        let ticket = format!("{visibility}/{}", seed.hex("ticket", 40));
        self.tickets.insert(ticket.clone());
        ticket
    }

    /// Uses an address up; false for one that is unknown or used.
    pub(super) fn redeem(&mut self, ticket: &str) -> bool {
        self.tickets.remove(ticket)
    }

    /// Takes a submission in.
    ///
    /// # Errors
    /// 409 where the item is being analysed already.
    pub(super) fn begin(
        &mut self,
        visibility: Visibility,
        item: Item,
        options: Vec<(String, String)>,
        now: i64,
    ) -> Result<Submission, ApiError> {
        self.number += 1;
        let count = self.number;
        let number = format!("{now}{count:03}");
        let id = match (item.kind, visibility) {
            _ if item.is_numbered() => number,
            (Kind::File, Visibility::Public) => {
                let md5 = Seed::of("file", &item.id).hex("md5", 32);
                STANDARD.encode(format!("{md5}:{number}"))
            }
            (_, Visibility::Public) => format!("u-{}-{number}", item.id),
            (_, Visibility::Private) => STANDARD.encode(format!("simulated:{}:{number}", item.id)),
        };
        let mut submission = Submission {
            id: id.clone(),
            visibility,
            item,
            begun: now,
            number: count,
            expiration: 0,
            status: "queued",
            options,
            polls: 0,
        };
        let days = submission
            .option("retention_period_days")
            .parse()
            .unwrap_or(1);
        submission.expiration = now + days * DAY;
        if submission.item.begins_with("busy") {
            self.learn(submission, 3);
            let message = "The item is being analysed already";
            return Err(ApiError::new(
                StatusCode::CONFLICT,
                "AlreadyExistsError",
                message,
            ));
        }
        self.analyses.insert(id, submission.clone());
        Ok(submission)
    }

    /// One poll of an analysis; each moves it on.
    ///
    /// # Errors
    /// 404 for an id that is unknown on this side, and what trouble there is.
    pub(super) fn poll(
        &mut self,
        visibility: Visibility,
        id: &str,
    ) -> Result<Submission, ApiError> {
        let known = self.analyses.get_mut(id);
        let submission = known
            .filter(|submission| submission.visibility == visibility)
            .ok_or_else(|| missing(id))?;
        submission.advance()?;
        let submission = submission.clone();
        if submission.status == "completed" {
            self.learn(submission.clone(), 0);
        }
        Ok(submission)
    }

    /// The submission behind a report, if there is one on this side and it has
    /// not expired.
    pub(super) fn report(
        &mut self,
        visibility: Visibility,
        id: &str,
        now: i64,
    ) -> Option<&Submission> {
        let (submission, hidden) = self.reports.get_mut(&side(visibility, id))?;
        if *hidden > 0 {
            *hidden -= 1;
            return None;
        }
        let lasts = visibility == Visibility::Public || now < submission.expiration;
        lasts.then_some(submission)
    }

    /// What was submitted on this side, of one item or of all, the newest first.
    pub(super) fn newest(&self, visibility: Visibility, item: Option<&str>) -> Vec<&Submission> {
        let is_due = |submission: &&Submission| {
            submission.visibility == visibility
                && item.is_none_or(|item| item == submission.item.id)
        };
        let mut newest: Vec<&Submission> = self.analyses.values().filter(is_due).collect();
        newest.sort_by_key(|submission| std::cmp::Reverse(submission.number));
        newest
    }

    /// Deletes a private file.
    pub(super) fn delete(&mut self, sha256: &str) {
        self.reports.remove(&side(Visibility::Private, sha256));
    }

    /// Whether a public file is unknown: its hash says so, and nobody submitted
    /// it.
    pub(in crate::sandbox) fn is_unseen(&self, sha256: &str) -> bool {
        let report = self.reports.get(&side(Visibility::Public, sha256));
        sha256.starts_with(UNSEEN) && report.is_none_or(|(_, hidden)| *hidden > 0)
    }

    /// What a submission tells about a public object that the report repeats.
    pub(in crate::sandbox) fn told(&mut self, id: &str) -> Option<Object> {
        let newest = self.newest(Visibility::Public, Some(id));
        let submitted = newest.first().map(|submission| submission.begun);
        let mut told = Object::default();
        if let Some(submission) = self.report(Visibility::Public, id, 0) {
            told = submission.item.told();
            told.push("last_analysis_date", submission.begun);
        }
        told.push("last_submission_date", submitted?);
        Some(told)
    }

    fn learn(&mut self, submission: Submission, hidden: u32) {
        let key = side(submission.visibility, &submission.item.id);
        self.reports.insert(key, (submission, hidden));
    }
}

fn side(visibility: Visibility, id: &str) -> String {
    format!("{visibility} {id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(visibility: Visibility) -> (Submissions, String) {
        let mut submissions = Submissions::default();
        let item = Item {
            kind: Kind::File,
            id: "ab".repeat(32),
            name: "a.bin".to_owned(),
            size: 3,
        };
        let submission = submissions.begin(visibility, item, vec![], 1_000_000);
        (submissions, submission.expect("taken in").id)
    }

    #[test]
    fn an_analysis_gets_on_from_poll_to_poll() {
        let (mut submissions, id) = begun(Visibility::Private);
        let known = |submissions: &mut Submissions, visibility, now| {
            submissions
                .report(visibility, &"ab".repeat(32), now)
                .is_some()
        };
        let mut statuses = vec![];
        for _ in 0..3 {
            assert!(!known(&mut submissions, Visibility::Private, 1_000_000));
            statuses.push(
                submissions
                    .poll(Visibility::Private, &id)
                    .expect("known")
                    .status,
            );
        }
        assert_eq!(statuses, ["queued", "in-progress", "completed"]);
        assert!(known(&mut submissions, Visibility::Private, 1_000_000));
        assert!(!known(&mut submissions, Visibility::Public, 1_000_000));
        assert!(
            !known(&mut submissions, Visibility::Private, 1_000_000 + DAY),
            "expired"
        );
        submissions.delete(&"ab".repeat(32));
        assert!(
            !known(&mut submissions, Visibility::Private, 1_000_000),
            "deleted"
        );
    }

    #[test]
    fn the_sides_do_not_know_of_each_other() {
        for (visibility, other) in [
            (Visibility::Private, Visibility::Public),
            (Visibility::Public, Visibility::Private),
        ] {
            let (mut submissions, id) = begun(visibility);
            assert!(submissions.poll(other, &id).is_err());
            assert!(submissions.poll(visibility, &id).is_ok());
        }
    }

    #[test]
    fn tickets_are_good_for_one_upload() {
        let mut submissions = Submissions::default();
        let (one, other) = (
            submissions.ticket(Visibility::Public),
            submissions.ticket(Visibility::Public),
        );
        assert_ne!(one, other);
        assert!(submissions.redeem(&one) && !submissions.redeem(&one));
        assert!(submissions.redeem(&other) && !submissions.redeem("public/x"));
    }
}
