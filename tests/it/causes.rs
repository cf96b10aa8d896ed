//! What stands behind an error: shown with `-v`, and in JSON logs.

use serde_json::Value;

use crate::support::Gti;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:1/api/v3";

/// A look-up that comes to no connection.
const LOOK_UP: [&str; 5] = ["enrich", "evil.example", "--retries", "0", "--no-cache"];

fn lines_with(stderr: &str, label: &str) -> Vec<String> {
    let lines = stderr.lines().filter_map(|line| line.strip_prefix(label));
    lines.map(str::to_owned).collect()
}

#[test]
fn causes_are_shown_with_v_from_the_nearest_to_the_last() {
    let gti = Gti::at(NOWHERE);
    let plain = gti.run(&LOOK_UP).exits(7);
    assert_eq!(
        lines_with(&plain.stderr, "caused by: "),
        Vec::<String>::new()
    );

    let ran = gti.run(&[&LOOK_UP[..], &["-v"]].concat()).exits(7);
    let [error] = &lines_with(&ran.stderr, "error: ")[..] else {
        panic!("{}", ran.stderr);
    };
    let causes = lines_with(&ran.stderr, "caused by: ");
    assert!(causes.len() >= 2, "{}", ran.stderr);
    let last = causes.last().expect("a cause");
    assert_eq!(
        *error,
        format!("no connection to http://127.0.0.1:1: {last}")
    );
    // The address holds what was asked for, which is nobody else's business.
    assert!(!ran.stderr.contains("evil.example"), "{}", ran.stderr);
}

#[test]
fn causes_stand_in_json_logs() {
    let gti = Gti::at(NOWHERE);
    let arguments = [&LOOK_UP[..], &["--log-format", "json"]].concat();
    let ran = gti.run(&arguments).exits(7);
    let line: Value = serde_json::from_str(&ran.stderr).expect("one line of JSON");
    let causes = line["causes"].as_array().expect("causes");
    let last = causes.last().and_then(Value::as_str).expect("a cause");
    let message = line["error"]["message"].as_str().expect("a message");
    assert!(message.ends_with(last), "{line}");
}

#[test]
fn the_system_s_reason_is_the_cause_of_a_file_that_cannot_be_opened() {
    let gti = Gti::at(NOWHERE);
    let arguments = [&LOOK_UP[..], &["-v", "-o", "missing/out.jsonl"]].concat();
    let ran = gti.run(&arguments).exits(9);
    let reason = std::io::Error::from_raw_os_error(2);
    assert_eq!(
        ran.stderr,
        format!(
            "error: cannot open `missing/out.jsonl` for writing: {reason}\n\
             caused by: {reason}\n\
             hint: --output takes a file that can be written, in a directory that exists; \
             nothing was written\n"
        )
    );
}
