//! Whatever the pages, faults, stops and arrivals: the runs together are the feed,
//! each item once.

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use super::archives::{self, Archives, Fate, Kept, TYPES, current, entry};
use super::paged::Paged;
use super::room::Room;
use super::shelf::Shelf;
use super::steps::{steps, the_runs_together_are_the_feed};
use super::stream::{self, Stream};

/// What every run is given. The lock is waited for because processes that other tests
/// start share, until they are what they will be, all that this one has open.
const OPTIONS: &str = "--since 12h --checkpoint soc --wait-lock 10s -o {}/out.jsonl";

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/it/ingest/property.seeds"))), ..ProptestConfig::default() })]

    #[test]
    fn notifications(page in 1_usize..7, steps in steps()) {
        let service = Stream::new(page);
        let run = format!("ingest ioc-stream {OPTIONS}");
        the_runs_together_are_the_feed(&service, &run, &steps)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/it/ingest/property.seeds"))), ..ProptestConfig::default() })]

    #[test]
    fn alerts(page in 1_usize..7, updates in any::<bool>(), steps in steps()) {
        let service = Paged::new(page);
        let options = if updates { "--updates" } else { "" };
        let run = format!("ingest dtm {OPTIONS} {options}");
        the_runs_together_are_the_feed(&service, &run, &steps)?;
        prop_assert!(!service.was_led_astray());
    }

    #[test]
    fn issues(
        page in 1_usize..7,
        exclusive in any::<bool>(),
        descending in any::<bool>(),
        updates in any::<bool>(),
        steps in steps(),
    ) {
        let service = Paged::new(page);
        service.content().exclusive = exclusive;
        service.content().descending = descending;
        let options = if updates { "--updates" } else { "" };
        let run = format!("ingest asm {OPTIONS} {options}");
        the_runs_together_are_the_feed(&service, &run, &steps)?;
        prop_assert!(!service.was_led_astray());
    }
}

/// What happens to a feed of archives.
#[derive(Debug, Clone)]
enum Turn {
    /// The next hour is published, with so many lines of each type.
    Publish([usize; 4]),
    /// The next hour is passed over.
    Pass,
    /// What was passed over comes.
    Fill,
    /// A run whose requests meet these fates.
    Run(Vec<Fate>),
    /// A run that stops after so many records.
    Stop(usize),
}

