//! What a page shows, held against what happened.

/// The line that a sandbox in the same process says once. Pages may leave it
/// out.
const SANDBOX: &str = "sandbox: simulated data";

/// A time that stands for all times.
const TIME: &str = "2026-01-02T03:04:05Z";

/// A port that stands for those that the system gave.
const PORT: &str = "8080";

/// The lines of an output, as a page shows them: that the answers are simulated
/// is news only where the sandbox was asked for.
pub(super) fn lines(output: &str, command: &str) -> Vec<String> {
    output
        .lines()
        .filter(|line| *line != SANDBOX || command.contains("--sandbox"))
        .map(str::to_owned)
        .collect()
}

/// Whether the lines of a page stand for the lines that came.
pub(super) fn matches(shown: &[String], actual: &[String]) -> bool {
    let told = |line: &&str| *line != SANDBOX;
    let shown: Vec<&str> = shown.iter().map(String::as_str).filter(told).collect();
    let actual: Vec<&str> = actual.iter().map(String::as_str).filter(told).collect();
    all_match(&shown, &actual)
}

/// What a run took is another figure every time; the line before and behind it is not.
fn timeless(line: &str) -> (&str, &str) {
    let Some(at) = line.find(" requests, ") else {
        return (line, "");
    };
    let (before, after) = line.split_at(at);
    (
        before,
        after.split_once(" s").map_or(after, |(_, rest)| rest),
    )
}

fn all_match(shown: &[&str], actual: &[&str]) -> bool {
    match (shown, actual) {
        ([], []) => true,
        ([first, rest @ ..], _) if first.trim() == "…" => {
            (0..=actual.len()).any(|skipped| all_match(rest, &actual[skipped..]))
        }
        ([first, rest @ ..], [came, others @ ..]) => {
            let matches = match first.strip_suffix('…') {
                Some(start) => came.starts_with(start),
                None => timeless(first) == timeless(came),
            };
            matches && all_match(rest, others)
        }
        _ => false,
    }
}

/// The output with what differs from run to run replaced: times, ports, and the
/// home directory. Lines end as those of this project do, of CSV too.
pub(super) fn steady(output: &str, home: &str) -> String {
    let output = output.replace(home, "/home/ann").replace("\r\n", "\n");
    let mut text = String::with_capacity(output.len());
    let mut rest = output.as_str();
    while let Some(first) = rest.chars().next() {
        let after_host = rest.strip_prefix("127.0.0.1:");
        if rest.len() >= TIME.len() && is_time(&rest.as_bytes()[..TIME.len()]) {
            text.push_str(TIME);
            rest = &rest[TIME.len()..];
        } else if let Some(after) = after_host {
            text.push_str("127.0.0.1:");
            text.push_str(PORT);
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    text
}

fn is_time(text: &[u8]) -> bool {
    text.iter().zip(TIME.bytes()).all(|(byte, pattern)| {
        if pattern.is_ascii_digit() {
            byte.is_ascii_digit()
        } else {
            *byte == pattern
        }
    })
}

#[test]
fn docs_lines_are_compared_with_their_gaps() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (shown, actual, expected) in [
        ("a\nb", "a\nb", true),
        ("a\nb", "a\nc", false),
        ("a", "a\nb", false),
        ("a\n…", "a\nb\nc", true),
        ("…\nc", "a\nb\nc", true),
        ("…\nb", "a\nb\nc", false),
        ("ab…", "abc", true),
        ("ab…", "acc", false),
        ("a", "sandbox: simulated data\na", true),
    ] {
        assert_eq!(
            matches(&lines(shown), &lines(actual)),
            expected,
            "{shown:?}"
        );
    }
    assert_eq!(
        steady(
            "at 2031-11-22T01:19:39Z from 127.0.0.1:40187/x in /tmp/h/a…",
            "/tmp/h"
        ),
        "at 2026-01-02T03:04:05Z from 127.0.0.1:8080/x in /home/ann/a…"
    );
}
