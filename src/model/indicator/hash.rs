//! File hashes: MD5, SHA-1 and SHA-256 as hex digits.

use super::invalid::Fault;

/// From how many hex digits on, and nothing else, a text is a hash or a botched
/// one. It has no dot and no colon, so it can't be anything else either way.
const BOTCHED: usize = 16;

/// Whether the text is meant as a hash, well or badly written.
pub(super) fn resembles(text: &str) -> bool {
    match text.split_once(':') {
        Some((algorithm, _)) => digits(algorithm).is_some(),
        None => text.len() >= BOTCHED && is_hex(text),
    }
}

/// The hash in lower case, without the name of its algorithm (`sha256:`).
pub(super) fn canonical(text: &str) -> Result<String, Fault> {
    let (fits, hash) = match text.split_once(':') {
        Some((algorithm, hash)) => (digits(algorithm) == Some(hash.len()), hash),
        None => (matches!(text.len(), 32 | 40 | 64), text),
    };
    if fits && is_hex(hash) {
        Ok(hash.to_ascii_lowercase())
    } else {
        Err(Fault::Hash)
    }
}

/// How many hex digits a hash of that name has.
fn digits(algorithm: &str) -> Option<usize> {
    let is = |name: &str| algorithm.eq_ignore_ascii_case(name);
    if is("md5") {
        Some(32)
    } else if is("sha1") || is("sha-1") {
        Some(40)
    } else if is("sha256") || is("sha-256") {
        Some(64)
    } else {
        None
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_and_the_length_must_agree() {
        let (md5, sha1, sha256) = ("Ab".repeat(16), "Cd".repeat(20), "eF".repeat(32));
        for (text, hash) in [
            (md5.clone(), &md5),
            (sha1.clone(), &sha1),
            (sha256.clone(), &sha256),
            (format!("MD5:{md5}"), &md5),
            (format!("sha-1:{sha1}"), &sha1),
            (format!("SHA256:{sha256}"), &sha256),
        ] {
            assert!(resembles(&text), "{text}");
            assert_eq!(canonical(&text), Ok(hash.to_ascii_lowercase()), "{text}");
        }
        for text in [
            format!("md5:{sha1}"),
            format!("{md5}0"),
            "ab".repeat(64),
            "sha256:".to_owned(),
        ] {
            assert!(resembles(&text), "{text}");
            assert_eq!(canonical(&text), Err(Fault::Hash), "{text}");
        }
        assert!(!resembles("deadbeef"));
        assert!(!resembles(&format!("{md5}.example")));
    }
}