fn turn() -> impl Strategy<Value = Turn> {
    let fate = prop_oneof![
        6 => Just(Fate::Answer),
        1 => Just(Fate::Status(429)),
        1 => Just(Fate::Status(500)),
        1 => Just(Fate::Truncated),
        1 => Just(Fate::Early),
    ];
    prop_oneof![
        4 => prop::array::uniform4(0..4_usize).prop_map(Turn::Publish),
        1 => Just(Turn::Pass),
        1 => Just(Turn::Fill),
        3 => prop::collection::vec(fate, 0..12).prop_map(Turn::Run),
        2 => (1..9_usize).prop_map(Turn::Stop),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/it/ingest/property.seeds"))), ..ProptestConfig::default() })]

    #[test]
    fn deltas(turns in prop::collection::vec(turn(), 1..14)) {
        let service = Archives::new();
        let room = Room::new(&service.url());
        let run = "ingest deltas --since 8h --checkpoint d --wait-lock 10s -o {}/out.jsonl";
        let (first, mut next) = (current() - 8, current() - 8);
        service.content().published = first - 1;
        let (mut all, mut passed) = (vec![], vec![]);
        let mut publish = |hour, counts: [usize; 4]| {
            for (kind, count) in TYPES.into_iter().zip(counts) {
                let id = |line| format!("{kind}-{}-{line}.example", archives::name(hour));
                let lines: Vec<String> = (0..count).map(|line| entry(&id(line), None)).collect();
                all.extend(lines.clone());
                service.put(hour, kind, Kept::Lines(lines));
            }
        };
        for turn in &turns {
            match turn {
                Turn::Publish(counts) if next < first + 8 => {
                    publish(next, *counts);
                    next += 1;
                }
                Turn::Pass if next < first + 8 => {
                    passed.push(next);
                    next += 1;
                }
                Turn::Publish(_) | Turn::Pass => {}
                Turn::Fill => passed.drain(..).for_each(|hour| publish(hour, [1; 4])),
                Turn::Run(fates) => {
                    service.fates(fates);
                    room.run(run);
                }
                Turn::Stop(records) => {
                    room.run(&format!("{run} -n {records}"));
                }
            }
            service.content().published = next - 1;
            service.fates(&[]);
        }
        passed.drain(..).for_each(|hour| publish(hour, [1; 4]));
        let last = room.run(run);
        prop_assert_eq!(last.code, 0, "{}", last.stderr);
        let mut found = room.lines("out.jsonl");
        found.sort();
        all.sort();
        prop_assert_eq!(found, all);
    }
}

/// What happens to a feed of collections.
#[derive(Debug, Clone)]
enum Change {
    /// A collection is made or modified, with so many indicators.
    Modify(usize, [usize; 4]),
    /// A run whose requests meet these fates.
    Run(Vec<stream::Fate>),
    /// A run that stops after so many records.
    Stop(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let fate = prop_oneof![
        8 => Just(stream::Fate::Answer),
        1 => Just(stream::Fate::Status(429)),
        1 => Just(stream::Fate::Status(500)),
        1 => Just(stream::Fate::Garbage),
        1 => Just(stream::Fate::Expired),
    ];
    prop_oneof![
        4 => (0..5_usize, prop::array::uniform4(0..5_usize)).prop_map(|(id, has)| Change::Modify(id, has)),
        3 => prop::collection::vec(fate, 0..12).prop_map(Change::Run),
        2 => (1..12_usize).prop_map(Change::Stop),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/it/ingest/property.seeds"))), ..ProptestConfig::default() })]

    /// Each version that a run could see comes with all of its indicators, once.
    #[test]
    fn collections(page in 1..6_usize, changes in prop::collection::vec(change(), 1..14)) {
        let service = Shelf::new(page);
        let room = Room::new(&service.url());
        let run = "ingest collections --type report --iocs --since 6h --checkpoint c --wait-lock 10s -o {}/out.jsonl";
        let start = jiff::Timestamp::now().as_second() - 700;
        let mut all = vec![];
        for (nth, change) in changes.iter().enumerate() {
            match change {
                Change::Modify(id, has) => {
                    let id = format!("report--{id}");
                    service.put(&id, start + i64::try_from(nth).expect("small"), *has);
                    // So that no version is passed over before a run has seen it.
                    let outcome = room.run(run);
                    prop_assert_eq!(outcome.code, 0, "{}", outcome.stderr);
                    all.push(id.clone());
                    all.extend(service.content().volumes[&id].indicators());
                }
                Change::Run(fates) => {
                    service.content().fates = fates.iter().copied().collect();
                    room.run(run);
                }
                Change::Stop(records) => {
                    room.run(&format!("{run} -n {records}"));
                }
            }
            service.content().fates.clear();
        }
        let mut found = super::paged::ids(&room.lines("out.jsonl"));
        found.sort();
        all.sort();
        prop_assert_eq!(found, all);
    }

    /// Whatever breaks off on the way to the same collections.
    #[test]
    fn interrupted_collections(
        page in 1..6_usize,
        volumes in prop::collection::vec(prop::array::uniform4(0..5_usize), 1..6),
        changes in prop::collection::vec(change(), 1..8),
    ) {
        let service = Shelf::new(page);
        let room = Room::new(&service.url());
        let run = "ingest collections --type report --iocs --since 6h --checkpoint c --wait-lock 10s -o {}/out.jsonl";
        let start = jiff::Timestamp::now().as_second() - 700;
        let mut all = vec![];
        for (nth, has) in volumes.iter().enumerate() {
            let id = format!("report--{nth}");
            // Two share a second.
            service.put(&id, start + i64::try_from(nth / 2).expect("small"), *has);
            all.push(id.clone());
            all.extend(service.content().volumes[&id].indicators());
        }
        for change in &changes {
            match change {
                Change::Modify(..) => {}
                Change::Run(fates) => {
                    service.content().fates = fates.iter().copied().collect();
                    room.run(run);
                }
                Change::Stop(records) => {
                    room.run(&format!("{run} -n {records}"));
                }
            }
            service.content().fates.clear();
        }
        for _ in 0..2 {
            let last = room.run(run);
            prop_assert_eq!(last.code, 0, "{}", last.stderr);
        }
        let mut found = super::paged::ids(&room.lines("out.jsonl"));
        found.sort();
        all.sort();
        prop_assert_eq!(found, all);
    }
}
