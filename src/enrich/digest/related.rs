//! What an indicator relates to, with what the next command takes of it.

use super::harmless;
use crate::object::relation::{Related, Relation};
use crate::output::{Digest, Entry};

/// What a report may embed, the most telling first, and the lines that each keeps
/// where there is no room for all.
pub(super) const TELLING: [(&str, usize); 10] = [
    ("related_threat_actors", 2),
    ("malware_families", 2),
    ("campaigns", 1),
    ("software_toolkits", 1),
    ("vulnerabilities", 1),
    ("reports", 1),
    ("associations", 1),
    ("attack_techniques", 1),
    ("resolutions", 2),
    ("collections", 0),
];

/// Adds the relationships that have anything.
pub(crate) fn relations(page: &mut Digest<'_>, relations: &[(String, Relation)], defanged: bool) {
    let rank = |name: &str| TELLING.iter().position(|(known, _)| *known == name);
    let mut relations: Vec<_> = relations.iter().collect();
    // Those that nobody knows here were asked for by name.
    relations.sort_by_key(|(name, _)| rank(name).unwrap_or(0));
    for (name, relation) in relations {
        if relation.is_empty() {
            continue;
        }
        let entries = relation.items.iter().map(|item| entry(item, defanged));
        let entries: Vec<Entry> = entries.collect();
        if entries.is_empty() {
            let count = relation.count.map(|count| count.to_string());
            page.line(margin(name), &count.unwrap_or_else(|| "some".to_owned()));
        }
        page.items(margin(name), relation.count, &entries);
        let least = rank(name).map_or(2, |at| TELLING[at].1);
        page.keep(least);
    }
}

/// What a relationship is called in the margin, where its name is too long.
fn margin(relationship: &str) -> &str {
    match relationship {
        "malware_families" => "malware",
        "related_threat_actors" | "threat_actors" => "actors",
        "software_toolkits" => "toolkits",
        "vulnerabilities" => "CVEs",
        // What was contacted shows in the values.
        "contacted_domains" | "contacted_ips" | "contacted_urls" => "contacted",
        "dropped_files" => "dropped",
        "downloaded_files" => "downloaded",
        "redirects_to" => "redirects",
        other => other,
    }
}

/// A related object: its name, and what the next command takes. Of an address or a
/// CVE that is the name itself; of anything else it is the id.
fn entry(item: &Related, defanged: bool) -> Entry {
    let text = |text: &Option<String>| text.as_deref().map(|text| harmless(text, defanged));
    let (name, id) = (text(&item.name), text(&item.id));
    let is_cve = item
        .id
        .as_deref()
        .is_some_and(|id| id.starts_with("vulnerability--"));
    let is_its_name = is_cve || matches!(item.kind.as_deref(), Some("url" | "resolution"));
    match (name, id) {
        // What calls itself otherwise than its id is shown with it.
        (Some(name), Some(id))
            if is_cve
                && !id
                    .to_lowercase()
                    .ends_with(&format!("--{}", name.to_lowercase())) =>
        {
            Entry {
                name: Some(name),
                value: Some(id),
            }
        }
        (Some(name), _) if is_its_name => Entry::value(name),
        (name, id) => Entry {
            name: name.filter(|name| Some(name) != id.as_ref()),
            value: id,
        },
    }
}
