//! Whether a refused upload means a bad archive password or a bad key: the
//! service answers 400 to the former, or 401 as to the latter (API notes,
//! section 1.4).

use crate::client::Client;
use crate::model::error::{Error, ErrorKind};

/// The error that a refusal of an upload with a password stands for.
///
/// A key is checked by asking for its own account, which costs no quota. If the
/// key is good, a 401 was about the archive; then it concerns this target alone
/// and must not end the run as a bad key does.
pub(super) async fn explained(client: &Client, error: Error) -> Error {
    let about_archive = match (error.status, client.key()) {
        (Some(400), _) => true,
        (Some(401), Some(key)) => client.account(&key).await.is_ok(),
        _ => false,
    };
    if !about_archive {
        return error;
    }
    Error {
        kind: ErrorKind::Invalid,
        message: format!(
            "the archive cannot be opened with this --password, or is not a ZIP file with one file in it: {}",
            error.message
        ),
        ..error
    }
}
