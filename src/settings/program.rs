//! Options that take a program: the program itself, or `@FILE`.

use std::io;
use std::path::Path;

use super::bounded;

/// jq's own formats, which begin with `@` as well.
const FORMATS: [&str; 11] = [
    "text", "json", "html", "htmld", "uri", "urid", "csv", "tsv", "sh", "base64", "base64d",
];

/// The program that an option means: its text, or the content of the file that
/// stands behind `@`. A program may begin with `@` itself: that is one if there is
/// no such file, and a format of jq has that name.
///
/// # Errors
/// Why the file cannot be read, in words.
pub(crate) fn program(text: &str) -> Result<String, String> {
    let Some(path) = text.strip_prefix('@') else {
        return Ok(text.to_owned());
    };
    match bounded::read_text(Path::new(path)) {
        Ok(program) => Ok(program),
        Err(error) if error.kind() == io::ErrorKind::NotFound && begins_with_format(path) => {
            Ok(text.to_owned())
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
        assert_eq!(program(&at).as_deref(), Ok(".id\n# that is all\n"));
        for text in [".id", "", "@json", "@csv \"x\\(.)\"", "@base64d | .x"] {
            assert_eq!(program(text).as_deref(), Ok(text));
        }
        let missing = program(&format!("{at}.none")).expect_err("no file");
        assert!(missing.contains("cannot read"), "{missing}");
        std::fs::write(&path, " ".repeat(1024 * 1024 + 1)).expect("write");
        assert!(program(&at).is_err());
        std::fs::write(&path, [0xff]).expect("write");
        assert!(program(&at).is_err());
    }
}
