//! The forms of files: each cuts a file into texts, and knows where they stand.

mod csv;
mod detect;
mod eml;
mod html;
mod json;
mod misp;
mod stix;
mod text;

use std::io::{self, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;

pub(in crate::local) use self::detect::not_text;
use super::context::around;
use super::finding::Finding;
use super::memo::Memo;
use super::position::Position;
use super::scan::{Names, scan};
use super::token::Place;
use crate::model::encoding::decoded;

/// A document that is read whole is at most this long: mail, HTML, STIX, MISP. The
/// other forms are read piece by piece.
const LONGEST_DOCUMENT: u64 = 256 * 1024 * 1024;

/// What is read at once.
const BUFFER: usize = 64 * 1024;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Html,
    Eml,
    Csv,
    Json,
    Stix,
    Misp,
}

impl Form {
    /// Its name in records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Eml => "eml",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Stix => "stix",
            Self::Misp => "misp",
        }
    }
}

/// Why a file was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExtractError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is no text.
    #[error("{what}")]
    NotText {
        /// What it is instead.
        what: &'static str,
        /// What makes text of it.
        instead: &'static str,
    },
    /// A document is longer than what is read whole.
    #[error("the document is longer than {} MiB", LONGEST_DOCUMENT / 1024 / 1024)]
    TooLong,
}

/// Where findings go. Both say whether to go on.
pub(crate) trait Findings {
    /// Takes a finding.
    fn take(&mut self, finding: Finding, form: Form) -> ControlFlow<()>;

    /// Whether each value is wanted once.
    fn once(&self) -> bool;

    /// Is told that what comes next may have to be waited for.
    fn pause(&mut self) -> ControlFlow<()>;
}

/// Finds everything in a file. Its name helps to tell its form; `context` is how many
/// lines around a finding are kept with it.
///
/// # Errors
/// When it can't be read, or is no text.
pub(crate) fn extract(
    reader: impl Read,
    name: Option<&Path>,
    context: Option<usize>,
    findings: &mut dyn Findings,
) -> Result<(), ExtractError> {
    let mut reader = decoded(reader);
    let head = head(&mut reader)?;
    let form = detect::form(&head, name)?;
    let reader = BufReader::with_capacity(BUFFER, Cursor::new(head).chain(reader));
    let mut texts = Texts {
        form,
        context,
        memo: findings.once().then(Memo::new),
        findings,
        stopped: false,
    };
    match form {
        Form::Text => text::read(reader, &mut texts)?,
        Form::Json => json::read(reader, &mut texts)?,
        Form::Csv => csv::read(reader, name, &mut texts)?,
        Form::Html => html::read(&whole(reader)?, 1, &mut texts),
        Form::Eml => eml::read(&bytes(reader)?, &mut texts),
        Form::Stix => stix::read(&whole(reader)?, &mut texts),
        Form::Misp => misp::read(&whole(reader)?, &mut texts),
    }
    Ok(())
}

/// Finds what a JSON document names that is in memory already.
pub(in crate::local::extract) fn extract_document(
    document: &str,
    form: Form,
    findings: &mut dyn Findings,
) {
    let mut texts = Texts {
        form,
        context: None,
        memo: None,
        findings,
        stopped: false,
    };
    match form {
        Form::Stix => stix::read(document, &mut texts),
        _ => misp::read(document, &mut texts),
    }
}

/// What comes first: a line at least, and as much behind it as is at hand. A pipe may
/// give no more for a long time.
fn head(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = vec![];
    let mut piece = vec![0; BUFFER];
    while head.len() < BUFFER && !head.contains(&b'\n') {
        match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => head.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(head)
}

fn bytes(reader: impl Read) -> Result<Vec<u8>, ExtractError> {
    let mut bytes = vec![];
    reader.take(LONGEST_DOCUMENT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST_DOCUMENT {
        return Err(ExtractError::TooLong);
    }
    Ok(bytes)
}

/// A document as text.
///
/// # Errors
/// When it can't be read, or is too long.
pub(in crate::local::extract) fn whole(reader: impl Read) -> Result<String, ExtractError> {
    let bytes = bytes(reader)?;
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Takes the texts of a file.
struct Texts<'f> {
    form: Form,
    context: Option<usize>,
    findings: &'f mut dyn Findings,
    /// The tokens that were looked into, where each value is wanted once.
    memo: Option<Memo>,
    /// Whether nobody wants more.
    stopped: bool,
}

impl Texts<'_> {
    /// Says that what comes next may have to be waited for.
    fn pause(&mut self) {
        self.stopped |= self.findings.pause().is_break();
    }

    /// A text that begins in this line, behind so many characters of it.
    fn text(&mut self, text: &str, line: u64, before: u64, names: Names) {
        let mut position = Position::new(line, before);
        self.scan(text, names, |place| position.of(text, place.at));
    }

    /// A text of one line of the file, however many it has itself.
    fn string(&mut self, text: &str, line: u64, before: u64, names: Names) {
        self.scan(text, names, |place| {
            let characters = text[..place.at].chars().count() as u64;
            (line, before + characters + 1)
        });
    }

    /// A text whose places somebody else knows.
    fn scan(&mut self, text: &str, names: Names, mut at: impl FnMut(&Place<'_>) -> (u64, u64)) {
        let Self {
            form,
            context,
            findings,
            memo,
            stopped,
        } = self;
        scan(text, names, memo.as_ref(), &mut |place| {
            if *stopped {
                return;
            }
            let (line, column) = at(&place);
            let finding = Finding {
                value: place.value.value,
                kind: place.value.kind,
                private: place.value.private,
                ioc: place.ioc.to_owned(),
                line,
                column,
                context: context.map(|lines| around(text, place.at, lines)),
            };
            *stopped = findings.take(finding, *form).is_break();
        });
    }
}
