//! GTI Alerts: tokens that are taken back, pages, faults, alerts that change while they
//! are read. Whatever happens, each version of an alert is a record once.

use std::collections::{BTreeMap, VecDeque};
use std::process::{Command, Stdio};

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Value, json};
use wiremock::matchers::any as whatever;
use wiremock::{Mock, Request, ResponseTemplate};

use super::room::Room;
use super::steps::{Step, steps};
use super::stream::{Fate, base};
use crate::support::{Killer, Served};

/// An alert as it is now.
#[derive(Debug, Clone)]
struct Held {
    /// In milliseconds.
    updated: i64,
    version: u32,
}

#[derive(Default)]
pub(super) struct Content {
    alerts: BTreeMap<String, Held>,
    /// Every version that there ever was.
    versions: Vec<String>,
    page: usize,
    fates: VecDeque<Fate>,
    /// A token is good for so many requests.
    token_life: u64,
    token: u64,
    used: u64,
    exchanges: u64,
    asked: Vec<Vec<(String, String)>>,
}

/// The exchange and the alerts behind one address.
pub(super) type Service = Served<Content>;

impl Service {
    pub(super) fn new(page: usize) -> Self {
        let content = Content {
            page,
            token_life: 1_000_000,
            ..Content::default()
        };
        Served::start(Mock::given(whatever()), content, answer)
    }

    pub(super) fn room(&self) -> Room {
        Room::new(&format!("{}/api/v3", self.url()))
    }

    /// Makes an alert, or a new version of one.
    pub(super) fn push(&self, second: i64, id: &str) {
        let mut content = self.content();
        let version = content.alerts.get(id).map_or(1, |held| held.version + 1);
        let updated = second * 1000 + i64::from(version % 7) * 100;
        content
            .alerts
            .insert(id.to_owned(), Held { updated, version });
        content.versions.push(format!("{id} {version}"));
    }
}

fn status(code: u16, name: &str) -> ResponseTemplate {
    ResponseTemplate::new(code).set_body_json(json!({
        "error": {"code": code, "message": "simulated", "status": name}
    }))
}

