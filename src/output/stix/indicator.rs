//! Indicators and the observables that they are based on.

use serde::Serialize;

use super::fact::{Indicator, Observable};
use super::id::Id;
use super::join::{Times, relationship};
use super::object::{Object, present, time};
use super::preamble::{author, extension};
use super::reference::ExternalReference;
use super::{Policy, Profile};

/// What a fact has become in the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Observed {
    pub(super) observable: Option<Id>,
    pub(super) indicator: Option<Id>,
}

impl Indicator {
    /// The objects, each after those that it refers to, and what they are.
    ///
    /// The observable alone says that something was seen. An indicator says that
    /// whoever sees it should act, and is taken that way whatever its type says;
    /// so what is harmless has none unless the policy wants it.
    pub(super) fn objects(&self, policy: &Policy) -> (Vec<Object>, Observed) {
        let observable = match policy.profile {
            Profile::Standard => self.observable.object(),
            Profile::OpenCti => self.observable.object().map(|it| self.scored(it)),
            Profile::Sentinel => None,
        };
        let is_wanted = self.revoked
            || match self.verdict.as_deref() {
                Some("malicious" | "suspicious") => true,
                Some(_) => policy.include_benign,
                None => false,
            };
        // A file without a hash is nothing to look for.
        let indicator =
            (is_wanted && !self.observable.value().is_empty()).then(|| self.indicator(policy));
        let seen = Observed {
            observable: observable.as_ref().map(Object::id),
            indicator: indicator.as_ref().map(Object::id),
        };
        let based_on = match seen {
            Observed {
                observable: Some(observable),
                indicator: Some(indicator),
            } => Some(relationship(
                indicator,
                "based-on",
                observable,
                self.times(),
            )),
            _ => None,
        };
        let sighting = seen.indicator.and_then(|it| self.sighting(it, policy));
        let objects = observable.into_iter().chain(indicator).chain(based_on);
        let objects = objects.chain(sighting);
        (objects.collect(), seen)
    }

    /// When it was first known, and when what is known last changed.
    pub(super) fn times(&self) -> Times {
        let modified = self.modified.unwrap_or(self.seen);
        Times {
            created: self.created.unwrap_or(modified).min(modified),
            modified,
        }
    }

    fn indicator(&self, policy: &Policy) -> Object {
        let pattern = self.observable.pattern();
        let Times { created, modified } = self.times();
        let valid_until = policy
            .valid_for
            .end(self.observable.kind(), self.seen)
            .filter(|until| *until > modified);
        let indicator = Object::new(Id::own("indicator", &self.observable.key()))
            .with("created_by_ref", &author())
            // Until when it is valid is part of it: seen again, it has changed.
            .times(created, modified.max(self.seen))
            .with("name", &self.observable.value())
            .with("description", &self.description())
            .with("indicator_types", &[kind_of(self.verdict.as_deref())])
            .with("pattern", &pattern)
            .with("pattern_type", "stix")
            .with("pattern_version", "2.1")
            .with("valid_from", &time(modified))
            .with_some("valid_until", valid_until.map(time).as_ref())
            .with_list("labels", &present(&self.labels))
            .with_list(
                "external_references",
                &ExternalReference::all(&self.references),
            );
        let indicator = if self.revoked {
            indicator.with("revoked", &true)
        } else {
            indicator
        };
        let score = self.score();
        let assessment = match policy.profile {
            Profile::Standard => return self.assessed(indicator),
            Profile::Sentinel => return indicator.with_some("confidence", score.as_ref()),
            Profile::OpenCti => OpenCti {
                extension_type: "property-extension",
                score,
                main_observable_type: Some(self.observable.opencti_type()),
                detection: Some(self.verdict.as_deref() == Some("malicious")),
            },
        };
        indicator.with_json(
            "extensions",
            &format!("{{\"{OPENCTI_OBJECT}\":{}}}", json(&assessment)),
        )
    }

