//! Look-ups of threat objects by their ids: actors, malware, campaigns, reports,
//! collections and vulnerabilities.

pub(crate) mod digest;
pub(crate) mod id;
mod indicators;
mod lookup;
mod record;

pub(crate) use lookup::CollectionPlan;
pub(crate) use record::CollectionRecord;
