//! Collections and their indicators, whose pages, faults and changes the test decides.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, Request, ResponseTemplate};

use super::archives::said;
use super::stream::Fate;
use crate::support::Served;

/// The relationships that lead to indicators.
pub(super) const RELATIONSHIPS: [&str; 4] = ["files", "domains", "ip_addresses", "urls"];

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Volume {
    pub(super) modified: i64,
    pub(super) id: String,
    pub(super) kind: &'static str,
    /// How many indicators it has of each relationship.
    pub(super) has: [usize; 4],
    /// How many it says to have.
    pub(super) counters: Option<[usize; 4]>,
}

#[derive(Default)]
pub(super) struct Content {
    pub(super) volumes: BTreeMap<String, Volume>,
    pub(super) page: usize,
    pub(super) fates: VecDeque<Fate>,
    /// Refusals by the end of a path.
    pub(super) refused: Vec<(String, u16)>,
    /// The targets that came, decoded.
    pub(super) asked: Vec<String>,
}

/// The server.
pub(super) type Shelf = Served<Content>;

impl Shelf {
    pub(super) fn new(page: usize) -> Self {
        let content = Content {
            page,
            ..Content::default()
        };
        Served::start(
            Mock::given(method("GET")).and(path_regex("^/collections")),
            content,
            answer,
        )
    }

    /// Adds a report, or changes it.
    pub(super) fn put(&self, id: &str, modified: i64, has: [usize; 4]) {
        let volume = Volume {
            modified,
            id: id.to_owned(),
            kind: "report",
            has,
            counters: Some(has),
        };
        self.content().volumes.insert(id.to_owned(), volume);
    }

    /// The targets since the last call.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.content().asked)
    }
}

impl Volume {
    fn json(&self) -> String {
        let counters = self.counters.map_or("null".to_owned(), |[f, d, i, u]| {
            format!("{{\"files\": {f}, \"domains\": {d}, \"ip_addresses\": {i}, \"urls\": {u}}}")
        });
        format!(
            "{{\"id\": \"{}\", \"type\": \"collection\", \"attributes\": {{\"name\": \"About {0}\", \"collection_type\": \"{}\", \"exact\": 1.10, \"last_modification_date\": {}, \"counters\": {counters}}}}}",
            self.id, self.kind, self.modified
        )
    }

    /// The ids of its indicators, in the order in which they are asked for.
    pub(super) fn indicators(&self) -> Vec<String> {
        let of = |place: usize| {
            let name = RELATIONSHIPS[place];
            (0..self.has[place]).map(move |nth| format!("{}-{name}-{nth}.example", self.id))
        };
        (0..4).flat_map(of).collect()
    }
}

fn answer(content: &mut Content, request: &Request) -> ResponseTemplate {
    let path = request.url.path().to_owned();
    let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    let value = |name: &str| {
        let found = query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    let pairs: Vec<String> = query
        .iter()
        .map(|(key, it)| format!("{key}={it}"))
        .collect();
    content.asked.push(format!("{path}?{}", pairs.join("&")));
    let from = value("cursor");
    match content.fates.pop_front().unwrap_or(Fate::Answer) {
        Fate::Status(status) => return said(status, "X", "simulated"),
        Fate::Garbage => return ResponseTemplate::new(200).set_body_string("{\"data\": [{"),
        Fate::Expired if from.is_some() && path == "/collections" => {
            return said(400, "BadRequestError", "Invalid cursor");
        }
        Fate::Answer | Fate::Empty | Fate::Expired => {}
    }
    if let Some((_, status)) = content.refused.iter().find(|(end, _)| path.ends_with(end)) {
        return said(*status, "ForbiddenError", "Invalid relationship");
    }
    let items: Vec<String> = if path == "/collections" {
        let filter = value("filter").expect("a filter");
        assert_eq!(value("order").as_deref(), Some("last_modification_date+"));
        let term = |key: &str| filter.split(' ').find_map(|it| it.strip_prefix(key));
        let since = term("last_modification_date:").and_then(|it| it.strip_suffix('+'));
        let since: Timestamp = format!("{}Z", since.expect("a bound"))
            .parse()
            .expect("a time");
        let kind = term("collection_type:");
        let mut all: Vec<&Volume> = content.volumes.values().collect();
        all.retain(|it| {
            it.modified >= since.as_second() && kind.is_none_or(|kind| kind == it.kind)
        });
        all.sort();
        all.into_iter().map(Volume::json).collect()
    } else {
        let segments: Vec<&str> = path.split('/').collect();
        let (id, name, short) = match segments[..] {
            [_, _, id, name] => (id, name, false),
            [_, _, id, "relationships", name] => (id, name, true),
            _ => return said(404, "NotFoundError", "no such path"),
        };
        let place = RELATIONSHIPS.iter().position(|known| *known == name);
        let volume = &content.volumes[id];
        let nth = 0..volume.has[place.expect("a relationship of indicators")];
        let object = |nth| {
            let attributes = if short {
                String::new()
            } else {
                ", \"attributes\": {\"gti_assessment\": {\"threat_score\": {\"value\": 87}}}"
                    .to_owned()
            };
            format!("{{\"type\": \"domain\", \"id\": \"{id}-{name}-{nth}.example\"{attributes}}}")
        };
        nth.map(object).collect()
    };
    let limit: usize = value("limit").map_or(10, |limit| limit.parse().expect("a limit"));
    assert!(limit <= 40);
    let start: usize = from.map_or(0, |from| from.parse().expect("a cursor"));
    let end = items.len().min(start + limit.min(content.page));
    let cursor = if end < items.len() {
        format!("\"{end}\"")
    } else {
        "null".to_owned()
    };
    let data = items.get(start..end).unwrap_or_default().join(",");
    ResponseTemplate::new(200).set_body_string(format!(
        "{{\"data\": [{data}], \"meta\": {{\"count\": {}, \"cursor\": {cursor}}}}}",
        items.len()
    ))
}
