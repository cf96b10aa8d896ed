use super::*;
use crate::ui::style::Tone;

fn digest(text: &str) -> Sample {
    Sample {
        json: r#"{"ioc":"evil.example","n":{"x":1},"tags":null}"#.to_owned(),
        digest: Some(text.to_owned()),
        ..Sample::default()
    }
}

#[test]
fn digests_have_a_blank_line_between_them() {
    let shown = written(
        &Options::new(Format::Text),
        &[digest("one\n  more"), digest("two\n")],
    );
    assert_eq!(shown, "one\n  more\n\ntwo\n");
    assert_eq!(written(&Options::new(Format::Text), &[]), "");
}

#[test]
fn records_without_a_digest_are_rows() {
    assert_eq!(
        written(&Options::new(Format::Text), &two()),
        "IOC           X                               TAGS\n\
         evil.example  1.10                            [\"a\",\"b\"]\n\
         a   b         123456789012345678901234567890  -\n"
    );
}

#[test]
fn columns_in_a_pipe_do_not_depend_on_how_fast_records_come() {
    for (terminal, second) in [(true, "a  b  c\n"), (false, "a     b  c\n")] {
        let options = Options {
            terminal,
            ..with_fields(Options::new(Format::Text), "a,b,c")
        };
        let seen = Seen::default();
        let mut output = Output::open(&options, LAYOUT, seen.sink()).expect("open");
        for a in ["a", "long"] {
            let json = format!(r#"{{"a":"{a}","b":"b","c":"c"}}"#);
            output.record(&record(&json)).expect("written");
            output.rest().expect("written");
            assert_eq!(seen.text().is_empty(), !terminal);
        }
        output.finish().expect("finished");
        assert!(seen.text().contains(second), "{}", seen.text());
    }
}

#[test]
fn digests_and_rows_keep_their_order() {
    let [row, _] = two();
    let shown = written(
        &Options::new(Format::Text),
        &[digest("one"), row.clone(), row, digest("two")],
    );
    assert_eq!(
        shown,
        "one\n\n\
         IOC           X     TAGS\n\
         evil.example  1.10  [\"a\",\"b\"]\n\
         evil.example  1.10  [\"a\",\"b\"]\n\n\
         two\n"
    );
}

#[test]
fn fields_make_a_table_of_what_has_a_digest() {
    let shown = written(
        &with_fields(Options::new(Format::Text), "ioc,n.x"),
        &[digest("one")],
    );
    assert_eq!(shown, "IOC           X\nevil.example  1\n");
}

#[test]
fn nothing_from_elsewhere_reaches_a_terminal_as_a_command() {
    let hostile =
        record(r#"{"ioc":"a\u001b[2J\u202eb\nc","n":{"x":"\u009b31m1"},"tags":"\u0000"}"#);
    let shown = written(&Options::new(Format::Text), &[hostile]);
    assert!(shown.ends_with("\nab c  1  -\n"), "{shown:?}");
    let shown = written(
        &Options::new(Format::Text),
        &[digest("a\x1b]0;t\x07b\u{202e}")],
    );
    assert_eq!(shown, "ab\n");
}

#[test]
fn colour_is_kept_where_it_is_allowed() {
    let style = Style {
        color: true,
        ..Style::PLAIN
    };
    let painted = digest(&style.paint("bad", Tone::Bad));
    let colored = Options {
        style,
        ..Options::new(Format::Text)
    };
    let shown = written(&colored, std::slice::from_ref(&painted));
    assert_eq!(shown, "\x1b[1;31mbad\x1b[0m\n");
    assert_eq!(written(&Options::new(Format::Text), &[painted]), "bad\n");
    let table = written(&colored, &two());
    assert!(table.starts_with("\x1b[1mIOC"), "{table:?}");
}

#[test]
fn a_table_on_a_terminal_leaves_columns_out_and_cuts_no_value() {
    let long = record(&format!(r#"{{"ioc":"{}"}}"#, "x".repeat(100)));
    let terminal = Options {
        terminal: true,
        ..Options::new(Format::Text)
    };
    let shown = written(&terminal, std::slice::from_ref(&long));
    let value = "x".repeat(100);
    let expected = format!("IOC\n{value}\nnot shown: X, TAGS; --wide shows all\n");
    assert_eq!(shown, expected);
    let wide = Options {
        wide: true,
        ..terminal
    };
    for options in [wide, Options::new(Format::Text)] {
        let shown = written(&options, std::slice::from_ref(&long));
        assert!(
            shown.starts_with("IOC") && shown.contains(" TAGS\n"),
            "{shown}"
        );
    }
}

#[test]
fn a_flush_shows_the_rows_that_are_held_back() {
    let seen = Seen::default();
    let mut output = Output::open(&Options::new(Format::Text), LAYOUT, seen.sink()).expect("open");
    let [row, _] = two();
    output.record(&row).expect("record");
    assert_eq!(seen.text(), "");
    output.flush().expect("flush");
    assert_eq!(seen.text().lines().count(), 2);
    output.record(&row).expect("record");
    output.finish().expect("finish");
    assert_eq!(seen.text().lines().count(), 3);
}
