//! Nothing lost, nothing twice: one test for each way in which others failed.

use super::room::{Room, ids};
use super::stream::{Fate, Stream, base};

const RUN: &str = "ingest ioc-stream --since 12h --checkpoint soc -o {}/out.jsonl";

#[test]
fn more_than_one_page_is_read() {
    for count in [0, 1, 40, 41, 81] {
        let stream = Stream::new(40);
        stream.fill(0, count, 7, base());
        let room = Room::new(&stream.url());
        let outcome = room.run("ingest ioc-stream --since 12h").exits(0);
        assert_eq!(ids(&outcome.stdout), stream.ids());
        assert!(
            outcome
                .stderr
                .contains(&format!("ioc-stream: {count} new, 0 repeats, 0 failed"))
        );
    }
}

#[test]
fn a_failed_page_moves_nothing_and_the_next_run_goes_on() {
    for fault in [Fate::Status(429), Fate::Status(500), Fate::Garbage] {
        let stream = Stream::new(10);
        stream.fill(0, 50, 7, base());
        let room = Room::new(&stream.url());
        stream.fates(&[Fate::Answer, Fate::Answer, fault]);
        let failed = room.run(RUN);
        assert!([1, 6, 7].contains(&failed.code), "{}", failed.stderr);
        assert_eq!(room.ids("out.jsonl"), stream.ids()[..20], "{fault:?}");
        room.run(RUN).exits(0);
        assert_eq!(room.ids("out.jsonl"), stream.ids(), "{fault:?}");
    }
}

#[test]
fn an_empty_answer_does_not_move_the_checkpoint_to_now() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    let outcome = room.run(RUN).exits(0);
    assert!(
        outcome.stderr.contains("checkpoint soc not moved"),
        "{}",
        outcome.stderr
    );
    // Hours old, and there only now.
    stream.fill(0, 3, 7, base());
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn an_item_of_next_year_is_emitted_once_and_poisons_nothing() {
    let stream = Stream::new(4);
    stream.fill(0, 6, 7, base());
    stream.push(base() + 365 * 86_400, "future");
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    stream.fill(6, 6, 7, base());
    let outcome = room.run(RUN).exits(0);
    assert!(outcome.stderr.contains("6 new"), "{}", outcome.stderr);
    room.run(RUN).exits(0);
    let mut found = room.ids("out.jsonl");
    found.sort();
    assert_eq!(found, stream.ids());
}

#[test]
fn late_arrivals_within_the_overlap_are_caught() {
    let stream = Stream::new(10);
    stream.fill(0, 30, 60, base());
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    stream.push(base() + 29 * 60 - 800, "late");
    room.run(RUN).exits(0);
    assert_eq!(
        room.ids("out.jsonl").last().map(String::as_str),
        Some("late")
    );
    assert_eq!(room.ids("out.jsonl").len(), 31);
}

