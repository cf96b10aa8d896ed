//! Whatever the pages, faults, stops and arrivals: the runs together are the feed,
//! each item once.

use proptest::prelude::*;

use super::room::Room;
use super::stream::{Fate, Stream};

/// What happens in one step.
#[derive(Debug, Clone)]
enum Step {
    /// So many items arrive, so many seconds apart.
    Arrive(i64, i64),
    /// One arrives late, so many seconds before the newest.
    Late(i64),
    /// A run whose requests meet these fates.
    Run(Vec<Fate>),
    /// A run that stops after so many records.
    Stop(usize),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Answer),
        1 => Just(Fate::Status(429)),
        1 => Just(Fate::Status(500)),
        1 => Just(Fate::Garbage),
        1 => Just(Fate::Empty),
        1 => Just(Fate::Expired),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..20_i64, 0..9_i64).prop_map(|(count, apart)| Step::Arrive(count, apart)),
        (0..690_i64).prop_map(Step::Late),
        prop::collection::vec(fate(), 0..8).prop_map(Step::Run),
        (1..12_usize).prop_map(Step::Stop),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_runs_together_are_the_feed(
        page in 1_usize..7,
        steps in prop::collection::vec(step(), 1..14),
    ) {
        let stream = Stream::new(page);
        let room = Room::new(&stream.url());
        let run = "ingest ioc-stream --since 12h --checkpoint soc -o {}/out.jsonl";
        // Whatever appears is younger than the overlap, as what is late must be.
        let start = jiff::Timestamp::now().as_second() - 700;
        let (mut newest, mut count) = (start, 0);
        for step in &steps {
            match step {
                Step::Arrive(more, apart) => {
                    for _ in 0..*more {
                        newest = (newest + apart).min(start + 690);
                        stream.push(newest, format!("{count:06}"));
                        count += 1;
                    }
                }
                Step::Late(before) => {
                    stream.push((newest - before).max(start), format!("late-{count:06}"));
                    count += 1;
                }
                Step::Run(fates) => {
                    stream.fates(fates);
                    room.run(run);
                }
                Step::Stop(records) => {
                    room.run(&format!("{run} -n {records}"));
                }
            }
            stream.fates(&[]);
        }
        // One run to end a sweep that was broken off, one for what came behind it.
        for _ in 0..2 {
            let last = room.run(run);
            prop_assert_eq!(last.code, 0, "{}", last.stderr);
        }
        let (mut found, mut all) = (room.ids("out.jsonl"), stream.ids());
        found.sort();
        all.sort();
        prop_assert_eq!(found, all);
    }
}
