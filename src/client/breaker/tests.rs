//! The breaker against made-up services, in time that is made up as well.

use tokio::time::Instant;

use super::*;
use crate::client::fault::Fault;
use crate::model::error::{Error, ErrorKind};

const RETRIES: u32 = 5;

/// A breaker and what it said.
struct Service {
    breaker: Breaker,
    now: Instant,
    warnings: Vec<String>,
}

impl Service {
    fn new() -> Self {
        Self::with(RETRIES, Duration::from_mins(2))
    }

    fn with(retries: u32, max_wait: Duration) -> Self {
        Self {
            breaker: Breaker::new(Policy { retries, max_wait }),
            now: Instant::now(),
            warnings: vec![],
        }
    }

    /// A try of a request that fails; whether it has failed for good.
    fn fail(&mut self, subject: u64, tries: u32, pass: Pass, fault: Fault) -> bool {
        self.asked(subject, tries, pass, fault, None)
    }

    fn asked(
        &mut self,
        subject: u64,
        tries: u32,
        pass: Pass,
        fault: Fault,
        retry_after: Option<Duration>,
    ) -> bool {
        let kind = if fault.is_limit() {
            ErrorKind::RateLimit
        } else {
            ErrorKind::Network
        };
        let error = Error {
            tries,
            ..Error::new(kind, "no connection to x: refused")
        };
        let verdict = self.breaker.failed(
            self.now,
            &Failed {
                subject,
                pass,
                facts: Facts {
                    fault,
                    retry_after,
                    tries,
                    settled: 0,
                    repeatable: true,
                },
                error: &error,
                wait: Some(Duration::from_secs(1)),
            },
        );
        self.warnings.extend(verdict.warning);
        verdict.is_final
    }

    /// Fails with so many different requests that were on their service.
    fn fail_with(&mut self, subjects: std::ops::Range<u64>) {
        for subject in subjects {
            assert!(!self.fail(subject, 1, Pass::Ordinary, Fault::Connect));
        }
    }

    /// Waits until somebody may go; what as, and for how long it waited.
    fn wait(&mut self) -> (Pass, Duration) {
        let begun = self.now;
        loop {
            match self.breaker.admit(self.now) {
                Admission::Go(pass) => return (pass, self.now - begun),
                Admission::Stand(Some(until)) => self.now = until,
                other => panic!("{other:?}"),
            }
        }
    }

    fn answer(&mut self) {
        self.warnings.extend(self.breaker.answered(self.now));
    }
}

const SERVER: Fault = Fault::Status {
    status: 500,
    quota: false,
};
const SLOWER: Fault = Fault::Status {
    status: 429,
    quota: false,
};

const QUOTA: Fault = Fault::Status {
    status: 429,
    quota: true,
};

#[test]
fn an_outage_lasts_as_long_as_one_request_is_patient() {
    let mut service = Service::new();
    service.fail_with(0..8);
    let mut waited = 0.0;
    // The first try, four probes, and the last round: six tries.
    for probe in 8..12 {
        let (pass, wait) = service.wait();
        assert_eq!(pass, Pass::Probe);
        assert_eq!(service.breaker.admit(service.now), Admission::Stand(None));
        waited += wait.as_secs_f64();
        assert!(!service.fail(probe, 1, pass, SERVER));
    }
    let (pass, wait) = service.wait();
    assert_eq!(pass, Pass::Last);
    waited += wait.as_secs_f64();
    assert!((16.0..49.0).contains(&waited), "{waited}");
    assert!(service.fail(20, 1, pass, SERVER));
    let refusal = service.breaker.refusal().expect("refused").to_string();
    assert_eq!(refusal, "no connection to x: refused");
    assert!(matches!(
        service.breaker.admit(service.now),
        Admission::Refused(error) if error.tries == 0
    ));
}

#[test]
fn one_answer_ends_it_at_once() {
    let mut service = Service::new();
    service.fail_with(0..8);
    assert_eq!(service.wait().0, Pass::Probe);
    service.answer();
    for _ in 0..3 {
        assert_eq!(
            service.breaker.admit(service.now),
            Admission::Go(Pass::Ordinary)
        );
    }
    service.fail_with(0..u64::from(SUSPECT) - 1);
    assert_eq!(service.wait().0, Pass::Ordinary);
}

#[test]
fn one_input_that_always_fails_holds_up_nobody() {
    let mut service = Service::new();
    for tries in 1..=RETRIES + 1 {
        service.fail(7, tries, Pass::Ordinary, SERVER);
        assert_eq!(service.wait().0, Pass::Ordinary);
    }
    // The next one meets it as well: that has lasted a whole patience.
    service.fail(8, 1, Pass::Ordinary, SERVER);
    let (pass, wait) = service.wait();
    assert_eq!((pass, wait), (Pass::Last, Duration::ZERO));
    service.answer();
    assert_eq!(service.wait().0, Pass::Ordinary);
}

