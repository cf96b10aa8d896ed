//! HTML: what its reader sees, and where its links lead.
//!
//! Tags within a word are passed over (`evil<b>[.]</b>example`), those between
//! paragraphs end a line.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::Texts;
use crate::local::extract::position::Lines;
use crate::local::extract::scan::Names;

/// Tags that stand within a word and do not end it.
const INLINE: [&[u8]; 22] = [
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"cite", b"code", b"em", b"font", b"i", b"kbd", b"mark",
    b"s", b"samp", b"small", b"span", b"strong", b"sub", b"sup", b"tt", b"u", b"wbr",
];

/// Attributes that hold an address or a text for people.
const ATTRIBUTES: [&[u8]; 16] = [
    b"href",
    b"src",
    b"action",
    b"formaction",
    b"data",
    b"cite",
    b"poster",
    b"background",
    b"srcset",
    b"ping",
    b"content",
    b"value",
    b"title",
    b"alt",
    b"data-url",
    b"data-href",
];

/// What is collected of a document.
enum Piece {
    /// A text, and where in the document it begins.
    Text(String, usize),
    Attribute(String, usize),
    /// The end of a line.
    End,
    Script(bool),
}

/// Scans a document whose first line is this one.
pub(super) fn read(document: &str, line: u64, texts: &mut Texts<'_>) {
    let mut wanted = false;
    let mut emitter = CallbackEmitter::<_, Piece, usize>::new(
        move |event: CallbackEvent<'_>, span: Span<usize>| match event {
            CallbackEvent::OpenStartTag { name } if is_script(name) => Some(Piece::Script(true)),
            CallbackEvent::EndTag { name } if is_script(name) => Some(Piece::Script(false)),
            CallbackEvent::OpenStartTag { name } | CallbackEvent::EndTag { name } => {
                (!INLINE.contains(&name)).then_some(Piece::End)
            }
            CallbackEvent::AttributeName { name } => {
                wanted = ATTRIBUTES.contains(&name);
                None
            }
            CallbackEvent::AttributeValue { value } if wanted => Some(Piece::Attribute(
                String::from_utf8_lossy(value).into_owned(),
                span.start,
            )),
            CallbackEvent::String { value } | CallbackEvent::Comment { value } => Some(
                Piece::Text(String::from_utf8_lossy(value).into_owned(), span.start),
            ),
            _ => None,
        },
    );
    emitter.naively_switch_states(true);
    let mut sight = Sight::new(document, line);
    let mut script = false;
    for piece in Tokenizer::new_with_emitter(document, emitter).flatten() {
        if texts.stopped {
            return;
        }
        match piece {
            Piece::Text(text, at) if script => sight.apart(&text, at, Names::Refused, texts),
            Piece::Text(text, at) => sight.add(&text, at, texts),
            Piece::Attribute(text, at) => sight.apart(&text, at, Names::Refused, texts),
            Piece::End => sight.end(texts),
            Piece::Script(begins) => {
                sight.end(texts);
                script = begins;
            }
        }
    }
    sight.end(texts);
}

fn is_script(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style")
}

/// The line of visible text that is being put together.
struct Sight<'d> {
    lines: Lines<'d>,
    text: String,
    /// Where each piece of the text begins, in it and in the document.
    pieces: Vec<(usize, usize)>,
}

impl<'d> Sight<'d> {
    fn new(document: &'d str, first: u64) -> Self {
        Self {
            lines: Lines::new(document, first),
            text: String::new(),
            pieces: vec![],
        }
    }

    fn add(&mut self, text: &str, at: usize, texts: &mut Texts<'_>) {
        self.pieces.push((self.text.len(), at));
        self.text.push_str(text);
        // Pages without paragraphs are scanned piece by piece.
        if self.text.len() > 1024 * 1024 {
            self.end(texts);
        }
    }

    /// Scans what was put together.
    fn end(&mut self, texts: &mut Texts<'_>) {
        let text = std::mem::take(&mut self.text);
        let pieces = std::mem::take(&mut self.pieces);
        if text.is_empty() {
            return;
        }
        texts.scan(&text, Names::Taken, |place| {
            let piece = pieces.partition_point(|(begins, _)| *begins <= place.at);
            let (begins, source) = pieces[piece.saturating_sub(1)];
            self.lines.of(source + place.at - begins)
        });
    }

    /// Scans a text that stands for itself.
    fn apart(&self, text: &str, at: usize, names: Names, texts: &mut Texts<'_>) {
        // Entities are longer than what they stand for, so that a column behind one
        // is near, not exact.
        texts.scan(text, names, |place| self.lines.of(at + place.at));
    }
}
