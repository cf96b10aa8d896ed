//! Issues: nothing lost, nothing twice, in whatever order they come.

use super::paged::{Paged, ids};
use super::room::Room;
use super::stream::{Fate, base};

const RUN: &str = "ingest asm --since 12h --checkpoint soc -o {}/out.jsonl";

fn out(room: &Room) -> Vec<String> {
    ids(&room.lines("out.jsonl"))
}

fn sorted(room: &Room) -> Vec<String> {
    let mut found = out(room);
    found.sort();
    found
}

#[test]
fn three_polls_over_a_growing_feed_are_the_feed() {
    for (exclusive, descending) in [(false, false), (true, false), (false, true)] {
        let service = Paged::new(4);
        service.content().exclusive = exclusive;
        service.content().descending = descending;
        let room = Room::new(&service.url());
        for poll in 0..3 {
            service.fill(poll * 11, 11, 60, base());
            let outcome = room.run(&format!("{RUN} --overlap 0s")).exits(0);
            assert!(outcome.stderr.contains(": 11 new"), "{}", outcome.stderr);
        }
        assert_eq!(sorted(&room), service.ids());
    }
}

#[test]
fn no_second_at_the_boundary_is_lost() {
    for exclusive in [false, true] {
        let service = Paged::new(4);
        service.content().exclusive = exclusive;
        let room = Room::new(&service.url());
        for poll in 0..3 {
            // All of one second.
            service.fill(poll * 5, 5, 0, base());
            room.run(&format!("{RUN} --overlap 0s")).exits(0);
        }
        assert_eq!(sorted(&room), service.ids());
    }
}

#[test]
fn an_issue_that_scans_see_again_is_no_new_one() {
    let service = Paged::new(4);
    service.fill(0, 10, 60, base());
    let room = Room::new(&service.url());
    room.run(RUN).exits(0);
    // A scan goes through, an issue at a time, and takes much longer than the overlap.
    for index in 0..10 {
        service.content().items[index].time =
            base() + 10_000 + i64::try_from(index).expect("small") * 2_000;
        let outcome = room.run(RUN).exits(0);
        assert!(outcome.stderr.contains(": 0 new"), "{}", outcome.stderr);
    }
    assert_eq!(sorted(&room), service.ids());
}

#[test]
fn with_updates_each_sight_is_a_record() {
    let service = Paged::new(4);
    service.fill(0, 10, 60, base());
    let room = Room::new(&service.url());
    let run = format!("{RUN} --updates");
    room.run(&run).exits(0);
    service.content().items[3].time = base() + 20_000;
    let outcome = room.run(&run).exits(0);
    assert!(outcome.stderr.contains(": 1 new"), "{}", outcome.stderr);
    assert_eq!(out(&room)[10..], ["000003"]);
    room.run(&run).exits(0);
    assert_eq!(out(&room).len(), 11);
}

#[test]
fn faults_and_expired_tokens_lose_and_repeat_nothing() {
    for fault in [
        Fate::Status(429),
        Fate::Status(500),
        Fate::Garbage,
        Fate::Expired,
    ] {
        for descending in [false, true] {
            let service = Paged::new(10);
            service.content().descending = descending;
            service.fill(0, 50, 7, base());
            let room = Room::new(&service.url());
            service.fates(&[Fate::Answer, Fate::Answer, fault]);
            room.run(RUN);
            room.run(RUN).exits(0);
            assert_eq!(sorted(&room), service.ids(), "{fault:?} {descending}");
            let len = service.ids().len();
            assert_eq!(out(&room).len(), len);
        }
    }
}

#[test]
fn the_search_is_one_segment_and_the_project_a_header() {
    let service = Paged::new(2);
    service.fill(0, 3, 60, base());
    let room = Room::new(&service.url());
    let line = "ingest asm status_new:open --severity 2 --severity 1 --project 4711 --page-size 500 --since 12h";
    let outcome = room.run(line).exits(0);
    assert_eq!(outcome.stdout.lines().count(), 3);
    let asked = service.content().asked.clone();
    assert_eq!(asked.len(), 2);
    for (target, project) in &asked {
        assert!(
            target.starts_with(
                "/asm/search/issues/status_new%3Aopen%20severity%3A1%20severity%3A2%20last_seen_after%3A"
            ),
            "{target}"
        );
        assert!(target.contains("?page_size=500"), "{target}");
        assert_eq!(project.as_deref(), Some("4711"));
    }
    assert!(asked[1].0.contains("&page_token="), "{}", asked[1].0);
}

