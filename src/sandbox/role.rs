//! The indicators whose answers are documented, so that a reader, a script or a
//! test can ask for a particular one.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::hashes::Hashes;
use super::url_id;

/// What a documented indicator stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Malicious, much related, with lists of several pages.
    Malicious,
    /// Suspicious.
    Suspicious,
    /// Benign; files have no behaviour reports at all.
    Benign,
    /// Undetected; files have an empty dictionary of ATT&CK trees.
    Undetected,
    /// Detections without `gti_assessment`.
    Unassessed,
    /// 404.
    NotFound,
    /// Malicious, but `related_threat_actors` is forbidden.
    Forbidden,
    /// Text that attacks terminals, spreadsheets and browsers.
    Hostile,
    /// Nearly nothing, and much of it null.
    Sparse,
    /// Integers as strings and as floats.
    Odd,
    /// Answered after [`super::SLOW`].
    Slow,
}

/// The documented values of a role.
#[derive(Debug)]
pub(super) struct Documented {
    pub(super) role: Role,
    pub(super) ip: &'static str,
    pub(super) domain: &'static str,
    pub(super) hashes: [&'static str; 3],
}

/// MD5, SHA-1 and SHA-256 of the malicious file: those of the text
/// `gti sandbox malicious file`.
pub const MALICIOUS_FILE: [&str; 3] = [
    "ea7602380b74a6d477c6bdedd87db214",
    "a9e56f9cef6649180c7ce2760c6173818bc22cbc",
    "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed",
];

/// All documented values. The hashes of a role are those of the text
/// `gti sandbox ROLE file`, save for the unknown file's zeros.
pub(super) const DOCUMENTED: [Documented; 11] = [
    Documented {
        role: Role::Malicious,
        ip: "203.0.113.7",
        domain: "evil.example",
        hashes: MALICIOUS_FILE,
    },
    Documented {
        role: Role::Suspicious,
        ip: "203.0.113.8",
        domain: "suspicious.example",
        hashes: [
            "202238234ceb34a878d613cf093be212",
            "938e3421efa625a0836a153832442fd29606b8d6",
            "85ef404703de27b4831a2fdbcc4acc44979f2924dc449b938c1acb3aab6cb7b3",
        ],
    },
    Documented {
        role: Role::Benign,
        ip: "203.0.113.9",
        domain: "benign.example",
        hashes: [
            "30ea814c0615f916dcf82a407d3a403f",
            "438778c4d3dbf0d328a4462260a988137bc47724",
            "1d0ff413645b50dd63fd37005e20c9b5861ee03e16da5ce2af470332f11413c9",
        ],
    },
    Documented {
        role: Role::Undetected,
        ip: "203.0.113.10",
        domain: "undetected.example",
        hashes: [
            "6db4830ee90516e5d39d98da6a6a70fb",
            "4b70c4b19af1083faf5ab98e5dda6da2aa6ef338",
            "71b159fa13bf1fd3d08d2c62e7b1b726a8ae7bada38182a4d10630941d453e22",
        ],
    },
    Documented {
        role: Role::Unassessed,
        ip: "203.0.113.11",
        domain: "unassessed.example",
        hashes: [
            "2cb14140790c3208b24b1f8b6955e6bd",
            "6cb50cfdbd4cb8c729fa88b8d23cd6b5e04cd446",
            "4a5112dec5f967bb5ad091c59136de7b63c251cf74ec178e75b63f326955c70e",
        ],
    },
    Documented {
        role: Role::NotFound,
        ip: "192.0.2.44",
        domain: "notfound.example",
        hashes: [
            "00000000000000000000000000000000",
            "0000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000",
        ],
    },
    Documented {
        role: Role::Forbidden,
        ip: "203.0.113.13",
        domain: "forbidden.example",
        hashes: [
            "762d23e7b5d7d5b6659a4e7d069d38bb",
            "c1260f0f5b0a27c5d3d6f28db50ab09b1a350f77",
            "da7a6e86e305ef3dfc514d552b2edc433998116ecb4441f81d3f081333724136",
        ],
    },
    Documented {
        role: Role::Hostile,
        ip: "203.0.113.66",
        domain: "hostile.example",
        hashes: [
            "b944b38478243a225ca676238a786fc0",
            "e2932506a0e7d094a2c1153817c653bf6c735d28",
            "d26f2e0794ad410a5b102df6cc281e320fc44fcc8c0bb4ef7253908815d6e5d3",
        ],
    },
    Documented {
        role: Role::Sparse,
        ip: "203.0.113.14",
        domain: "sparse.example",
        hashes: [
            "e4f03ae0182bda546d4eec3a63f4bb6e",
            "970e8d10713654465e489b2cd9633d20905df665",
            "cff3e8d99a193bd919889bd891b7d5cb3a2678af179b118b372768d5111e8ce5",
        ],
    },
    Documented {
        role: Role::Odd,
        ip: "203.0.113.15",
        domain: "odd.example",
        hashes: [
            "05022dcb08eb4be73c39d6d414ab8345",
            "8c0a613c471ed163fd7fff5529ef0dbcf24241df",
            "dc2468f075163767d6e6b84637e3304d55adc07c5b9cf7a8dcfc39f7eba2493e",
        ],
    },
    Documented {
        role: Role::Slow,
        ip: "203.0.113.16",
        domain: "slow.example",
        hashes: [
            "623857368de41b0c15131b9a88711e74",
            "e4ab29e607f1cb1165383a60dbe22024200b787b",
            "8109e83cd57e25242f2a1d4ed12d1521cf04a14e492b00de156aa94a9a36c230",
        ],
    },
];

impl Role {
    /// The role of an IP address in its usual form, if it has one.
    pub(super) fn of_ip(ip: &str) -> Option<Self> {
        named(|documented| documented.ip == ip)
    }

