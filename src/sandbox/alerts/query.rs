//! What lists are asked for with: filter, order, page.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use super::alert::Alert;
use super::filter::{Comparison, Filter};
use super::status::Status;
use crate::sandbox::call::value;
use crate::sandbox::json::{Json, Object};
use crate::sandbox::paging::{Cursor, Rest};
use crate::sandbox::states::State;

/// How long a page's token is good.
const LIFE: SignedDuration = SignedDuration::from_hours(1);
const DEFAULT_PAGE: usize = 100;
const LARGEST_PAGE: usize = 1000;

/// An alert, and the state that it is in.
pub(super) type Held = (Alert, State);

/// The parameters of a list.
pub(super) struct Query<'a> {
    pairs: &'a [(String, String)],
    cursor: Cursor,
    size: usize,
}

impl<'a> Query<'a> {
    /// Reads size and token; a token is good with the filter and the order that it
    /// was given for.
    ///
    /// # Errors
    /// 400.
    pub(super) fn parse(pairs: &'a [(String, String)], now: Timestamp) -> Result<Self, Status> {
        let size = match value(pairs, "pageSize") {
            None => DEFAULT_PAGE,
            Some(text) => match text.parse() {
                Ok(0) => DEFAULT_PAGE,
                Ok(size) => LARGEST_PAGE.min(size),
                Err(_) => return Err(Status::invalid(format!("Invalid page size: {text}"))),
            },
        };
        let cursor = match value(pairs, "pageToken") {
            None => Cursor::start(now),
            Some(token) => Cursor::parse(token)
                .filter(|(cursor, of)| *of == list(pairs) && !cursor.is_over(now))
                .map(|(cursor, _)| cursor)
                .ok_or_else(|| Status::invalid("Invalid page token"))?,
        };
        Ok(Self {
            pairs,
            cursor,
            size,
        })
    }

    /// The moment at which the list was begun: its pages fit together.
    pub(super) fn moment(&self) -> Timestamp {
        self.cursor.moment
    }

    /// The filter, under the name that it has here.
    ///
    /// # Errors
    /// 400.
    pub(super) fn filter(&self, name: &str) -> Result<Filter, Status> {
        Filter::parse(value(self.pairs, name).unwrap_or(""))
    }

    /// Puts alerts into the order asked for; by name where there is none.
    ///
    /// # Errors
    /// 400.
    pub(super) fn sort(&self, alerts: &mut [Held]) -> Result<(), Status> {
        alerts.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        let order = value(self.pairs, "orderBy").unwrap_or("");
        let parts: Vec<&str> = order.split(',').map(str::trim).collect();
        for part in parts.into_iter().rev().filter(|part| !part.is_empty()) {
            let (field, descending) = match part.split_once(' ') {
                None => (part, false),
                Some((field, "asc")) => (field, false),
                Some((field, "desc")) => (field, true),
                Some(_) => return Err(Status::invalid(format!("Invalid order: {order}"))),
            };
            let key: fn(&Held) -> (Timestamp, u8) = match field {
                "audit.create_time" => |(alert, _)| (alert.created, 0),
                "audit.update_time" => |(_, state)| (state.since, 0),
                "severity_analysis.severity_level" => {
                    |(alert, _)| (Timestamp::UNIX_EPOCH, rank(alert.severity()))
                }
                "priority_analysis.priority_level" => {
                    |(alert, _)| (Timestamp::UNIX_EPOCH, rank(alert.priority()))
                }
                _ => return Err(Status::invalid(format!("Invalid order: {order}"))),
            };
            alerts.sort_by(|a, b| {
                let order = key(a).cmp(&key(b));
                if descending { order.reverse() } else { order }
            });
        }
        Ok(())
    }

    /// A page, under the name of its list. One without anything says nothing at all.
    pub(super) fn page(&self, name: &'static str, all: &[impl Fn() -> Object]) -> Object {
        let (range, next) = self.cursor.page(all.len(), self.size, Rest::Nowhere);
        let mut page = Object::default();
        if !range.is_empty() {
            let items = all[range].iter().map(|item| Json::from(item()));
            page.push(name, items.collect::<Json>());
        }
        if let Some(next) = next {
            let next = next.good_for(LIFE, self.cursor.moment);
            page.push("nextPageToken", next.text(&list(self.pairs)));
        }
        page
    }
}

/// What a token belongs to.
fn list(pairs: &[(String, String)]) -> String {
    let same = pairs
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "pageToken" | "pageSize"));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(same)
        .finish()
}

fn rank(word: &str) -> u8 {
    match word {
        "CRITICAL" => 4,
        "HIGH" => 3,
        "MEDIUM" => 2,
        "LOW" => 1,
        _ => 0,
    }
}

/// Whether a comparison holds of an alert.
pub(super) fn is_so(one: &Comparison, (alert, state): &Held) -> bool {
    let Comparison {
        field,
        operator,
        value,
    } = one;
    let text = |text: &str| match operator.as_str() {
        "=" => text == value,
        "!=" => text != value,
        ":" => text.contains(value.as_str()),
        _ => compare(operator, text.cmp(value)),
    };
    let level = |prefix: &str, word: &str| {
        let bare = value.strip_prefix(prefix).unwrap_or(value);
        compare(operator, rank(word).cmp(&rank(bare)))
    };
    let time = |time: Timestamp| {
        value
            .parse::<Timestamp>()
            .is_ok_and(|other| compare(operator, time.cmp(&other)))
    };
    let detail = alert.detail().map_or("", |(_, name)| name);
    match field.as_str() {
        "state" => text(&state.status),
        "audit.create_time" => time(alert.created),
        "audit.update_time" => time(state.since),
        "audit.creator" => text("detection-job-7"),
        "audit.updater" => text(state.tags.first().map_or("", String::as_str)),
        "finding_count" => value
            .parse()
            .is_ok_and(|count: usize| compare(operator, alert.findings().cmp(&count))),
        "detail.detail_type" => text(detail),
        "priority_analysis.priority_level" => level("PRIORITY_LEVEL_", alert.priority()),
        "severity_analysis.severity_level" => level("SEVERITY_LEVEL_", alert.severity()),
        "relevance_analysis.relevance_level" => level("RELEVANCE_LEVEL_", alert.relevance()),
        "relevance_analysis.confidence" => text("CONFIDENCE_LEVEL_HIGH"),
        "relevance_analysis.relevant" => text(if alert.relevance() == "LOW" {
            "false"
        } else {
            "true"
        }),
        field if field.ends_with(".severity") => {
            field == format!("detail.{detail}.severity") && text(alert.severity())
        }
        field if field.ends_with(".discovery_document_ids") => {
            alert.documents().iter().any(|id| text(id))
        }
        _ => false,
    }
}

fn compare(operator: &str, order: Ordering) -> bool {
    match operator {
        "=" | ":" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        _ => false,
    }
}
