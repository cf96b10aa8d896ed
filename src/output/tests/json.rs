use super::*;

#[test]
fn json_lines_are_one_compact_object_each() {
    assert_eq!(
        written(&Options::new(Format::Jsonl), &two()),
        "{\"ioc\":\"evil.example\",\"n\":{\"x\":1.10},\"tags\":[\"a\",\"b\"]}\n\
         {\"ioc\":\"a \\n b\",\"n\":{\"x\":123456789012345678901234567890},\"tags\":null}\n"
    );
    assert_eq!(written(&Options::new(Format::Jsonl), &[]), "");
}

#[test]
fn json_lines_leave_a_line_without_breaks_alone() {
    let spaced = record(r#"{"a" : 1,  "b": [ 1.0 ]}"#);
    assert_eq!(
        written(&Options::new(Format::Jsonl), &[spaced]),
        "{\"a\" : 1,  \"b\": [ 1.0 ]}\n"
    );
}

#[test]
fn json_is_one_array_and_keeps_the_bytes() {
    let [first, second] = two();
    assert_eq!(
        written(
            &Options::new(Format::Json),
            &[first.clone(), second.clone()]
        ),
        format!("[\n{},\n{}\n]\n", first.json, second.json)
    );
    assert_eq!(written(&Options::new(Format::Json), &[]), "[]\n");
}

#[test]
fn json_of_a_single_record_is_that_object() {
    let single = Layout {
        single: true,
        ..LAYOUT
    };
    let [first, _] = two();
    let shown = run(
        &Options::new(Format::Json),
        single,
        std::slice::from_ref(&first),
    );
    assert_eq!(shown.expect("a run"), format!("{}\n", first.json));
    assert_eq!(
        run(&Options::new(Format::Json), single, &[]).expect("a run"),
        ""
    );
}

#[test]
fn fields_are_the_keys_as_typed_and_the_values_as_sent() {
    let wanted = "n.x,ioc,none";
    assert_eq!(
        written(&with_fields(Options::new(Format::Jsonl), wanted), &two()),
        "{\"n.x\":1.10,\"ioc\":\"evil.example\",\"none\":null}\n\
         {\"n.x\":123456789012345678901234567890,\"ioc\":\"a \\n b\",\"none\":null}\n"
    );
    assert_eq!(
        written(&with_fields(Options::new(Format::Json), "ioc"), &two()),
        "[\n{\"ioc\":\"evil.example\"},\n{\"ioc\":\"a \\n b\"}\n]\n"
    );
}

#[test]
fn a_member_with_line_breaks_is_one_line_all_the_same() {
    let indented = record("{\"a\":{\n \"b\": 1\n}}");
    assert_eq!(
        written(&with_fields(Options::new(Format::Jsonl), "a"), &[indented]),
        "{\"a\":{\"b\":1}}\n"
    );
}
