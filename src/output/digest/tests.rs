use super::*;

fn style(width: usize) -> Style {
    Style {
        width,
        ..Style::PLAIN
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn lines_end_at_words_and_values_stay_whole() {
    let style = style(40);
    let mut digest = Digest::new(&style);
    digest.title("evil.example", "domain");
    digest.wrapped("why", &["one two three four five six seven".to_owned()]);
    digest.line("sha256", &"x".repeat(64));
    digest.parts(
        "seen",
        &owned(&["first 2024-11-05", "last 2025-01-24", "now"]),
    );
    digest.line("not attempted", "the budget is spent");
    digest.toned(
        "missing",
        "a sentence that is longer than a line",
        Tone::Warn,
    );
    digest.last("link", "https://www.example.com/a/link/that/is/longer");
    assert_eq!(
        digest.finish(),
        format!(
            "evil.example  domain\n\
             \x20 why         one two three four five\n\
             \x20             six seven\n\
             \x20 sha256      {}\n\
             \x20 seen        first 2024-11-05\n\
             \x20             last 2025-01-24  now\n\
             \x20 not attempted the budget is spent\n\
             \x20 missing     a sentence that is longer\n\
             \x20             than a line\n\
             \x20 link        https://www.example.com/a/link/that/is/longer",
            "x".repeat(64)
        )
    );
}

#[test]
fn names_are_cut_beside_their_values_and_values_never() {
    let item = |name: &str, value: &str| Entry {
        name: Some(name.to_owned()),
        value: (!value.is_empty()).then(|| value.to_owned()),
    };
    let items = [
        item("Heron 1", "threat-actor--1"),
        item("A report whose name is a sentence", "report--2"),
        item("a command that is longer than a line is", ""),
        Entry::value("203.0.113.7"),
    ];
    let shown = |style: Style, count| {
        let mut digest = Digest::new(&style);
        digest.items("actors", count, &items);
        digest.finish()
    };
    assert_eq!(
        shown(style(46), Some(9)),
        "\x20 actors      Heron 1          threat-actor--1\n\
         \x20             A report whose name …  report--2\n\
         \x20             a command that is longer than a…\n\
         \x20             203.0.113.7\n\
         \x20             … 5 more"
    );
    let full = Style {
        full: true,
        ..style(46)
    };
    assert_eq!(
        shown(full, None),
        "\x20 actors      Heron 1                            threat-actor--1\n\
         \x20             A report whose name is a sentence  report--2\n\
         \x20             a command that is longer than a line is\n\
         \x20             203.0.113.7\n\
         \x20             … and more"
    );
}

#[test]
fn lists_show_ten_items_and_count_the_rest() {
    let items: Vec<Entry> = (0..14).map(|at| Entry::value(at.to_string())).collect();
    let style = style(80);
    let mut digest = Digest::new(&style);
    digest.items("dropped", Some(14), &items);
    let text = digest.finish();
    assert_eq!(text.lines().count(), 11, "{text}");
    assert!(text.ends_with("… 4 more"), "{text}");
}

#[test]
fn no_digest_is_longer_than_its_bound_and_the_link_stays() {
    let full = Style {
        full: true,
        ..style(80)
    };
    let shown = |style: &Style| {
        let mut digest = Digest::new(style);
        digest.title("evil.example", "domain");
        for _ in 0..30 {
            digest.wrapped("more", &owned(&["and more", "and more", "and more"]));
        }
        digest.last("link", "here");
        digest.finish()
    };
    let text = shown(&style(80));
    assert_eq!(text.lines().count(), MOST_LINES);
    assert!(text.ends_with("here"));
    assert!(text.contains(CUT), "{text}");
    assert_eq!(shown(&full).lines().count(), 92);
}

#[test]
fn hostile_text_is_harmless_in_every_place() {
    let style = style(80);
    let hostile = "a\x1b]0;x\x07\u{202e}b\nc";
    let mut digest = Digest::new(&style);
    digest.title(hostile, "domain");
    digest.line(hostile, hostile);
    digest.wrapped("why", &[hostile.to_owned()]);
    digest.toned("x", hostile, Tone::Bad);
    digest.last("link", hostile);
    let text = digest.finish();
    assert!(!text.contains(['\x1b', '\x07', '\u{202e}']), "{text:?}");
    assert_eq!(text.lines().count(), 5);
}
