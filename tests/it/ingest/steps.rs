//! Random lives of a feed: what arrives, which faults its requests meet, and what
//! the runs together must come to.

use proptest::prelude::*;

use super::paged::{self, Paged};
use super::room::Room;
use super::stream::{Fate, Stream};

/// What happens in one step.
#[derive(Debug, Clone)]
pub(super) enum Step {
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

/// Any life of a feed.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..14)
}

/// A service that a life happens to.
pub(super) trait Service {
    fn url(&self) -> String;
    fn push(&self, time: i64, id: String);
    fn fates(&self, fates: &[Fate]);
    /// All that there is, in any order.
    fn ids(&self) -> Vec<String>;
    /// What was written of it, in any order.
    fn found(&self, room: &Room) -> Vec<String>;
}

macro_rules! service {
    ($kind:ty, $found:expr) => {
        impl Service for $kind {
            fn url(&self) -> String {
                self.url()
            }

            fn push(&self, time: i64, id: String) {
                self.push(time, id);
            }

            fn fates(&self, fates: &[Fate]) {
                self.fates(fates);
            }

            fn ids(&self) -> Vec<String> {
                self.ids()
            }

            fn found(&self, room: &Room) -> Vec<String> {
                $found(room)
            }
        }
    };
}

service!(Stream, |room: &Room| room.ids("out.jsonl"));
service!(Paged, |room: &Room| paged::ids(&room.lines("out.jsonl")));

/// Lets the steps happen, with `run` into `out.jsonl`, and compares what was
/// written with what there is.
pub(super) fn the_runs_together_are_the_feed(
    service: &impl Service,
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
    let (mut found, mut all) = (service.found(&room), service.ids());
    found.sort();
    all.sort();
    prop_assert_eq!(found, all);
    Ok(())
}
