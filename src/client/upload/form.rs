//! The form that a file is submitted with, as browsers write it.
//!
//! A form that the HTTP library writes escapes quotes with backslashes, and
//! doubles backslashes; what stands there becomes the sample's public name.

use std::fmt::Write;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;

/// What stands before and after the content of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// The value of `Content-Type`.
    pub(super) content_type: String,
    /// Everything up to the first byte of the file.
    pub(super) head: String,
    /// Everything after the last one.
    pub(super) tail: String,
}

impl Form {
    /// A form with these fields, and after them a file of this name.
    pub(super) fn new(fields: &[(&'static str, String)], file_name: &str) -> Self {
        Self::within(&boundary(), fields, file_name)
    }

    fn within(boundary: &str, fields: &[(&'static str, String)], file_name: &str) -> Self {
        let mut head = String::new();
        for (name, value) in fields {
            // Writing to a string can't fail.
            let _ = write!(
                head,
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        let _ = write!(
            head,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            escaped(file_name)
        );
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            head,
            tail: format!("\r\n--{boundary}--\r\n"),
        }
    }
}

/// The base name of a path, which is all that the service is told of it.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A file name as it stands between quotes: in UTF-8, with nothing escaped but
/// what would end the quotes or the line (HTML standard, "multipart/form-data").
fn escaped(file_name: &str) -> String {
    file_name
        .replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A line that no file holds: nobody can have known it before.
fn boundary() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("----gti-{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_of_browsers() {
        let fields = [("password", "in\u{fc} \"fected\"".to_owned())];
        let form = Form::within("x", &fields, "a \"b\"\r\nX: \u{fc}\\c%.exe");
        assert_eq!(form.content_type, "multipart/form-data; boundary=x");
        assert_eq!(
            form.head,
            "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nin\u{fc} \"fected\"\r\n\
             --x\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"a %22b%22%0D%0AX: \u{fc}\\c%.exe\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        assert_eq!(form.tail, "\r\n--x--\r\n");
    }

    #[test]
    fn only_the_base_name_is_told() {
        for (path, name) in [
            ("/home/ann/secret project/a b.exe", "a b.exe"),
            ("../x.bin", "x.bin"),
            ("/tmp/b\u{fc}cher.pdf", "b\u{fc}cher.pdf"),
        ] {
            assert_eq!(file_name(Path::new(path)), name);
        }
    }

    #[test]
    fn no_two_forms_have_the_same_boundary() {
        assert_ne!(boundary(), boundary());
    }
}
