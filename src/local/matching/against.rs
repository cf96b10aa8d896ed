//! What lines are matched against: a list of one's own, or the mirror.

use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use super::list::List;
use super::sieve::Sieve;
use crate::local::extract::ValueType;
use crate::model::gui;
use crate::model::indicator::{Indicator, Kind};
use crate::model::value_filter::ValueFilter;
use crate::model::value_key::Key;
use crate::state::StateError;
use crate::state::mirror::{Entry, Mirror};

/// How often it is looked whether the mirror has changed.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// The value in its one spelling.
    pub value: String,
    /// Its type.
    pub value_type: ValueType,
    /// The verdict; a list of one's own tells none, no severity and no score.
    pub verdict: Option<String>,
    /// The service's severity.
    pub severity: Option<String>,
    /// 0 to 100.
    pub threat_score: Option<i64>,
    /// The files or the threat lists that have it.
    pub lists: Vec<String>,
}

/// Which of the known values count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chosen {
    /// The types; all of them where none is named.
    pub types: Vec<ValueType>,
    /// The verdicts; any, and none, where none is named.
    pub verdicts: Vec<String>,
    /// The lowest score.
    pub min_score: Option<i64>,
}

/// What lines are matched against.
pub(crate) enum Against {
    /// A list of one's own, which holds what counts alone.
    List(List),
    /// The mirror.
    Mirror(Box<Mirrored>),
}

/// The mirror, as lines are matched against it.
pub(crate) struct Mirrored {
    chosen: Chosen,
    store: Mutex<Store>,
    filter: RwLock<(Arc<ValueFilter>, Arc<Sieve>)>,
    /// Whether changes of the mirror are followed, or all lines see one state of it.
    follows: bool,
    failure: Mutex<Option<StateError>>,
}

struct Store {
    mirror: Mirror,
    /// Which state of it the filter is of, and when that was last looked at.
    state: i64,
    looked: Instant,
}

impl Chosen {
    fn has(&self, known: &Known) -> bool {
        let has_type = self.types.is_empty() || self.types.contains(&known.value_type);
        let verdict = known.verdict.as_deref();
        let has_verdict = self.verdicts.is_empty()
            || verdict.is_some_and(|verdict| self.verdicts.iter().any(|it| it == verdict));
        let has_score = self
            .min_score
            .is_none_or(|least| known.threat_score.is_some_and(|score| score >= least));
        has_type && has_verdict && has_score
    }
}

impl Against {
    /// The mirror. `follows` is whether its changes count while lines come.
    ///
    /// # Errors
    /// A mirror that can't be read.
    pub(crate) fn mirror(
        mirror: Mirror,
        chosen: Chosen,
        follows: bool,
    ) -> Result<Self, StateError> {
        if !follows {
            mirror.one_state()?;
        }
        let (filter, state) = mirror.filter()?;
        Ok(Self::Mirror(Box::new(Mirrored {
            chosen,
            filter: RwLock::new(filters(filter)),
            store: Mutex::new(Store {
                mirror,
                state,
                looked: Instant::now(),
            }),
            follows,
            failure: Mutex::new(None),
        })))
    }

    /// What stands in a text.
    #[cfg(test)]
    pub(in crate::local) fn of(text: &str) -> Self {
        Self::List(List::of(text).expect("a list"))
    }

    /// What decides which tokens are read.
    pub(in crate::local) fn sieve(&self) -> Arc<Sieve> {
        match self {
            Self::List(list) => list.sieve(),
            Self::Mirror(mirrored) => {
                mirrored.refresh();
                let filter = mirrored.filter.read().expect("nobody panics with it");
                Arc::clone(&filter.1)
            }
        }
    }

    /// What is known of a value in its one spelling.
    pub(in crate::local) fn find(&self, value: &str, value_type: ValueType) -> Option<Known> {
        match self {
            Self::List(list) => {
                let entry = list.find(value)?;
                Some(Known {
                    value: list.value(entry).to_owned(),
                    value_type: list.value_type(entry),
                    verdict: None,
                    severity: None,
                    threat_score: None,
                    lists: list.files(entry).map(str::to_owned).collect(),
                })
            }
            Self::Mirror(mirrored) => mirrored.find(value, value_type),
        }
    }

    /// Why something could not be looked up since the last call.
    pub(crate) fn failure(&self) -> Option<StateError> {
        match self {
            Self::List(_) => None,
            Self::Mirror(mirrored) => mirrored
                .failure
                .lock()
                .expect("nobody panics with it")
                .take(),
        }
    }
}

fn filters(filter: ValueFilter) -> (Arc<ValueFilter>, Arc<Sieve>) {
    let filter = Arc::new(filter);
    let sieve = Sieve::of_mirror(Arc::clone(&filter));
    (filter, Arc::new(sieve))
}

impl Mirrored {
    fn find(&self, value: &str, value_type: ValueType) -> Option<Known> {
        let kind = kind(value_type)?;
        {
            let filter = self.filter.read().expect("nobody panics with it");
            if !filter.0.contains(Key::of_indicator(kind, value)) {
                return None;
            }
        }
        let found = {
            let store = self.store.lock().expect("nobody panics with it");
            store.mirror.find(kind, value)
        };
        match found {
            Ok(found) => found
                .map(Known::from)
                .filter(|known| self.chosen.has(known)),
            Err(error) => {
                self.failed(error);
                None
            }
        }
    }

    /// Takes a new filter where the mirror has changed.
    fn refresh(&self) {
        if !self.follows {
            return;
        }
        let mut store = self.store.lock().expect("nobody panics with it");
        if store.looked.elapsed() < PAUSE {
            return;
        }
        store.looked = Instant::now();
        let fresh = store.mirror.state().and_then(|state| {
            let changed = state != store.state;
            changed.then(|| store.mirror.filter()).transpose()
        });
        match fresh {
            Ok(None) => {}
            Ok(Some((filter, state))) => {
                store.state = state;
                *self.filter.write().expect("nobody panics with it") = filters(filter);
            }
            Err(error) => self.failed(error),
        }
    }

    fn failed(&self, error: StateError) {
        let mut failure = self.failure.lock().expect("nobody panics with it");
        failure.get_or_insert(error);
    }
}

impl Known {
    /// The service's page about it, where it has one.
    pub(crate) fn link(&self) -> Option<String> {
        let Some(kind) = kind(self.value_type) else {
            let cve = format!("vulnerability--{}", self.value.to_lowercase());
            return (self.value_type == ValueType::Cve).then(|| gui::collection(&cve));
        };
        let indicator = Indicator::asked(&self.value, Some(kind)).ok()?;
        Some(indicator.link())
    }
}

/// The type of an indicator that the mirror may have.
fn kind(value_type: ValueType) -> Option<Kind> {
    match value_type {
        ValueType::Ip => Some(Kind::Ip),
        ValueType::Domain => Some(Kind::Domain),
        ValueType::Url => Some(Kind::Url),
        ValueType::File => Some(Kind::File),
        ValueType::Email | ValueType::Cve => None,
    }
}

impl From<Entry> for Known {
    fn from(entry: Entry) -> Self {
        let details = entry.details;
        Self {
            value: entry.value,
            value_type: entry.kind.into(),
            verdict: details.verdict,
            severity: details.severity,
            threat_score: details.threat_score,
            lists: details.lists,
        }
    }
}
