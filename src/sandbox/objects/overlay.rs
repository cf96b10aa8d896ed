//! Answers that are hard to read: nearly empty, hostile, or of other types than
//! one expects.

use crate::sandbox::json::{Json, Object, list, object};
use crate::sandbox::subject::{Detail, Subject};

/// Colours, a window title and a bell, for terminals that obey.
pub(in crate::sandbox) const ESCAPES: &str =
    "\u{1b}[31mred\u{1b}[0m\u{1b}]0;owned\u{7}\u{9b}2J\u{8}";
/// A name that reads `exe` as `pdf`, with blanks nobody sees.
pub(in crate::sandbox) const BIDI: &str = "invoice\u{202e}fdp.exe\u{200b}\u{feff}";
/// What a spreadsheet would run.
pub(in crate::sandbox) const FORMULA: &str = "=HYPERLINK(\"http://evil.example/\",\"open\")";
/// What a browser would run.
pub(in crate::sandbox) const SCRIPT: &str = "<script>alert(1)</script>";
/// Records that pretend to be more than one.
pub(in crate::sandbox) const LINES: &str = "one\r\n{\"ioc\":\"forged\"}\n\u{2028}two";

/// Nearly nothing, and most of that null.
pub(super) fn sparse(subject: &Subject) -> Object {
    let mut attributes = object! {
        "last_analysis_date": Json::Null,
        "last_analysis_stats": Json::Null,
        "last_analysis_results": object! {},
        "tags": Json::Null,
        "total_votes": Json::Null,
        "as_owner": Json::Null,
        "registrar": Json::Null,
        "names": Json::Null,
    };
    if let Detail::Url(url) = &subject.detail {
        attributes.push("url", url.as_str().to_owned());
    }
    attributes
}

/// Puts hostile text wherever text comes from outside.
pub(super) fn hostile(attributes: &mut Object) {
    for (key, text) in [
        ("as_owner", ESCAPES),
        ("registrar", ESCAPES),
        ("title", ESCAPES),
        ("meaningful_name", BIDI),
        ("country", FORMULA),
        ("type_description", FORMULA),
        ("whois", LINES),
        ("network", SCRIPT),
        ("magic", SCRIPT),
    ] {
        attributes.replace(key, text);
    }
    let all = || {
        list![
            ESCAPES, BIDI, FORMULA, SCRIPT, LINES, "+1", "-1", "@SUM(1)", "\t=1", ""
        ]
    };
    for key in ["names", "tags", "threat_names", "outgoing_links"] {
        attributes.replace(key, all());
    }
    attributes.replace(
        "categories",
        object! { "Example Filter": FORMULA, "Simulated Categoriser": ESCAPES },
    );
    if let Some(Json::Object(assessment)) = attributes.member_mut("gti_assessment") {
        assessment.replace("description", format!("{ESCAPES} {BIDI} {LINES}"));
    }
    // Numbers that no double holds, and their spelling, have to survive.
    attributes.push(
        "attribute_of_the_future",
        object! {
            "exact": Json::Number("1.10".into()),
            "large": Json::Number("123456789012345678901234567890".into()),
            "exponent": Json::Number("1E+2".into()),
            "long": "x".repeat(4_000),
            "\u{1b}[32mkey\u{202e}": "value",
        },
    );
}

/// Turns integers into strings and floats, by turns.
pub(in crate::sandbox) fn odd(attributes: &mut Object) {
    let mut turn = 0_usize;
    for value in attributes.values_mut() {
        respell(value, &mut turn);
    }
}

fn respell(value: &mut Json, turn: &mut usize) {
    match value {
        Json::Int(number) => {
            *turn += 1;
            *value = if turn.is_multiple_of(2) {
                Json::Text(number.to_string().into())
            } else {
                Json::Number(format!("{number}.0").into())
            };
        }
        Json::List(items) => items.iter_mut().for_each(|item| respell(item, turn)),
        Json::Object(object) => object.values_mut().for_each(|item| respell(item, turn)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_numbers_take_turns_at_every_depth() {
        let mut attributes = object! { "a": 1, "b": list![2, object! { "c": 3 }], "d": "4" };
        odd(&mut attributes);
        let expected = object! {
            "a": Json::Number("1.0".into()),
            "b": list!["2", object! { "c": Json::Number("3.0".into()) }],
            "d": "4",
        };
        assert_eq!(attributes, expected);
    }
}
