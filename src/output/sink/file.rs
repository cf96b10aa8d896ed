//! A file that is replaced as a whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use super::Sink;
use super::path::{followed, parent, sync_directory};
use super::stream::BUFFER;
use crate::output::error::OutputError;

/// New content for a file, written beside it.
///
/// The old content stands until [`Successor::put_in_place`], and it stays if the
/// run fails, is interrupted or is killed.
pub(crate) struct Replacement {
    writer: BufWriter<File>,
    successor: Successor,
}

/// What may take the place of a file, for whoever knows how the run ended.
#[derive(Clone)]
pub(crate) struct Successor {
    content: Arc<Mutex<Content>>,
    target: PathBuf,
    name: String,
}

struct Content {
    beside: Option<NamedTempFile>,
    /// Whether the document came to its end.
    whole: bool,
}

impl Replacement {
    /// Prepares to replace the file. Links are followed and stay; a file that
    /// exists keeps its mode, a new one gets what the umask leaves of 0666.
    ///
    /// # Errors
    /// [`OutputError::Open`]: the directory is missing, it or the file may not be
    /// written, or the path is a directory.
    pub(crate) fn open(path: &Path) -> Result<Self, OutputError> {
        let name = path.display().to_string();
        let target = followed(path);
        let opened = beside(&target).and_then(|file| Ok((file.as_file().try_clone()?, file)));
        let (writer, beside) = opened.map_err(|cause| OutputError::open(&name, cause))?;
        let content = Content {
            beside: Some(beside),
            whole: false,
        };
        Ok(Self {
            writer: BufWriter::with_capacity(BUFFER, writer),
            successor: Successor {
                content: Arc::new(Mutex::new(content)),
                target,
                name,
            },
        })
    }

    /// What may take the file's place.
    pub(crate) fn successor(&self) -> Successor {
        self.successor.clone()
    }
}

impl Sink for Replacement {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        let written = self.writer.write_all(piece);
        written.map_err(|cause| self.successor.failed(cause))
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        // Nobody can read the file yet.
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        let flushed = self.writer.flush();
        flushed.map_err(|cause| self.successor.failed(cause))?;
        self.successor.content().whole = true;
        Ok(())
    }

    fn abandon(mut self: Box<Self>) -> Result<(), OutputError> {
        let flushed = self.writer.flush();
        flushed.map_err(|cause| self.successor.failed(cause))
    }
}

impl Successor {
    /// Whether the document came to its end.
    pub(crate) fn is_whole(&self) -> bool {
        self.content().whole
    }

    /// The file that it would replace, as typed.
    pub(crate) fn target(&self) -> &str {
        &self.name
    }

    /// Replaces the file, in one step.
    ///
    /// # Errors
    /// [`OutputError::Write`]; the file is then as it was.
    pub(crate) fn put_in_place(&self) -> Result<(), OutputError> {
        self.move_to(&self.target)?;
        Ok(())
    }

    /// Keeps the content in a file of its own, beside the one that it does not
    /// replace, and says where. None if there is no content.
    ///
    /// # Errors
    /// [`OutputError::Write`].
    pub(crate) fn keep_beside(&self) -> Result<Option<PathBuf>, OutputError> {
        let mut place = self.target.clone().into_os_string();
        place.push(".partial");
        let place = PathBuf::from(place);
        let kept = !self.is_empty() && self.move_to(&place)?;
        Ok(kept.then_some(place))
    }

    /// Whether nothing was written.
    pub(crate) fn is_empty(&self) -> bool {
        let content = self.content();
        let length =
            |file: &NamedTempFile| file.as_file().metadata().map_or(0, |found| found.len());
        content.beside.as_ref().map_or(0, length) == 0
    }

    fn move_to(&self, place: &Path) -> Result<bool, OutputError> {
        let Some(beside) = self.content().beside.take() else {
            return Ok(false);
        };
        let synced = beside.as_file().sync_all();
        synced.map_err(|cause| self.failed(cause))?;
        let moved = beside.persist(place);
        moved.map_err(|error| self.failed(error.error))?;
        sync_directory(place);
        Ok(true)
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, cause: std::io::Error) -> OutputError {
        OutputError::write(&self.name, cause)
    }
}

const PREFIX: &str = ".gti-";
const SUFFIX: &str = ".partial";

/// Whether a name is that of a file that a run has not put in its place yet.
pub(crate) fn is_unfinished(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
}

