//! `IoC` deltas: an archive for each hour and type, unpacked as it comes.

use wiremock::ResponseTemplate;

use super::archives::{
    Archives, Fate, Kept, TYPES, archive, bzip2, current, entry, name, said, tar,
};
use super::room::Room;

const RUN: &str = "ingest deltas --since 4h --checkpoint d -o {}/out";

/// A service whose last four hours are filled.
fn filled() -> (Archives, Room, i64) {
    let service = Archives::new();
    let room = Room::new(&service.url());
    let now = current();
    for hour in now - 4..now {
        service.fill(hour);
    }
    (service, room, now)
}

/// The ids in a file.
fn ids(room: &Room, file: &str) -> Vec<String> {
    super::paged::ids(&room.lines(file))
}

/// The ids of hours that [`Archives::fill`] has filled.
fn of_hours(hours: impl IntoIterator<Item = i64>) -> Vec<String> {
    let of_hour = |hour| TYPES.map(|kind| format!("{kind}-{}.example", name(hour)));
    hours.into_iter().flat_map(of_hour).collect()
}

#[test]
fn every_hour_comes_once_and_in_order_with_the_requests_of_the_service() {
    let (service, room, now) = filled();
    let outcome = room.run(RUN).exits(0);
    assert!(
        outcome
            .stderr
            .contains("deltas: 16 new, 0 repeats, 0 failed, 16 requests"),
        "{}",
        outcome.stderr
    );
    assert_eq!(ids(&room, "out"), of_hours(now - 4..now));
    assert!(
        room.lines("out")[0].contains("\"exact\": 1.10"),
        "untouched"
    );
    {
        let content = service.content();
        let first = &content.asked[0];
        assert_eq!(first.accept, "application/octet-stream");
        assert_eq!(first.key, "a-test-key-that-is-invented");
    }
    let expected: Vec<String> = (now - 4..now)
        .flat_map(|hour| {
            TYPES.map(|kind| {
                format!(
                    "/collections/sync/ioc-deltas/{}?ioc_type={kind}",
                    name(hour)
                )
            })
        })
        .collect();
    assert_eq!(service.asked(), expected);
    room.run(RUN).exits(0);
    assert_eq!(ids(&room, "out").len(), 16);
}

#[test]
fn gaps_are_passed_and_asked_for_again_until_they_come() {
    let (service, room, now) = filled();
    for kind in TYPES {
        service.content().hours.remove(&(now - 3, kind));
    }
    let outcome = room.spawn(RUN).exits(0);
    let warning = format!("the deltas feed for `url` has no package {}", name(now - 3));
    assert!(outcome.stderr.contains(&warning), "{}", outcome.stderr);
    assert_eq!(ids(&room, "out"), of_hours([now - 4, now - 2, now - 1]));
    service.asked();
    room.run(RUN).exits(0);
    assert_eq!(service.asked().len(), 4, "the gap alone");
    service.fill(now - 3);
    room.run(RUN).exits(0);
    assert_eq!(
        ids(&room, "out"),
        of_hours([now - 4, now - 2, now - 1, now - 3])
    );
    service.asked();
    room.run(RUN).exits(0);
    assert_eq!(service.asked(), [""; 0]);
}

#[test]
fn what_is_not_published_yet_ends_the_run_well_whatever_the_words() {
    let plain = |status, text: &str| ResponseTemplate::new(status).set_body_string(text);
    for answer in [
        said(400, "NotAvailableYet", "x"),
        said(400, "BadRequestError", "package not available yet"),
        said(400, "SomethingNew", "come back later"),
        plain(400, "Package is not available yet"),
        plain(400, ""),
    ] {
        let (service, room, now) = filled();
        service.put(now - 1, "url", Kept::Answer(answer.clone()));
        room.run(RUN).exits(0);
        let mut expected = of_hours(now - 4..now);
        expected.retain(|id| *id != format!("url-{}.example", name(now - 1)));
        assert_eq!(ids(&room, "out"), expected, "{answer:?}");
        // It is asked for again, and nothing else is.
        service.asked();
        service.fill(now - 1);
        room.run(RUN).exits(0);
        assert_eq!(service.asked().len(), 1, "{answer:?}");
        assert_eq!(ids(&room, "out").len(), 16, "{answer:?}");
    }
}