/// Between tries of one that always fails others are answered, however slowly.
#[test]
fn answers_between_failures_hold_the_breaker_closed() {
    let mut service = Service::new();
    for round in 0..100 {
        service.fail_with(0..u64::from(SUSPECT) - 1);
        assert_eq!(service.wait().0, Pass::Ordinary, "{round}");
        service.answer();
    }
}

#[test]
fn without_retries_it_takes_some_failures_to_be_sure() {
    let mut service = Service::with(0, Duration::from_mins(2));
    service.fail_with(0..u64::from(SUSPECT));
    for subject in u64::from(SUSPECT)..SURE as u64 - 1 {
        let (pass, wait) = service.wait();
        assert_eq!((pass, wait), (Pass::Last, Duration::ZERO));
        assert!(service.fail(subject, 1, pass, SERVER));
        assert!(service.breaker.refusal().is_none());
    }
    assert!(service.fail(99, 1, Pass::Last, SERVER));
    assert!(service.breaker.refusal().is_some());
}

/// Requests that were on their service when the last round was called still take
/// part in it.
#[test]
fn only_the_last_round_is_final() {
    let mut service = Service::with(1, Duration::from_mins(2));
    service.fail_with(0..8);
    let (pass, _) = service.wait();
    assert_eq!(pass, Pass::Last);
    assert!(!service.fail(7, 1, Pass::Ordinary, Fault::Timeout));
    assert!(service.fail(8, 2, Pass::Last, Fault::Timeout));
}

#[test]
fn a_limit_holds_everybody_and_the_longest_wait_stands() {
    let mut service = Service::new();
    let asked = |seconds| Some(Duration::from_secs(seconds));
    service.asked(1, 1, Pass::Ordinary, SLOWER, asked(30));
    service.asked(2, 1, Pass::Ordinary, SLOWER, asked(40));
    service.asked(3, 1, Pass::Ordinary, SLOWER, asked(10));
    assert_eq!(service.wait(), (Pass::Probe, Duration::from_secs(40)));
}

#[test]
fn a_longer_wait_than_allowed_and_a_spent_quota_end_it() {
    let mut service = Service::new();
    let asked = Some(Duration::from_hours(1));
    assert!(service.asked(1, 1, Pass::Ordinary, SLOWER, asked));
    let refusal = service.breaker.refusal().expect("refused");
    assert_eq!(refusal.kind, ErrorKind::RateLimit);
    assert!(refusal.message.contains("3600 s"), "{refusal}");

    let mut service = Service::new();
    service.fail(1, 1, Pass::Ordinary, QUOTA);
    assert_eq!(service.wait(), (Pass::Probe, Duration::from_mins(1)));
    service.fail(1, 2, Pass::Probe, QUOTA);
    assert_eq!(service.wait(), (Pass::Last, Duration::from_mins(1)));
    assert!(service.fail(1, 3, Pass::Last, QUOTA));
    assert!(service.breaker.refusal().is_some());
}

#[test]
fn a_probe_that_nobody_waits_for_is_made_by_another() {
    let mut service = Service::new();
    service.fail_with(0..8);
    let (pass, _) = service.wait();
    service.breaker.left(pass);
    assert_eq!(service.wait(), (Pass::Probe, Duration::ZERO));
}

#[test]
fn an_outage_is_told_once_and_then_counted() {
    let mut service = Service::with(20, Duration::from_secs(30));
    service.fail_with(0..8);
    for probe in 8..18 {
        let (pass, _) = service.wait();
        service.fail(probe, 1, pass, Fault::Connect);
    }
    service.answer();
    let warnings: Vec<&str> = service
        .warnings
        .iter()
        .map(|warning| warning.split([';', ',']).next().unwrap_or_default())
        .collect();
    assert_eq!(warnings[0], "no connection to x: refused");
    assert_eq!(warnings[1], "still no connection");
    assert_eq!(warnings[warnings.len() - 1], "the service answers again");
    assert!(warnings.len() < 9, "{:?}", service.warnings);

    // A hiccup is none of the user's business.
    let mut service = Service::new();
    service.fail_with(0..8);
    service.wait();
    service.answer();
    assert_eq!(service.warnings, Vec::<String>::new());
}

#[test]
fn which_failure_comes_last_is_chance_and_decides_nothing() {
    for (first, last, limited) in [
        (SERVER, SLOWER, false),
        (SLOWER, SERVER, false),
        (SLOWER, SLOWER, true),
        (SERVER, QUOTA, true),
    ] {
        let mut service = Service::with(0, Duration::from_mins(2));
        for subject in 0..6 {
            service.fail(subject, 1, Pass::Ordinary, first);
        }
        for subject in 6..20 {
            service.fail(subject, 1, Pass::Last, last);
        }
        let kind = service.breaker.refusal().expect("refused").kind;
        assert_eq!(kind == ErrorKind::RateLimit, limited, "{first:?}, {last:?}");
    }
}
