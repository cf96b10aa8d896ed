//! What to patch first: an inventory of assets and their vulnerabilities, put
//! into an order that can be explained.

mod assess;
pub mod criticality;
pub mod inventory;
pub mod lookup;
pub mod order;
pub mod reason;
mod record;
pub mod standing;

pub use criticality::Criticality;
pub use inventory::{Exposure, Inventory, InventoryError};
pub use standing::Standing;
