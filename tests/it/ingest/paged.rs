//! Alerts and issues whose pages and faults the test decides. The address of each
//! next page of alerts names another host, which must never hear of it.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::MutexGuard;

use jiff::Timestamp;
use wiremock::matchers::{method, path_regex};
use wiremock::{Mock, Request, ResponseTemplate};

use super::stream::Fate;
use crate::support::Served;

/// An alert or an issue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    /// When it was created, or last seen.
    pub(super) time: i64,
    pub(super) id: String,
    /// When it was last changed.
    pub(super) changed: i64,
}

#[derive(Default)]
pub(super) struct Content {
    pub(super) items: Vec<Item>,
    page: usize,
    pub(super) fates: VecDeque<Fate>,
    /// Whether the bound of issues leaves out the very second.
    pub(super) exclusive: bool,
    /// Whether issues come newest first.
    pub(super) descending: bool,
    /// The targets that came, as they were sent, and the project.
    pub(super) asked: Vec<(String, Option<String>)>,
}

/// The server.
pub(super) struct Paged {
    served: Served<Content>,
    elsewhere: TcpListener,
}

impl Paged {
    /// A service with so many items a page, and nothing in it yet.
    pub(super) fn new(page: usize) -> Self {
        // An address that no other test looks for a closed port at, where there is one.
        let elsewhere = TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), 0))
            .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .expect("a port");
        elsewhere.set_nonblocking(true).expect("set");
        let content = Content {
            page,
            ..Content::default()
        };
        let address = elsewhere.local_addr().expect("an address").to_string();
        let requests =
            Mock::given(method("GET")).and(path_regex("^/(dtm/alerts|asm/search/issues/.+)$"));
        let answer =
            move |content: &mut Content, request: &Request| answer(content, request, &address);
        let served = Served::start(requests, content, answer);
        Self { served, elsewhere }
    }

    pub(super) fn url(&self) -> String {
        self.served.url()
    }

    pub(super) fn content(&self) -> MutexGuard<'_, Content> {
        self.served.content()
    }

    /// Adds an item.
    pub(super) fn push(&self, time: i64, id: impl Into<String>) {
        let id = id.into();
        let mut content = self.content();
        content.items.push(Item {
            time,
            id,
            changed: time,
        });
        content.items.sort();
    }

    /// Adds items `first..first+count`, so many seconds apart.
    pub(super) fn fill(&self, first: i64, count: i64, apart: i64, start: i64) {
        for index in first..first + count {
            self.push(start + index * apart, format!("{index:06}"));
        }
    }

    /// What the next requests meet, in order.
    pub(super) fn fates(&self, fates: &[Fate]) {
        self.content().fates = fates.iter().copied().collect();
    }

    /// All ids, in order.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.content().items.iter().map(|i| i.id.clone()).collect();
        ids.sort();
        ids
    }

    /// Whether anybody came to the host that the links name.
    pub(super) fn was_led_astray(&self) -> bool {
        self.elsewhere.accept().is_ok()
    }
}

/// The sweep that a request belongs to, and where in it the page begins.
struct Sweep {
    by_change: bool,
    low: i64,
    until: i64,
    after: Option<(i64, String)>,
}

impl Sweep {
    /// All that a token holds.
    fn token(&self) -> String {
        let (time, id) = self.after.clone().unwrap_or_default();
        let flag = u8::from(self.by_change);
        format!("{flag}+{}+{}+{time}+{id}", self.low, self.until)
    }

    fn of_token(token: &str) -> Self {
        let parts: Vec<&str> = token.split('+').collect();
        let number = |at: usize| parts[at].parse().expect("a token of ours");
        Self {
            by_change: parts[0] == "1",
            low: number(1),
            until: number(2),
            after: (!parts[4].is_empty()).then(|| (number(3), parts[4].to_owned())),
        }
    }
}

fn second(text: &str) -> i64 {
    text.parse::<Timestamp>().expect(text).as_second()
}

