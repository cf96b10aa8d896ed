use super::*;

#[test]
fn json_lines_are_the_values() {
    let shown = written(
        &with_jq(Format::Jsonl, ".ioc, .n, (.tags | arrays)"),
        &two(),
    );
    assert_eq!(
        shown,
        "\"evil.example\"\n{\"x\":1.10}\n[\"a\",\"b\"]\n\
         \"a \\n b\"\n{\"x\":123456789012345678901234567890}\n"
    );
}

#[test]
fn json_is_an_array_of_the_values() {
    assert_eq!(
        written(&with_jq(Format::Json, ".n.x, 1"), &two()),
        "[\n1.10,\n1,\n123456789012345678901234567890,\n1\n]\n"
    );
    assert_eq!(written(&with_jq(Format::Json, "empty"), &two()), "[]\n");
}

#[test]
fn json_of_a_single_record_is_what_jq_would_print() {
    let single = Layout {
        single: true,
        ..LAYOUT
    };
    let [first, _] = two();
    for (program, expected) in [
        (".ioc", "\"evil.example\"\n"),
        (".ioc, .n.x", "\"evil.example\"\n1.10\n"),
        ("empty", ""),
    ] {
        let shown = run(
            &with_jq(Format::Json, program),
            single,
            std::slice::from_ref(&first),
        );
        assert_eq!(shown.expect("a run"), expected, "{program}");
    }
}

#[test]
fn text_is_strings_as_they_are_and_the_rest_as_json() {
    let hostile = record(r#"{"a":"x\u001b[2J\u202ey\n\tz","b":[null],"c":null}"#);
    assert_eq!(
        written(&with_jq(Format::Text, ".a, .b, .c"), &[hostile]),
        "xy\n\tz\n[null]\nnull\n"
    );
}

#[test]
fn fields_are_picked_from_the_objects_that_jq_yields() {
    let program = "{a: .ioc, b: .n.x}, 7";
    assert_eq!(
        written(
            &with_fields(with_jq(Format::Jsonl, program), "b,c"),
            &two()[..1]
        ),
        "{\"b\":1.10,\"c\":null}\n7\n"
    );
    assert_eq!(
        written(
            &with_fields(with_jq(Format::Text, program), "b,a"),
            &two()[..1]
        ),
        "B     A\n1.10  evil.example\n\n7\n"
    );
    assert_eq!(
        written(
            &with_fields(with_jq(Format::Csv, program), "b,a"),
            &two()[..1]
        ),
        "b,a\r\n1.10,evil.example\r\n7,\r\n"
    );
}

#[test]
fn csv_takes_its_header_from_the_first_value() {
    for (program, expected) in [
        (
            "{b: .n.x, a: .ioc, \"x.y\": 1}",
            "b,a,x.y\r\n1.10,evil.example,1\r\n",
        ),
        (
            "[.ioc, .n]",
            "value1,value2\r\nevil.example,\"{\"\"x\"\":1.10}\"\r\n",
        ),
        (".ioc", "value\r\nevil.example\r\n"),
        (".ioc, [], [1]", "value\r\nevil.example\r\n\"\"\r\n1\r\n"),
        ("empty", ""),
    ] {
        let shown = written(&with_jq(Format::Csv, program), &two()[..1]);
        assert_eq!(shown, expected, "{program}");
    }
}

#[test]
fn a_row_with_more_cells_than_the_header_is_an_error() {
    let error = run(&with_jq(Format::Csv, ".ioc, [1,2]"), LAYOUT, &two()).expect_err("too many");
    let message = error.to_string();
    assert!(
        message.contains("2 cells for record 1") && message.contains("has 1"),
        "{message}"
    );
}

#[test]
fn a_failure_names_the_record_and_the_run_goes_on() {
    let seen = Seen::default();
    let options = with_jq(
        Format::Json,
        ".ioc, (.tags | if . then . else error(\"none\") end)",
    );
    let mut output = Output::open(&options, LAYOUT, seen.sink()).expect("open");
    let [first, second] = two();
    output.record(&first).expect("the first");
    let error = output.record(&second).expect_err("the second");
    assert_eq!(error.to_string(), "jq failed on record 2: none");
    assert!(matches!(error, OutputError::Jq { record: 2, .. }));
    output.record(&first).expect("the third");
    output.finish().expect("finish");
    let document: serde_json::Value = serde_json::from_str(&seen.text()).expect("JSON");
    assert_eq!(document.as_array().map(Vec::len), Some(4));
}