#[test]
fn a_service_that_has_nothing_at_all_is_no_quiet_feed() {
    let service = Archives::new();
    let room = Room::new(&service.url());
    let outcome = room.run(RUN).exits(5);
    assert!(
        outcome
            .stderr
            .contains("no package for any of 4 hours requested"),
        "{}",
        outcome.stderr
    );
    // They are gaps all the same.
    service.fill(current() - 2);
    room.run(RUN).exits(0);
    assert_eq!(ids(&room, "out").len(), 4);
    room.run(&format!("ingest deltas --hour {}", name(current() - 3)))
        .exits(5);
    // A page in the place of the service says nothing about hours.
    for status in [400, 404] {
        let page =
            ResponseTemplate::new(status).set_body_string("<html><title>Portal</title></html>");
        service.put(current() - 3, "file", Kept::Answer(page));
        room.run(&format!(
            "ingest deltas --hour {} --type file",
            name(current() - 3)
        ))
        .exits(7);
    }
    // An old package that is refused will not come.
    let refused = said(400, "InvalidArgumentError", "no such thing");
    service.put(current() - 60, "file", Kept::Answer(refused));
    let old = room.run(&format!(
        "ingest deltas --hour {} --type file",
        name(current() - 60)
    ));
    assert!(
        old.code != 0 && old.stderr.contains("IoC deltas of type `file`"),
        "{}",
        old.stderr
    );
}

#[test]
fn an_hour_is_committed_whole_or_not_at_all() {
    let fates = |before: usize, fate| {
        let mut fates = vec![Fate::Answer; before];
        fates.push(fate);
        fates
    };
    for (fate, code) in [
        (Fate::Truncated, 1),
        (Fate::Status(503), 7),
        (Fate::Status(403), 4),
    ] {
        for failing in [4, 5, 7] {
            let (service, room, now) = filled();
            service.fates(&fates(failing, fate));
            room.run(RUN).exits(code);
            assert_eq!(ids(&room, "out"), of_hours([now - 4]), "{fate:?} {failing}");
            room.run(RUN).exits(0);
            assert_eq!(
                ids(&room, "out"),
                of_hours(now - 4..now),
                "{fate:?} {failing}"
            );
        }
    }
}

