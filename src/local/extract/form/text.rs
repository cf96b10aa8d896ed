//! Text: lines of any length, read piece by piece.

use std::io::{self, BufRead};

use super::Texts;
use crate::local::extract::scan::{Names, is_break};

/// A piece of a text at most; a longer line is cut between tokens.
const PIECE: usize = 256 * 1024;

/// How far from the end of a piece a place to cut is looked for.
const LONGEST_TOKEN: usize = 32 * 1024;

/// Scans a text of any length, as it comes.
pub(super) fn read(mut reader: impl BufRead, texts: &mut Texts<'_>) -> io::Result<()> {
    let mut piece: Vec<u8> = Vec::with_capacity(PIECE);
    let mut line = 1;
    let mut before = 0;
    while !texts.stopped {
        let held = piece.len();
        let more = reader.fill_buf()?;
        let ended = more.is_empty();
        let length = more.len().min(PIECE - held);
        piece.extend_from_slice(&more[..length]);
        reader.consume(length);
        // A line that is still being written is waited for.
        let has_line = memchr::memchr(b'\n', &piece[held..]).is_some();
        if !has_line && !ended && piece.len() < PIECE {
            continue;
        }
        let end = if ended { held } else { cut(&piece) };
        let text = String::from_utf8_lossy(&piece[..end]);
        texts.text(&text, line, before, Names::Taken);
        texts.pause();
        if ended {
            break;
        }
        let newlines = memchr::memchr_iter(b'\n', &piece[..end]).count() as u64;
        let last = text.rfind('\n').map_or(0, |newline| newline + 1);
        let characters = text[last..].chars().count() as u64;
        before = if newlines > 0 {
            characters
        } else {
            before + characters
        };
        line += newlines;
        piece.drain(..end);
    }
    Ok(())
}

/// Where to cut a piece: behind its last line, or else between two tokens.
fn cut(piece: &[u8]) -> usize {
    if let Some(newline) = memchr::memrchr(b'\n', piece) {
        return newline + 1;
    }
    let reach = piece.len().saturating_sub(LONGEST_TOKEN);
    let at = piece[reach..].iter().rposition(|byte| is_break(*byte));
    let cut = at.map_or(piece.len(), |at| reach + at + 1);
    // A character is never cut in two.
    let boundary = |at: &usize| piece.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80);
    (cut.saturating_sub(3)..=cut)
        .rev()
        .find(boundary)
        .unwrap_or(cut)
}
