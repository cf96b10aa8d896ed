//! What is defanged in any style is found as it was.

use proptest::prelude::*;

use super::corpus::values;

const DOTS: [&str; 12] = [
    ".", "[.]", "(.)", "{.}", "[dot]", "(dot)", "[DOT]", "\\.", "[.", ".]", " [.] ", "[[.]]",
];

const SEPARATORS: [&str; 7] = [
    "://",
    "[:]//",
    "[://]",
    ":[//]",
    "[:][/][/]",
    "(://)",
    ":\\/\\/",
];

fn label() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{1,10}"
}

proptest! {
    #[test]
    fn a_defanged_name_is_found(
        first in label(),
        second in label(),
        dots in proptest::collection::vec(0..DOTS.len(), 2),
        around in 0..5_usize,
    ) {
        let name = format!("{first}.{second}.example");
        let defanged = format!("{first}{}{second}{}example", DOTS[dots[0]], DOTS[dots[1]]);
        let (before, behind) = [("", ""), ("to ", " and"), ("(", ")"), ("\"", "\","), ("<b>", "</b>")][around];
        let found = values(&format!("{before}{defanged}{behind}"));
        let found: Vec<&str> = found.iter().map(|(_, value)| value.as_str()).collect();
        prop_assert_eq!(found, [name], "{}", defanged);
    }

    #[test]
    fn a_defanged_url_is_found(
        host in label(),
        path in "[a-z0-9/_-]{0,20}[a-z0-9]",
        scheme in 0..2_usize,
        separator in 0..SEPARATORS.len(),
        dot in 0..DOTS.len(),
    ) {
        prop_assume!(!path.contains("//"));
        let (written, meant) = [("hxxp", "http"), ("hXXps", "https")][scheme];
        let url = format!("{meant}://{host}.example/{path}");
        let defanged = format!("{written}{}{host}{}example/{path}", SEPARATORS[separator], DOTS[dot]);
        let found = values(&defanged);
        let found: Vec<&str> = found.iter().map(|(_, value)| value.as_str()).collect();
        prop_assert_eq!(found, [url], "{}", defanged);
    }

    #[test]
    fn a_defanged_address_is_found(octets in proptest::array::uniform4(0_u8..=255), dot in 0..DOTS.len()) {
        let octets = octets.map(|octet| octet.to_string());
        let found = values(&octets.join(DOTS[dot]));
        let found: Vec<&str> = found.iter().map(|(_, value)| value.as_str()).collect();
        prop_assert_eq!(found, [octets.join(".")]);
    }

    #[test]
    fn no_text_is_too_odd(text in "\\PC*") {
        values(&text);
    }

    #[test]
    fn nor_any_pile_of_marks(text in "[a-e0-9.:/@\\[\\](){}\\\\'\",;&+ hxtp-]{0,60}") {
        values(&text);
    }
}
