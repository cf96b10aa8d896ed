//! What `-o` names.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Replacement, Sink, Stream, Successor};
use crate::output::error::OutputError;

/// The destination of a one-shot command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Target {
    /// Standard output: no `-o`, or one of its names.
    #[default]
    Stdout,
    /// A path.
    File(PathBuf),
}

/// The names under which `-o` finds standard output.
const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

impl From<PathBuf> for Target {
    fn from(path: PathBuf) -> Self {
        Self::of(Some(&path))
    }
}

/// A destination that is open.
pub(crate) struct Opened {
    /// What takes the records.
    pub sink: Box<dyn Sink>,
    /// What may take the place of a file when the run has ended; none where
    /// records are written as they come.
    pub successor: Option<Successor>,
}

impl Opened {
    fn stream(writer: Box<dyn Write + Send>, name: impl Into<String>) -> Self {
        Self {
            sink: Box::new(Stream::new(writer, name)),
            successor: None,
        }
    }
}

impl Target {
    /// The destination that a path names; standard output where none does.
    pub(crate) fn of(path: Option<&Path>) -> Self {
        match path {
            Some(path) if !STDOUT.iter().any(|name| path == Path::new(name)) => {
                Self::File(path.to_owned())
            }
            _ => Self::Stdout,
        }
    }

    /// Opens the destination: standard output is the writer handed in, a file is
    /// replaced as a whole by its successor, and what is no file (a device, a named
    /// pipe, `/dev/fd/3`) is written as it comes.
    ///
    /// # Errors
    /// [`OutputError::Open`] with the path, before anything is asked or written.
    pub(crate) fn open(&self, stdout: Box<dyn Write + Send>) -> Result<Opened, OutputError> {
        let path = match self {
            Self::Stdout => return Ok(Opened::stream(stdout, "standard output")),
            Self::File(path) => path,
        };
        let name = path.display().to_string();
        if !is_stream(path) {
            let replacement = Replacement::open(path)?;
            let successor = Some(replacement.successor());
            let sink = Box::new(replacement);
            return Ok(Opened { sink, successor });
        }
        // Appending leaves alone what `3>>file` has written to `/dev/fd/3`.
        let file = fs::OpenOptions::new()
            .append(true)
            .open(path)
            .map_err(|cause| OutputError::open(&name, cause))?;
        Ok(Opened::stream(Box::new(file), name))
    }
}

/// Whether the path names something that can only be written, not replaced.
fn is_stream(path: &Path) -> bool {
    // A descriptor under its file name may be a regular file, and is open already.
    let descriptor = ["/dev/fd", "/dev/stderr", "/proc"];
    descriptor.iter().any(|prefix| path.starts_with(prefix))
        || fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_dash_is_standard_output() {
        assert_eq!(Target::from(PathBuf::from("-")), Target::Stdout);
        assert_eq!(Target::from(PathBuf::from("/dev/stdout")), Target::Stdout);
        let file = PathBuf::from("./-");
        assert_eq!(Target::from(file.clone()), Target::File(file));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_and_stays_a_device() {
        let target = Target::from(PathBuf::from("/dev/null"));
        let mut sink = target.open(Box::new(io::sink())).expect("open").sink;
        sink.write(b"x").expect("write");
        sink.finish().expect("finish");
        assert!(!fs::metadata("/dev/null").expect("still there").is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_that_names_the_path() {
        let target = Target::from(PathBuf::from("/dev/full"));
        let mut sink = target.open(Box::new(io::sink())).expect("open").sink;
        sink.write(b"x").expect("buffered");
        let error = sink.finish().expect_err("full");
        let OutputError::Write { target, cause } = &error else {
            panic!("{error}");
        };
        assert_eq!(target, "/dev/full");
        assert_eq!(cause.kind(), io::ErrorKind::StorageFull);
        assert!(error.to_string().contains("/dev/full"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_open_descriptor_is_appended_to() {
        use std::os::fd::AsRawFd;

        let mut file = tempfile::NamedTempFile::new().expect("file");
        file.write_all(b"before\n").expect("write");
        let path = format!("/dev/fd/{}", file.as_raw_fd());
        let mut sink = Target::from(PathBuf::from(path))
            .open(Box::new(io::sink()))
            .expect("open")
            .sink;
        sink.write(b"after\n").expect("write");
        sink.finish().expect("finish");
        let text = fs::read_to_string(file.path()).expect("read");
        assert_eq!(text, "before\nafter\n");
    }
}