#[test]
fn no_hits_are_no_issues_and_no_success_is_a_failure() {
    let service = Paged::new(2);
    let room = Room::new(&service.url());
    let outcome = room.run(RUN).exits(0);
    assert!(
        outcome.stderr.contains("checkpoint soc not moved"),
        "{}",
        outcome.stderr
    );
    for (body, code, said) in [
        (
            r#"{"success":true,"message":"Search completed!","result":null}"#,
            1,
            "`result` is not an object",
        ),
        (
            r#"{"success":true,"result":{"timed_out":true,"hits":[{"id":"ab","last_seen":"2026-01-02T03:04:05.000Z"}]}}"#,
            7,
            "the search timed out at the service, and its answer is not complete",
        ),
    ] {
        let incomplete = crate::support::RawServer::start(move |_, _| {
            crate::support::Act::Send(crate::support::answer("200 OK", "", body))
        });
        let room = Room::new(&incomplete.base_url());
        let outcome = room.run(&format!("{RUN} --retries 0")).exits(code);
        assert_eq!(outcome.stdout, "", "{body}");
        for text in [said, "checkpoint soc not moved"] {
            assert!(outcome.stderr.contains(text), "{}", outcome.stderr);
        }
    }
    let refusing = crate::support::RawServer::start(|_, _| {
        crate::support::Act::Send(crate::support::answer(
            "200 OK",
            "",
            "{\"success\":false,\"message\":\"Unknown collection\",\"result\":null}",
        ))
    });
    let room = Room::new(&refusing.base_url());
    let outcome = room.run("ingest asm collection:x").exits(3);
    assert!(
        outcome.stderr.contains("Unknown collection"),
        "{}",
        outcome.stderr
    );
    assert_eq!(refusing.requests(), 1);
}

#[test]
fn searches_that_find_nothing_are_refused_before_anybody_is_asked() {
    let room = Room::new("http://127.0.0.1:9");
    for (query, right) in [
        ("severity:HIGH", "severity:2"),
        ("status:open", "status_new:open"),
        ("name:\"x", "double quote"),
        (
            "last_seen_after:last_refresh --since 1d",
            "already sets when",
        ),
        (
            "last_seen_after:2026-01-02 --checkpoint soc",
            "already sets when",
        ),
        ("--severity 6", "1..=5"),
    ] {
        let outcome = room.run(&format!("ingest asm {query}")).exits(2);
        assert!(
            outcome.stderr.contains(right),
            "{query}: {}",
            outcome.stderr
        );
    }
    let planned = room
        .run("ingest asm last_seen_after:last_refresh --dry-run")
        .exits(0);
    assert!(
        planned
            .stdout
            .contains("issues/last_seen_after%3Alast_refresh?"),
        "{}",
        planned.stdout
    );
}

#[test]
fn the_most_severe_come_first_where_the_whole_answer_is_in_hand() {
    let body = r#"{"success":true,"result":{"hits":[
        {"id":"a","pretty_name":"One","summary":{"severity":4}},
        {"id":"b","pretty_name":"Two","summary":{"severity":1}},
        {"id":"c","pretty_name":"Three","summary":{"severity":2}}]}}"#;
    let server = crate::support::RawServer::start(move |_, _| {
        crate::support::Act::Send(crate::support::answer("200 OK", "", body))
    });
    let room = Room::new(&server.base_url());
    let shown = |line: &str| {
        let outcome = room.run(line).exits(0);
        let rows = outcome.stdout.lines().skip(1);
        let severities: Vec<String> = rows
            .filter_map(|row| row.split_whitespace().next().map(str::to_owned))
            .collect();
        severities
    };
    assert_eq!(shown("ingest asm -f text"), ["critical", "high", "low"]);
    assert_eq!(
        shown("ingest asm -f text --checkpoint soc"),
        ["low", "critical", "high"],
        "what a checkpoint vouches for is shown as it comes"
    );
}
