//! What to patch first: an inventory of assets and their vulnerabilities, put
//! into an order that can be explained.

mod assess;
pub(crate) mod criticality;
pub(crate) mod inventory;
pub(crate) mod lookup;
pub(crate) mod order;
pub(crate) mod reason;
mod record;
pub(crate) mod standing;
