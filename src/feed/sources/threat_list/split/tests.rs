//! Lists cut anywhere, and what is no list.

use proptest::prelude::*;

use super::*;

/// The entries, and what is none.
fn split(body: &str, sizes: &[usize]) -> Result<(Vec<String>, Vec<String>), String> {
    let mut splitter = Splitter::default();
    let (mut texts, mut garbled) = (Vec::new(), Vec::new());
    let mut take = |portion: Option<Portion>| {
        let Some(portion) = portion else { return };
        let text =
            |range: Range<usize>| String::from_utf8(portion.body[range].to_vec()).expect("text");
        texts.extend(portion.entries.into_iter().map(text));
        garbled.extend(portion.garbled.into_iter().map(|one| text(one.range)));
    };
    let mut rest = body.as_bytes();
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((*sizes.next().unwrap_or(&9)).clamp(1, rest.len()));
        take(splitter.push(piece)?);
        // As if the portion were large enough.
        take(splitter.portion());
        rest = after;
    }
    take(splitter.finish()?);
    Ok((texts, garbled))
}

#[test]
fn entries_are_found_in_any_dress() {
    for (body, entries, garbled) in [
        (r#"{"iocs":[]}"#, vec![], vec![]),
        (r#"{"error":null,"iocs":[]}"#, vec![], vec![]),
        (
            r#" {"meta":{"a":["]}",1]},"n":-1.5e3,"t":"x\"]}","iocs":[{"data":{"id":"}\\"}}],"z":null} "#,
            vec![r#"{"id":"}\\"}"#],
            vec![],
        ),
        (
            "{\n \"iocs\": [\n  {\n   \"data\": {\n    \"id\": 1\n   }\n  },\n {\"data\":{}} ]\n}",
            vec!["{\n    \"id\": 1\n   }", "{}"],
            vec![],
        ),
        (
            r#"{"iocs":[{"x":{"y":1},"data":{"id":2},"w":[{}]},{"data":{"id":3},"z":{}}]}"#,
            vec![r#"{"id":2}"#, r#"{"id":3}"#],
            vec![],
        ),
        (
            r#"{"iocs":[{"data":null},{"other":{}},{"data":{"id":"\"{"}}]}"#,
            vec![r#"{"id":"\"{"}"#],
            vec![r#"{"data":null}"#, r#"{"other":{}}"#],
        ),
        (
            r#"{"iocs":[5, "}]" ,{"data":{"id":1}},[{"data":{}}],null,{"data":{"id":2}}},{"data":{"id":3}}]}"#,
            vec![r#"{"id":1}"#, r#"{"id":2}"#, r#"{"id":3}"#],
            vec!["5", "\"}]\"", r#"[{"data":{}}]"#, "null", "}"],
        ),
        // Torn between braces, in a text, and before the key.
        (
            r#"{"iocs":[{"data":{"id":1},{"data":{"id":2}},{"data":{"id":"3{"data":{"id":4}},{"da{"data":{"id":5}}]}"#,
            vec![r#"{"id":2}"#, r#"{"id":4}"#, r#"{"id":5}"#],
            vec![r#"{"data":{"id":1}"#, r#"{"data":{"id":"3"#, r#"{"da"#],
        ),
    ] {
        for size in 1..=body.len() {
            let (found, others) = split(body, &[size]).expect(body);
            assert_eq!(found, entries, "{body} by {size}");
            assert_eq!(others, garbled, "{body} by {size}");
        }
    }
}

#[test]
fn what_is_cut_short_or_no_list_is_refused() {
    let body = r#"{"a":1,"iocs":[{"data":{"id":"x"}},{"data":{"id":"y"}}]}"#;
    for end in 0..body.len() {
        assert!(split(&body[..end], &[7]).is_err(), "{}", &body[..end]);
    }
    for body in [
        "<html>",
        "[]",
        "{}",
        r#"{"iocs":null}"#,
        r#"{"iocs":{}}"#,
        r#"{"iocs":"x"}"#,
        r#"{"iocs":[],"iocs":[]}"#,
        r#"{"data":[]}"#,
        r#"{"message":"x"}"#,
        r#"{"error":{"code":"NotFoundError"}}"#,
        r#"{"iocs":[],"error":{"code":"TransientError"}}"#,
        r#"{"data": {"id": garbage"#,
        // Torn at the end, or cut short: nobody can say.
        r#"{"iocs":[{"data":{"id":1}},{"data":{"id":2}]}"#,
    ] {
        assert!(split(body, &[3]).is_err(), "{body}");
    }
}

proptest! {
    #[test]
    fn any_text_passes_untouched(
        texts in prop::collection::vec(any::<String>(), 0..6),
        sizes in prop::collection::vec(1_usize..40, 1..5),
    ) {
        let entries: Vec<String> = texts
            .iter()
            .map(|text| serde_json::json!({"id": text, "n": [{"a": text}]}).to_string())
            .collect();
        let wrapped: Vec<String> =
            entries.iter().map(|entry| format!("{{\"data\":{entry}}}")).collect();
        let body = format!("{{\"iocs\":[{}]}}", wrapped.join(","));
        prop_assert_eq!(split(&body, &sizes), Ok((entries, vec![])));
    }
}

#[test]
fn what_is_torn_swallows_little_and_what_is_huge_is_not_held() {
    let entry = |id: usize| {
        format!(
            "{{\"data\":{{\"id\":{id},\"x\":\"{}\"}}}}",
            "y".repeat(1_000)
        )
    };
    let entries: Vec<String> = (0..3_000).map(entry).collect();
    let body = format!(
        "{{\"iocs\":[{{\"data\":{{\"id\":\"torn\",{}]}}",
        entries.join(",")
    );
    let (found, garbled) = split(&body, &[9_000]).expect("a list");
    assert_eq!(
        (found.len(), garbled),
        (3_000, vec![r#"{"data":{"id":"torn""#.to_owned()])
    );

    let huge = format!(
        "{{\"data\":{{\"id\":\"huge\",\"x\":[\"{}\"]}}}}",
        "}]\\\"".repeat(LARGEST / 3)
    );
    let body = format!("{{\"iocs\":[{},{huge},{}]}}", entry(1), entry(2));
    let (found, garbled) = split(&body, &[100_000]).expect("a list");
    assert_eq!((found.len(), garbled.len()), (2, 1));
    let held = garbled[0].len();
    assert!((LARGEST..LARGEST + 200_000).contains(&held), "{held}");
}

#[test]
fn a_list_without_an_end_is_given_up() {
    let reason = |head: &str, filler: &str| {
        let mut splitter = Splitter::default();
        splitter.push(head.as_bytes()).expect(head);
        let piece = filler.repeat(32 * 1024);
        let mut came = 0;
        loop {
            came += piece.len();
            assert!(came <= MOST_WITHOUT_ENTRY + piece.len(), "{head}{filler}");
            match splitter.push(piece.as_bytes()) {
                Ok(_) => assert!(splitter.buffer.len() <= LARGEST + 2 * piece.len()),
                Err(reason) => return reason,
            }
        }
    };
    let entry = r#"{"iocs":[{"data":{"id":1}}"#;
    let closed = format!("{entry}]}}");
    for (head, filler) in [
        (" ", " "),
        (r#"{"iocs":["#, "\n"),
        (entry, ", "),
        (entry, ","),
        (&closed, " \r\n"),
    ] {
        assert_eq!(reason(head, filler), "more than 65536 blanks in a row");
    }
    for (head, filler) in [
        (r#"{"meta":"#, "[1,"),
        (r#"{"a":1"#, r#","a":1"#),
        (entry, ",null"),
        (&format!("{entry},["), "1,"),
        (&format!(r#"{entry},{{"data":""#), "aaaa"),
    ] {
        assert_eq!(
            reason(head, filler),
            "no entry in 67108864 bytes of it",
            "{head}{filler}"
        );
    }
}
