//! Lines as people and programs write them, and what is found in each.

use super::finding::ValueType;
use super::scan::{Names, scan};

const CORPUS: &str = include_str!("corpus.txt");

/// The values of a text.
pub(super) fn values(text: &str) -> Vec<(ValueType, String)> {
    let mut values = vec![];
    scan(text, Names::Taken, None, &mut |place| {
        let until = place.at + place.ioc.len();
        assert_eq!(
            &text[place.at..until],
            place.ioc,
            "as written, in its place"
        );
        values.push((place.value.kind, place.value.value));
    });
    values
}

#[test]
fn all_is_found_and_nothing_is_invented() {
    let lines = CORPUS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut wrong = vec![];
    let mut count = 0;
    for line in lines {
        count += 1;
        let (text, expected) = line.split_once(" => ").expect("an arrow");
        let mut expected: Vec<&str> = expected.split(' ').filter(|it| !it.is_empty()).collect();
        for (before, behind) in [("", ""), ("x ", " y"), ("(", ")"), ("\"", "\"")] {
            let text = format!("{before}{text}{behind}");
            let found = values(&text);
            let mut found: Vec<&str> = found.iter().map(|(_, value)| value.as_str()).collect();
            found.sort_unstable();
            expected.sort_unstable();
            if found != expected {
                wrong.push(format!(
                    "{text}\n  found    {found:?}\n  expected {expected:?}"
                ));
            }
        }
    }
    assert!(count >= 200, "{count} lines");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
