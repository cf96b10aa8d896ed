//! What people work through: alerts of digital threat monitoring, and issues of
//! the attack surface. Both appear, age and get on by the sandbox's clock, and
//! remember what they were changed to.

mod asm;
mod changes;
mod dtm;

use axum::Router;

pub(super) use changes::Changes;

use jiff::Timestamp;

use super::asked::Asked;
use super::envelope::Refusal;
use super::service::Shared;

/// `/dtm/…` and `/asm/…`.
pub(super) fn routes() -> Router<Shared> {
    dtm::routes().merge(asm::routes())
}

/// 403 where the licence does not cover it.
fn licensed(asked: &Asked) -> Result<(), Refusal> {
    if asked.caller.licensed {
        Ok(())
    } else {
        Err(Refusal::forbidden())
    }
}

/// RFC 3339 with milliseconds, as both services write it.
fn text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
