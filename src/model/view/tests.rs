//! Odd members, each beside members that are sound.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

view! {
    /// Of every kind of member one.
    struct Sample {
        text: Option<String>,
        renamed as "a b": Option<String>,
        integer: Option<i64>,
        count: Option<u64>,
        number: Option<f64>,
        flag: Option<bool>,
        list: Vec<String>,
        exact: Option<Vec<Exact>>,
        inner: Inner,
        map: Map<u64>,
    }

    struct Inner {
        list: Vec<Inner>,
        last: Option<u64>,
    }
}

/// The sample, and what is noted of it: `path: reason`.
fn read(json: &str) -> (Sample, Vec<String>) {
    let Decoded { view, unread } = decode::<Sample>(json).expect(json);
    let notes = unread.iter();
    let notes = notes.map(|unread| format!("{}: {}", unread.path, unread.reason));
    (view, notes.collect())
}

#[test]
fn every_kind_of_value_is_read_in_every_form_it_comes_in() {
    let (sample, notes) = read(
        r#" {"text":7.10,"a b":"x","integer":"-7","count":"9.0","number":"1e-3","flag":"True","list":["a","",1],
            "exact":["a"],"inner":{"last":1.0,"more":[{}]},"map":{"a":1,"b":"2"},"unknown":{"text":[]}} "#,
    );
    assert_eq!(
        sample,
        Sample {
            text: Some("7.10".to_owned()),
            renamed: Some("x".to_owned()),
            integer: Some(-7),
            count: Some(9),
            number: Some(0.001),
            flag: Some(true),
            list: vec!["a".to_owned(), String::new(), "1".to_owned()],
            exact: Some(vec![Exact("a".to_owned())]),
            inner: Inner {
                last: Some(1),
                list: vec![],
            },
            map: Map(vec![("a".to_owned(), 1), ("b".to_owned(), 2)]),
        }
    );
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn nothing_and_null_and_an_empty_text_are_nothing_odd() {
    for json in [
        "{}",
        r#"{"text":null,"integer":null,"number":null,"flag":null,"list":null,"inner":null,"map":null}"#,
        r#"{"text":"","integer":"","count":" ","number":"","flag":""}"#,
    ] {
        assert_eq!(read(json), (Sample::default(), vec![]), "{json}");
    }
}

