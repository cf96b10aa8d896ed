//! Faults that a sandbox answers with on purpose, and how often.

mod answer;
mod strike;

use std::str::FromStr;

pub(super) use strike::{replacement, struck, whole_body};

use super::seed::SplitMix;
use answer::{ANSWERS, Stand};

/// One kind of fault and its share of the requests.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    kind: FaultKind,
    share: Share,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum FaultKind {
    /// Another answer stands in place of the real one.
    Answer(&'static Stand),
    /// The connection ends before the answer does, without notice.
    Reset,
    /// What was to be done is done, and the connection ends before the answer
    /// begins. Questions are answered.
    Lost,
    /// The body is shorter than its `Content-Length`.
    Truncate,
    /// No answer, ever.
    Hang,
}

/// How many of the requests are hit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Share {
    /// Drawn: this part of them, from 0 to 1.
    Drawn(f64),
    /// Counted: so many of every so many.
    Counted { hits: u64, of: u64 },
}

/// A text that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a fault: write KIND:SHARE, with {kinds} for KIND, and a share of the requests like 10% or 1/3 for SHARE", kinds = kinds()
)]
pub struct FaultError(String);

/// The names of all kinds, as a sentence has them.
fn kinds() -> String {
    let answers = ANSWERS.keys().map(String::as_str);
    let names: Vec<&str> = answers.chain(["reset", "lost", "truncate"]).collect();
    format!("{} or hang", names.join(", "))
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        text.trim()
            .split_once(':')
            .and_then(|(kind, share)| {
                Some(Self {
                    kind: FaultKind::named(kind)?,
                    share: Share::parse(share)?,
                })
            })
            .ok_or_else(|| FaultError(text.to_owned()))
    }
}

impl FaultKind {
    fn named(name: &str) -> Option<Self> {
        match name {
            "reset" => Some(Self::Reset),
            "lost" => Some(Self::Lost),
            "truncate" => Some(Self::Truncate),
            "hang" => Some(Self::Hang),
            _ => ANSWERS.get(name).map(Self::Answer),
        }
    }

    /// Whether it strikes requests that are free of quota, too.
    fn is_everywhere(self) -> bool {
        matches!(self, Self::Answer(stand) if stand.everywhere)
    }
}

impl Share {
    fn parse(text: &str) -> Option<Self> {
        if let Some(percent) = text.strip_suffix('%') {
            let percent: f64 = percent.parse().ok()?;
            return (0.0..=100.0)
                .contains(&percent)
                .then_some(Self::Drawn(percent / 100.0));
        }
        let (hits, of) = text.split_once('/')?;
        let (hits, of) = (hits.parse().ok()?, of.parse().ok()?);
        (0 < of && hits <= of).then_some(Self::Counted { hits, of })
    }
}

/// A fault that hits a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) kind: FaultKind,
    /// How many hits of the kind came before. Faults with two faces (an error
    /// of the service, a page of the machine in front of it) take turns.
    count: usize,
}

impl Hit {
    pub(super) fn is_second_face(self) -> bool {
        self.count % 2 == 1
    }
}

/// Decides request by request; the same order of requests, the same faults.
#[derive(Debug)]
pub(super) struct Faults {
    kinds: Vec<(Fault, usize)>,
    stream: SplitMix,
    requests: u64,
}

impl Faults {
    pub(super) fn new(faults: &[Fault], seed: u64) -> Self {
        Self {
            kinds: faults.iter().map(|fault| (*fault, 0)).collect(),
            stream: SplitMix(seed),
            requests: 0,
        }
    }

