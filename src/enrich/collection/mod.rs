//! Look-ups of threat objects by their ids: actors, malware, campaigns, reports,
//! collections and vulnerabilities.

pub mod digest;
mod id;
mod lookup;
mod record;

pub use lookup::CollectionPlan;
pub use record::{CollectionRecord, Found};