#[test]
fn the_window_of_a_first_run_holds_until_it_is_read() {
    let stream = Stream::new(4);
    stream.fill(0, 20, 60, base());
    let room = Room::new(&stream.url());
    let until = jiff::Timestamp::from_second(base() + 10 * 60).expect("a time");
    stream.fates(&[Fate::Answer, Fate::Status(500)]);
    room.run(&format!("{RUN} --until {until}")).exits(7);
    room.run(RUN).exits(0);
    let bounds = |query: &[(String, String)]| {
        let filter = query.iter().find(|(name, _)| name == "filter");
        filter.is_some_and(|(_, filter)| filter.contains(&format!("date:{}-", until.as_second())))
    };
    assert!(stream.content().asked.iter().all(|query| bounds(query)));
    room.run(RUN).exits(0);
    assert!(
        !stream
            .content()
            .asked
            .last()
            .is_some_and(|query| bounds(query))
    );
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn what_appears_behind_a_broken_sweep_is_caught_by_the_next() {
    let stream = Stream::new(4);
    let now = jiff::Timestamp::now().as_second();
    stream.fill(0, 12, 10, now - 600);
    let room = Room::new(&stream.url());
    stream.fates(&[Fate::Answer, Fate::Answer, Fate::Status(500)]);
    room.run(RUN).exits(7);
    stream.push(now - 600, "behind");
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl").len(), 12);
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl").len(), 13);
}

#[test]
fn the_last_item_does_not_come_again() {
    let stream = Stream::new(10);
    stream.fill(0, 5, 60, base());
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    for _ in 0..3 {
        let outcome = room.run(RUN).exits(0);
        assert!(
            outcome.stderr.contains("0 new, 5 repeats"),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn many_items_of_one_second_are_all_there() {
    let stream = Stream::new(10);
    stream.fill(0, 95, 0, base());
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    stream.fill(95, 20, 0, base());
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn the_window_opens_again_after_the_first_run() {
    let stream = Stream::new(10);
    let room = Room::new(&stream.url());
    for run in 0..4 {
        stream.fill(run * 15, 15, 60, base());
        let outcome = room.run(RUN).exits(0);
        assert!(outcome.stderr.contains("15 new"), "{}", outcome.stderr);
    }
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn any_stop_and_what_follows_it_are_the_whole() {
    let stream = Stream::new(4);
    stream.fill(0, 11, 60, base());
    for stop in 1..=11 {
        let room = Room::new(&stream.url());
        let outcome = room.run(&format!("{RUN} -n {stop}")).exits(0);
        assert!(
            outcome.stderr.contains(&format!("{stop} new")),
            "{}",
            outcome.stderr
        );
        assert_eq!(room.ids("out.jsonl"), stream.ids()[..stop]);
        room.run(RUN).exits(0);
        assert_eq!(room.ids("out.jsonl"), stream.ids(), "stopped after {stop}");
    }
}

#[test]
fn an_empty_page_with_a_cursor_is_not_the_end() {
    let stream = Stream::new(4);
    stream.fill(0, 10, 60, base());
    stream.fates(&[Fate::Empty, Fate::Answer, Fate::Empty, Fate::Answer]);
    let room = Room::new(&stream.url());
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn a_refused_cursor_falls_back_to_the_time() {
    let stream = Stream::new(4);
    stream.fill(0, 20, 60, base());
    let room = Room::new(&stream.url());
    // In the middle of a run, and between two.
    stream.fates(&[
        Fate::Answer,
        Fate::Answer,
        Fate::Expired,
        Fate::Answer,
        Fate::Status(500),
    ]);
    room.run(RUN).exits(7);
    stream.fates(&[Fate::Expired]);
    room.run(RUN).exits(0);
    assert_eq!(room.ids("out.jsonl"), stream.ids());
}

#[test]
fn a_service_that_refuses_every_cursor_is_not_asked_for_ever() {
    let stream = Stream::new(4);
    stream.fill(0, 20, 0, base());
    let room = Room::new(&stream.url());
    stream.fates(&[
        Fate::Answer,
        Fate::Expired,
        Fate::Answer,
        Fate::Expired,
        Fate::Answer,
        Fate::Expired,
    ]);
    room.run(RUN).exits(3);
    assert!(stream.content().requests < 7);
}

#[test]
fn the_limit_counts_what_is_emitted_and_asks_for_no_page_too_many() {
    let stream = Stream::new(10);
    stream.fill(0, 50, 60, base());
    let room = Room::new(&stream.url());
    let line = "ingest ioc-stream --since 12h -n 10";
    let outcome = room.run(line).exits(0);
    assert_eq!(ids(&outcome.stdout).len(), 10);
    assert_eq!(stream.content().requests, 1);
    let line = "ingest ioc-stream --since 12h -n 7 --where .id>\"d000020\"";
    let outcome = room.run(line).exits(0);
    assert_eq!(ids(&outcome.stdout), stream.ids()[20..27]);
}

#[test]
fn the_bytes_of_an_object_are_the_service_s() {
    let stream = Stream::new(10);
    stream.fill(0, 1, 60, base());
    let room = Room::new(&stream.url());
    let outcome = room.run("ingest ioc-stream --since 12h").exits(0);
    assert!(
        outcome.stdout.contains("\"attributes\":{\"score\":1.10}"),
        "{}",
        outcome.stdout
    );
    let asked = stream.content().asked.clone();
    let value = |name: &str| {
        asked[0]
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    assert_eq!(value("order").as_deref(), Some("date+"));
    assert_eq!(value("limit").as_deref(), Some("40"));
}

#[test]
fn without_a_checkpoint_nothing_is_remembered() {
    let stream = Stream::new(10);
    stream.fill(0, 15, 60, base());
    let room = Room::new(&stream.url());
    for _ in 0..2 {
        let outcome = room.run("ingest ioc-stream --since 12h").exits(0);
        assert_eq!(ids(&outcome.stdout).len(), 15);
    }
    assert!(!room.path("state").exists());
}

#[test]
fn what_the_condition_drops_stays_dropped_and_is_counted() {
    let stream = Stream::new(10);
    stream.fill(0, 15, 60, base());
    let room = Room::new(&stream.url());
    let run = format!("{RUN} --where .id<\"d000005\"");
    let outcome = room.run(&run).exits(0);
    assert!(
        outcome
            .stderr
            .contains("5 new, 0 repeats, 10 not kept, 0 failed"),
        "{}",
        outcome.stderr
    );
    let outcome = room.run(&run).exits(0);
    assert!(
        outcome.stderr.contains("0 new, 15 repeats"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_condition_that_fails_on_a_record_does_not_lose_it() {
    let stream = Stream::new(10);
    stream.fill(0, 3, 60, base());
    let room = Room::new(&stream.url());
    let stateless = RUN.replace("--checkpoint soc", "");
    let condition = "--where if(.id==\"d000001.example\")then(.id.x)else(true)end";
    let outcome = room.run(&format!("{stateless} {condition}")).exits(3);
    assert!(
        outcome.stderr.contains("3 new, 0 repeats, 1 failed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(room.ids("out.jsonl").len(), 3);
}
