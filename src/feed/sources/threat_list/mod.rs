//! Threat lists as a feed: packages of an hour, each streamed from the socket.

mod package;
mod split;
mod tear;
mod tier;

use jiff::Timestamp;

pub(crate) use tier::{documented, licence};

use self::package::Package;
use super::hourly::{Hourly, Identities, Job, Meaning, Selection, Source, Standing, jobs};
use crate::client::Client;
use crate::client::endpoints::threat_lists::Entries;
use crate::model::error::{Error, ErrorKind};

/// The feed.
pub(crate) type ThreatList<'a> = Hourly<Lists<'a>>;

/// Where the lists come from, and which entries of them.
pub(crate) struct Lists<'a> {
    /// The client that they are asked with.
    pub client: &'a Client,
    /// Which entries.
    pub wanted: Entries,
}

/// The first packages that a run would ask for, with their lists.
pub(crate) fn plan(selection: &Selection, now: Timestamp) -> Vec<(String, String)> {
    let jobs = jobs(&selection.lists, &selection.packages, now);
    jobs.iter()
        .map(|job| (job.list.clone(), job.package()))
        .collect()
}

impl<'a> Source for Lists<'a> {
    type Package = Package<'a>;

    const WHOLE_HOURS: bool = false;
    const MOST_MISSING: Option<usize> = None;

    async fn open(
        &self,
        job: &Job,
        identities: Option<Identities>,
        time: i64,
    ) -> Result<Package<'a>, Error> {
        let package = job.package();
        let list = &job.list;
        Package::open(self.client, list, &package, &self.wanted, identities, time).await
    }

    fn meaning(&self, job: &Job, error: &Error, standing: Standing) -> Meaning {
        let early = error.status == Some(400)
            && (error
                .code
                .as_deref()
                .is_some_and(|code| code.starts_with("NotAvailableYet"))
                || error.message.contains("not available until"));
        if early {
            return Meaning::Early;
        }
        let known = licence(&job.list).is_some() || standing.delivered;
        // A list that was never heard of is a slip of the pen, not a gap.
        if error.status == Some(404) && job.hour.is_some() && known {
            return Meaning::Gap;
        }
        Meaning::Failed
    }

    fn named(&self, list: &str) -> String {
        format!("threat list `{list}`")
    }

    fn explained(&self, list: &str, error: Error) -> Error {
        let message = match (error.kind, licence(list)) {
            (ErrorKind::Forbidden, Some(licence)) => {
                format!(
                    "threat list `{list}` is part of {licence}: {}",
                    error.message
                )
            }
            _ => format!("threat list `{list}`: {}", error.message),
        };
        Error { message, ..error }
    }

    fn closed(&self) -> bool {
        self.client.closed().is_some()
    }
}
