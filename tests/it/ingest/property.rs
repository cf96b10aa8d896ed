//! Whatever the pages, faults, stops and arrivals: the runs together are the feed,
//! each item once.

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use super::paged::Paged;
use super::steps::{steps, the_runs_together_are_the_feed};
use super::stream::Stream;

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
