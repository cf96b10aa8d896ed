//! What to patch first: an inventory of assets and their vulnerabilities, put
//! into an order that can be explained.

pub mod criticality;
pub mod inventory;
pub mod reason;
pub mod standing;

pub use criticality::Criticality;
pub use inventory::{Exposure, Inventory, InventoryError};
pub use standing::Standing;
