//! Lists cut anywhere, and what is no list.

use proptest::prelude::*;

use super::*;

fn split(body: &str, sizes: &[usize]) -> Result<(Vec<String>, u64), String> {
    let mut splitter = Splitter::default();
    let (mut texts, mut failed) = (Vec::new(), 0);
    let mut take = |portion: Option<Portion>| {
        let Some(portion) = portion else { return };
        failed += portion.failed;
        for range in portion.entries {
            texts.push(String::from_utf8(portion.body[range].to_vec()).expect("text"));
        }
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
    Ok((texts, failed))
}

#[test]
fn entries_are_found_in_any_dress() {
    for (body, entries, failed) in [
        (r#"{"iocs":[]}"#, vec![], 0),
        (r#"{"iocs":null}"#, vec![], 0),
        ("{}", vec![], 0),
        (
            r#" {"meta":{"a":["]}",1]},"n":-1.5e3,"t":"x\"]}","iocs":[{"data":{"id":"}\\"}}],"z":null} "#,
            vec![r#"{"id":"}\\"}"#],
            0,
        ),
        (
            "{\n \"iocs\": [\n  {\n   \"data\": {\n    \"id\": 1\n   }\n  },\n {\"data\":{}} ]\n}",
            vec!["{\n    \"id\": 1\n   }", "{}"],
            0,
        ),
        (
            r#"{"iocs":[{"x":{"y":1},"data":{"id":2},"w":[{}]},{"data":{"id":3},"z":{}}]}"#,
            vec![r#"{"id":2}"#, r#"{"id":3}"#],
            0,
        ),
        (
            r#"{"iocs":[{"data":null},{"other":{}},{"data":{"id":"\"{"}}]}"#,
            vec![r#"{"id":"\"{"}"#],
            2,
        ),
    ] {
        for size in 1..=body.len() {
            let (found, lost) = split(body, &[size]).expect(body);
            assert_eq!(found, entries, "{body} by {size}");
            assert_eq!(lost, failed, "{body}");
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
        r#"{"iocs":[5]}"#,
        r#"{"data": {"id": garbage"#,
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
        prop_assert_eq!(split(&body, &sizes), Ok((entries, 0)));
    }
}
