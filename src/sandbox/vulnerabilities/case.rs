//! The vulnerabilities whose answers are documented.

/// What a documented vulnerability stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Case {
    /// Critical, widely exploited, on the KEV list, once a zero day.
    Worst,
    /// High, exploitation confirmed, once a zero day, on no KEV list.
    ZeroDay,
    /// No rating, a predicted one.
    Unrated,
    /// No priority.
    Unprioritised,
    /// No CVSS, no EPSS, no exploitation, no KEV, no CPE.
    Bare,
    /// Every attribute null.
    Null,
    /// Every integer as a string or as a float.
    Odd,
    /// Medium, suspected; CVSS of version 4 alone.
    Suspected,
    /// Low, nothing known.
    Harmless,
    /// Its threat actors are forbidden.
    Forbidden,
    /// Text that attacks terminals, spreadsheets and browsers.
    Hostile,
    /// 404.
    Unknown,
}

impl Case {
    /// All, with their numbers: `CVE-2099-0001`.
    pub(super) const ALL: [(u64, Self); 12] = [
        (1, Self::Worst),
        (2, Self::ZeroDay),
        (3, Self::Unrated),
        (4, Self::Unprioritised),
        (5, Self::Bare),
        (6, Self::Null),
        (7, Self::Odd),
        (8, Self::Suspected),
        (9, Self::Harmless),
        (10, Self::Forbidden),
        (11, Self::Hostile),
        (404, Self::Unknown),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_documents_every_case() {
        let page = include_str!("../mod.rs");
        for (number, case) in Case::ALL {
            assert!(
                page.contains(&format!("`CVE-2099-{number:04}`")),
                "{case:?}"
            );
        }
    }
}
