//! Texts in which inputs stand anywhere.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use futures::Stream;

use super::input::{Line, buffered, read};
use crate::model::json::items;

/// A longer line comes in pieces.
const LONGEST_LINE: u64 = 64 * 1024;

/// A word this long at a cut is cut too.
const LONGEST_WORD: usize = 256;

/// Objects of vulnerabilities have megabytes, and arrays of them are read whole.
const LONGEST_DOCUMENT: u64 = 256 * 1024 * 1024;

/// A text as it is, in pieces of bounded length that end between words: for what
/// is to be found in it, wherever it stands. JSON lines and the items of a JSON array
/// are pieces whatever their length.
pub(crate) fn text(reader: Box<dyn Read + Send>) -> impl Stream<Item = Line> {
    let mut carried = Vec::new();
    let mut unread = Some(buffered(reader));
    let mut pieces = None;
    read(move || {
        if let Some(reader) = unread.take() {
            pieces = Some(Pieces::of(reader)?);
        }
        let piece = match &mut pieces {
            Some(Pieces::Items(items)) => items.next(),
            Some(Pieces::Text(reader)) => next_piece(reader, &mut carried)?,
            // What failed at the beginning was told then.
            None => None,
        };
        Ok(piece.map(Some))
    })
}

enum Pieces {
    Items(std::vec::IntoIter<String>),
    Text(BufReader<Box<dyn Read + Send>>),
}

impl Pieces {
    fn of(mut reader: BufReader<Box<dyn Read + Send>>) -> io::Result<Self> {
        if reader.fill_buf()?.trim_ascii_start().first() != Some(&b'[') {
            return Ok(Self::Text(reader));
        }
        let mut bytes = vec![];
        reader
            .by_ref()
            .take(LONGEST_DOCUMENT)
            .read_to_end(&mut bytes)?;
        let found = str::from_utf8(&bytes).ok().and_then(|it| items(it).ok());
        if let Some(found) = found {
            let found: Vec<String> = found.into_iter().map(str::to_owned).collect();
            return Ok(Self::Items(found.into_iter()));
        }
        // Brackets begin prose, too.
        Ok(Self::Text(buffered(Box::new(
            Cursor::new(bytes).chain(reader),
        ))))
    }
}

/// The next piece: a line, or as much of it as fits. The word at the cut is
/// carried over to the next piece, so that none is cut in two.
fn next_piece(reader: &mut impl BufRead, carried: &mut Vec<u8>) -> io::Result<Option<String>> {
    let mut bytes = std::mem::take(carried);
    let is_object = bytes.is_empty() && reader.fill_buf()?.first() == Some(&b'{');
    let longest = if is_object {
        LONGEST_DOCUMENT
    } else {
        LONGEST_LINE
    };
    let length = reader
        .by_ref()
        .take(longest)
        .read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if length as u64 == longest && bytes.last() != Some(&b'\n') {
        let reaches = bytes.len().saturating_sub(LONGEST_WORD);
        let cut = bytes[reaches..].iter().rposition(u8::is_ascii_whitespace);
        let cut = cut.or_else(|| {
            bytes[reaches..]
                .iter()
                .rposition(|byte| b"\",;<>".contains(byte))
        });
        if let Some(cut) = cut {
            *carried = bytes.split_off(reaches + cut);
        }
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    async fn pieces(text: &str) -> Vec<String> {
        let reader = Box::new(Cursor::new(text.to_owned()));
        let pieces = super::text(reader).map(|piece| piece.expect("a piece"));
        pieces.collect().await
    }

    #[tokio::test]
    async fn no_word_of_a_long_line_is_cut() {
        let text = "CVE-2099-0001,".repeat(10_000) + "\n# CVE-2099-0002";
        let pieces = pieces(&text).await;
        assert!(pieces.len() > 3);
        let whole: usize = pieces
            .iter()
            .map(|piece| piece.matches("CVE-2099-000").count())
            .sum();
        assert_eq!(whole, 10_001);
        assert_eq!(pieces.concat(), text);
    }

    #[tokio::test]
    async fn objects_are_pieces_whatever_their_length() {
        let object = format!(
            "{{\"cve\":\"CVE-2099-0001\",\n\"x\":\"{}\"}}",
            "x ".repeat(50_000)
        );
        let line = object.replace('\n', "") + "\n";
        assert_eq!(pieces(&line.repeat(2)).await, [&*line, &*line]);
        let array = format!("[\n{object},\n{object}\n]\n");
        assert_eq!(pieces(&array).await, [&*object, &*object]);
        let prose = "[1] CVE-2099-0001\n[2] CVE-2099-0002\n";
        assert_eq!(pieces(prose).await.concat(), prose);
    }
}
