//! What was submitted, and how far it has got.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::trick::Trick;
use crate::model::visibility::Visibility;
use crate::sandbox::envelope::Refusal;
use crate::sandbox::json::{Object, object};
use crate::sandbox::seed::Seed;

/// A public file with such a hash is unknown until it is submitted.
const UNSEEN: &str = "000";
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What was submitted.
#[derive(Debug, Clone)]
pub(super) enum Item {
    File {
        sha256: String,
        size: u64,
        /// As sent; `None` for one that is only analysed again.
        name: Option<String>,
    },
    Url {
        id: String,
        text: String,
    },
}

impl Item {
    /// The id of the object that the report is about.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::File { sha256, .. } => sha256,
            Self::Url { id, .. } => id,
        }
    }
}

/// A submission and its analysis.
#[derive(Debug, Clone)]
pub(super) struct Submission {
    pub(super) id: String,
    pub(super) visibility: Visibility,
    pub(super) item: Item,
    pub(super) begun: i64,
    pub(super) expiration: i64,
    /// The form fields beside the file or URL.
    pub(super) options: Vec<(String, String)>,
    trick: Option<Trick>,
    polls: u32,
}

/// How an analysis is getting on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) status: &'static str,
    pub(super) complete: bool,
}

/// An item with a report, seen from one side.
#[derive(Debug, Clone)]
struct Known {
    submission: Submission,
    /// Requests that are still answered 404.
    hidden: u32,
    deleted: bool,
}

/// Everything that was submitted to a sandbox.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Submissions {
    analyses: HashMap<String, Submission>,
    known: HashMap<(&'static str, String), Known>,
    tickets: HashSet<String>,
    number: usize,
}

impl Submissions {
    /// A new address for one upload.
    pub(super) fn ticket(&mut self, visibility: Visibility) -> String {
        let seed = Seed::of("ticket", &visibility.to_string()).child("number", self.next());
        let ticket = format!("{visibility}/{}", seed.hex("ticket", 40));
        self.tickets.insert(ticket.clone());
        ticket
    }

    /// Uses an address up; false for one that is unknown or used.
    pub(super) fn redeem(&mut self, ticket: &str) -> bool {
        self.tickets.remove(ticket)
    }

    /// Takes a submission in; the id of its analysis.
    ///
    /// # Errors
    /// 409 where the item is being analysed already.
    pub(super) fn begin(
        &mut self,
        visibility: Visibility,
        item: Item,
        options: Vec<(String, String)>,
        now: i64,
    ) -> Result<String, Refusal> {
        let number = self.next();
        let id = match (&item, visibility) {
            (Item::File { sha256, .. }, Visibility::Public) => {
                let md5 = Seed::of("file", sha256).hex("md5", 32);
                STANDARD.encode(format!("{md5}:{now}{number:03}"))
            }
            (Item::Url { id, .. }, Visibility::Public) => format!("u-{id}-{now}{number:03}"),
            (item, Visibility::Private) => {
                STANDARD.encode(format!("simulated:{}:{now}{number:03}", item.id()))
            }
        };
        let days = options
            .iter()
            .find(|(name, _)| name == "retention_period_days")
            .and_then(|(_, days)| days.parse().ok())
            .unwrap_or(1);
        let trick = match &item {
            Item::File { name, .. } => name.as_deref().and_then(Trick::of),
            Item::Url { text, .. } => url::Url::parse(text)
                .ok()
                .and_then(|url| Trick::of(url.host_str()?)),
        };
        let submission = Submission {
            id: id.clone(),
            visibility,
            item,
            begun: now,
            expiration: now + days * DAY,
            options,
            trick,
            polls: 0,
        };
        if trick == Some(Trick::Busy) {
            self.learn(submission, 3);
            return Err(Refusal::new(
                axum::http::StatusCode::CONFLICT,
                "AlreadyExistsError",
                "The item is being analysed already",
            ));
        }
        self.analyses.insert(id.clone(), submission);
        Ok(id)
    }

    /// One poll of an analysis; each moves it on.
    ///
    /// # Errors
    /// 404 for an id that is unknown on this side, and what a trick says.
    pub(super) fn poll(
        &mut self,
        visibility: Visibility,
        id: &str,
    ) -> Result<(Submission, Progress), Refusal> {
        let missing = || Refusal::not_found(format!("Analysis \"{id}\" not found"));
        let submission = self
            .analyses
            .get_mut(id)
            .filter(|submission| submission.visibility == visibility)
            .ok_or_else(missing)?;
        submission.polls += 1;
        let polls = match (submission.trick, submission.polls) {
            (Some(Trick::Late), 1) => return Err(missing()),
            (Some(Trick::Late), 2) => {
                return Err(Refusal::new(
                    axum::http::StatusCode::BAD_REQUEST,
                    "NotAvailableYet",
                    "The analysis is not available yet",
                ));
            }
            (Some(Trick::Late), polls) => polls - 2,
            (_, polls) => polls,
        };
        let progress = progress(submission.trick, polls);
        let submission = submission.clone();
        if progress.complete {
            self.learn(submission.clone(), 0);
        }
        Ok((submission, progress))
    }

