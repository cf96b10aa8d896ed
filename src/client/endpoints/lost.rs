//! Looking for submissions whose answers were lost (API notes, sections 2, 3.4 and
//! 3.6). What is private is looked for at private endpoints alone.

use super::analyses::linked_item;
use super::indicators::Place;
use crate::client::Client;
use crate::client::envelope::{Answer, Envelope, Flaw};
use crate::client::once::{Begun, unknowable};
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::model::error::{Error, ErrorKind};
use crate::model::json::Scan;
use crate::model::view::view;
use crate::model::visibility::Visibility;

/// Analyses that are looked through, the newest first: as many as a page has.
const NEWEST: &str = "40";

/// What was submitted, and where it is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost<'a> {
    pub(super) visibility: Visibility,
    pub(super) place: Place<'a>,
    /// SHA-256 of the file or of the URL, by which links name it.
    pub(super) sha256: &'a str,
}

view! {
    struct Item {
        attributes: Dates,
    }

    struct Dates {
        last_submission_date: Option<i64>,
        last_analysis_date: Option<i64>,
    }

    struct Analysis {
        id: Option<String>,
        attributes: AnalysisDate,
        links: Links,
    }

    struct AnalysisDate {
        date: Option<i64>,
    }

    struct Links {
        item: Option<String>,
    }
}

/// What the service has about what was submitted.
enum Shown {
    /// Nothing, or nothing so new.
    Old,
    /// Something that is newer than the submission.
    New,
    /// Something without a date.
    Undated,
}

impl Client {
    /// The analysis of a submission, if the service shows one that is newer; one
    /// without an id where it shows the submission alone.
    ///
    /// # Errors
    /// What kept it from being known.
    pub(super) async fn look_for_submission(
        &self,
        lost: Lost<'_>,
        begun: Begun,
    ) -> Result<Option<Option<String>>, Error> {
        let shown = self.shown(lost.place, begun).await?;
        match (shown, self.look_for_analysis(lost, begun).await) {
            (_, Ok(Some(id))) => Ok(Some(Some(id))),
            (Shown::New, _) => Ok(Some(None)),
            (Shown::Old, Ok(None)) => Ok(None),
            // Not every licence lists analyses; the item itself has been asked about.
            (Shown::Old, Err(error)) if is_refusal(&error) => Ok(None),
            (Shown::Old | Shown::Undated, Err(error)) => Err(error),
            (Shown::Undated, Ok(None)) => Err(unknowable("the service does not say since when")),
        }
    }

    /// The analysis of what was to be analysed again, if the service lists one that
    /// is newer. The item itself shows an analysis only when it is complete.
    ///
    /// # Errors
    /// What kept it from being known.
    pub(super) async fn look_for_rescan(
        &self,
        lost: Lost<'_>,
        begun: Begun,
    ) -> Result<Option<Option<String>>, Error> {
        Ok(self.look_for_analysis(lost, begun).await?.map(Some))
    }

    async fn shown(&self, place: Place<'_>, begun: Begun) -> Result<Shown, Error> {
        let request = Request::get(place.path()?);
        let subject = place.subject();
        let read = |answer: &Answer| {
            let (_, item) = Envelope::Data.object(answer, &subject, Scan::decode::<Item>)?;
            let dates = item.view.attributes;
            let newest = dates.last_submission_date.max(dates.last_analysis_date);
            Ok(match newest {
                None => Shown::Undated,
                Some(date) if begun.is_before(date, answer) => Shown::New,
                Some(_) => Shown::Old,
            })
        };
        match self.fetch_checked(&request, read).await {
            Ok((_, shown)) => Ok(shown),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Shown::Old),
            Err(error) => Err(error),
        }
    }

    /// The newest analysis of an item that is newer than the submission.
    async fn look_for_analysis(
        &self,
        lost: Lost<'_>,
        begun: Begun,
    ) -> Result<Option<String>, Error> {
        let of_item = lost.visibility == Visibility::Public;
        let path: Path = if of_item {
            lost.place.path()?.then("analyses")
        } else {
            lost.visibility.analyses_path()
        };
        let query = Query::new().with("limit", NEWEST);
        let query = if of_item {
            query
        } else {
            query.with("order", "date-")
        };
        let request = Request::get(path).query(query);
        let read = |answer: &Answer| {
            let mut newest: Option<(i64, String)> = None;
            Envelope::Data.list(answer, &mut |item| {
                let analysis = item.decode::<Analysis>()?.view;
                let about = analysis.links.item.as_deref().and_then(linked_item);
                let is_it = about.is_some_and(|about| {
                    about.id == lost.place.id || about.id.eq_ignore_ascii_case(lost.sha256)
                });
                if !of_item && !is_it {
                    return Ok(());
                }
                if let (Some(id), Some(date)) = (analysis.id, analysis.attributes.date)
                    && begun.is_before(date, answer)
                    && newest.as_ref().is_none_or(|(newest, _)| date >= *newest)
                {
                    newest = Some((date, id));
                }
                Ok(())
            })?;
            Ok::<_, Flaw>(newest.map(|(_, id)| id))
        };
        Ok(self.fetch_checked(&request, read).await?.1)
    }
}

/// Whether the service would not tell, now or ever.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error.kind,
        ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Invalid
    )
}
