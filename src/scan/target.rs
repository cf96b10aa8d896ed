//! What is to be scanned, as it was given.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::client::endpoints::submissions::LARGEST_FILE;
use crate::model::error::{Error, ErrorKind};
use crate::model::indicator::{Indicator, Kind};

/// One thing to scan.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// As it was given; the record repeats it.
    pub given: String,
    /// What it is, or why it can't be scanned.
    pub subject: Result<Subject, Error>,
}

/// What a target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A file to submit.
    File(PathBuf),
    /// A URL to submit.
    Url(Indicator),
    /// An analysis that was begun earlier.
    Analysis(String),
    /// A file or URL that the service knows, to be analysed again.
    Known(Indicator),
}

impl Target {
    /// A file to submit.
    pub(crate) fn file(path: PathBuf) -> Self {
        Self {
            given: path.display().to_string(),
            subject: Ok(Subject::File(path)),
        }
    }

    /// A file that can't be submitted, and why.
    pub(crate) fn refused(path: &Path, reason: &str) -> Self {
        let given = path.display().to_string();
        let message = format!("`{given}` {reason}");
        Self {
            given,
            subject: Err(Error::new(ErrorKind::Invalid, message)),
        }
    }

    /// A URL to submit, defanged or not.
    pub(crate) fn url(given: String) -> Self {
        let subject = match Indicator::asked(&given, Some(Kind::Url)) {
            Err(invalid) => Err(invalid.to_string()),
            Ok(url) => match url.scope() {
                Some(scope) => Err(unreachable(&given, scope)),
                None => Ok(Subject::Url(url)),
            },
        };
        Self {
            subject: subject.map_err(|message| Error::new(ErrorKind::Invalid, message)),
            given,
        }
    }

    /// An analysis that was begun earlier.
    pub(crate) fn analysis(id: String) -> Self {
        Self {
            given: id.clone(),
            subject: Ok(Subject::Analysis(id)),
        }
    }

    /// A file or URL to analyse again.
    pub(crate) fn known(given: String) -> Self {
        let subject = match Indicator::asked(&given, None) {
            Err(invalid) => Err(invalid.to_string()),
            Ok(indicator) => match (indicator.kind(), indicator.scope()) {
                (Kind::Url, Some(scope)) => Err(unreachable(&given, scope)),
                (Kind::File | Kind::Url, _) => Ok(Subject::Known(indicator)),
                (Kind::Ip | Kind::Domain, _) => Err(format!(
                    "`{given}` cannot be analysed again: write a file hash or a URL"
                )),
            },
        };
        Self {
            subject: subject.map_err(|message| Error::new(ErrorKind::Invalid, message)),
            given,
        }
    }

    /// What its record says it is, as far as that is known beforehand.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self.subject.as_ref().ok()? {
            Subject::File(_) => Some(Kind::File),
            Subject::Url(_) => Some(Kind::Url),
            Subject::Analysis(_) => None,
            Subject::Known(indicator) => Some(indicator.kind()),
        }
    }
}

/// Why a URL with a host of somebody's own network can't be analysed.
fn unreachable(given: &str, scope: &str) -> String {
    format!(
        "`{given}` has a host that is known only in your network ({scope}): the service cannot reach it"
    )
}

/// The size of a file that can be submitted; nothing is sent before this says
/// yes.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn size_of(path: &Path) -> Result<u64, Error> {
    let shown = path.display();
    let invalid = |message| Error::new(ErrorKind::Invalid, message);
    let unreadable = |error| invalid(format!("cannot read `{shown}`: {error}"));
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(invalid(format!(
            "`{shown}` is a directory: --recursive scans the files in it"
        )));
    }
    if !metadata.is_file() {
        return Err(invalid(format!("`{shown}` is not a regular file")));
    }
    match metadata.len() {
        0 => return Err(invalid(format!("`{shown}` is empty"))),
        size if size > LARGEST_FILE => {
            return Err(invalid(format!(
                "`{shown}` has {size} bytes; the service takes {LARGEST_FILE} (650 MB) at most"
            )));
        }
        _ => {}
    }
    File::open(path).map_err(unreadable)?;
    Ok(metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(target: Target) -> Option<String> {
        target.subject.err().map(|problem| problem.message)
    }

    #[test]
    fn what_can_be_submitted() {
        assert_eq!(
            message(Target::url("hxxp://evil[.]example/a".to_owned())),
            None
        );
        assert_eq!(message(Target::url("evil.example".to_owned())), None);
        for url in [
            "http://192.168.1.1/",
            "http://[::1]/",
            "http://100.64.0.1/",
            "http://intranet/",
            "http://wiki.internal/",
            "ftp://x.example/",
            "",
        ] {
            assert!(message(Target::url(url.to_owned())).is_some(), "{url}");
        }
        assert_eq!(message(Target::known("00".repeat(32))), None);
        assert_eq!(
            message(Target::known("http://evil.example/".to_owned())),
            None
        );
        for known in [
            "evil.example",
            "203.0.113.7",
            "nonsense",
            "http://wiki.internal/",
        ] {
            assert!(
                message(Target::known(known.to_owned())).is_some(),
                "{known}"
            );
        }
    }

    #[test]
    fn files_are_checked_before_anything_is_sent() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = |name: &str, size| {
            let path = directory.path().join(name);
            let file = File::create(&path).expect("a file");
            file.set_len(size).expect("its size");
            path
        };
        let reason = |path: &Path| size_of(path).expect_err("refused").message;
        assert_eq!(size_of(&file("full", LARGEST_FILE)), Ok(LARGEST_FILE));
        assert!(reason(&file("over", LARGEST_FILE + 1)).contains("650 MB"));
        assert!(reason(&file("empty", 0)).contains("is empty"));
        assert!(reason(directory.path()).contains("--recursive"));
        assert!(reason(&directory.path().join("none")).contains("cannot read"));
    }
}
