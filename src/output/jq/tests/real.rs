//! Beside the real jq: what it says, we say.

use std::io::Write;
use std::process::{Command, Stdio};

use super::Filter;

/// A program, its input, and what jq 1.7 makes of it; `None` for an error.
type Row = (&'static str, &'static str, Option<&'static str>);

/// What jq of every version since 1.6 says.
const SAME: &[Row] = &[
    // Null holds nothing, and becomes what is put into it.
    (".a.b = 1", "null", Some(r#"{"a":{"b":1}}"#)),
    (".a.b = 1", "{}", Some(r#"{"a":{"b":1}}"#)),
    (".a.b = 1", r#"{"a":null}"#, Some(r#"{"a":{"b":1}}"#)),
    (".a.b = 1", r#"{"a":5}"#, None),
    (".[0] = 1", "null", Some("[1]")),
    (".[2] = 1", "[0]", Some("[0,null,1]")),
    (".[-1] = 5", "[1,2]", Some("[1,5]")),
    (".[-1] = 5", "null", None),
    (".a[1:2] = [\"x\"]", "null", Some(r#"{"a":["x"]}"#)),
    (
        ".[1:2] = [\"x\",\"y\"]",
        "[1,2,3]",
        Some(r#"[1,"x","y",3]"#),
    ),
    (".[\"a\",\"b\"] = 1", "null", Some(r#"{"a":1,"b":1}"#)),
    (".a += 1", "null", Some(r#"{"a":1}"#)),
    (".a -= 1", "null", None),
    (".a //= 1", "null", Some(r#"{"a":1}"#)),
    (".a |= 3", "null", Some(r#"{"a":3}"#)),
    (".a.b |= . + 3", "null", Some(r#"{"a":{"b":3}}"#)),
    (".a.b |= empty", "null", Some("null")),
    (".a |= empty", r#"{"a":1}"#, Some("{}")),
    (
        ".a = (.b, .c)",
        r#"{"b":1,"c":2}"#,
        Some(r#"{"b":1,"c":2,"a":1} {"b":1,"c":2,"a":2}"#),
    ),
    (".a += (1,2)", r#"{"a":1}"#, Some(r#"{"a":2} {"a":3}"#)),
    ("(.a | select(. != null)) |= 1", "{}", Some("{}")),
    ("(.a // .b) = 1", r#"{"b":2}"#, Some(r#"{"b":1}"#)),
    ("limit(1; .a, .b) = 3", "{}", Some(r#"{"a":3}"#)),
    (
        "first(.[] | select(. > 1)) |= 9",
        "[1,2,3]",
        Some("[1,9,3]"),
    ),
    ("(try .a catch .) |= 1", "{}", Some(r#"{"a":1}"#)),
    (
        "getpath([\"a\",\"b\"]) |= 5",
        "null",
        Some(r#"{"a":{"b":5}}"#),
    ),
    (
        ".. |= (if type == \"number\" then . + 1 else . end)",
        "[1,[2]]",
        Some("[2,[3]]"),
    ),
    (".. = 1", "[1]", None),
    (".[] += 1", "null", None),
    ("del(.a)", "null", Some("null")),
    ("del(.a.b)", "null", Some("null")),
    ("del(.a.b)", r#"{"a":null}"#, Some(r#"{"a":null}"#)),
    ("del(.a.b)", "{}", Some("{}")),
    ("del(.a.b)", r#"{"a":5}"#, None),
    ("del(.[0].a)", "[]", Some("[]")),
    ("del(.[1,2])", "[1,2,3]", Some("[1]")),
    ("del(.[0,-1])", "[1,2,3]", Some("[2]")),
    ("del(.[1:])", "[1,2,3]", Some("[1]")),
    ("del(.[] | select(. == 1))", "[1,2,1]", Some("[2]")),
    ("del(..)", "[1]", Some("null")),
    ("delpaths([[\"a\",\"b\"]])", "null", Some("null")),
    (
        "delpaths([[\"a\"],[\"b\"]])",
        r#"{"a":1,"b":2,"c":3}"#,
        Some(r#"{"c":3}"#),
    ),
    ("getpath([\"a\",0,\"b\"])", "null", Some("null")),
    ("getpath([\"a\"])", "5", None),
    ("getpath(\"a\")", "null", None),
    ("setpath([\"a\",0]; 1)", "null", Some(r#"{"a":[1]}"#)),
    ("setpath([]; 1)", "null", Some("1")),
    ("setpath(\"a\"; 1)", "null", None),
    ("[paths]", "null", Some("[]")),
    ("[paths]", r#"{"a":[null]}"#, Some(r#"[["a"],["a",0]]"#)),
    (
        "[paths(type == \"number\")]",
        "[1,[2]]",
        Some("[[0],[1,0]]"),
    ),
    ("[path(.a.b)]", "null", Some(r#"[["a","b"]]"#)),
    ("to_entries", "null", None),
    (
        "with_entries(.value |= .)",
        r#"{"a":null}"#,
        Some(r#"{"a":null}"#),
    ),
    ("keys", "null", None),
    (".[]", "null", None),
    ("[.[]?]", "null", Some("[]")),
    (".a", "null", Some("null")),
    (".[0]", "null", Some("null")),
    (".[1:3]", "null", Some("null")),
    (".[null]", "null", None),
    ("length", "null", Some("0")),
    ("has(\"a\")", "null", Some("false")),
    ("has(\"a\")", "[1]", None),
    ("map(.)", "null", None),
    ("add", "null", None),
    ("add", "[]", Some("null")),
    ("add", "[null,1]", Some("1")),
    ("flatten", "[[],[[1]],null]", Some("[1,null]")),
    ("flatten(1)", "[]", Some("[]")),
    ("flatten(-1)", "[1]", None),
    ("join(\",\")", "[]", Some("\"\"")),
    (
        "join(\",\")",
        r#"["a",null,1,true]"#,
        Some(r#""a,,1,true""#),
    ),
    ("join(\",\")", r#"["a",{}]"#, None),
    ("ltrimstr(\"x\")", "null", Some("null")),
    ("ltrimstr(1)", "\"a\"", Some("\"a\"")),
    ("rtrimstr(\"x\")", "5", Some("5")),
    ("startswith(\"x\")", "null", None),
    ("endswith(\"x\")", "null", None),
    ("test(\"x\")", "null", None),
    ("test(\"A\"; null)", "\"A\"", Some("true")),
    ("test([\"A\",\"i\"])", "\"a\"", Some("true")),
    (
        "[match(\"(a)|(b)\"; \"g\") | [.offset, (.captures[] | .string)]]",
        "\"ab\"",
        Some(r#"[[0,"a",null],[1,null,"b"]]"#),
    ),
    ("[splits(\", *\")]", "\"a, b\"", Some(r#"["a","b"]"#)),
    ("split(\",\")", "null", None),
    ("sub(\"(?<x>a)\"; \"\\(.x)!\")", "\"aa\"", Some("\"a!a\"")),
    ("gsub(\"a\"; \"b\")", "\"aXa\"", Some("\"bXb\"")),
    ("ascii_downcase", "null", None),
    ("tostring", "null", Some("\"null\"")),
    ("tonumber", "null", None),
    ("tonumber", "\" 1\"", Some("1")),
    ("tonumber", "\"0x10\"", None),
    ("\"\\(null)\"", "null", Some("\"null\"")),
    ("@text", "null", Some("\"null\"")),
    ("@csv", "[null,\"a\"]", Some(r#"",\"a\"""#)),
    ("@sh", "[null,\"a b\"]", Some("\"null 'a b'\"")),
    ("@base64d", "\"YQ\"", Some("\"a\"")),
    ("indices(1)", "null", Some("null")),
    ("index(\"a\")", "null", Some("null")),
    ("indices(\"a\")", "\"banana\"", Some("[1,3,5]")),
    ("indices([1,2])", "[0,1,2,1,2]", Some("[1,3]")),
    ("contains(\"a\")", "null", None),
    ("contains({a:[1]})", r#"{"a":[1,2]}"#, Some("true")),
    ("inside(\"abc\")", "\"b\"", Some("true")),
    ("[limit(-1; 1, 2)]", "null", Some("[1,2]")),
    ("[limit(null; 1, 2)]", "null", Some("[1,2]")),
    ("nth(5; 1, 2)", "null", Some("2")),
    ("[range(0; 3; 0)]", "null", Some("[]")),
    ("[range(3; 0; -1)]", "null", Some("[3,2,1]")),
    ("min, max", "[]", Some("null null")),
    ("any, all", "[]", Some("false true")),
    ("map(. // empty)", "[null,1]", Some("[1]")),
    (".b // \"x\"", "\"s\"", None),
    ("null + 1, 1 + null", "null", Some("1 1")),
    ("null - 1", "null", None),
    ("null * 2", "null", None),
    ("1 / 0", "null", None),
    ("5 % 0", "null", None),
    ("-5 % 3, 5 % -3, (5.7 % 2.9)", "null", Some("-2 2 1")),
    ("\"ab\" * 2", "null", Some("\"abab\"")),
    (
        "{a:{b:1}} * {a:{c:2}}",
        "null",
        Some(r#"{"a":{"b":1,"c":2}}"#),
    ),
    ("\"a,b\" / \",\"", "null", Some(r#"["a","b"]"#)),
    ("[1,2,1] - [1]", "null", Some("[2]")),
    ("group_by(.a) | length", r#"[{"a":null},{}]"#, Some("1")),
    ("unique", "[null,1,null,false]", Some("[null,false,1]")),
    (
        "sort",
        r#"[{},[],"a",1,true,false,null]"#,
        Some(r#"[null,false,true,1,"a",[],{}]"#),
    ),
    ("transpose", "[[1],[2,3]]", Some("[[1,2],[null,3]]")),
    ("try error(\"x\") catch .", "null", Some("\"x\"")),
    ("try error({a:1}) catch .a", "null", Some("1")),
    ("reduce .[] as $x (null; . + $x)", "[1,2]", Some("3")),
    ("[foreach .[] as $x (0; . + $x)]", "[1,2]", Some("[1,3]")),
    ("label $out | 1, break $out, 2", "null", Some("1")),
    (".a as {b: [$x]} | $x", r#"{"a":{"b":[7]}}"#, Some("7")),
    (
        "[tostream]",
        r#"{"a":[1]}"#,
        Some(r#"[[["a",0],1],[["a",0]],[["a"]]]"#),
    ),
    (
        "fromstream(tostream)",
        r#"{"a":[1,{"b":2}]}"#,
        Some(r#"{"a":[1,{"b":2}]}"#),
    ),
    (
        "walk(if type == \"array\" then sort else . end)",
        "[3,[2,1]]",
        Some("[3,[1,2]]"),
    ),
    ("todate", "1425599621", Some("\"2015-03-05T23:53:41Z\"")),
    ("fromdate", "\"2015-03-05T23:53:41Z\"", Some("1425599621")),
    ("@html", "\"<&>\"", Some("\"&lt;&amp;&gt;\"")),
    ("@uri", "\"a b\"", Some("\"a%20b\"")),
    (
        "ascii_upcase, explode, length",
        "\"é1\"",
        Some("\"é1\" [233,49] 2"),
    ),
    ("isnan, isinfinite", "1", Some("false false")),
    (
        "[.[] | tojson]",
        r#"[1,"a",[],{}]"#,
        Some(r#"["1","\"a\"","[]","{}"]"#),
    ),
    ("fromjson", "\"[1\"", None),
    ("tojson | fromjson", r#"{"a":[1]}"#, Some(r#"{"a":[1]}"#)),
];

/// What jq says since 1.7 alone.
const SINCE_1_7: &[Row] = &[
    ("[limit(0; 1, 2)]", "null", Some("[]")),
    ("pick(.a.b)", "null", Some(r#"{"a":{"b":null}}"#)),
    ("pick(.[1])", "[1,2]", Some("[null,2]")),
    (
        "(.[] | select(. >= 2)) |= empty",
        "[1,5,3,0,7]",
        Some("[1,0]"),
    ),
    (".[] |= empty", "[1,2,3]", Some("[]")),
    (".[1.7]", "[1,2,3]", Some("2")),
    (".[0]", "[1.000]", Some("1.000")),
    (
        "[.]",
        "100000000000000000000000001",
        Some("[100000000000000000000000001]"),
    ),
    ("@uri", "\"!\"", Some("\"%21\"")),
];

/// What jq says, and what we say instead. `docs/output.md` tells of them.
pub(super) const DIFFERENT: &[(Row, Option<&str>)] = &[
    (
        ("9007199254740993 + 0", "null", Some("9007199254740992")),
        Some("9007199254740993"),
    ),
    (("env | type", "null", Some("\"object\"")), None),
    (("input_line_number", "null", Some("1")), None),
    (
        (
            "[gsub(\"a\"; \"b\", \"c\")]",
            "\"aa\"",
            Some(r#"["bb","cb","bc","cc"]"#),
        ),
        Some(r#"["bb","bc","cb","cc"]"#),
    ),
    (("test(\"\\\\p{L}\")", "\"a\"", Some("true")), None),
    (("test(\"(?<=a)b\")", "\"ab\"", Some("true")), None),
    (("test(\"(a)\\\\1\")", "\"aa\"", Some("true")), None),
    ((". as [$x] ?// $x | $x", "[1]", Some("1")), None),
    (
        ("[.[] as [$x] ?// $x | $x]", "[[1],2]", Some("[1,2]")),
        None,
    ),
    (("$__loc__.line", "null", Some("1")), None),
    (("halt_error", "\"x\"", None), None),
];

/// What we make of it: results with blanks between them.
fn ours(program: &str, json: &str) -> Option<String> {
    let filter = Filter::compile(program).ok()?;
    filter.run(json).ok().map(|results| results.join(" "))
}

/// What jq makes of it.
fn theirs(program: &str, json: &str) -> Option<String> {
    let mut jq = Command::new("jq")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("jq");
    let mut stdin = jq.stdin.take().expect("a pipe");
    // A program that is refused closes it at once.
    let _ = stdin.write_all(format!("{json}\n").as_bytes());
    drop(stdin);
    let output = jq.wait_with_output().expect("an end");
    let text = String::from_utf8(output.stdout).expect("text");
    output
        .status
        .success()
        .then(|| text.trim_end().replace('\n', " "))
}

/// The version of the jq on this machine, as a number: 1.6 is 6.
fn version() -> Option<u32> {
    let output = Command::new("jq").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let minor = text.trim().strip_prefix("jq-1.")?;
    minor
        .split(|char: char| !char.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[test]
fn we_say_what_jq_says() {
    for (program, json, expected) in SAME.iter().chain(SINCE_1_7) {
        assert_eq!(
            ours(program, json).as_deref(),
            *expected,
            "{json} | {program}"
        );
    }
    for ((program, json, _), expected) in DIFFERENT {
        assert_eq!(
            ours(program, json).as_deref(),
            *expected,
            "{json} | {program}"
        );
    }
}

#[test]
fn jq_says_what_the_tables_have() {
    let Some(version) = version() else {
        let note = "note: there is no jq on this machine, so nothing is compared with it";
        let _ = writeln!(std::io::stderr(), "{note}");
        return;
    };
    let later = SINCE_1_7.iter().filter(|_| version >= 7);
    let different = DIFFERENT.iter().map(|(row, _)| row);
    let wrong: Vec<String> = SAME
        .iter()
        .chain(later)
        .chain(different)
        .filter_map(|(program, json, expected)| {
            let found = theirs(program, json);
            (found.as_deref() != *expected)
                .then(|| format!("{json} | {program}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_tells_of_each_difference() {
    let page = include_str!("../../../../docs/output.md");
    for ((program, ..), _) in DIFFERENT {
        let shown = program.replace('|', "\\|");
        assert!(page.contains(&format!("`{shown}`")), "{program}");
    }
}
