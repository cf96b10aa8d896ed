//! The records of a ranking.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::lookup::Assessed;
use super::order::Place;
use super::reason;
use crate::model::time::rfc3339;

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let rank = match self {
            Self::Ranked(rank, ..) => Some(rank),
            _ => None,
        };
        map.serialize_entry("rank", &rank)?;
        match self {
            Self::Ranked(_, exposure, _) | Self::Unranked(exposure, ..) => {
                map.serialize_entry("asset", &exposure.asset.as_deref())?;
                map.serialize_entry("cve", exposure.cve.as_str())?;
                map.serialize_entry("criticality", &exposure.criticality)?;
            }
            Self::Invalid(rejected, _) => {
                map.serialize_entry("asset", &rejected.asset)?;
                map.serialize_entry("cve", &rejected.cve)?;
                map.serialize_entry("criticality", &None::<&str>)?;
            }
        }
        map.serialize_entry("status", self.status())?;
        match self {
            Self::Ranked(_, exposure, known) => {
                let reason = reason::whole(&known.standing, exposure.criticality);
                map.serialize_entry("reason", &reason)?;
                known.entries(&mut map)?;
            }
            Self::Unranked(_, _, problem) => map.serialize_entry("error", problem)?,
            Self::Invalid(rejected, problem) => {
                map.serialize_entry("line", &rejected.line)?;
                map.serialize_entry("error", problem)?;
            }
        }
        map.end()
    }
}

impl Place {
    /// How it fared: `ok`, `not_found`, `error`, `not_attempted`, `invalid`.
    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Ranked(..) => "ok",
            Self::Unranked(_, status, _) => status.name(),
            Self::Invalid(..) => "invalid",
        }
    }
}

impl Assessed {
    fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let standing = &self.standing;
        let priority = standing.priority.as_ref();
        let rating = standing.risk_rating.as_ref();
        map.serialize_entry("priority", &priority.map(|it| &it.value))?;
        map.serialize_entry("priority_source", &priority.map(|it| it.source))?;
        map.serialize_entry("kev", &standing.kev)?;
        map.serialize_entry("exploitation_state", &standing.exploitation_state)?;
        map.serialize_entry("exploit_availability", &standing.exploit_availability)?;
        map.serialize_entry("risk_rating", &rating.map(|it| &it.value))?;
        map.serialize_entry("risk_rating_source", &rating.map(|it| it.source))?;
        map.serialize_entry("epss", &standing.epss)?;
        map.serialize_entry("cvss", &standing.cvss)?;
        map.serialize_entry("affected", &standing.affected)?;
        map.serialize_entry("link", &self.link)?;
        map.serialize_entry("fetched_at", &rfc3339(self.fetched_at))?;
        map.serialize_entry("cached", &self.cached)?;
        if !self.unread.is_empty() {
            map.serialize_entry("errors", &self.unread)?;
        }
        Ok(())
    }
}