    /// The score as other programs take it: 0 to 100, or none.
    fn score(&self) -> Option<i64> {
        self.threat_score.filter(|score| (0..=100).contains(score))
    }

    /// An observable with the score where `OpenCTI` looks for it.
    fn scored(&self, observable: Object) -> Object {
        // Of a file, extensions are part of what the standard makes the id of.
        let is_file = matches!(self.observable, Observable::File { .. });
        let Some(score) = self.score().filter(|_| !is_file) else {
            return observable;
        };
        let scored = OpenCti {
            extension_type: "property-extension",
            score: Some(score),
            main_observable_type: None,
            detection: None,
        };
        observable.with_json(
            "extensions",
            &format!("{{\"{OPENCTI_OBSERVABLE}\":{}}}", json(&scored)),
        )
    }

    /// That the service has seen it: one of its rules or subscriptions has matched.
    fn sighting(&self, indicator: Id, policy: &Policy) -> Option<Object> {
        let (notification, at) = self.sighted.as_ref()?;
        if policy.profile == Profile::Sentinel {
            return None;
        }
        let id = Id::own("sighting", &format!("{indicator} {notification}"));
        Some(
            Object::new(id)
                .with("created_by_ref", &author())
                .times(*at, *at)
                .with("first_seen", &time(*at))
                .with("last_seen", &time(*at))
                .with("count", &1)
                .with("sighting_of_ref", &indicator)
                .with("where_sighted_refs", &[author()]),
        )
    }

    /// With the properties of an extension of our own.
    fn assessed(&self, indicator: Object) -> Object {
        let assessment = Assessment {
            extension_type: "property-extension",
            threat_score: self.threat_score,
            verdict: self.verdict.as_deref(),
            severity: self.severity.as_deref(),
        };
        indicator.with_json(
            "extensions",
            &format!("{{\"{}\":{}}}", extension(), json(&assessment)),
        )
    }

    /// The assessment in words.
    fn description(&self) -> String {
        let score = self.threat_score.map(|score| score.to_string());
        let words: Vec<_> = [
            ("verdict", self.verdict.as_deref()),
            ("severity", self.severity.as_deref()),
            ("threat score", score.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} {}", value?)))
        .collect();
        let assessment = format!("Google Threat Intelligence: {}.", words.join(", "));
        match self.explanation.as_deref().map(str::trim) {
            Some(explanation) if !explanation.is_empty() => format!("{assessment} {explanation}"),
            _ => assessment,
        }
    }
}

impl Observable {
    /// What the indicator's id hangs on: the pattern for its strongest part, so
    /// that a hash that becomes known later makes no second indicator.
    fn key(&self) -> String {
        match self {
            Self::File { md5, sha1, sha256 } => {
                let strongest = Self::File {
                    sha256: sha256.clone(),
                    sha1: sha1.clone().filter(|_| sha256.is_none()),
                    md5: md5.clone().filter(|_| sha256.is_none() && sha1.is_none()),
                };
                strongest.pattern()
            }
            other => other.pattern(),
        }
    }
}

/// Where `OpenCTI` keeps what is its own, of objects and of observables.
const OPENCTI_OBJECT: &str = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba";
const OPENCTI_OBSERVABLE: &str = "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82";

/// What `OpenCTI` keeps there.
#[derive(Serialize)]
struct OpenCti {
    extension_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_observable_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detection: Option<bool>,
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data is JSON")
}

/// The extension's properties in an indicator.
#[derive(Serialize)]
struct Assessment<'a> {
    extension_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    threat_score: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'a str>,
}

/// The verdict in the words of the standard's vocabulary.
fn kind_of(verdict: Option<&str>) -> &'static str {
    match verdict {
        Some("malicious") => "malicious-activity",
        Some("suspicious") => "anomalous-activity",
        Some("benign") => "benign",
        _ => "unknown",
    }
}
