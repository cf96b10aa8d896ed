mod bounds;
mod real;

use super::document::DEEPEST;
use super::*;

fn run(program: &str, json: &str) -> Vec<String> {
    Filter::compile(program)
        .expect(program)
        .run(json)
        .expect(program)
}

fn failure(program: &str, json: &str) -> String {
    let filter = Filter::compile(program).expect(program);
    filter.run(json).expect_err(program).to_string()
}

#[test]
fn a_program_yields_any_number_of_values() {
    assert_eq!(
        run(".a[]", r#"{"a":[1,"x",{"b":null}]}"#),
        ["1", "\"x\"", r#"{"b":null}"#]
    );
    assert_eq!(run("empty", "{}"), [""; 0]);
    assert_eq!(run("{b, c: .a}", r#"{"a":1,"b":2}"#), [r#"{"b":2,"c":1}"#]);
    assert_eq!(run("[.[] | select(. > 1)] | length", "[1,2,3]"), ["2"]);
    assert_eq!(run("test(\"^ev\"; \"i\")", "\"EVIL\""), ["true"]);
    assert_eq!(run(".a // \"none\" | ascii_upcase", "{}"), ["\"NONE\""]);
    assert_eq!(run("@csv", "[1,\"a\\\"b\"]"), ["\"1,\\\"a\\\"\\\"b\\\"\""]);
}

#[test]
fn what_the_libraries_leave_out_is_there() {
    for (program, json, expected) in [
        (
            "@csv",
            r#"[1.10,"a\"b",null,true]"#,
            r#""1.10,\"a\"\"b\",,true""#,
        ),
        (
            "@tsv",
            r#"["a\tb\\c\nd",2,null]"#,
            r#""a\\tb\\\\c\\nd\t2\t""#,
        ),
        ("@csv \"x\\(.)\"", "[1]", "\"x1\""),
        ("IN(1,2)", "2", "true"),
        ("IN(.[]; 3)", "[1,2]", "false"),
        ("INDEX(.id)", r#"[{"id":7}]"#, r#"{"7":{"id":7}}"#),
        ("toarray", "1", "[1]"),
        ("trimstr(\"x\")", "\"xax\"", "\"a\""),
        ("[leaf_paths]", r#"{"a":[1]}"#, r#"[["a",0]]"#),
        ("date", "0", "\"1970-01-01T00:00:00Z\""),
    ] {
        assert_eq!(run(program, json), [expected], "{program}");
    }
    assert_eq!(failure("@csv", "[[1]]"), "@csv takes no array in a row");
}

#[test]
fn numbers_and_the_order_of_keys_pass_through() {
    let record = r#"{"z":1.10,"a":123456789012345678901234567890,"m":1e400,"k":-0.50,"e":1E5}"#;
    assert_eq!(run(".", record), [record]);
    assert_eq!(
        run(".z, .a", record),
        ["1.10", "123456789012345678901234567890"]
    );
}

#[test]
fn calculated_numbers_read_as_jq_prints_them() {
    assert_eq!(
        run(".a / 2, .a + 0.5, .a * 3", r#"{"a":4}"#),
        ["2", "4.5", "12"]
    );
    assert_eq!(
        run("nan, infinite, -infinite", "null"),
        [
            "null",
            "1.7976931348623157e+308",
            "-1.7976931348623157e+308"
        ]
    );
}

#[test]
fn results_are_always_json() {
    for program in ["{(\"k\"): nan}", "\"\\u007f\\u0000\u{9b}\"", "1e1000"] {
        for value in run(program, "null") {
            assert!(
                serde_json::from_str::<&serde_json::value::RawValue>(&value).is_ok(),
                "{program}: {value}"
            );
        }
    }
}

#[test]
fn half_characters_do_not_stop_a_program() {
    assert_eq!(run(".name", r#"{"name":"a\ud800b"}"#), ["\"a\u{fffd}b\""]);
}

#[test]
fn truth_is_what_select_takes_for_it() {
    for (condition, expected) in [
        (".n > 3", true),
        (".n > 9", false),
        (".missing", false),
        ("empty", false),
        ("false, .n", true),
        ("0", true),
        ("\"\"", true),
    ] {
        let filter = Filter::compile(condition).expect(condition);
        assert_eq!(filter.truthy(r#"{"n":5}"#), Ok(expected), "{condition}");
    }
}

#[test]
fn a_program_that_does_not_compile_says_what_and_where() {
    for (program, expected) in [
        (
            ".a | | .b",
            "`.a | | .b` is not a jq program: expected term, found `|` (column 6)",
        ),
        (
            ".a |",
            "`.a |` is not a jq program: expected term, found the end (column 5)",
        ),
        (
            "if . .a",
            "`if . .a` is not a jq program: expected `then`, found the end (column 8)",
        ),
        (
            "[.a",
            "`[.a` is not a jq program: expected closing bracket, found the end (column 4)",
        ),
        (
            "\"é\" | nosuch(1)",
            "`\"é\" | nosuch(1)` is not a jq program: no filter `nosuch` with 1 argument (column 7)",
        ),
        (
            "env",
            "`env` is not a jq program: no filter `env` (column 1)",
        ),
        (
            "$ENV.X",
            "`$ENV.X` is not a jq program: no variable `$ENV` (column 1)",
        ),
        (
            "input",
            "`input` is not a jq program: no filter `input` (column 1)",
        ),
        (
            ".a |\n  §",
            "`.a |   §` is not a jq program: expected token, found `§` (line 2, column 3)",
        ),
        (
            "",
            "an empty text is not a jq program: expected term, found the end (column 1)",
        ),
        (
            "include \"x\"; .",
            "`include \"x\"; .` is not a jq program: module loading not supported (column 10)",
        ),
    ] {
        let error = Filter::compile(program).err().expect(program).to_string();
        assert_eq!(error, expected);
    }
}

#[test]
fn a_failure_is_one_short_clean_line() {
    let long = format!(r#"{{"a":"\u001b[2J{}"}}"#, "x".repeat(5000));
    let message = failure(".a.b", &long);
    assert!(message.starts_with("cannot index"), "{message}");
    assert!(message.chars().count() <= 200, "{message}");
    assert!(!message.chars().any(char::is_control), "{message}");
    assert_eq!(failure("halt", "1"), "halt is not supported");
    assert_eq!(failure("error(\"stop\")", "1"), "stop");
    assert!(failure(".", "{\"a\":").contains("not JSON"));
}

#[test]
fn depth_is_bounded() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(run(".", &nested(DEEPEST)), [nested(DEEPEST)]);
    let message = failure(".", &nested(DEEPEST + 1));
    assert!(message.contains("nested more than 512"), "{message}");
    let many = format!("[{}\"[[\\\"[\"]", "[],".repeat(DEEPEST));
    assert_eq!(run("length", &many), [(DEEPEST + 1).to_string()]);
}

#[test]
fn numbers_keep_their_text() {
    let numbers = "[-0,0,-0.0,-0e1,1E-0,1.10,1E+2,1e400,123456789012345678901234567890]";
    let record = format!(r#"{{"n":{numbers},"t":"-0, \"-0","-0":-0}}"#);
    assert_eq!(run(".", &record), [record.as_str()]);
    assert_eq!(run(".n", &record), [numbers]);
    assert_eq!(run(".", "-0"), ["-0"]);
    assert_eq!(run(".", " -0 "), ["-0"]);
    let minus_zero = run(
        ".n[0] == 0, .n[0] + 1, (.n[0] | not), ([.n[0]] | unique)",
        &record,
    );
    assert_eq!(minus_zero, ["true", "1", "false", "[-0]"]);
}
