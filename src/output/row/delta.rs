//! An entry of the deltas as a row for people: an object with the threats that it is
//! known for, which come with it by name.

use super::{Row, object};
use crate::model::descriptor::{Descriptor, Embedding};
use crate::model::view::decode;

/// The relationships that name threats, the most telling first.
const THREATS: [&str; 4] = [
    "malware_families",
    "threat_actors",
    "campaigns",
    "software_toolkits",
];

/// The row of an entry: that of its object, whose last cell names threats instead of
/// sources, which an entry has not.
pub(crate) fn delta(json: &str) -> Row {
    let mut row = object(json);
    let threats = threats(json);
    if let Some(last) = row.cells.last_mut() {
        *last = ("THREATS", threats.join(", "));
    }
    row.columns.push(("threats", threats.join(", ")));
    row
}

fn threats(json: &str) -> Vec<String> {
    let Ok(decoded) = decode::<Embedding>(json) else {
        return vec![];
    };
    let all = decoded.view.relationships.0;
    let mut names: Vec<String> = vec![];
    for wanted in THREATS {
        let found = all.iter().filter(|(name, _)| name == wanted);
        let items = found.flat_map(|(_, one)| one.data.iter().flat_map(|data| &data.0));
        for name in items.filter_map(Descriptor::name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_told_with_its_threats() {
        let row = delta(
            r#"{"id":"a.example","type":"domain","attributes":{"last_modification_date":1767323045},"relationships":{
                "threat_actors":{"data":[{"type":"collection","id":"threat-actor--1","attributes":{"name":"Example Heron"}}]},
                "reports":{"data":[{"id":"report--1","attributes":{"name":"A report"}}]},
                "malware_families":{"data":[{"id":"malware--1","attributes":{"name":"SIMULATED"}},{"id":"malware--2"},7]}}}"#,
        );
        assert_eq!(
            row.cells.last(),
            Some(&("THREATS", "SIMULATED, Example Heron".to_owned()))
        );
        assert_eq!(row.cells[4], ("VALUE", "a.example".to_owned()));
        assert_eq!(delta("{}").cells.len(), 7);
        assert_eq!(delta("7").cells.len(), 7);
    }
}