    /// The submission behind a report, if there is one on this side and it has
    /// not expired.
    pub(super) fn report(
        &mut self,
        visibility: Visibility,
        id: &str,
        now: i64,
    ) -> Option<&Submission> {
        let known = self.known.get_mut(&(side(visibility), id.to_owned()))?;
        if known.hidden > 0 {
            known.hidden -= 1;
            return None;
        }
        let expires = visibility == Visibility::Private;
        let gone = known.deleted || (expires && now >= known.submission.expiration);
        (!gone).then_some(&known.submission)
    }

    /// Deletes a private file; false for one that is not there.
    pub(super) fn delete(&mut self, sha256: &str, now: i64) -> bool {
        let found = self.report(Visibility::Private, sha256, now).is_some();
        let key = (side(Visibility::Private), sha256.to_owned());
        if let Some(known) = self.known.get_mut(&key) {
            known.deleted = true;
        }
        found
    }

    /// Whether a public file is unknown: its hash says so, and nobody submitted
    /// it.
    pub(in crate::sandbox) fn is_unseen(&self, sha256: &str) -> bool {
        let known = || {
            let key = (side(Visibility::Public), sha256.to_owned());
            self.known.get(&key).is_some_and(|known| known.hidden == 0)
        };
        sha256.starts_with(UNSEEN) && !known()
    }

    /// What a submission tells about a public object that the report repeats.
    pub(in crate::sandbox) fn told(&mut self, id: &str) -> Option<Object> {
        let submission = self.report(Visibility::Public, id, 0)?;
        let mut told = object! {
            "last_analysis_date": submission.begun,
            "last_submission_date": submission.begun,
        };
        told.extend(of_file(&submission.item));
        Some(told)
    }

    fn learn(&mut self, submission: Submission, hidden: u32) {
        let key = (side(submission.visibility), submission.item.id().to_owned());
        let known = Known {
            submission,
            hidden,
            deleted: false,
        };
        self.known.insert(key, known);
    }

    fn next(&mut self) -> usize {
        self.number += 1;
        self.number
    }
}

/// The attributes of a file that its submission tells.
pub(super) fn of_file(item: &Item) -> Object {
    match item {
        Item::File {
            name: Some(name),
            size,
            ..
        } => object! {
            "size": i64::try_from(*size).unwrap_or(i64::MAX),
            "names": vec![name.clone()],
            "meaningful_name": name.clone(),
        },
        _ => Object::default(),
    }
}

/// Visibilities do not hash; their sides do.
fn side(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => "private",
        Visibility::Public => "public",
    }
}

fn progress(trick: Option<Trick>, polls: u32) -> Progress {
    let (status, complete) = match (trick, polls) {
        (_, 0..=1) => ("queued", false),
        (Some(Trick::Strange), 2) => ("re-scheduled", false),
        (_, 2) | (Some(Trick::Stuck), _) => ("in-progress", false),
        (Some(Trick::Corrupt), _) => ("corrupted file", false),
        _ => ("completed", true),
    };
    Progress { status, complete }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Item {
        Item::File {
            sha256: "ab".repeat(32),
            size: 3,
            name: Some(name.to_owned()),
        }
    }

    fn begun(visibility: Visibility, name: &str) -> (Submissions, String) {
        let mut submissions = Submissions::default();
        let id = submissions
            .begin(visibility, file(name), vec![], 1_000_000)
            .expect("taken in");
        (submissions, id)
    }

    #[test]
    fn an_analysis_gets_on_from_poll_to_poll() {
        let (mut submissions, id) = begun(Visibility::Private, "a.bin");
        let sha256 = "ab".repeat(32);
        let mut statuses = vec![];
        for _ in 0..3 {
            assert!(
                submissions
                    .report(Visibility::Private, &sha256, 1_000_000)
                    .is_none()
            );
            let (_, progress) = submissions.poll(Visibility::Private, &id).expect("known");
            statuses.push(progress.status);
        }
        assert_eq!(statuses, ["queued", "in-progress", "completed"]);
        assert!(
            submissions
                .report(Visibility::Private, &sha256, 1_000_000)
                .is_some()
        );
        assert!(
            submissions
                .report(Visibility::Public, &sha256, 1_000_000)
                .is_none()
        );
        assert!(
            submissions
                .report(Visibility::Private, &sha256, 1_000_000 + DAY)
                .is_none(),
            "expired"
        );
        assert!(submissions.delete(&sha256, 1_000_000));
        assert!(!submissions.delete(&sha256, 1_000_000));
    }

    #[test]
    fn the_sides_do_not_know_of_each_other() {
        for visibility in [Visibility::Private, Visibility::Public] {
            let other = match visibility {
                Visibility::Private => Visibility::Public,
                Visibility::Public => Visibility::Private,
            };
            let (mut submissions, id) = begun(visibility, "a.bin");
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
