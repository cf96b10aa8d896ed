//! The name of a delivery.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The namespace of the keys; nothing else makes names in it.
const NAMESPACE: Uuid = Uuid::from_u128(0x8f0c_6a5e_52d1_5f0b_9a47_3d1c_7e26_b490);

/// What tells a record from all others: what the feed says, else what it is.
pub(super) fn identity(item: &[u8], told: Option<&str>) -> String {
    match told {
        Some(identity) => identity.to_owned(),
        None => base16ct::lower::encode_string(&Sha256::digest(item)),
    }
}

/// The key of a delivery: it follows from whose records they are and which, and
/// from nothing else, so that the same batch has the same key after any number
/// of tries and restarts.
pub(super) fn key<'a>(scope: &str, identities: impl IntoIterator<Item = &'a str>) -> String {
    let mut name = scope.to_owned();
    for identity in identities {
        // The length keeps apart what separators in an identity could not.
        let _ = write!(name, "\n{}:{identity}", identity.len());
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Receivers remember keys: a later version must make the same ones.
    #[test]
    fn keys_are_what_they_have_always_been() {
        for (scope, identities, expected) in [
            (
                "checkpoint:soc",
                &["a"][..],
                "17b2a333-3cf8-5193-9ba1-e97f941949e0",
            ),
            (
                "checkpoint:soc",
                &["a", "b"],
                "8ec14308-42b4-51d8-bcbb-e29584b8886e",
            ),
            (
                "checkpoint:soc",
                &["a\n1:b"],
                "d33087ea-26cf-5dad-892e-70f6614a5664",
            ),
            (
                "feed:ioc-stream",
                &["a"],
                "72099c5c-e54a-584c-9912-442aedc3847c",
            ),
        ] {
            let made = key(scope, identities.iter().copied());
            assert_eq!(made, expected, "{scope} {identities:?}");
        }
    }

    #[test]
    fn a_record_without_an_id_is_known_by_its_bytes() {
        assert_eq!(identity(b"{}", Some("id")), "id");
        assert_eq!(
            identity(b"{}", None),
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }
}
