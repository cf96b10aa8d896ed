//! Where inputs come from: arguments, a file, a pipe, one line at a time.

use std::io::{self, BufRead, BufReader, Read};

use futures::stream::{self, Stream, StreamExt};
use tokio::sync::mpsc;

use super::structured::{self, Form};
use crate::model::indicator::clean_line;

/// Lines longer than this are no indicators; the rest of one is not kept.
const LONGEST_LINE: u64 = 64 * 1024;

/// Lines that are read ahead of the look-ups.
const READ_AHEAD: usize = 256;

/// One line of input, as given, or the trouble that ended the reading.
pub(crate) type Line = io::Result<String>;

/// The arguments as they stand.
pub(crate) fn arguments(values: Vec<String>) -> impl Stream<Item = Line> {
    stream::iter(values.into_iter().map(Ok))
}

/// The indicators in a file or a pipe, read by a thread of their own so that a
/// slow writer holds up no answer that is on its way.
///
/// Blank lines and comments are skipped, CRLF and a byte order mark tolerated.
pub(crate) fn lines(reader: Box<dyn Read + Send>) -> impl Stream<Item = Line> {
    let mut reader = buffered(reader);
    read(move || Ok(next_line(&mut reader)?.map(|line| kept(&line))))
}

/// How JSON documents are read that are more than one object a line.
#[derive(Clone, Copy)]
pub(crate) struct Documents {
    /// Whether an object is such a document, though it stands on one line.
    pub(crate) known: fn(&str) -> bool,
    /// The inputs in all that can be read; [`io::ErrorKind::InvalidData`] where there
    /// is none.
    pub(crate) inputs: fn(Box<dyn Read + Send>) -> io::Result<Vec<String>>,
}

/// The indicators in a file or a pipe: one a line, in the column of a table
/// (recognised by its header, or named), in JSON lines, or in a JSON document.
pub(crate) fn indicators(
    reader: Box<dyn Read + Send>,
    column: Option<String>,
    documents: Documents,
) -> impl Stream<Item = Line> {
    read(each(reader, column, documents))
}

/// How many indicators a file has; `None` where it cannot be read, which is told when
/// it is read for good.
pub(crate) fn count(
    reader: Box<dyn Read + Send>,
    column: Option<String>,
    documents: Documents,
) -> Option<u64> {
    let mut next = each(reader, column, documents);
    let mut count = 0;
    while let Some(text) = next().ok()? {
        count += u64::from(text.is_some());
    }
    Some(count)
}

/// Reads one indicator after the other.
fn each(
    reader: Box<dyn Read + Send>,
    column: Option<String>,
    documents: Documents,
) -> impl FnMut() -> io::Result<Option<Option<String>>> {
    let mut form = None;
    let mut unread = Some(reader);
    move || {
        if let Some(reader) = unread.take() {
            form = Some(structured::form(reader, column.as_deref(), documents)?);
        }
        let text = match &mut form {
            Some(Form::Lines(lines)) => next_line(lines)?,
            Some(Form::Json(lines)) => structured::next_object(lines)?,
            Some(Form::Values(values)) => values.next(),
            Some(Form::Table { rows, column, row }) => structured::next_cell(rows, *column, row)?,
            // What failed at the first line was told then.
            None => None,
        };
        Ok(text.map(|text| kept(&text)))
    }
}

/// What is kept of a line; nothing of a blank one or a comment.
fn kept(line: &str) -> Option<String> {
    clean_line(line).map(str::to_owned)
}

/// A reader with room for many lines.
pub(crate) fn buffered<R: Read>(reader: R) -> BufReader<R> {
    BufReader::with_capacity(64 * 1024, reader)
}

/// What `next` reads, by a thread of its own; it is none at the end, and what it
/// keeps of a line may be nothing.
pub(crate) fn read<T: Send + 'static>(
    mut next: impl FnMut() -> io::Result<Option<Option<T>>> + Send + 'static,
) -> impl Stream<Item = io::Result<T>> {
    let (sender, receiver) = mpsc::channel(READ_AHEAD);
    std::thread::spawn(move || {
        loop {
            let kept = match next().transpose() {
                None => return,
                Some(Ok(None)) => continue,
                Some(Ok(Some(item))) => Ok(item),
                Some(Err(error)) => Err(error),
            };
            let ends = kept.is_err();
            // Nobody listening any more: the run is over.
            if sender.blocking_send(kept).is_err() || ends {
                return;
            }
        }
    });
    stream::unfold(receiver, |mut receiver| async move {
        let item = receiver.recv().await?;
        Some((item, receiver))
    })
    .boxed()
}

/// The next line without its end, cut at the longest that is allowed. What is
/// not UTF-8 shows as replacement characters, which no indicator has.
fn next_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if reader
        .by_ref()
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut bytes)?
        == 0
    {
        return Ok(None);
    }
    if bytes.last() != Some(&b'\n') && bytes.len() as u64 == LONGEST_LINE {
        skip_line(reader)?;
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

pub(super) fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let (used, ended) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(used);
        if ended {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_cleaned_and_bounded() {
        let mut text =
            b"\xef\xbb\xbfone.example\r\n\n# comment\n  two.example \n\xff\xfe.example\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 200_000));
        text.extend(b"\nlast.example");
        let lines: Vec<String> = lines(Box::new(io::Cursor::new(text)))
            .map(|line| line.expect("a line"))
            .collect()
            .await;
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0], "one.example");
        assert_eq!(lines[1], "two.example");
        assert_eq!(lines[2], "\u{fffd}\u{fffd}.example");
        assert_eq!(lines[3].len() as u64, LONGEST_LINE);
        assert_eq!(lines[4], "last.example");
    }

    #[tokio::test]
    async fn a_broken_reader_is_told_after_what_it_gave() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let reader = io::Cursor::new(b"one.example\n".to_vec()).chain(Broken);
        let lines: Vec<Line> = lines(Box::new(reader)).collect().await;
        assert_eq!(lines.len(), 2);
        assert!(lines[0].is_ok() && lines[1].is_err());
    }
}