/// An odd member, and what is noted of it.
const ODD: [(&str, &str); 27] = [
    (r#""text":["x"]"#, "text: expected a text"),
    (r#""text":{"value":"x"}"#, "text: expected a text"),
    (r#""text":true"#, "text: expected a text"),
    (r#""integer":"seven""#, "integer: expected an integer"),
    (r#""integer":1e999"#, "integer: expected an integer"),
    (
        r#""integer":123456789012345678901234567890"#,
        "integer: expected an integer",
    ),
    (r#""integer":[7]"#, "integer: expected an integer"),
    (r#""count":-1"#, "count: expected a count"),
    (r#""count":false"#, "count: expected a count"),
    (r#""number":1e999"#, "number: expected a number"),
    (r#""number":-1e999"#, "number: expected a number"),
    (r#""number":"NaN""#, "number: expected a number"),
    (r#""number":{}"#, "number: expected a number"),
    (r#""flag":1"#, "flag: expected true or false"),
    (r#""flag":[true]"#, "flag: expected true or false"),
    (r#""list":"x""#, "list: expected a list"),
    (r#""list":{"0":"x"}"#, "list: expected a list"),
    (r#""list":["a",["b"]]"#, "list.1: expected a text"),
    (r#""list":[null]"#, "list.0: expected a text"),
    (
        r#""exact":["a","\ud83d"]"#,
        "exact.1: half a character in it",
    ),
    (r#""exact":[7]"#, "exact.0: expected a text"),
    (r#""inner":"x""#, "inner: expected an object"),
    (r#""inner":[{"last":1}]"#, "inner: expected an object"),
    (
        r#""inner":{"list":[{},{"last":[]}]}"#,
        "inner.list.1.last: expected a count",
    ),
    (r#""inner":{"list":[null]}"#, "inner.list.0: null in a list"),
    (r#""map":[1]"#, "map: expected an object"),
    (r#""map":{"\ud83d":{}}"#, "map.\u{fffd}: expected a count"),
];

#[test]
fn an_odd_member_costs_itself_alone() {
    let deep = format!("\"text\":{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let odd = ODD.into_iter().chain([(&*deep, "text: expected a text")]);
    for (member, note) in odd {
        let (key, _) = member[1..].split_once('"').expect("a key");
        for json in [
            format!(r#"{{{member},"a b":"kept","\ude00":"\ud83d"}}"#),
            format!(r#"{{"a b":"kept",{member}}}"#),
            format!("{{\"unknown\":{{{member}}},\n{member} ,\t\"a b\" : \"kept\"}}"),
        ] {
            let (sample, notes) = read(&json);
            assert_eq!(sample.renamed.as_deref(), Some("kept"), "{key}");
            assert_eq!(notes, [note]);
        }
    }
}

#[test]
fn half_characters_are_replaced() {
    let (sample, notes) =
        read(r#"{"text":"\ud83d x","list":["\ude00","\ud83d\ude00"],"exact":["\ufffd"]}"#);
    assert_eq!(sample.text.as_deref(), Some("\u{fffd} x"));
    assert_eq!(sample.list, ["\u{fffd}", "\u{1f600}"]);
    assert_eq!(sample.exact, Some(vec![Exact("\u{fffd}".to_owned())]));
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn of_a_member_that_comes_twice_the_last_counts() {
    let (sample, notes) =
        read(r#"{"count":1,"te\u0078t":"a","inner":{"last":1},"count":2,"text":null,"inner":{}}"#);
    assert_eq!((sample.count, sample.text), (Some(2), None));
    assert_eq!(sample.inner, Inner::default());
    let twice = ["count", "text", "inner"].map(|member| format!("{member}: comes twice"));
    assert_eq!(notes, twice);
}

#[test]
fn minus_nothing_is_nothing() {
    let (sample, notes) = read(r#"{"integer":-0,"count":-0,"number":-0,"text":-0}"#);
    assert_eq!((sample.integer, sample.count), (Some(0), Some(0)));
    assert_eq!(
        (sample.number, sample.text.as_deref()),
        (Some(0.0), Some("-0"))
    );
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn what_is_no_object_is_no_view() {
    for json in ["null", "[]", "7", "\"x\""] {
        let read = decode::<Sample>(json);
        assert_eq!(read, Err("expected an object".to_owned()), "{json}");
    }
    for json in ["", "{", "{}}", r#"{"text":"\x"}"#, "{\"text\":\"a\nb\"}"] {
        assert!(decode::<Sample>(json).is_err(), "{json}");
    }
}

#[test]
fn what_is_unread_is_found_by_its_member() {
    let decoded = decode::<Sample>(r#"{"list":["a",[]]}"#).expect("an object");
    let unread = decoded.unread;
    assert_eq!(
        unread.of("list").map(ToString::to_string).as_deref(),
        Some("cannot read `list.1`: expected a text")
    );
    assert!(unread.of("list.1.x").is_some());
    assert_eq!(unread.of("lis"), None);
    assert_eq!(unread.of("exact"), None);
    assert!(!unread.is_empty() && Unread::default().is_empty());
}

/// Any JSON, odd things among it.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}|true|-?[0-9]{1,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let keys = prop::sample::select(vec![
            "text", "a b", "integer", "count", "number", "flag", "list", "exact", "inner", "map",
            "last", "x",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..4).prop_map(|members| members
                .into_iter()
                .map(|(key, it)| (key.to_owned(), it))
                .collect()),
        ]
    })
}

proptest! {
    /// Whatever stands in the members, the object is read, and what is in a member
    /// changes nothing beside it.
    #[test]
    fn no_member_spoils_the_object(members in prop::collection::vec(any_json(), 9)) {
        let keys = ["text", "integer", "count", "number", "flag", "list", "exact", "inner", "map"];
        let object: Value = keys.iter().map(|key| (*key).to_owned()).zip(members).collect();
        let mut whole = object.clone();
        whole["a b"] = json!("kept");
        let (mut sample, notes) = read(&whole.to_string());
        let renamed = sample.renamed.take();
        prop_assert_eq!(renamed.as_deref(), Some("kept"));
        prop_assert_eq!((sample, notes), read(&object.to_string()));
    }
}