fn answer(content: &mut Content, request: &Request, elsewhere: &str) -> ResponseTemplate {
    let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    let project = request.headers.get("project-id");
    let project = project.map(|value| value.to_str().expect("text").to_owned());
    let target = request.url[url::Position::BeforePath..].to_owned();
    content.asked.push((target, project));
    let value = |name: &str| {
        let found = query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    let alerts = request.url.path() == "/dtm/alerts";
    let token = value(if alerts { "page" } else { "page_token" });
    let fate = content.fates.pop_front().unwrap_or(Fate::Answer);
    match fate {
        Fate::Status(status) => {
            return ResponseTemplate::new(status)
                .set_body_string("{\"error\":{\"code\":\"X\",\"message\":\"simulated\"}}");
        }
        Fate::Garbage => return ResponseTemplate::new(200).set_body_string("{\"alerts\": [{"),
        Fate::Expired if token.is_some() => {
            return ResponseTemplate::new(400).set_body_string(
                "{\"error\":{\"code\":\"BadRequestError\",\"message\":\"expired\"}}",
            );
        }
        Fate::Answer | Fate::Empty | Fate::Expired => {}
    }
    let mut sweep = match &token {
        Some(token) => Sweep::of_token(token),
        None if alerts => Sweep {
            by_change: value("sort").as_deref() == Some("updated_at"),
            low: value("since").map_or(0, |since| second(&since)),
            until: value("until").map_or(i64::MAX, |until| second(&until)),
            after: None,
        },
        None => {
            let path = request.url.path().replace("%3A", ":").replace("%20", " ");
            let term = |key: &str| {
                let found = path
                    .split([' ', '/'])
                    .find_map(|term| term.strip_prefix(key));
                found.map(second)
            };
            let shift = i64::from(content.exclusive);
            Sweep {
                by_change: false,
                low: term("last_seen_after:").expect("a bound") + shift,
                until: term("last_seen_before:").map_or(i64::MAX, |until| until - shift),
                after: None,
            }
        }
    };
    let newest_first = sweep.by_change || (!alerts && content.descending);
    let key = |item: &Item| {
        let time = if sweep.by_change {
            item.changed
        } else {
            item.time
        };
        (time, item.id.clone())
    };
    let mut all: Vec<&Item> = content
        .items
        .iter()
        .filter(|item| (sweep.low..=sweep.until).contains(&item.time))
        .collect();
    all.sort_by_key(|item| key(item));
    if newest_first {
        all.reverse();
    }
    let mut rest = all.into_iter().filter(|item| match &sweep.after {
        None => true,
        Some(after) if newest_first => key(item) < *after,
        Some(after) => key(item) > *after,
    });
    let count = if fate == Fate::Empty && alerts && token.is_none() {
        0
    } else {
        content.page
    };
    let items: Vec<&Item> = rest.by_ref().take(count).collect();
    let more = rest.next().is_some();
    if let Some(last) = items.last() {
        sweep.after = Some(key(last));
    }
    let next = more.then(|| sweep.token());
    if alerts {
        alert_page(&items, next.as_deref(), elsewhere)
    } else {
        issues(&items, next.as_deref())
    }
}

fn alert_page(items: &[&Item], next: Option<&str>, elsewhere: &str) -> ResponseTemplate {
    let text = |second: i64| {
        let time = Timestamp::from_second(second).expect("a time").to_string();
        time.replace('Z', ".120Z")
    };
    let alerts: Vec<String> = items
            .iter()
            .map(|item| {
                format!(
                    "{{\"id\": \"{}\",\n \"score\": 1.10, \"created_at\": \"{}\", \"updated_at\": \"{}\"}}",
                    item.id,
                    text(item.time),
                    text(item.changed)
                )
            })
            .collect();
    let answer = ResponseTemplate::new(200)
        .set_body_string(format!("{{\"alerts\": [{}]}}", alerts.join(",")));
    match next {
            None => answer,
            Some(next) => answer.insert_header(
                "Link",
                format!(
                    "<http://{0}/v4/dtm/alerts?page=x>; rel=\"prev\", <http://{0}/v4/dtm/alerts?page={1}>; rel=\"next\"",
                    elsewhere,
                    next.replace('+', "%2B")
                )
                .as_str(),
            ),
        }
}

fn issues(items: &[&Item], next: Option<&str>) -> ResponseTemplate {
    let hits: Vec<String> = items
        .iter()
        .map(|item| {
            let seen = Timestamp::from_second(item.time).expect("a time").to_string();
            format!(
                "{{\"id\": \"{}\", \"last_seen\": \"{}\", \"summary\": {{\"severity\": 2, \"status\": \"open_new\"}}}}",
                item.id,
                seen.replace('Z', ".000Z")
            )
        })
        .collect();
    ResponseTemplate::new(200).set_body_string(format!(
        "{{\"success\":true,\"result\":{{\"hits\":[{}],\"more\":{},\"next_page_token\":{}}}}}",
        hits.join(","),
        next.is_some(),
        next.map_or("null".to_owned(), |next| format!("\"{next}\""))
    ))
}

/// The ids in JSON lines.
pub(super) fn ids(lines: &[String]) -> Vec<String> {
    let id = |line: &String| {
        let object: serde_json::Value = serde_json::from_str(line).expect(line);
        object["id"].as_str().expect(line).to_owned()
    };
    lines.iter().map(id).collect()
}
