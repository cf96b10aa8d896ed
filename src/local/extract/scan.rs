//! The tokens of a text: what stands between blanks, quotes and angle brackets.
//!
//! This is the loop that sees every byte. Most tokens are words: they have no dot,
//! colon or bracket, are shorter than a hash, and cost nothing more.

use super::memo::Memo;
use super::token::{Place, Token};

/// What a byte says of the token that it is in.
const BREAK: u8 = 1;
const DOT: u8 = 2;
const COLON: u8 = 4;
const BRACKET: u8 = 8;
const HYPHEN: u8 = 16;
const HIGH: u8 = 32;

/// The shortest hash, MD5.
const SHORTEST_HASH: usize = 32;

/// Blanks that may stand around a dot that is set apart.
const LONGEST_GAP: usize = 3;

const CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte {
            0..=0x20 | 0x7f | 0x22 | 0x3c | 0x3e | 0x5e | 0x60 | 0x7c => BREAK,
            0x2e => DOT,
            0x3a => COLON,
            0x28 | 0x29 | 0x5b | 0x5c | 0x5d | 0x7b | 0x7d | 0x2b => BRACKET,
            0x2d | 0x5f => HYPHEN,
            0x80..=0xff => HIGH,
            _ => 0,
        };
        byte += 1;
    }
    class
}

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::local) enum Names {
    /// Bare names may be domains.
    Taken,
    /// Only what can be nothing else is taken: in code and in the names of JSON
    /// members a dot joins words.
    Refused,
}

/// Whether a text ends a token at this byte.
pub(super) fn is_break(byte: u8) -> bool {
    CLASS[usize::from(byte)] & BREAK != 0
}

/// A token, or several that a dot set apart joins: `evil [.] example`.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    /// Where its last token begins.
    last: usize,
    end: usize,
    seen: u8,
    joined: bool,
}

/// What the bytes of a token say of it.
#[derive(Debug, Clone, Copy)]
pub(in crate::local) struct Seen(u8);

impl Seen {
    /// Whether it has a dot.
    pub(in crate::local) fn has_dot(self) -> bool {
        self.0 & DOT != 0
    }

    /// Whether it has a colon.
    pub(in crate::local) fn has_colon(self) -> bool {
        self.0 & COLON != 0
    }

    /// Whether it has a bracket, a backslash or a plus.
    pub(in crate::local) fn has_bracket(self) -> bool {
        self.0 & BRACKET != 0
    }

    /// Whether it has a hyphen or an underscore.
    pub(in crate::local) fn has_hyphen(self) -> bool {
        self.0 & HYPHEN != 0
    }

    /// Whether it has more than ASCII.
    pub(in crate::local) fn is_high(self) -> bool {
        self.0 & HIGH != 0
    }
}

/// Finds all values of a text, in the order of their places.
pub(super) fn scan<'a>(
    text: &'a str,
    names: Names,
    memo: Option<&'a Memo>,
    found: &mut dyn FnMut(Place<'a>),
) {
    each_run(text, |run| settle(text, run, names, memo, found));
}

/// As [`scan`], but looks into those tokens only that `passes` lets through; tokens that
/// dots join which are set apart always are.
pub(in crate::local) fn scan_sieved<'a>(
    text: &'a str,
    names: Names,
    passes: &impl Fn(&[u8], Seen) -> bool,
    found: &mut dyn FnMut(Place<'a>),
) {
    each_run(text, |run| {
        let token = &text.as_bytes()[run.start..run.end];
        if run.joined || may_hold(&run) && passes(token, Seen(run.seen)) {
            settle(text, run, names, None, found);
        }
    });
}

/// Cuts a text into its tokens.
fn each_run(text: &str, mut each: impl FnMut(Run)) {
    let bytes = text.as_bytes();
    let mut held: Option<Run> = None;
    let mut at = 0;
    while at < bytes.len() {
        if is_break(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let mut seen = 0;
        while at < bytes.len() {
            let class = CLASS[usize::from(bytes[at])];
            if class & BREAK != 0 {
                break;
            }
            seen |= class;
            at += 1;
        }
        let run = Run {
            start,
            last: start,
            end: at,
            seen,
            joined: false,
        };
        if let Some(before) = held.as_mut() {
            if joins(bytes, before, &run) {
                before.last = run.start;
                before.end = run.end;
                before.seen |= seen;
                before.joined = true;
                continue;
            }
            each(*before);
        }
        held = Some(run);
    }
    if let Some(run) = held {
        each(run);
    }
}

/// Whether a dot that is set apart stands between the two, on one line.
fn joins(bytes: &[u8], before: &Run, next: &Run) -> bool {
    let gap = &bytes[before.end..next.start];
    if gap.len() > LONGEST_GAP || (before.seen | next.seen) & (DOT | BRACKET) == 0 {
        return false;
    }
    let (left, right) = (
        &bytes[before.last..before.end],
        &bytes[next.start..next.end],
    );
    if !gap.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
        return false;
    }
    let lone = |token: &[u8]| token == b".";
    let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    // What a dot joins has a letter or digit on either side.
    (ends_in_mark(left) || lone(left) && before.joined) && word(right.first())
        || (begins_with_mark(right) || lone(right)) && word(left.last())
}

const MARKS: [&[u8]; 6] = [b"[.]", b"(.)", b"{.}", b"[dot]", b"(dot)", b"{dot}"];

fn begins_with_mark(token: &[u8]) -> bool {
    MARKS.iter().any(|mark| {
        let head = token.get(..mark.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(mark))
    })
}

fn ends_in_mark(token: &[u8]) -> bool {
    MARKS.iter().any(|mark| {
        let start = token.len().checked_sub(mark.len());
        start.is_some_and(|start| token[start..].eq_ignore_ascii_case(mark))
    })
}

/// Whether a token is more than a word.
fn may_hold(run: &Run) -> bool {
    const TELLING: u8 = DOT | COLON | BRACKET | HYPHEN | HIGH;
    run.seen & TELLING != 0 || run.end - run.start >= SHORTEST_HASH
}

/// Looks into a token that may hold something.
fn settle<'a>(
    text: &'a str,
    run: Run,
    names: Names,
    memo: Option<&'a Memo>,
    found: &mut dyn FnMut(Place<'a>),
) {
    if !may_hold(&run) {
        return;
    }
    let token = Token {
        text,
        start: run.start,
        end: run.end,
        names,
        memo,
    };
    if run.joined {
        token.find_joined(found);
    } else {
        token.find(found);
    }
}
