//! What matches, and that the sieve loses nothing.

use proptest::prelude::*;

use super::against::Against;
use super::block::{Line, Matched, lines, sieved};
use super::list::List;

const LIST: &str = "evil.example
deep.sub.bad.example
203.0.113.7
2001:db8::7
http://worse.example/p?a=1
d41d8cd98f00b204e9800998ecf8427e
someone@mail.example
CVE-2099-1234
";

/// The values that a line names, each with how.
fn hits(line: &str, parents: bool) -> Vec<(String, Matched)> {
    let list = Against::List(List::of(LIST).expect("a list"));
    let found = lines(line.as_bytes(), 1, &list, parents);
    let hits = found.into_iter().flat_map(|line| line.hits);
    hits.map(|hit| (hit.known.value, hit.matched)).collect()
}

#[test]
fn a_value_is_found_however_it_is_written() {
    use Matched::{Exact, Parent};
    for (line, value, matched) in [
        ("q evil.example A", "evil.example", Exact),
        ("q EVIL.Example. A", "evil.example", Exact),
        ("q evil[.]example", "evil.example", Exact),
        ("q evil [dot] example", "evil.example", Exact),
        ("GET https://u:p@evil.example:8443/a", "evil.example", Exact),
        ("x?u=https%3A%2F%2Fevil.example%2F", "evil.example", Exact),
        (
            r#"{"url":"http:\/\/evil.example\/x"}"#,
            "evil.example",
            Exact,
        ),
        ("from someone.else@evil.example", "evil.example", Exact),
        ("CONNECT a.b.evil.example:443", "evil.example", Parent),
        ("hxxp://x.evil[.]example/", "evil.example", Parent),
        ("ftp://x.evil.example/", "evil.example", Parent),
        (
            "http://evil-dot-example/ q evil-dot-example",
            "evil.example",
            Exact,
        ),
        ("from 203.0.113.7:51515", "203.0.113.7", Exact),
        ("203.0.113.1-203.0.113.7", "203.0.113.7", Exact),
        ("from 203[.]0[.]113[.]7", "203.0.113.7", Exact),
        ("::ffff:203.0.113.7", "203.0.113.7", Exact),
        ("http://203.0.113.7/x", "203.0.113.7", Exact),
        ("[2001:DB8:0:0::7]:443", "2001:db8::7", Exact),
        ("http://[2001:db8::7]/", "2001:db8::7", Exact),
        (
            "hxxp://worse[.]example:80/p?a=1",
            "http://worse.example/p?a=1",
            Exact,
        ),
        ("GET http://3405803783/ x", "203.0.113.7", Exact),
        ("a b.example http://0xCB.0.0x71.7/ c", "203.0.113.7", Exact),
        (
            "GET http://worse.example/p?a=1#top",
            "http://worse.example/p?a=1",
            Exact,
        ),
        (
            "GET http://good.example/?a=1&u=https%3A%2F%2Fevil.example%2F&b=2",
            "evil.example",
            Exact,
        ),
        (
            "GET http://good.example/?u=http://x.evil.example/",
            "evil.example",
            Parent,
        ),
        (
            "D41D8CD98F00B204E9800998ECF8427E  a",
            "d41d8cd98f00b204e9800998ecf8427e",
            Exact,
        ),
        ("<someone@MAIL.example>", "someone@mail.example", Exact),
        ("fixes cve-2099-1234.", "CVE-2099-1234", Exact),
        ("evil\u{3002}example", "evil.example", Exact),
    ] {
        assert_eq!(hits(line, true), [(value.to_owned(), matched)], "{line}");
    }
}

#[test]
fn what_only_resembles_a_value_is_no_hit() {
    for line in [
        "notevil.example",
        "evil.example.com",
        "evil.example-x.com",
        "sub.bad.example",
        "1203.0.113.7 203.0.113.71",
        "http://worse.example/p?a=2",
        "https://worse.example/p?a=1",
        "other@mail.example mail.example",
        "ad41d8cd98f00b204e9800998ecf8427e",
        "2001:db8::70",
        "CVE-2099-12345",
        "05:01:40 [29/Nov/2026:05:01:40 +0000]",
    ] {
        assert_eq!(hits(line, true), [], "{line}");
    }
}

#[test]
fn parents_are_left_out_where_they_are_not_wanted() {
    assert_eq!(hits("a.evil.example", false), []);
    assert_eq!(hits("http://a.evil.example/", false), []);
    assert_eq!(hits("evil.example", false).len(), 1);
}

#[test]
fn a_line_has_its_number_its_text_and_each_value_once() {
    let list = Against::List(List::of(LIST).expect("a list"));
    let text = "clean\r\nevil.example a.evil.example 203.0.113.7\r\n\nx evil.example";
    let found = lines(text.as_bytes(), 41, &list, true);
    let shown: Vec<_> = found
        .iter()
        .map(|line| (line.number, line.text.as_str(), line.hits.len()))
        .collect();
    assert_eq!(
        shown,
        [
            (42, "evil.example a.evil.example 203.0.113.7", 2),
            (44, "x evil.example", 1),
        ]
    );
    assert_eq!(found[0].hits[1].place, 28..39);
}

/// The forms of a value, as logs and reports write it.
fn written() -> impl Strategy<Value = String> {
    let values = LIST.lines().collect::<Vec<_>>();
    let forms: [fn(&str) -> String; 12] = [
        str::to_owned,
        str::to_uppercase,
        |value| value.replace('.', "[.]"),
        |value| value.replace('.', "(dot)"),
        |value| value.replace('.', " [.] "),
        |value| value.replace('.', "-dot-"),
        |value| value.replacen("http", "hxxp", 1),
        |value| format!("http://{value}/a/b.html"),
        |value| format!("sub.{value}:8080"),
        |value| format!("user@{value}"),
        |value| format!("https%3A%2F%2F{value}%2F"),
        |value| format!("::ffff:{value}"),
    ];
    (proptest::sample::select(values), 0..forms.len())
        .prop_map(move |(value, form)| forms[form](value))
}

/// What stands around it.
fn noise() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.:/@\\[\\](){}\\\\'\",;&+%_ -]{0,12}",
        "[a-z]{2,8}\\.example",
        Just("\u{201c}".to_owned()),
        Just("\n".to_owned()),
    ]
}

proptest! {
    #[test]
    fn the_sieve_lets_every_hit_through(
        parts in proptest::collection::vec((noise(), written(), noise()), 1..6)
    ) {
        let text: String = parts
            .iter()
            .flat_map(|(before, value, behind)| [before.as_str(), value, behind])
            .collect();
        let list = Against::List(List::of(LIST).expect("a list"));
        let all: Vec<Line> = sieved(text.as_bytes(), 1, &list, true, &|_, _| true);
        prop_assert_eq!(lines(text.as_bytes(), 1, &list, true), all);
    }

    #[test]
    fn no_line_is_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let list = Against::List(List::of(LIST).expect("a list"));
        lines(&bytes, 1, &list, true);
    }
}
