//! A file that is replaced as a whole or not at all.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Sink;
use super::stream::BUFFER;
use crate::output::error::OutputError;

/// How many symbolic links are followed, as the kernel does.
const LINKS: usize = 40;

/// New content for a file, written beside it and put in its place at the end.
///
/// Until then the old content stands, and it stays if the run fails, is
/// interrupted or is killed.
pub struct Replacement {
    beside: BufWriter<NamedTempFile>,
    target: PathBuf,
    name: String,
}

impl Replacement {
    /// Prepares to replace the file. Links are followed and stay; a file that
    /// exists keeps its mode, a new one gets what the umask leaves of 0666.
    ///
    /// # Errors
    /// [`OutputError::Open`]: the directory is missing, it or the file may not be
    /// written, or the path is a directory.
    pub fn open(path: &Path) -> Result<Self, OutputError> {
        let name = path.display().to_string();
        let target = followed(path);
        let beside = beside(&target).map_err(|cause| OutputError::open(&name, cause))?;
        Ok(Self {
            beside: BufWriter::with_capacity(BUFFER, beside),
            target,
            name,
        })
    }

    fn failed(&self, cause: std::io::Error) -> OutputError {
        OutputError::write(&self.name, cause)
    }
}

impl Sink for Replacement {
    fn write(&mut self, piece: &[u8]) -> Result<(), OutputError> {
        let written = self.beside.write_all(piece);
        written.map_err(|cause| self.failed(cause))
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        // Nobody can read the file yet.
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        let synced = self
            .beside
            .flush()
            .and_then(|()| self.beside.get_ref().as_file().sync_all());
        synced.map_err(|cause| self.failed(cause))?;
        let Self {
            beside,
            target,
            name,
        } = *self;
        let (file, _) = beside.into_parts();
        file.persist(&target)
            .map_err(|error| OutputError::write(&name, error.error))?;
        sync_directory(&target);
        Ok(())
    }

    fn abandon(self: Box<Self>) -> Result<(), OutputError> {
        // Dropping the temporary file removes it.
        Ok(())
    }
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
    builder.prefix(".gti-").suffix(".partial");
    #[cfg(unix)]
    let created = {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666))
    };
    #[cfg(not(unix))]
    let created = &builder;
    // Asked first, whose words name no file that nobody has heard of.
    let directory = directory(target);
    fs::metadata(directory)?;
    let file = created.tempfile_in(directory)?;
    if let Some(permissions) = existing {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

/// The path behind any symbolic links, whether or not it exists.
fn followed(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    for _ in 0..LINKS {
        let Ok(next) = fs::read_link(&target) else {
            break;
        };
        target.pop();
        target.push(next);
    }
    target
}

/// The directory that holds the file.
fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes the new name durable, too. A file system that can't has none of its
/// promises broken by us, so a failure is no error.
fn sync_directory(target: &Path) {
    #[cfg(unix)]
    let _ = fs::File::open(directory(target)).and_then(|opened| opened.sync_all());
    #[cfg(not(unix))]
    let _ = target;
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

    #[test]
    fn the_old_content_stands_until_the_end() {
        let room = tempfile::tempdir().expect("directory");
        let path = room.path().join("out.json");
        fs::write(&path, "old").expect("write");
        let mut sink = Replacement::open(&path).expect("open");
        sink.write(b"new").expect("write");
        sink.flush().expect("flush");
        assert_eq!(fs::read_to_string(&path).expect("read"), "old");
        Box::new(sink).finish().expect("finish");
        assert_eq!(fs::read_to_string(&path).expect("read"), "new");
        assert_eq!(names(room.path()), ["out.json"]);
    }

    #[test]
    fn what_is_abandoned_or_dropped_leaves_no_trace() {
        let room = tempfile::tempdir().expect("directory");
        let path = room.path().join("out.json");
        fs::write(&path, "old").expect("write");
        for abandoned in [true, false] {
            let mut sink = Replacement::open(&path).expect("open");
            sink.write(&vec![b'x'; 2 * BUFFER]).expect("write");
            assert_eq!(names(room.path()).len(), 2);
            if abandoned {
                Box::new(sink).abandon().expect("abandon");
            } else {
                drop(sink);
            }
            assert_eq!(fs::read_to_string(&path).expect("read"), "old");
            assert_eq!(names(room.path()), ["out.json"]);
        }
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
            Box::new(Replacement::open(path).expect("open"))
                .finish()
                .expect("finish");
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
            sink.write(b"new").expect("write");
            Box::new(sink).finish().expect("finish");
            assert!(link.is_symlink());
            assert_eq!(fs::read_to_string(&link).expect("read"), "new");
        }
        assert_eq!(names(&room.path().join("real")), ["a", "b"]);
    }
}
