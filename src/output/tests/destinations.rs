use std::fs;

use super::sink::Target;
use super::*;

/// A reader that has gone.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_cut_short_document_is_closed_on_standard_output() {
    for (format, expected) in [
        (Format::Json, "[\n{},\n{}\n]\n"),
        (Format::Jsonl, "{}\n{}\n"),
        (Format::Text, "IOC  X  TAGS\n-    -  -\n-    -  -\n"),
    ] {
        let seen = Seen::default();
        let mut output = Output::open(&Options::new(format), LAYOUT, seen.sink()).expect("open");
        output.record(&record("{}")).expect("record");
        output.record(&record("{}")).expect("record");
        output.abandon().expect("abandon");
        assert_eq!(seen.text(), expected, "{format}");
    }
}

#[test]
fn a_file_changes_only_when_a_whole_document_is_put_in_its_place() {
    let room = tempfile::tempdir().expect("directory");
    let path = room.path().join("out.json");
    let target = Target::from(path.clone());
    fs::write(&path, "old").expect("write");
    let open = || {
        let opened = target.open(Box::new(io::sink())).expect("open");
        let mut output =
            Output::open(&Options::new(Format::Json), LAYOUT, opened.sink).expect("open");
        output.record(&record("{}")).expect("record");
        (output, opened.successor.expect("a successor"))
    };
    let content = || fs::read_to_string(&path).expect("read");

    drop(open());
    let (output, successor) = open();
    output.abandon().expect("abandon");
    assert!(!successor.is_whole());
    let (output, successor) = open();
    output.finish().expect("finish");
    assert_eq!(content(), "old");
    successor.put_in_place().expect("put in place");
    assert_eq!(content(), "[\n{}\n]\n");
}

#[test]
fn a_reader_that_has_gone_ends_the_run() {
    let sink = || Box::new(Stream::new(Box::new(Gone), "standard output"));
    let mut output = Output::open(&Options::new(Format::Jsonl), LAYOUT, sink()).expect("open");
    output.record(&record("{}")).expect("buffered");
    assert!(matches!(output.flush(), Err(OutputError::Closed)));
    assert!(matches!(output.finish(), Err(OutputError::Closed)));

    let mut output = Output::open(&Options::new(Format::Jsonl), LAYOUT, sink()).expect("open");
    let large = record(&format!("\"{}\"", "x".repeat(100_000)));
    assert!(matches!(output.record(&large), Err(OutputError::Closed)));
}

#[test]
fn a_terminal_sees_each_record_at_once_and_a_pipe_when_told() {
    for terminal in [true, false] {
        let seen = Seen::default();
        let options = Options {
            terminal,
            ..Options::new(Format::Jsonl)
        };
        let mut output = Output::open(&options, LAYOUT, seen.sink()).expect("open");
        output.record(&record("{}")).expect("record");
        assert_eq!(seen.text().is_empty(), !terminal);
        output.flush().expect("flush");
        assert_eq!(seen.text(), "{}\n");
    }
}
