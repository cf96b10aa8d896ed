//! One JSON value as the text of a cell.

use std::borrow::Cow;

use crate::model::json::{decode, one_line};

/// The value as a cell of a table or of a CSV row: strings decoded, numbers and
/// booleans as they were sent, objects and arrays as JSON on one line, and
/// nothing for `null` and for a member that is not there.
pub(super) fn cell(value: Option<&str>) -> Cow<'_, str> {
    let Some(value) = value.map(str::trim) else {
        return Cow::Borrowed("");
    };
    match value.as_bytes().first() {
        Some(b'"') => decode(value).unwrap_or(Cow::Borrowed(value)),
        Some(b'{' | b'[') => one_line(value),
        _ if value == "null" => Cow::Borrowed(""),
        _ => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_cells() {
        for (value, expected) in [
            (None, ""),
            (Some("null"), ""),
            (Some("\"\""), ""),
            (Some(r#""plain""#), "plain"),
            (Some(r#""a\"b\n\u00e9\\""#), "a\"b\né\\"),
            (Some(r#""\"""#), "\""),
            (Some(r#""x\ud800y""#), "x\u{fffd}y"),
            (Some("1.10"), "1.10"),
            (
                Some("123456789012345678901234567890"),
                "123456789012345678901234567890",
            ),
            (Some(" true\n"), "true"),
            (Some("{\n  \"a\": 1\n}"), r#"{"a":1}"#),
            (Some("[]"), "[]"),
        ] {
            assert_eq!(cell(value), expected, "{value:?}");
        }
    }
}