    /// The fault of the next request. One draw stands for all drawn faults, so
    /// that each has its share whatever stands before it. A request that is free
    /// of quota is hit by what strikes everywhere alone, and only what does something
    /// by a loss.
    pub(super) fn next(&mut self, free: bool, asks: bool) -> Option<Hit> {
        let strikes = |fault: &Fault| {
            let spared = asks && matches!(fault.kind, FaultKind::Lost);
            !spared && (!free || fault.kind.is_everywhere())
        };
        if !self.kinds.iter().any(|(fault, _)| strikes(fault)) {
            return None;
        }
        self.requests += 1;
        let requests = u128::from(self.requests);
        let mut drawn = self.stream.share();
        let (fault, count) = self.kinds.iter_mut().find(|(fault, _)| match fault.share {
            _ if !strikes(fault) => false,
            Share::Counted { hits, of } => {
                let due = |requests: u128| requests * u128::from(hits) / u128::from(of);
                due(requests) > due(requests - 1)
            }
            Share::Drawn(part) => {
                let hit = drawn >= 0.0 && drawn < part;
                drawn -= part;
                hit
            }
        })?;
        *count += 1;
        Some(Hit {
            kind: fault.kind,
            count: *count - 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(texts: &[&str], seed: u64) -> Faults {
        let faults: Vec<Fault> = texts.iter().map(|text| text.parse().expect(text)).collect();
        Faults::new(&faults, seed)
    }

    #[test]
    fn shares_and_kinds_are_read() {
        for text in [
            "429:10%",
            "500:0.5%",
            "502:0%",
            "503:100%",
            "504:1/3",
            "quota:1/1",
            "reset:2/7",
            "truncate:5%",
            "lost:1/1",
            " garbage:5% ",
            "hang:0/1",
            "html404:1/1",
            "empty:1%",
        ] {
            assert!(text.parse::<Fault>().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_fault_is_named_and_the_forms_are_told() {
        for text in [
            "", "429", "429:", "429:10", "429:101%", "429:-1%", "429:NaN%", "429:inf%", "429:2/1",
            "429:1/0", "418:1%", "boom:1%",
        ] {
            let message = text.parse::<Fault>().expect_err(text).to_string();
            assert!(message.starts_with(&format!("`{text}` is not a fault")));
            assert!(message.contains("10%") && message.contains("truncate"));
        }
    }

    #[test]
    fn counted_shares_hit_at_fixed_places() {
        let mut faults = faults(&["429:1/3"], 0);
        let hits: Vec<bool> = (0..9)
            .map(|_| faults.next(false, false).is_some())
            .collect();
        let every_third = [false, false, true];
        assert_eq!(hits, every_third.repeat(3));
    }

    #[test]
    fn drawn_shares_are_kept_and_repeat_with_the_seed() {
        let run = |seed| -> Vec<Option<bool>> {
            let mut faults = faults(&["429:10%", "reset:20%"], seed);
            let is_reset = |hit: Hit| matches!(hit.kind, FaultKind::Reset);
            (0..10_000)
                .map(|_| faults.next(false, false).map(is_reset))
                .collect()
        };
        let hits = run(7);
        assert_eq!(hits, run(7));
        assert_ne!(hits, run(8));
        let share = |is_reset| hits.iter().filter(|hit| **hit == Some(is_reset)).count();
        let limited = share(false);
        assert!((900..1100).contains(&limited), "{limited}");
        let reset = share(true);
        assert!((1850..2150).contains(&reset), "{reset}");
    }

    #[test]
    fn what_is_free_of_quota_is_hit_by_what_stands_between_alone() {
        let mut faults = faults(&["503:1/2", "html404:1/1"], 0);
        let hits =
            [true, true, false, false].map(|free| faults.next(free, false).map(|hit| hit.kind));
        let between = hits.map(|kind| kind.is_some_and(FaultKind::is_everywhere));
        assert_eq!(between, [true, true, true, false]);
    }

    #[test]
    fn the_faces_take_turns() {
        let mut faults = faults(&["503:1/1"], 0);
        let faces: Vec<_> = (0..4)
            .map(|_| faults.next(false, false).map(Hit::is_second_face))
            .collect();
        assert_eq!(faces, [Some(false), Some(true), Some(false), Some(true)]);
    }
}
