//! Whatever the pages, faults, stops and arrivals: the runs together are the
//! alerts and the issues, each once.

use proptest::prelude::*;

use super::paged::{Paged, ids};
use super::room::Room;
use super::stream::Fate;

/// What every run is given. The lock is waited for because processes that other tests
/// start share, until they are what they will be, all that this one has open.
const OPTIONS: &str = "--since 12h --checkpoint soc --wait-lock 10s -o {}/out.jsonl";

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

fn the_runs_together_are_the_feed(
    service: &Paged,
    run: &str,
    steps: &[Step],
) -> Result<(), TestCaseError> {
    let room = Room::new(&service.url());
    // Whatever appears is younger than the overlap, as what is late must be.
    let start = jiff::Timestamp::now().as_second() - 700;
    let (mut newest, mut count) = (start, 0);
    for step in steps {
        match step {
            Step::Arrive(more, apart) => {
                for _ in 0..*more {
                    newest = (newest + apart).min(start + 690);
                    service.push(newest, format!("{count:06}"));
                    count += 1;
                }
            }
            Step::Late(before) => {
                service.push((newest - before).max(start), format!("late-{count:06}"));
                count += 1;
            }
            Step::Run(fates) => {
                service.fates(fates);
                room.run(run);
            }
            Step::Stop(records) => {
                room.run(&format!("{run} -n {records}"));
            }
        }
        service.fates(&[]);
    }
    // One run to end a sweep that was broken off, one for what came behind it.
    for _ in 0..2 {
        let last = room.run(run);
        prop_assert_eq!(last.code, 0, "{}", last.stderr);
    }
    let mut found = ids(&room.lines("out.jsonl"));
    found.sort();
    prop_assert_eq!(found, service.ids());
    prop_assert!(!service.was_led_astray());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn alerts(
        page in 1_usize..7,
        updates in any::<bool>(),
        steps in prop::collection::vec(step(), 1..14),
    ) {
        let service = Paged::new(page);
        let options = if updates { "--updates" } else { "" };
        let run = format!("ingest dtm {OPTIONS} {options}");
        the_runs_together_are_the_feed(&service, &run, &steps)?;
    }

    #[test]
    fn issues(
        page in 1_usize..7,
        exclusive in any::<bool>(),
        descending in any::<bool>(),
        updates in any::<bool>(),
        steps in prop::collection::vec(step(), 1..14),
    ) {
        let service = Paged::new(page);
        service.content().exclusive = exclusive;
        service.content().descending = descending;
        let options = if updates { "--updates" } else { "" };
        let run = format!("ingest asm {OPTIONS} {options}");
        the_runs_together_are_the_feed(&service, &run, &steps)?;
    }
}
