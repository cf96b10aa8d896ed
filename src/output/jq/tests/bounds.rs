//! Programs that come to no end, or want all there is.

use std::time::Duration;

use super::super::budget::{Budget, Spent};
use super::*;

const LITTLE: Budget = Budget {
    time: Duration::from_millis(300),
    memory: 8 * 1024 * 1024,
    stack: 8 * 1024 * 1024,
};

fn spent(program: &str) -> Option<Spent> {
    let filter = Filter::compile(program).expect(program).within(LITTLE);
    let stopped = filter.run("null").err();
    stopped
        .unwrap_or_else(|| panic!("{program} came to an end"))
        .spent()
}

#[test]
fn a_program_that_comes_to_no_end_is_stopped() {
    for program in [
        "def f: f; f",
        "until(false; .)",
        "first(repeat(empty))",
        "last(range(1e12))",
        "[range(1e12)] | length | select(. < 0)",
        "reduce range(100) as $i (1; [.,.]) | tojson | length",
        "(reduce range(100) as $i (1; [.,.])) == (reduce range(100) as $i (1; [.,.]))",
        "[range(1e5)] | combinations(1e6)",
        "try until(false; .) catch \"caught\"",
        "first(until(false; .)?) // \"nothing\"",
        "(\"a\" * 4000000) | test(\"(a*)*(a*)*(a*)*(a*)*(a*)*(a*)*b\")",
    ] {
        let spent = spent(program);
        assert!(
            matches!(spent, Some(Spent::Time | Spent::Memory)),
            "{program}: {spent:?}"
        );
    }
}

#[test]
fn a_program_that_wants_all_memory_is_stopped() {
    for program in [
        "[range(1e12)]",
        "[limit(1e9; repeat(1))]",
        "\"x\" * 1e9",
        "\"x\" * 1e18",
        "reduce range(60) as $i (\"x\"; . + .)",
        "reduce range(60) as $i ([1]; . + .)",
        "[range(1e6) | tostring * 100]",
        "[] | .[500000000] = 1",
        "[] | .[1e15] = 1",
        "try [range(1e12)] catch \"caught\"",
        "reduce range(1e9) as $i ({}; .[$i | tostring] = $i)",
    ] {
        let spent = spent(program);
        assert!(
            matches!(spent, Some(Spent::Memory | Spent::Time)),
            "{program}: {spent:?}"
        );
    }
}

#[test]
fn a_program_that_recurses_without_an_end_is_stopped() {
    for program in [
        "def f: 1 + f; f",
        "def f: [f]; f",
        "def f(g): g | f(g) + 1; f(.)",
        "def f: f | f; f",
    ] {
        let spent = spent(program);
        assert!(
            matches!(spent, Some(Spent::Stack | Spent::Time)),
            "{program}: {spent:?}"
        );
    }
    for program in [
        "reduce range(1e9) as $i (0; [.])",
        "reduce range(1e9) as $i (0; {a: .})",
    ] {
        assert_eq!(spent(program), Some(Spent::Depth), "{program}");
    }
}

#[test]
fn what_is_large_and_has_an_end_comes_to_it() {
    for (program, expected) in [
        ("[range(1e5)] | map(. + 1) | add", "5000050000"),
        (
            "def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; 100 | fac | tostring | length",
            "158",
        ),
        ("reduce range(60) as $i (10; . * .) > 1e300", "true"),
        ("reduce range(900) as $i (0; [.]) | [..] | length", "901"),
        ("[limit(5; repeat(1))] | length", "5"),
        ("[range(1e4) | tostring] | join(\",\") | length", "48889"),
        ("[range(1e4)] | .[] |= . + 1 | .[9999]", "10000"),
        (
            "reduce range(1e5) as $i (\"\"; . + \"x\") | length",
            "100000",
        ),
    ] {
        assert_eq!(run(program, "null"), [expected], "{program}");
    }
}

#[test]
fn programs_of_any_shape_are_read_or_refused() {
    let many = |text: &str, times: usize| text.repeat(times);
    let long = 12_000;
    for program in [
        format!("{}1{}", many("(", 60_000), many(")", 60_000)),
        format!("{}1{}", many("(", long), many(")", long)),
        format!("{}1{}", many("[", long), many("]", long)),
        format!("{}1{}", many("{a:", 8_000), many("}", 8_000)),
        format!("{}1{}", many("\"\\(", 6_000), many(")\"", 6_000)),
        format!(".|{}1", many("-", 2 * long)),
        many("1|", long) + "1",
        many("1,", long) + "1",
        many("1+", long) + "1",
        many("1//", 8_000) + "1",
        many(".a=", 8_000) + "1",
        many(". as $x|", 4_000) + "1",
        many("try ", 8_000) + "1",
        many("def f:", 5_000) + "1",
        many("if ", 8_000),
        many("reduce ", 4_000),
        ".".to_owned() + &many("[0]", 8_000),
        ".".to_owned() + &many(".a", long),
        ".".to_owned() + &many("?", long),
    ] {
        let Ok(filter) = Filter::compile(&program) else {
            continue;
        };
        let _ = filter.within(LITTLE).run("null");
    }
    let long = format!("\"{}\"", many("x", 40_000));
    let error = Filter::compile(&long).err().expect("too long").to_string();
    assert!(
        error.contains("it has 40002 bytes; the limit is 32768"),
        "{error}"
    );
    assert!(error.len() < 400, "{error}");
}
