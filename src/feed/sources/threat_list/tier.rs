//! The lists that the service documents, and the licence that each needs (API
//! notes, section 5.5).

/// Name and licence.
const LISTS: [(&str, &str); 14] = [
    ("ransomware", "every licence"),
    ("malicious-network-infrastructure", "every licence"),
    ("malware", "Enterprise or Enterprise Plus"),
    ("threat-actor", "Enterprise or Enterprise Plus"),
    ("trending", "Enterprise or Enterprise Plus"),
    ("mobile", "Enterprise Plus"),
    ("osx", "Enterprise Plus"),
    ("linux", "Enterprise Plus"),
    ("iot", "Enterprise Plus"),
    ("cryptominer", "Enterprise Plus"),
    ("phishing", "Enterprise Plus"),
    ("first-stage-delivery-vectors", "Enterprise Plus"),
    ("vulnerability-weaponization", "Enterprise Plus"),
    ("infostealer", "Enterprise Plus"),
];

/// The licence that a list needs; none for one that is not documented.
pub(crate) fn licence(list: &str) -> Option<&'static str> {
    let found = LISTS.iter().find(|(name, _)| *name == list);
    found.map(|(_, licence)| *licence)
}

/// The names of the documented lists.
pub(crate) fn documented() -> impl Iterator<Item = &'static str> {
    LISTS.iter().map(|(name, _)| *name)
}
