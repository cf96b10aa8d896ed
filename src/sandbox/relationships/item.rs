//! One related object.

use crate::sandbox::asked::Asked;
use crate::sandbox::behaviours::Behaviour;
use crate::sandbox::envelope::Refusal;
use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::objects::{self, Dates, ESCAPES, FORMULA};
use crate::sandbox::role::Role;
use crate::sandbox::seed::Seed;
use crate::sandbox::subject::Subject;
use crate::sandbox::threats::Threat;

/// A related object, known well enough to write it short or whole.
#[derive(Debug)]
pub(in crate::sandbox) enum Item {
    Indicator(Box<Subject>),
    Threat(Threat),
    Behaviour(Behaviour),
    /// An object of another type, with all its attributes.
    Other {
        kind: &'static str,
        id: String,
        attributes: Object,
    },
    /// An object that is listed and can't be loaded.
    Gone(Threat),
}

impl Item {
    /// `{"type", "id"}`; and `error` for one that can't be loaded.
    pub(super) fn descriptor(&self) -> Object {
        let (kind, id) = match self {
            Self::Indicator(subject) => (subject.kind.type_name(), subject.id.clone()),
            Self::Threat(threat) | Self::Gone(threat) => ("collection", threat.id()),
            Self::Behaviour(behaviour) => ("file_behaviour", behaviour.id()),
            Self::Other { kind, id, .. } => (*kind, id.clone()),
        };
        let mut descriptor = object! { "type": kind, "id": id };
        if let Self::Gone(threat) = self {
            let message = format!("Collection \"{}\" not found", threat.id());
            descriptor.push("error", Refusal::not_found(message).error());
        }
        descriptor
    }

    /// The descriptor with the attributes that were asked for.
    pub(super) fn described(&self, wanted: &[&str], asked: &Asked) -> Object {
        let mut descriptor = self.descriptor();
        if !wanted.is_empty()
            && let Some(mut attributes) = self.attributes(asked)
        {
            attributes.retain(|key| wanted.contains(&key));
            descriptor.push("attributes", attributes);
        }
        descriptor
    }

    /// The object whole, as its own endpoint answers it.
    pub(super) fn whole(&self, asked: &Asked) -> Object {
        match self {
            Self::Indicator(subject) => objects::whole(subject, asked),
            Self::Threat(threat) => threat.whole(asked),
            Self::Behaviour(behaviour) => behaviour.whole(&asked.base),
            Self::Gone(_) => self.descriptor(),
            Self::Other {
                kind,
                id,
                attributes,
            } => {
                let mut attributes = attributes.clone();
                objects::select(&mut attributes, asked);
                object! {
                    "id": id.clone(),
                    "type": *kind,
                    "links": object! { "self": format!("{}/{kind}s/{id}", asked.base) },
                    "attributes": attributes,
                }
            }
        }
    }

    fn attributes(&self, asked: &Asked) -> Option<Object> {
        match self {
            Self::Indicator(subject) => Some(objects::attributes(subject, &asked.caller)),
            Self::Threat(threat) => Some(threat.attributes(asked.now)),
            Self::Behaviour(behaviour) => Some(behaviour.attributes()),
            Self::Other { attributes, .. } => Some(attributes.clone()),
            Self::Gone(_) => None,
        }
    }

    /// A passive DNS record. Its id is address and name in one word.
    pub(super) fn resolution(ip: &Subject, host: &Subject, seed: Seed) -> Self {
        let stats = || object! { "malicious": 0, "suspicious": 0, "undetected": 12, "harmless": 60, "timeout": 0 };
        Self::Other {
            kind: "resolution",
            id: format!("{}{}", ip.id, host.id),
            attributes: object! {
                "date": Dates::of(seed).last_submission,
                "host_name": host.id.clone(),
                "host_name_last_analysis_stats": stats(),
                "ip_address": ip.id.clone(),
                "ip_address_last_analysis_stats": stats(),
                "resolver": "Example Resolver (simulated)",
            },
        }
    }

    /// A comment on an indicator. Its id starts with the indicator's letter.
    pub(super) fn comment(subject: &Subject, seed: Seed) -> Self {
        let letter = &subject.kind.type_name()[..1];
        let hostile = subject.role == Some(Role::Hostile);
        Self::Other {
            kind: "comment",
            id: format!("{letter}-{}-{}", subject.id, seed.hex("comment", 8)),
            attributes: object! {
                "date": Dates::of(seed).last_submission,
                "text": if hostile { ESCAPES } else { "Synthetic comment #simulated" },
                "html": if hostile { FORMULA } else { "Synthetic comment" },
                "tags": list!["simulated"],
                "votes": object! { "positive": 1, "negative": 0, "abuse": 0 },
            },
        }
    }

    /// An object that says little more than its id.
    pub(in crate::sandbox) fn plain(kind: &'static str, seed: Seed, index: usize) -> Self {
        let id = match kind {
            "attack_technique" => format!("T{}", 1_001 + index),
            "graph" => format!("g{}", seed.hex("id", 32)),
            _ => seed.hex("id", 64),
        };
        let mut attributes = object! { "date": Dates::of(seed).last_submission };
        match kind {
            "vote" => {
                attributes.push("verdict", seed.pick("vote", &["harmless", "malicious"]));
                attributes.push("value", 1);
            }
            "attack_technique" | "graph" => attributes.push("name", format!("Simulated {kind}")),
            "analysis" => {
                attributes.push("status", "completed");
                attributes.push("stats", Json::from(object! {}));
            }
            _ => {}
        }
        Self::Other {
            kind,
            id,
            attributes,
        }
    }
}
