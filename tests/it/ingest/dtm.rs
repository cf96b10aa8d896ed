//! Alerts: nothing lost, nothing twice, and the key is sent nowhere else.

use super::paged::{Paged, ids};
use super::room::Room;
use super::stream::{Fate, base};

const RUN: &str = "ingest dtm --since 12h --checkpoint soc -o {}/out.jsonl";

fn out(room: &Room) -> Vec<String> {
    ids(&room.lines("out.jsonl"))
}

#[test]
fn three_polls_over_a_growing_feed_are_the_feed() {
    let service = Paged::new(4);
    let room = Room::new(&service.url());
    let mut before = 0;
    for poll in 0..3 {
        service.fill(poll * 11, 11, 60, base());
        let outcome = room.run(RUN).exits(0);
        assert!(outcome.stderr.contains("11 new"), "{}", outcome.stderr);
        let found = out(&room);
        assert_eq!(found.len() - before, 11);
        before = found.len();
    }
    assert_eq!(out(&room), service.ids());
    assert!(
        !service.was_led_astray(),
        "the key must stay with its origin"
    );
}

#[test]
fn next_pages_are_asked_for_by_their_token_alone_and_of_ourselves() {
    let service = Paged::new(4);
    service.fill(0, 10, 60, base());
    let room = Room::new(&service.url());
    let line = "ingest dtm --since 12h --status new --status read --tag a+b --severity HIGH --mscore-gte 50 --refs --search x";
    let outcome = room.run(line).exits(0);
    assert_eq!(outcome.stdout.lines().count(), 10);
    assert!(
        outcome.stdout.contains("\"score\":1.10"),
        "{}",
        outcome.stdout
    );
    let asked = service.content().asked.clone();
    assert_eq!(asked.len(), 3);
    let first = &asked[0].0;
    assert!(
        first
            .starts_with("/dtm/alerts?sort=created_at&order=asc&size=25&refs=true&monitor_name=true&life=10m&since="),
        "{first}"
    );
    assert!(
        first.ends_with("&status=new&status=read&tags=a%2Bb&severity=high&mscore_gte=50&search=x"),
        "{first}"
    );
    for (next, _) in &asked[1..] {
        let query = next.strip_prefix("/dtm/alerts?page=").expect(next);
        assert!(!query.contains('&') && query.contains("%2B"), "{next}");
    }
    assert!(!service.was_led_astray());
}

#[test]
fn a_failed_page_moves_nothing_and_the_next_run_goes_on_by_time() {
    for fault in [Fate::Status(429), Fate::Status(500), Fate::Garbage] {
        let service = Paged::new(10);
        service.fill(0, 50, 7, base());
        let room = Room::new(&service.url());
        service.fates(&[Fate::Answer, Fate::Answer, fault]);
        room.run(RUN);
        assert_eq!(out(&room), service.ids()[..20], "{fault:?}");
        room.run(RUN).exits(0);
        let fourth = service.content().asked[3].0.clone();
        assert!(fourth.contains("since="), "{fourth}");
        assert_eq!(out(&room), service.ids(), "{fault:?}");
    }
}

#[test]
fn an_expired_token_begins_the_sweep_anew_and_repeats_nothing() {
    let service = Paged::new(10);
    service.fill(0, 50, 7, base());
    let room = Room::new(&service.url());
    service.fates(&[Fate::Answer, Fate::Answer, Fate::Expired]);
    let outcome = room.run(RUN).exits(0);
    assert!(outcome.stderr.contains("50 new"), "{}", outcome.stderr);
    assert_eq!(out(&room), service.ids());
    service.fates(&[Fate::Answer, Fate::Expired, Fate::Answer, Fate::Expired]);
    room.run(RUN).exits(3);
    assert!(
        service.content().asked.len() < 20,
        "it must not go on for ever"
    );
}

#[test]
fn late_alerts_of_two_hours_are_caught() {
    let service = Paged::new(10);
    service.fill(0, 30, 300, base());
    let room = Room::new(&service.url());
    room.run(RUN).exits(0);
    service.push(base() + 29 * 300 - 7000, "late");
    room.run(RUN).exits(0);
    assert_eq!(out(&room).last().map(String::as_str), Some("late"));
    assert_eq!(out(&room).len(), 31);
}

#[test]
fn changes_of_old_alerts_come_once_each() {
    let service = Paged::new(4);
    service.fill(0, 20, 60, base());
    let room = Room::new(&service.url());
    let run = format!("{RUN} --updates --overlap 5m");
    room.run(&run).exits(0);
    assert_eq!(
        out(&room),
        service.ids(),
        "each once, although two sweeps met it"
    );
    let change = |index: usize, at: i64| service.content().items[index].changed = at;
    // Far behind what `since` would find.
    change(0, base() + 30_000);
    change(7, base() + 30_100);
    let outcome = room.run(&run).exits(0);
    assert!(outcome.stderr.contains("2 new"), "{}", outcome.stderr);
    assert_eq!(out(&room)[20..], ["000007", "000000"]);
    // A sweep of changes that is broken off has not moved the checkpoint.
    for index in 8..20 {
        change(index, base() + 31_000);
    }
    let created = 2;
    let mut fates = vec![Fate::Answer; created + 1];
    fates.push(Fate::Status(500));
    service.fates(&fates);
    room.run(&run).exits(7);
    room.run(&run).exits(0);
    let outcome = room.run(&run).exits(0);
    assert!(outcome.stderr.contains(" 0 new"), "{}", outcome.stderr);
    let mut last: Vec<String> = out(&room)[22..].to_vec();
    last.sort();
    assert_eq!(last, service.ids()[8..]);
}

#[test]
fn an_alert_of_next_year_poisons_nothing() {
    let service = Paged::new(4);
    service.fill(0, 6, 7, base());
    service.push(base() + 365 * 86_400, "future");
    for options in ["", "--updates"] {
        let room = Room::new(&service.url());
        let run = format!("{RUN} {options}");
        room.run(&run).exits(0);
        service.push(
            base() + 100 + i64::from(options.is_empty()),
            format!("x{options}"),
        );
        let outcome = room.run(&run).exits(0);
        assert!(outcome.stderr.contains(": 1 new"), "{}", outcome.stderr);
        let mut found = out(&room);
        found.sort();
        assert_eq!(found, service.ids());
    }
}

#[test]
fn the_newest_come_first_where_that_is_asked_for() {
    let room = Room::new("http://127.0.0.1:9");
    let line = "ingest dtm --order desc --checkpoint soc";
    let refused = room.run(line).exits(2);
    assert!(
        refused.stderr.contains("--order desc"),
        "{}",
        refused.stderr
    );
    let planned = room.run("ingest dtm --order desc --dry-run").exits(0);
    assert!(planned.stdout.contains("order=desc"), "{}", planned.stdout);
}

#[test]
fn slips_are_refused_before_anybody_is_asked() {
    let room = Room::new("http://127.0.0.1:9");
    for (line, right) in [
        ("--status tracked_externally", "tracked_external"),
        ("--severity hihg", "high, medium, low"),
        ("--alert-type Pastes", "Shop Listing"),
        ("--mscore-gte 101", "0..=100"),
        ("--refs --page-size 50", "at most 25"),
    ] {
        let outcome = room.run(&format!("ingest dtm {line}")).exits(2);
        assert!(outcome.stderr.contains(right), "{line}: {}", outcome.stderr);
    }
}
