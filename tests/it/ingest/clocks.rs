//! Clocks that are wrong, and items that are dated before the bound or not at all.

use jiff::Timestamp;
use rusqlite::Connection;
use wiremock::matchers::method;
use wiremock::{Mock, Request, ResponseTemplate};

use super::room::{Room, ids};
use super::stream::{Stream, base};
use crate::support::Served;

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc -o {}/out.jsonl";
const YEAR: i64 = 365 * 86_400;

/// Leaves the position that a run with a clock a year ahead would have left.
fn was_ahead(room: &Room, newest: &str) {
    let ahead = Timestamp::now().as_second() + YEAR;
    let position = format!(
        "{{\"sweep\":{{\"floor\":{ahead},\"from\":{ahead},\"started\":{ahead},\"cursor\":null,\"newest\":{newest}}}}}"
    );
    let database = Connection::open(room.path("state/checkpoints.sqlite")).expect("open");
    let changed = database.execute("UPDATE checkpoint SET position = ?1", [position]);
    assert_eq!(changed.expect("an update"), 1);
}

fn warnings(stderr: &str) -> usize {
    stderr.matches("is in the future").count()
}

#[test]
fn a_clock_that_was_ahead_does_not_end_a_checkpoint() {
    for newest in ["null".to_owned(), (base() + 2 * YEAR).to_string()] {
        let stream = Stream::new(10);
        let room = Room::new(&stream.url());
        room.run(RUN).exits(0);
        was_ahead(&room, &newest);
        stream.push(Timestamp::now().as_second() + 60, "a");
        let outcome = room.spawn(RUN).exits(0);
        assert!(outcome.stderr.contains(": 1 new"), "{}", outcome.stderr);
        assert_eq!(warnings(&outcome.stderr), 1, "{}", outcome.stderr);
        stream.push(Timestamp::now().as_second() + 61, "b");
        let outcome = room.spawn(RUN).exits(0);
        assert!(outcome.stderr.contains(": 1 new"), "{}", outcome.stderr);
        assert_eq!(warnings(&outcome.stderr), 0, "{}", outcome.stderr);
        assert_eq!(room.ids("out.jsonl"), ["a", "b"]);
    }
}

#[test]
fn a_rewind_from_the_future_comes_back_to_what_was_missed() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    stream.fill(0, 3, 7, base());
    was_ahead(&room, "null");
    room.run("state rewind soc 12h").exits(0);
    let outcome = room.spawn(RUN).exits(0);
    assert_eq!(warnings(&outcome.stderr), 0, "{}", outcome.stderr);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn a_window_that_has_not_begun_is_refused() {
    let room = Room::new("http://127.0.0.1:9");
    let outcome = room
        .run("ingest ioc-stream --since 2999-01-01T00:00:00Z --until 2999-02-01T00:00:00Z")
        .exits(2);
    assert!(
        outcome.stderr.contains("is in the future"),
        "{}",
        outcome.stderr
    );
}

/// An item and its time.
type Dated = (String, Option<i64>);

/// Items that every feed answers with, whatever it is asked for.
type Unfiltered = Served<Vec<Dated>>;

impl Unfiltered {
    fn new() -> Self {
        let answer = |items: &mut Vec<Dated>, request: &Request| answer(items, request);
        Self::start(Mock::given(method("GET")), Vec::new(), answer)
    }

    fn push(&self, id: &str, time: Option<i64>) {
        self.content().push((id.to_owned(), time));
    }
}

fn answer(items: &[Dated], request: &Request) -> ResponseTemplate {
    let path = request.url.path();
    let (head, tail) = match path {
        "/dtm/alerts" => ("{\"alerts\":[", "]}"),
        path if path.starts_with("/asm/") => (
            "{\"success\":true,\"result\":{\"more\":false,\"next_page_token\":null,\"hits\":[",
            "]}}",
        ),
        _ => ("{\"meta\":{\"cursor\":null},\"data\":[", "]}"),
    };
    let items: Vec<String> = items
            .iter()
            .map(|(id, time)| {
                let Some(time) = time else {
                    return format!(
                        "{{\"id\":\"{id}\",\"type\":\"collection\",\"context_attributes\":{{\"notification_id\":\"{id}\"}}}}"
                    );
                };
                let text = Timestamp::from_second(*time).expect("a time");
                format!(
                    "{{\"id\":\"{id}\",\"type\":\"collection\",\"created_at\":\"{text}\",\"updated_at\":\"{text}\",\"last_seen\":\"{text}\",\"attributes\":{{\"last_modification_date\":{time}}},\"context_attributes\":{{\"notification_id\":\"{id}\",\"notification_date\":{time}}}}}"
                )
            })
            .collect();
    ResponseTemplate::new(200).set_body_string(format!("{head}{}{tail}", items.join(",")))
}

/// Feeds, and how often each sees an item in a run.
const FEEDS: [(&str, u64); 5] = [
    ("ioc-stream", 1),
    ("vuln", 1),
    ("dtm", 1),
    ("dtm --updates", 2),
    ("asm", 1),
];

#[test]
fn undated_items_come_once_and_old_ones_are_counted() {
    for (feed, sights) in FEEDS {
        let service = Unfiltered::new();
        service.push("undated", None);
        service.push("old", Some(base() - YEAR));
        service.push("one", Some(base()));
        service.push("undated-too", None);
        let room = Room::new(&service.url());
        let run =
            format!("ingest {feed} --since 12h --overlap 1s --checkpoint soc -o {{}}/out.jsonl");
        let expect = |new: u64, items: u64| {
            let outcome = room.run(&run).exits(0);
            let line = format!(
                ": {new} new, {} repeats, {sights} outside the window, 0 failed",
                items * sights - new
            );
            assert!(outcome.stderr.contains(&line), "{feed}: {}", outcome.stderr);
        };
        expect(3, 3);
        expect(0, 3);
        // The position goes far beyond the time at which the undated were seen first.
        service.push("two", Some(base() + 30_000));
        let line = room.run(&run).exits(0).stderr;
        assert!(line.contains(": 1 new"), "{feed}: {line}");
        let line = room.run(&run).exits(0).stderr;
        assert!(line.contains(": 0 new"), "{feed}: {line}");
        let mut found = ids(&room.lines("out.jsonl").join("\n"));
        found.sort();
        assert_eq!(found, ["one", "two", "undated", "undated-too"], "{feed}");
    }
}

#[test]
fn one_who_follows_without_a_checkpoint_gets_undated_items_once() {
    for (feed, _) in FEEDS {
        let service = Unfiltered::new();
        service.push("undated", None);
        service.push("one", Some(base()));
        let room = Room::new(&service.url());
        let run = format!("ingest {feed} --since 12h --follow --polls 3 --interval 1ms");
        let outcome = room.run(&run).exits(0);
        assert!(
            outcome.stderr.contains(": 2 new"),
            "{feed}: {}",
            outcome.stderr
        );
    }
}