#[test]
fn a_truncated_archive_is_asked_for_again_and_nothing_of_it_comes_twice() {
    let service = Archives::new();
    let room = Room::new(&service.url());
    let lines: Vec<String> = (0..6_000)
        .map(|number| entry(&format!("{number}-{}.example", number * 7_919), None))
        .collect();
    let now = current();
    service.put(now - 1, "file", Kept::Lines(lines.clone()));
    service.fates(&[Fate::Truncated, Fate::Truncated]);
    let run = format!(
        "ingest deltas --hour {} --type file -f jsonl",
        name(now - 1)
    );
    let outcome = room.run(&format!("{run} --retries 3")).exits(0);
    assert_eq!(service.asked().len(), 3);
    assert_eq!(outcome.stdout.lines().count(), lines.len());
    service.fates(&[Fate::Truncated]);
    let outcome = room.run(&run).exits(1);
    assert!(
        outcome.stderr.contains("it is truncated"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn archives_in_any_form_are_read_and_nothing_is_written_by_their_names() {
    let line = |id: &str| entry(id, None) + "\n";
    let (a, b, c) = (line("a.example"), line("b.example"), line("c.example"));
    let two = [a.as_bytes(), b"\r\n \n", b.as_bytes()].concat();
    let first = tar(&[
        ("../../out-of-here", a.as_bytes()),
        ("/etc/hosts", b.as_bytes()),
    ]);
    let last = tar(&[("\u{1b}]0;owned\u{7}", c.trim_end().as_bytes())]);
    for (form, bytes) in [
        (
            "one member",
            bzip2(&tar(&[("x", &[two.as_slice(), c.as_bytes()].concat())])),
        ),
        ("streams", [bzip2(&first), bzip2(&last)].concat()),
        (
            "joined tars",
            bzip2(&[first.clone(), last.clone()].concat()),
        ),
        ("a stream within a member", {
            let whole = [first.clone(), last.clone()].concat();
            [bzip2(&whole[..700]), bzip2(&whole[700..])].concat()
        }),
        (
            "empty members",
            bzip2(&tar(&[
                ("", b""),
                ("x", a.as_bytes()),
                ("y", b""),
                ("z", b.as_bytes()),
                ("z", c.as_bytes()),
            ])),
        ),
        ("no end mark", {
            let whole = tar(&[("x", &[two.as_slice(), c.as_bytes()].concat())]);
            bzip2(&whole[..whole.len() - 1024])
        }),
    ] {
        let service = Archives::new();
        let room = Room::new(&service.url());
        let answer = ResponseTemplate::new(200).set_body_bytes(bytes);
        service.put(current() - 1, "file", Kept::Answer(answer));
        room.run("ingest deltas --since 1h --type file --checkpoint d -o {}/out")
            .exits(0);
        assert_eq!(
            ids(&room, "out"),
            ["a.example", "b.example", "c.example"],
            "{form}"
        );
        assert!(!room.path("../../out-of-here").exists(), "{form}");
    }
}

#[test]
fn an_empty_archive_is_an_hour_without_changes() {
    for bytes in [bzip2(b""), bzip2(&tar(&[])), archive(&[])] {
        let service = Archives::new();
        let room = Room::new(&service.url());
        let answer = ResponseTemplate::new(200).set_body_bytes(bytes);
        service.put(current() - 1, "file", Kept::Answer(answer));
        let run = "ingest deltas --since 1h --type file --checkpoint d -o {}/out";
        let outcome = room.run(run).exits(0);
        assert!(outcome.stderr.contains("0 new"), "{}", outcome.stderr);
        service.asked();
        room.run(run).exits(0);
        assert_eq!(service.asked(), [""; 0]);
    }
}

#[test]
fn what_is_no_archive_is_no_answer() {
    for (body, reason) in [
        (b"".to_vec(), "it is empty"),
        (
            b"{\"error\":{\"code\":\"X\",\"message\":\"no\"}}".to_vec(),
            "it is not a bzip2 archive",
        ),
        (b"<html><title>Portal</title></html>".to_vec(), "Portal"),
        (b"BZ".to_vec(), "BZ"),
        (b"BZh9 and more".to_vec(), "the archive is damaged"),
        (bzip2(&[b'x'; 2_000]), "the archive is damaged"),
        (bzip2(&tar(&[("x", b"{}\n{}")])[..600]), "it is truncated"),
        (
            [bzip2(&tar(&[("x", b"{}")])), b"trailing".to_vec()].concat(),
            "the archive is damaged",
        ),
    ] {
        let service = Archives::new();
        let room = Room::new(&service.url());
        let answer = ResponseTemplate::new(200).set_body_bytes(body.clone());
        service.put(current() - 1, "file", Kept::Answer(answer));
        let outcome = room.run("ingest deltas --since 1h --type file --checkpoint d -o {}/out");
        assert!(
            outcome.code != 0 && outcome.stderr.contains(reason),
            "{body:?}: {}",
            outcome.stderr
        );
        assert_eq!(room.lines("out"), [""; 0]);
    }
}

#[test]
fn lines_that_are_no_entries_are_dead_letters_and_the_hour_is_done() {
    let service = Archives::new();
    let room = Room::new(&service.url());
    let huge = format!("{{\"huge\":\"{}\"}}", "x".repeat(5 * 1024 * 1024));
    let lines = [
        "{\"torn\": [1",
        "5",
        "\"text\"",
        &huge,
        &entry("sound.example", None),
        "{\"id\": tru}",
    ];
    service.put(
        current() - 1,
        "file",
        Kept::Lines(lines.map(str::to_owned).to_vec()),
    );
    let run = "ingest deltas --since 1h --type file --checkpoint d -o {}/out";
    let outcome = room.run(run).exits(3);
    assert!(
        outcome.stderr.contains("1 new, 0 repeats, 5 failed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(ids(&room, "out"), ["sound.example"]);
    let letters = room.lines("state/dead-letters/d.jsonl");
    assert_eq!(letters.len(), 5);
    assert!(
        letters.iter().map(String::len).max() < Some(100_000),
        "its beginning alone"
    );
    let outcome = room.run(run).exits(0);
    assert!(outcome.stderr.contains("0 new"), "{}", outcome.stderr);
}

#[test]
fn the_storage_never_sees_the_key() {
    let (service, room, now) = filled();
    let storage = Archives::new();
    storage.fill(now - 2);
    let address = format!(
        "{}/collections/sync/ioc-deltas/{}?ioc_type=url",
        storage.url(),
        name(now - 2)
    );
    let redirect = ResponseTemplate::new(302).insert_header("location", address.as_str());
    service.put(now - 2, "url", Kept::Answer(redirect));
    room.run(RUN).exits(0);
    assert_eq!(ids(&room, "out"), of_hours(now - 4..now));
    let asked = &storage.content().asked;
    assert_eq!(
        (asked.len(), asked[0].key.as_str(), asked[0].hour),
        (1, "", now - 2)
    );
}

#[test]
fn a_limited_run_stops_within_an_hour_and_goes_on_there() {
    let (service, room, now) = filled();
    let equal = entry("equal.example", None);
    service.put(
        now - 3,
        "ip",
        Kept::Lines(vec![equal.clone(), equal.clone(), equal]),
    );
    let whole = Room::new(&service.url());
    whole.run(RUN).exits(0);
    assert_eq!(whole.lines("out").len(), 18);
    for limit in [3, 4, 1, 5] {
        room.run(&format!("{RUN} -n {limit}")).exits(0);
    }
    assert_eq!(room.lines("out").len(), 13);
    room.run(RUN).exits(0);
    assert_eq!(room.lines("out"), whole.lines("out"));
}

#[test]
fn only_changes_of_the_wanted_types_and_scores_are_emitted() {
    let service = Archives::new();
    let room = Room::new(&service.url());
    let now = current();
    for hour in now - 3..now {
        let lines = [
            entry("same.example", Some(60)),
            entry("changing.example", Some(hour - now + 70)),
            entry("low.example", Some(10)),
            entry("unrated.example", None),
        ];
        service.put(hour, "ip", Kept::Lines(lines.to_vec()));
        service.put(
            hour,
            "domain",
            Kept::Lines(vec![entry("other.example", None)]),
        );
    }
    let run = "ingest deltas --since 3h --checkpoint d -o {}/out --changes-only --type ip_address --min-score 60";
    let outcome = room.run(run).exits(0);
    assert!(
        outcome.stderr.contains("4 new, 2 repeats, 6 not kept"),
        "{}",
        outcome.stderr
    );
    assert_eq!(
        ids(&room, "out"),
        [
            "same.example",
            "changing.example",
            "changing.example",
            "changing.example"
        ]
    );
    assert!(
        service
            .asked()
            .iter()
            .all(|target| target.ends_with("ioc_type=ip"))
    );
    let bad = room.run("ingest deltas --type host").exits(2);
    assert!(
        bad.stderr.contains("file, ip, url, domain"),
        "{}",
        bad.stderr
    );
    let stateless = room
        .run_words(&[
            "ingest",
            "deltas",
            "--since",
            "3h",
            "--type",
            "ip",
            "-f",
            "jsonl",
            "--where",
            ".id == \"low.example\"",
        ])
        .exits(0);
    assert_eq!(stateless.stdout.lines().count(), 3);
}

#[test]
fn the_window_of_a_first_run_has_an_end() {
    let (service, room, now) = filled();
    let at = jiff::Timestamp::from_second((now - 3) * 3600 + 60).expect("a time");
    let run = format!("{RUN} --until {at}");
    room.run(&run).exits(0);
    assert_eq!(ids(&room, "out"), of_hours(now - 4..now - 2));
    // A later run goes on to what there is.
    room.run(&run).exits(0);
    assert_eq!(ids(&room, "out"), of_hours(now - 4..now));
    // And so does the next poll of one that follows.
    let room = Room::new(&service.url());
    room.run(&format!("{run} --polls 2 --interval 0s")).exits(0);
    assert_eq!(ids(&room, "out"), of_hours(now - 4..now));
}
