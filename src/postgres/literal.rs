//! Values written as the server reads them.

/// A name, quoted.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An array of texts; what no text of a database can hold is replaced.
pub(super) fn array(texts: &[String]) -> String {
    let mut array = String::from("{");
    for (place, text) in texts.iter().enumerate() {
        if place > 0 {
            array.push(',');
        }
        array.push('"');
        for one in text.chars() {
            match one {
                '\0' => array.push(char::REPLACEMENT_CHARACTER),
                '"' | '\\' => array.extend(['\\', one]),
                one => array.push(one),
            }
        }
        array.push('"');
    }
    array.push('}');
    array
}

/// A text that a database can hold: NUL is replaced.
pub(super) fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_literal_early() {
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
        let texts = ["a\"b", "c\\d", "e,{f}", "g\0", ""].map(str::to_owned);
        assert_eq!(
            array(&texts),
            "{\"a\\\"b\",\"c\\\\d\",\"e,{f}\",\"g\u{fffd}\",\"\"}"
        );
        assert_eq!(array(&[]), "{}");
        assert_eq!(text("a\0b"), "a\u{fffd}b");
    }
}