    /// The role of a domain in lower case; subdomains have none.
    pub(super) fn of_domain(domain: &str) -> Option<Self> {
        named(|documented| documented.domain == domain)
    }

    /// The role of a file, by any of its hashes, and all of them.
    pub(super) fn of_hash(hash: &str) -> Option<(Self, Hashes)> {
        let found = DOCUMENTED
            .iter()
            .find(|documented| documented.hashes.contains(&hash))?;
        let [md5, sha1, sha256] = found.hashes.map(str::to_owned);
        Some((found.role, Hashes { md5, sha1, sha256 }))
    }
}

fn named(is_it: impl Fn(&Documented) -> bool) -> Option<Role> {
    DOCUMENTED
        .iter()
        .find(|documented| is_it(documented))
        .map(|documented| documented.role)
}

/// The documented URL with this id: a digest alone does not lead back to the
/// text, so `/` and `/a` on the documented hosts are known beforehand.
pub(super) fn documented_url(id: &str) -> Option<&'static str> {
    static URLS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        let mut urls = HashMap::new();
        let hosts = DOCUMENTED.iter().flat_map(|known| [known.domain, known.ip]);
        for host in hosts {
            for scheme in ["http", "https"] {
                for path in ["", "a"] {
                    let url = format!("{scheme}://{host}/{path}");
                    urls.insert(url_id::digest(&url), url);
                }
            }
        }
        urls
    });
    URLS.get(id).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_the_stated_texts() {
        for documented in &DOCUMENTED {
            if documented.role == Role::NotFound {
                continue;
            }
            let text = format!("gti sandbox {:?} file", documented.role).to_lowercase();
            assert_eq!(documented.hashes[2], url_id::digest(&text));
            assert_eq!(documented.hashes.map(str::len), [32, 40, 64]);
        }
    }

    #[test]
    fn the_room_documents_every_value() {
        let page = include_str!("mod.rs");
        for documented in &DOCUMENTED {
            for value in [documented.ip, documented.domain] {
                assert!(page.contains(&format!("`{value}`")), "{value}");
            }
            for hash in documented.hashes {
                let zeros = hash.bytes().all(|byte| byte == b'0');
                assert!(zeros || page.contains(hash), "{hash}");
            }
        }
    }
}