/// The temporary file, in the target's directory so that a rename can replace
/// it, with the mode that the target is to have.
fn beside(target: &Path) -> std::io::Result<NamedTempFile> {
    let existing = match fs::OpenOptions::new().write(true).open(target) {
        // A file that may not be written may not be replaced either, although
        // its directory would allow it.
        Ok(file) => Some(file.metadata()?.permissions()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    let created = {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666))
    };
    #[cfg(not(unix))]
    let created = &builder;
    // Asked first, whose words name no file that nobody has heard of.
    let directory = parent(target);
    fs::metadata(directory)?;
    let file = created.tempfile_in(directory)?;
    if let Some(permissions) = existing {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(directory)
            .expect("directory")
            .map(|entry| {
                entry
                    .expect("entry")
                    .file_name()
                    .into_string()
                    .expect("name")
            })
            .collect();
        names.sort();
        names
    }

    /// A replacement that was written and finished, and the old content still there.
    fn written(path: &Path, content: &[u8], finished: bool) -> Successor {
        let mut sink = Replacement::open(path).expect("open");
        let successor = sink.successor();
        sink.write(content).expect("write");
        sink.flush().expect("flush");
        let sink = Box::new(sink);
        if finished {
            sink.finish().expect("finish");
        } else {
            sink.abandon().expect("abandon");
        }
        assert_eq!(fs::read_to_string(path).expect("read"), "old");
        successor
    }

    #[test]
    fn the_old_content_stands_until_it_is_replaced() {
        let room = tempfile::tempdir().expect("directory");
        let path = room.path().join("out.json");
        fs::write(&path, "old").expect("write");
        let successor = written(&path, b"new", true);
        assert!(successor.is_whole());
        successor.put_in_place().expect("put in place");
        assert_eq!(fs::read_to_string(&path).expect("read"), "new");
        assert_eq!(names(room.path()), ["out.json"]);
    }

    #[test]
    fn what_is_not_put_in_place_leaves_no_trace_unless_it_is_kept() {
        let room = tempfile::tempdir().expect("directory");
        let path = room.path().join("out.json");
        fs::write(&path, "old").expect("write");
        for finished in [true, false] {
            let successor = written(&path, &vec![b'x'; 2 * BUFFER], finished);
            assert_eq!(successor.is_whole(), finished);
            assert_eq!(names(room.path()).len(), 2);
            drop(successor);
            assert_eq!(names(room.path()), ["out.json"]);
        }
        assert_eq!(
            written(&path, b"", false).keep_beside().expect("keep"),
            None
        );
        for part in ["a", "b"] {
            let kept = written(&path, part.as_bytes(), false).keep_beside();
            let kept = kept.expect("keep").expect("a place");
            assert_eq!(fs::read_to_string(kept).expect("read"), part);
            assert_eq!(names(room.path()), ["out.json", "out.json.partial"]);
        }
        assert_eq!(fs::read_to_string(&path).expect("read"), "old");
    }

    #[test]
    fn a_path_that_can_t_be_written_is_named() {
        let room = tempfile::tempdir().expect("directory");
        for path in [room.path().join("missing/out.json"), room.path().to_owned()] {
            let error = Replacement::open(&path).err().expect("an error");
            assert!(matches!(error, OutputError::Open { .. }), "{error}");
            assert!(
                error.to_string().contains(&path.display().to_string()),
                "{error}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_existing_file_keeps_its_mode_and_a_new_one_gets_the_usual_one() {
        use std::os::unix::fs::PermissionsExt;

        let room = tempfile::tempdir().expect("directory");
        let usual = room.path().join("usual");
        fs::File::create(&usual).expect("create");
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode();
        let replace = |path: &Path| {
            let sink = Replacement::open(path).expect("open");
            let successor = sink.successor();
            Box::new(sink).finish().expect("finish");
            successor.put_in_place().expect("put in place");
        };

        let new = room.path().join("new");
        replace(&new);
        assert_eq!(mode(&new), mode(&usual));

        fs::set_permissions(&usual, fs::Permissions::from_mode(0o640)).expect("chmod");
        replace(&usual);
        assert_eq!(mode(&usual) & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_target_is_replaced() {
        use std::os::unix::fs::symlink;

        let room = tempfile::tempdir().expect("directory");
        fs::create_dir(room.path().join("real")).expect("directory");
        for (link, target) in [
            ("absolute", room.path().join("real/a")),
            ("relative", "real/b".into()),
        ] {
            let link = room.path().join(link);
            symlink(&target, &link).expect("link");
            let mut sink = Replacement::open(&link).expect("open");
            let successor = sink.successor();
            sink.write(b"new").expect("write");
            Box::new(sink).finish().expect("finish");
            successor.put_in_place().expect("put in place");
            assert!(link.is_symlink());
            assert_eq!(fs::read_to_string(&link).expect("read"), "new");
        }
        assert_eq!(names(&room.path().join("real")), ["a", "b"]);
    }
}
