//! What holds for every text, whatever it is.

use std::net::IpAddr;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Indicator, Kind};

/// What means something to the recognition, apart from blanks.
const PIECES: &str = "http hxxps h**p :// [://] : [:] / [/] // \\ . [.] (.) <.> [dot] \\. @ [at] \
    ( ) [ ] { } < > \" ' “ ” , ; ? # % %eth0 :80 :443 evil EVIL example evil.example ü é.例え \
    \u{200b} \u{200d} \u{202e} 。 ／ \0 203.0.113.7 10.0.0.1 2001:db8::1 :: [::1] ::ffff: 0x7f 24 - _ * \
    xn-- md5: 0123456789abcdef0123456789abcdef";

/// Hosts in the midst of such pieces: more often an indicator than chance would
/// have it, and never by much.
fn pieces() -> impl Strategy<Value = String> {
    let mut pieces: Vec<&str> = PIECES.split(' ').collect();
    pieces.push(" ");
    let piece = prop::sample::select(pieces);
    let host = prop::sample::select(vec![
        "evil.example",
        "evil[.]example",
        "203.0.113.7",
        "[::1]",
        "::1",
        "ü.example",
        "",
    ]);
    (vec(piece.clone(), 0..3), host, vec(piece, 0..6))
        .prop_map(|(before, host, behind)| before.concat() + host + &behind.concat())
}

/// What holds for every indicator, however it came about.
fn holds_together(found: &Indicator) -> Result<(), TestCaseError> {
    for text in [found.value(), &found.defanged()] {
        for kind in [None, Some(found.kind())] {
            let again = Indicator::parse(text, kind);
            prop_assert_eq!(again.as_ref(), Ok(found), "{}", text);
        }
    }
    let bare = |c: char| c.is_whitespace() || c.is_control();
    prop_assert!(!found.value().contains(bare));
    prop_assert!(!found.id().starts_with('.') && !found.id().contains('/'));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_an_indicator_or_refused(text in any::<String>()) {
        for kind in [None, Some(Kind::Ip), Some(Kind::Domain), Some(Kind::Url), Some(Kind::File)] {
            if let Ok(found) = Indicator::parse(&text, kind) {
                holds_together(&found)?;
            }
        }
    }

    #[test]
    fn any_text_of_likely_pieces_is_an_indicator_or_refused(text in pieces()) {
        for kind in [None, Some(Kind::Url)] {
            if let Ok(found) = Indicator::parse(&text, kind) {
                holds_together(&found)?;
            }
        }
    }

    #[test]
    fn any_host_with_any_end_survives_defanging(
        host in prop::sample::select(vec!["evil.example", "203.0.113.7", "[2001:db8::1]:8080"]),
        end in "[/?#]\\PC{0,20}",
    ) {
        let found = Indicator::parse(&format!("https://{host}{end}"), None);
        if let Ok(found) = &found {
            holds_together(found)?;
        }
        let damaged = |c: char| c.is_whitespace() || c == char::REPLACEMENT_CHARACTER;
        prop_assert!(found.is_ok() || end.contains(damaged));
    }

    #[test]
    fn any_address_is_one(address in any::<IpAddr>()) {
        let found = Indicator::parse(&address.to_string(), None).expect("an address");
        prop_assert_eq!(found.value(), address.to_canonical().to_string());
        holds_together(&found)?;
    }
}