fn answer(content: &mut Content, request: &Request) -> ResponseTemplate {
    if request.url.path() == "/realms/master/exchange/api-key" {
        content.exchanges += 1;
        content.token += 1;
        content.used = 0;
        let token = format!("token-{}-of-the-mock", content.token);
        return ResponseTemplate::new(200).set_body_json(json!({
            "access_token": token, "token_type": "Bearer", "expires_in": 14398,
        }));
    }
    let expected = format!("Bearer token-{}-of-the-mock", content.token);
    let sent = request
        .headers
        .get("authorization")
        .map(wiremock::http::HeaderValue::as_bytes);
    content.used += 1;
    if sent != Some(expected.as_bytes()) || content.used > content.token_life {
        return status(401, "UNAUTHENTICATED");
    }
    assert_eq!(request.url.path(), "/v1beta/projects/gti-12345/alerts");
    let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    content.asked.push(query.clone());
    let value = |name: &str| {
        let found = query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    let token = value("pageToken");
    let fate = content.fates.pop_front().unwrap_or(Fate::Answer);
    match fate {
        Fate::Status(429) => return status(429, "RESOURCE_EXHAUSTED"),
        Fate::Status(code) => return status(code, "INTERNAL"),
        Fate::Garbage => return ResponseTemplate::new(200).set_body_string("{\"alerts\": [{"),
        Fate::Expired if token.is_some() => return status(400, "INVALID_ARGUMENT"),
        Fate::Answer | Fate::Empty | Fate::Expired => {}
    }
    assert_eq!(value("orderBy").as_deref(), Some("audit.update_time asc"));
    let filter = value("filter").expect("a filter");
    let bound = |before: &str| -> Option<Timestamp> {
        let rest = filter.split_once(before)?.1;
        rest.split('"').next()?.parse().ok()
    };
    let low = bound("audit.update_time >= \"")
        .expect("a bound")
        .as_millisecond();
    let high = bound("audit.update_time < \"").map_or(i64::MAX, Timestamp::as_millisecond);
    // The filter goes with the token, which says where the page before it ended.
    let after = token.as_deref().map(|token| {
        let parts: Vec<&str> = token.splitn(3, '|').collect();
        assert_eq!(parts[2], filter, "a token is good with its filter alone");
        (
            parts[0].parse::<i64>().expect("a number"),
            parts[1].to_owned(),
        )
    });
    let mut all: Vec<(i64, &String, &Held)> = content
        .alerts
        .iter()
        .map(|(id, held)| (held.updated, id, held))
        .filter(|(at, _, _)| (low..high).contains(at))
        .collect();
    all.sort_by_key(|(at, id, _)| (*at, (*id).clone()));
    let mut rest = all.into_iter().filter(|(at, id, _)| {
        after
            .as_ref()
            .is_none_or(|after| (*at, (*id).clone()) > *after)
    });
    let count = match fate {
        Fate::Empty => 0,
        _ => content.page,
    };
    let items: Vec<_> = rest.by_ref().take(count).collect();
    let more = rest.next().is_some();
    let last = items
        .last()
        .map(|(at, id, _)| (*at, (*id).clone()))
        .or(after);
    let alerts: Vec<Value> = items
        .iter()
        .map(|(at, id, held)| {
            let at = Timestamp::from_millisecond(*at).expect("a time");
            json!({
                "name": format!("projects/gti-12345/alerts/{id}"),
                "displayName": format!("About {id}"),
                    "detail": {"detailType": if id.ends_with('1') { "data_leak" } else { "insider_threat" }},
                    "severityAnalysis": {"severityLevel": "SEVERITY_LEVEL_HIGH"},
                    "state": "NEW", "etag": format!("\"{}\"", held.version),
                "audit": {"createTime": at.to_string(), "updateTime": at.to_string()},
            })
        })
        .collect();
    let mut page = json!({});
    if !alerts.is_empty() {
        page["alerts"] = alerts.into();
    }
    if more {
        let (at, id) = last.unwrap_or_default();
        page["nextPageToken"] = format!("{at}|{id}|{filter}").into();
    }
    ResponseTemplate::new(200).set_body_json(page)
}

const OPTIONS: &str =
    "--since 12h --checkpoint soc --wait-lock 10s --project gti-12345 -o {}/out.jsonl";

/// The versions that were written, as `id version`.
fn found(room: &Room) -> Vec<String> {
    let lines = room.lines("out.jsonl");
    lines
        .iter()
        .map(|line| {
            let alert: Value = serde_json::from_str(line).expect(line);
            let name = alert["name"].as_str().expect(line);
            let etag = alert["etag"].as_str().expect(line).trim_matches('"');
            format!("{} {etag}", name.rsplit('/').next().expect("an id"))
        })
        .collect()
}

fn without_repeats(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    let count = all.len();
    all.dedup();
    assert_eq!(all.len(), count, "a version came twice");
    all
}

/// Lets a life happen to the feed, in which alerts also change; checks what the runs
/// together have written.
fn live(page: usize, token_life: u64, updates: bool, steps: &[Step]) -> Result<(), TestCaseError> {
    let service = Service::new(page);
    service.content().token_life = token_life;
    let room = service.room();
    let updates = if updates { " --updates" } else { "" };
    let run = format!("ingest alerts {OPTIONS}{updates}");
    let start = Timestamp::now().as_second() - 700;
    let (mut newest, mut count) = (start, 0_usize);
    for step in steps {
        match step {
            Step::Arrive(more, apart) => {
                for _ in 0..*more {
                    newest = (newest + apart).min(start + 690);
                    // Every third one is another version of one that is there.
                    let id = if count % 3 == 2 { count / 2 } else { count };
                    service.push(newest, &format!("{id:06}"));
                    count += 1;
                }
            }
            Step::Late(before) => {
                service.push((newest - before).max(start), &format!("late-{count:06}"));
                count += 1;
            }
            Step::Run(fates) => {
                service.content().fates = fates.iter().copied().collect();
                room.run(&run);
            }
            Step::Stop(records) => {
                room.run(&format!("{run} -n {records}"));
            }
        }
        service.content().fates.clear();
    }
    for _ in 0..2 {
        let last = room.run(&run);
        prop_assert_eq!(last.code, 0, "{}", last.stderr);
    }
    let written = without_repeats(found(&room));
    let content = service.content();
    prop_assert!(written.iter().all(|one| content.versions.contains(one)));
    if updates.is_empty() {
        let ids: Vec<&str> = written
            .iter()
            .filter_map(|one| one.split(' ').next())
            .collect();
        let all: Vec<&str> = content.alerts.keys().map(String::as_str).collect();
        prop_assert_eq!(ids, all);
    } else {
        for (id, held) in &content.alerts {
            let last = format!("{id} {}", held.version);
            prop_assert!(written.contains(&last), "{} is missing", last);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/it/ingest/property.seeds"))), ..ProptestConfig::default() })]

    #[test]
    fn each_version_is_a_record_once(
        page in 1_usize..7,
        token_life in 1_u64..9,
        updates in any::<bool>(),
        steps in steps(),
    ) {
        live(page, token_life, updates, &steps)?;
    }
}

#[test]
fn killed_runs_are_continued_exactly() {
    let service = Service::new(5);
    service.content().token_life = 7;
    let room = service.room();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gti"));
        let line = "ingest alerts --since 12h --checkpoint soc --retries 5 --updates --project gti-12345 -o";
        command
            .args(line.split(' '))
            .arg(room.path("out.jsonl"))
            .env_clear()
            .envs(room.variables())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let start = base();
    let mut killer = Killer::new();
    let (mut kills, mut filled) = (0, 0);
    let fill = |count: i64, filled: &mut i64| {
        for index in *filled..*filled + count {
            service.push(start + index * 7, &format!("{:06}", index % 400));
        }
        *filled += count;
    };
    fill(500, &mut filled);
    for _ in 0..60 {
        if kills == 6 {
            break;
        }
        let child = command().spawn().expect("a process");
        killer.wait();
        if killer.kill(child) {
            kills += 1;
        } else {
            fill(100, &mut filled);
        }
    }
    assert!(kills == 6, "only {kills} runs were under way");
    assert!(command().status().expect("a run").success());
    let written = without_repeats(found(&room));
    for (id, held) in &service.content().alerts {
        assert!(written.contains(&format!("{id} {}", held.version)), "{id}");
    }
}

#[test]
fn many_of_one_moment_are_read_and_the_bound_is_inclusive() {
    let service = Service::new(3);
    let at = base();
    for index in 0..20 {
        service.push(at, &format!("{index:06}"));
    }
    let room = service.room();
    let until = Timestamp::from_second(at).expect("a time");
    let run = format!("ingest alerts {OPTIONS}");
    room.run(&format!("{run} --until {until} -n 4")).exits(0);
    room.run(&run).exits(0);
    assert_eq!(without_repeats(found(&room)).len(), 20);
    // What comes late, within the overlap.
    service.push(at - 600, "late");
    room.run(&run).exits(0);
    assert_eq!(without_repeats(found(&room)).len(), 21);
    let content = service.content();
    let (name, value) = &content.asked[0][0];
    assert_eq!(name, "filter");
    assert!(value.contains(" AND audit.update_time < \""), "{value}");
    assert_eq!(
        content.asked[0][2],
        ("pageSize".to_owned(), "1000".to_owned())
    );
    // One exchange for each run.
    assert_eq!(content.exchanges, 3);
}

#[test]
fn a_change_of_an_old_alert_is_no_new_record_without_updates() {
    let service = Service::new(10);
    let room = service.room();
    service.push(base(), "a");
    let run = format!("ingest alerts {OPTIONS}");
    room.run(&run).exits(0);
    for hour in 1..5 {
        service.push(base() + hour * 7_000, "a");
        service.push(base() + hour * 7_000, &format!("b{hour}"));
        room.run(&run).exits(0);
    }
    assert_eq!(
        without_repeats(found(&room)),
        ["a 1", "b1 1", "b2 1", "b3 1", "b4 1"]
    );
}
