//! Options that take a program: the program itself, or `@FILE`.

use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::bounded;

/// jq's own formats, which begin with `@` as well.
const FORMATS: [&str; 11] = [
    "text", "json", "html", "htmld", "uri", "urid", "csv", "tsv", "sh", "base64", "base64d",
];

/// A program as an option gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its text.
    pub text: String,
    /// The file that it was read from.
    pub file: Option<PathBuf>,
}

impl Deref for Program {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// The program that an option means: its text, or the content of the file that
/// stands behind `@`. A program may begin with `@` itself: that is one if there is
/// no such file, and a format of jq has that name.
///
/// # Errors
/// Why the file cannot be read, in words.
pub(crate) fn program(text: &str) -> Result<Program, String> {
    let itself = || Program {
        text: text.to_owned(),
        file: None,
    };
    let Some(path) = text.strip_prefix('@') else {
        return Ok(itself());
    };
    match bounded::read_text(Path::new(path)) {
        Ok(text) => Ok(Program {
            text,
            file: Some(path.into()),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound && begins_with_format(path) => {
            Ok(itself())
        }
        Err(error) => Err(format!("cannot read `{path}`: {error}")),
    }
}

fn begins_with_format(text: &str) -> bool {
    let end = text.find(|char: char| !char.is_ascii_alphanumeric());
    FORMATS.contains(&&text[..end.unwrap_or(text.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_stands_for_itself_or_for_a_file() {
        let room = tempfile::tempdir().expect("a directory");
        let path = room.path().join("map.jq");
        std::fs::write(&path, ".id\n# that is all\n").expect("write");
        let at = format!("@{}", path.display());
        let read = program(&at).expect("a program");
        assert_eq!(&*read, ".id\n# that is all\n");
        assert_eq!(read.file, Some(path.clone()));
        for text in [".id", "", "@json", "@csv \"x\\(.)\"", "@base64d | .x"] {
            let itself = program(text).expect(text);
            assert_eq!((&*itself, itself.file.as_deref()), (text, None));
        }
        let missing = program(&format!("{at}.none")).expect_err("no file");
        assert!(missing.contains("cannot read"), "{missing}");
        std::fs::write(&path, " ".repeat(1024 * 1024 + 1)).expect("write");
        assert!(program(&at).is_err());
        std::fs::write(&path, [0xff]).expect("write");
        assert!(program(&at).is_err());
    }
}
