//! The three hashes of a simulated file, found from any one of them.

use super::seed::Seed;

/// The hashes of one file, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hashes {
    pub(super) md5: String,
    pub(super) sha1: String,
    pub(super) sha256: String,
}

impl From<[String; 3]> for Hashes {
    fn from([md5, sha1, sha256]: [String; 3]) -> Self {
        Self { md5, sha1, sha256 }
    }
}

impl Hashes {
    /// The hashes of the file that has this one; `None` for what is no hash.
    ///
    /// No digest leads to another, so the SHA-256 that stands for a shorter
    /// hash starts with it and ends in digits that tell the two apart from any
    /// other SHA-256: the file found by its MD5 is found again, with the same
    /// MD5, by the id that was answered.
    pub(super) fn of(hash: &str) -> Option<Self> {
        if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let hash = hash.to_ascii_lowercase();
        let sha256 = match hash.len() {
            32 | 40 => lengthened(&hash),
            64 => hash,
            _ => return None,
        };
        let seed = Seed::of("file", &sha256);
        let shorter = |length: usize, label: &str| {
            let start = &sha256[..length];
            if lengthened(start) == sha256 {
                start.to_owned()
            } else {
                seed.hex(label, length)
            }
        };
        Some(Self {
            md5: shorter(32, "md5"),
            sha1: shorter(40, "sha1"),
            sha256,
        })
    }
}

fn lengthened(hash: &str) -> String {
    let rest = Seed::of("longer hash", hash).hex("rest", 64 - hash.len());
    format!("{hash}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_again_by_the_id_it_was_answered_with() {
        let md5 = "D41D8CD98F00B204E9800998ECF8427E";
        let by_md5 = Hashes::of(md5).expect("a hash");
        assert_eq!(by_md5.md5, md5.to_lowercase());
        assert_eq!(Hashes::of(&by_md5.sha256).as_ref(), Some(&by_md5));

        let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let by_sha1 = Hashes::of(sha1).expect("a hash");
        assert_eq!(by_sha1.sha1, sha1);
        assert_eq!(Hashes::of(&by_sha1.sha256).as_ref(), Some(&by_sha1));

        let sha256 = "a".repeat(64);
        assert_eq!(Hashes::of(&sha256).map(|file| file.sha256), Some(sha256));
    }

    #[test]
    fn other_lengths_and_digits_are_no_hashes() {
        for text in ["", "abc", &"g".repeat(32), &"a".repeat(63)] {
            assert_eq!(Hashes::of(text), None, "{text}");
        }
    }
}
