//! `IoC` deltas as a feed: what was created or changed in an hour, an archive for each type
//! of indicators, unpacked as it comes.

mod lines;
mod package;
mod unpack;

use jiff::Timestamp;

use self::package::Package;
use super::hourly::{Hourly, Identities, Job, Meaning, Selection, Source, Standing, jobs};
use crate::client::Client;
use crate::client::Egress;
use crate::client::endpoints::deltas;
use crate::client::request::Request;
use crate::model::error::Error;

/// The feed.
pub(crate) type Deltas<'a> = Hourly<Archives<'a>>;

/// Where the archives come from, and which entries of them.
pub(crate) struct Archives<'a> {
    /// The client that they are asked with.
    pub client: &'a Client,
    /// The way out to the storage, where the service redirects to one.
    pub egress: Egress,
    /// Only entries with this threat score or a higher one.
    pub min_score: Option<u8>,
}

/// The types of indicators, as requests name them. What a request without a type comes to
/// is not known (API notes, page 2, section 2.1), so that each is asked for.
pub(crate) const TYPES: [&str; 4] = ["file", "ip", "url", "domain"];

/// How long an archive may be on its way. The lag is not documented; one that is refused
/// as unavailable for longer will hardly come.
const LONGEST_LAG_HOURS: i64 = 48;

/// The requests that a run would begin with.
///
/// # Errors
/// None of an hour.
pub(crate) fn plan(selection: &Selection, now: Timestamp) -> Result<Vec<Request>, Error> {
    let jobs = jobs(&selection.lists, &selection.packages, now);
    jobs.iter().map(request).collect()
}

fn request(job: &Job) -> Result<Request, Error> {
    deltas::archive(&job.package(), &job.list)
}

impl<'a> Source for Archives<'a> {
    type Package = Package<'a>;

    const WHOLE_HOURS: bool = true;
    /// As many as a maintenance of the service may take.
    const MOST_MISSING: Option<usize> = Some(6);

    async fn open(
        &self,
        job: &Job,
        identities: Option<Identities>,
        time: i64,
    ) -> Result<Package<'a>, Error> {
        let request = request(job)?;
        let egress = self.egress.clone();
        Package::open(
            self.client,
            egress,
            request,
            self.min_score,
            identities,
            time,
        )
        .await
    }

    /// The service answers 400 for what is not there yet and 404 for what is not there;
    /// with which words is not known.
    fn meaning(&self, job: &Job, error: &Error, standing: Standing) -> Meaning {
        let says_so =
            error.code.as_deref().is_some_and(is_about_time) || is_about_time(&error.message);
        let is_recent = job.hour.is_some_and(|hour| {
            let age = standing.now.as_second() - hour.start().as_second();
            age <= LONGEST_LAG_HOURS * 3600
        });
        match (error.status, error.foreign) {
            (Some(400), _) if says_so => Meaning::Early,
            (None, Some(400)) if says_so && is_recent => Meaning::Early,
            (Some(400), _) if is_recent => {
                tracing::warn!(
                    "{} of {} is not available: {error}",
                    self.named(&job.list),
                    job.package()
                );
                Meaning::Early
            }
            (Some(404), _) => Meaning::Gap,
            // Not in the service's words: believed of a service that was heard before.
            (None, Some(404)) if standing.heard || standing.delivered => Meaning::Gap,
            _ => Meaning::Failed,
        }
    }

    fn named(&self, list: &str) -> String {
        format!("the deltas feed for `{list}`")
    }

    fn explained(&self, list: &str, error: Error) -> Error {
        Error {
            message: format!("IoC deltas of type `{list}`: {}", error.message),
            ..error
        }
    }

    fn closed(&self) -> bool {
        self.client.closed().is_some()
    }
}

/// Whether a code or a message says that a package will come.
fn is_about_time(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["notavailableyet", "not available", "not yet"]
        .iter()
        .any(|words| text.contains(words))
}
