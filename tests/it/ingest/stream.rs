//! A stream whose items, pages and faults the test decides.

use std::collections::VecDeque;

use wiremock::matchers::{method, path};
use wiremock::{Mock, Request, ResponseTemplate};

use crate::support::Served;

/// What the next request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Answer,
    Status(u16),
    Garbage,
    /// A page without items, and not the last.
    Empty,
    /// The cursor is not known any more.
    Expired,
}

#[derive(Default)]
pub(super) struct Content {
    items: Vec<(i64, String)>,
    pub(super) page: usize,
    pub(super) fates: VecDeque<Fate>,
    /// Whether the service calls all of them malicious.
    pub(super) malicious: bool,
    /// After so many requests every one fails.
    pub(super) fails_every: Option<u64>,
    pub(super) requests: u64,
    /// The queries that came, decoded.
    pub(super) asked: Vec<Vec<(String, String)>>,
}

/// The server.
pub(super) type Stream = Served<Content>;

/// A time well before now, to count from.
pub(super) fn base() -> i64 {
    jiff::Timestamp::now().as_second() - 40_000
}

impl Stream {
    /// A stream with so many items a page, and nothing in it yet.
    pub(super) fn new(page: usize) -> Self {
        let content = Content {
            page,
            ..Content::default()
        };
        Served::start(
            Mock::given(method("GET")).and(path("/ioc_stream")),
            content,
            answer,
        )
    }

    /// Adds an item.
    pub(super) fn push(&self, date: i64, id: impl Into<String>) {
        let mut content = self.content();
        content.items.push((date, id.into()));
        content.items.sort();
    }

    /// Adds items `first..first+count`, so many seconds apart.
    pub(super) fn fill(&self, first: i64, count: i64, apart: i64, start: i64) {
        let mut content = self.content();
        for index in first..first + count {
            content
                .items
                .push((start + index * apart, format!("{index:06}")));
        }
        content.items.sort();
    }

    /// What the next requests meet, in order.
    pub(super) fn fates(&self, fates: &[Fate]) {
        self.content().fates = fates.iter().copied().collect();
    }

    /// All ids, in the stream's order.
    pub(super) fn ids(&self) -> Vec<String> {
        self.content()
            .items
            .iter()
            .map(|(_, id)| id.clone())
            .collect()
    }
}

fn answer(content: &mut Content, request: &Request) -> ResponseTemplate {
    let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    content.asked.push(query.clone());
    content.requests += 1;
    let requests = content.requests;
    let value = |name: &str| {
        let found = query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    if content
        .fails_every
        .is_some_and(|every| requests.is_multiple_of(every))
    {
        return ResponseTemplate::new(503).insert_header("retry-after", "0");
    }
    let cursor = value("cursor");
    let fate = content.fates.pop_front().unwrap_or(Fate::Answer);
    match fate {
        Fate::Status(status) => {
            let code = if status == 429 {
                "TooManyRequestsError"
            } else {
                "TransientError"
            };
            return ResponseTemplate::new(status).set_body_string(format!(
                "{{\"error\":{{\"code\":\"{code}\",\"message\":\"simulated\"}}}}"
            ));
        }
        Fate::Garbage => return ResponseTemplate::new(200).set_body_string("{\"data\": [{"),
        Fate::Expired if cursor.is_some() => {
            return ResponseTemplate::new(400).set_body_string(
                "{\"error\":{\"code\":\"BadRequestError\",\"message\":\"Invalid cursor\"}}",
            );
        }
        Fate::Answer | Fate::Empty | Fate::Expired => {}
    }
    let filter = value("filter").unwrap_or_default();
    let low: i64 = filter
        .split_whitespace()
        .find_map(|term| term.strip_prefix("date:")?.strip_suffix('+')?.parse().ok())
        .expect("a lower bound with a plus that is a plus");
    let after = cursor.as_deref().and_then(|cursor| {
        let (date, id) = cursor.split_once('=')?;
        Some((date.parse::<i64>().ok()?, id.to_owned()))
    });
    let mut rest = content.items.iter().filter(|(date, id)| {
        let item = (*date, id.clone());
        *date >= low && after.as_ref().is_none_or(|after| item > *after)
    });
    if fate == Fate::Empty {
        let before = after.unwrap_or((0, String::new()));
        let next = format!("{}={}", before.0, before.1);
        // Another text for the same place, as real cursors are.
        let next = if cursor.as_ref() == Some(&next) {
            format!("0{next}")
        } else {
            next
        };
        return page(&[], Some(&next), false);
    }
    let items: Vec<_> = rest.by_ref().take(content.page.min(40)).collect();
    let more = rest.next().is_some();
    let next = items
        .last()
        .filter(|_| more)
        .map(|(date, id)| format!("{date}={id}"));
    page(&items, next.as_deref(), content.malicious)
}

fn page(items: &[&(i64, String)], next: Option<&str>, malicious: bool) -> ResponseTemplate {
    let assessment = if malicious {
        r#", "gti_assessment": {"verdict": {"value": "VERDICT_MALICIOUS"}, "threat_score": {"value": 80}}"#
    } else {
        ""
    };
    let data: Vec<String> = items
        .iter()
        .map(|(date, id)| {
            format!(
                "{{\"type\": \"domain\",\n \"id\": \"d{id}.example\", \"attributes\": {{\"score\": 1.10{assessment}}}, \"context_attributes\": {{\"notification_id\": \"{id}\", \"notification_date\": {date}}}}}"
            )
        })
        .collect();
    let meta = match next {
        Some(next) => format!("{{\"cursor\": \"{next}\"}}"),
        None => "{\"cursor\": null}".to_owned(),
    };
    ResponseTemplate::new(200).set_body_string(format!(
        "{{\"data\": [{}], \"meta\": {meta}}}",
        data.join(",")
    ))
}
