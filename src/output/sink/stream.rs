//! Standard output, and whatever else is written as it comes.

use std::io::{BufWriter, Write};

use super::Sink;
use crate::output::error::OutputError;

/// Fewer system calls than records when records are small, none in vain when
/// they are large: a pipe on Linux holds as much.
pub(super) const BUFFER: usize = 64 * 1024;

/// A stream of bytes that can't be taken back.
pub(crate) struct Stream {
    writer: BufWriter<Box<dyn Write + Send>>,
    name: String,
}

impl Stream {
    /// A sink over a writer; the name is for messages.
    pub(crate) fn new(writer: Box<dyn Write + Send>, name: impl Into<String>) -> Self {
        Self {
            writer: BufWriter::with_capacity(BUFFER, writer),
            name: name.into(),
        }
    }
}

impl Sink for Stream {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        self.writer
            .write_all(piece)
            .map_err(|cause| OutputError::write(&self.name, cause))
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        self.writer
            .flush()
            .map_err(|cause| OutputError::write(&self.name, cause))
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        self.flush()
    }

    fn abandon(mut self: Box<Self>) -> Result<(), OutputError> {
        self.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Counts writes; fails from the given one on.
    #[derive(Clone, Default)]
    struct Reader {
        calls: Arc<Mutex<Vec<usize>>>,
        fails: Option<io::ErrorKind>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(kind) = self.fails {
                return Err(kind.into());
            }
            self.calls.lock().expect("lock").push(bytes.len());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn small_records_share_a_write_and_a_flush_hands_them_on() {
        let reader = Reader::default();
        let mut sink = Stream::new(Box::new(reader.clone()), "standard output");
        for _ in 0..100 {
            sink.write(&[b'x'; 100]).expect("write");
        }
        assert_eq!(*reader.calls.lock().expect("lock"), [0_usize; 0]);
        sink.flush().expect("flush");
        assert_eq!(*reader.calls.lock().expect("lock"), [10_000]);
        sink.write(b"y").expect("write");
        Box::new(sink).finish().expect("finish");
        assert_eq!(*reader.calls.lock().expect("lock"), [10_000, 1]);
    }

    #[test]
    fn a_reader_that_has_gone_is_told_apart_from_a_full_disk() {
        for (kind, closed) in [
            (io::ErrorKind::BrokenPipe, true),
            (io::ErrorKind::StorageFull, false),
        ] {
            let reader = Reader {
                fails: Some(kind),
                ..Reader::default()
            };
            let mut sink = Stream::new(Box::new(reader), "standard output");
            sink.write(b"x").expect("buffered");
            let error = sink.flush().expect_err("a failure");
            assert_eq!(matches!(error, OutputError::Closed), closed);
            if !closed {
                assert!(error.to_string().contains("`standard output`"), "{error}");
            }
        }
    }
}
