//! Archives of the indicators that were created or changed in an hour (API notes,
//! page 2, section 2.1).

use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::model::error::Error;

/// The request for the archive of an hour, `YYYYMMDDHH`, and one type of indicators:
/// `file`, `ip`, `url` or `domain`.
///
/// # Errors
/// An hour that can't stand in a path.
pub fn archive(hour: &str, kind: &str) -> Result<Request, Error> {
    let path = Path::to("collections")
        .part("sync")?
        .part("ioc-deltas")?
        .segment(hour)?;
    Ok(Request::get(path).query(Query::new().with("ioc_type", kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_asked_for_by_hour_and_type() {
        let request = archive("2026010203", "ip").expect("a request");
        assert_eq!(
            request.target(),
            "/collections/sync/ioc-deltas/2026010203?ioc_type=ip"
        );
    }
}
