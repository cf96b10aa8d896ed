//! Directories and files for their owner alone: 0700 and 0600 (contract,
//! section 2). Where there are no such modes, the platform's defaults stand.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// A path that other users could have read or written. Its `Display` is the
/// warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loose {
    /// What was open to others.
    pub path: PathBuf,
    /// The permission bits it was found with.
    pub mode: u32,
    /// The mode it should have.
    pub wanted: u32,
    /// Whether it has that mode now.
    pub tightened: bool,
}

impl fmt::Display for Loose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        write!(
            f,
            "`{path}` was open to other users (mode {:04o})",
            self.mode
        )?;
        if self.tightened {
            write!(f, " and is private now")
        } else {
            write!(
                f,
                " and cannot be made private; its owner can, with `chmod {:o} {path}`",
                self.wanted
            )
        }
    }
}

/// Creates a directory with its missing parents, all 0700. One that exists is
/// left as it is.
pub(crate) fn create_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, DIRECTORY_MODE);
    builder.create(path)
}

/// Creates a directory like [`create_directory`], and takes other users' rights
/// from one that exists.
pub(crate) fn private_directory(path: &Path) -> io::Result<Option<Loose>> {
    create_directory(path)?;
    tighten(path, DIRECTORY_MODE)
}

/// Creates a directory like [`create_directory`], and takes from others the right to
/// write into one that exists. Who can write there can replace what is in it.
///
/// # Errors
/// Also for a directory that others share (a sticky one) or own: changing its mode
/// is not for us to decide.
pub(crate) fn own_directory(path: &Path) -> io::Result<()> {
    create_directory(path)?;
    let Some(mode) = loose_mode(path)?.filter(|mode| mode & OTHERS_WRITE != 0) else {
        return Ok(());
    };
    let shared = mode & STICKY != 0 || !is_ours(path)?;
    let wanted = mode & !OTHERS_WRITE;
    if shared || restrict(path, wanted).is_err() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "other users can write into `{}` (mode {mode:04o})",
                path.display()
            ),
        ));
    }
    tracing::warn!(
        "other users could write into `{}` (mode {mode:04o}); now they cannot (mode {wanted:04o})",
        path.display()
    );
    Ok(())
}

const OTHERS_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// Whether the path belongs to the user of this process.
#[cfg(unix)]
fn is_ours(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata(path)?.uid() == rustix::process::geteuid().as_raw())
}

/// Whether the path belongs to the user of this process: unknown here.
#[cfg(not(unix))]
fn is_ours(_path: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Creates an empty file with mode 0600, and takes other users' rights from one
/// that exists.
///
/// A file that exists is never opened: closing it would release the locks that
/// a database connection of this process holds on it.
pub(crate) fn private_file(path: &Path) -> io::Result<Option<Loose>> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    match options.open(path) {
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_file() => {
            tighten(path, FILE_MODE)
        }
        Err(error) => Err(error),
    }
}

/// The permission bits of a path that other users have rights to.
#[cfg(unix)]
pub(crate) fn loose_mode(path: &Path) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode() & 0o7777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

/// The permission bits of a path that other users have rights to: unknown here.
#[cfg(not(unix))]
pub fn loose_mode(path: &Path) -> io::Result<Option<u32>> {
    fs::metadata(path).map(|_| None)
}

fn tighten(path: &Path, wanted: u32) -> io::Result<Option<Loose>> {
    Ok(loose_mode(path)?.map(|mode| Loose {
        path: path.to_owned(),
        mode,
        wanted,
        tightened: restrict(path, wanted).is_ok(),
    }))
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn what_is_created_is_private_all_the_way_down() {
        let home = tempfile::tempdir().unwrap();
        let outer = home.path().join("a");
        let inner = outer.join("b");
        assert_eq!(private_directory(&inner).unwrap(), None);
        let file = inner.join("c");
        assert_eq!(private_file(&file).unwrap(), None);
        assert_eq!(mode(&outer), 0o700);
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn what_is_loose_is_named_and_tightened() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("a");
        let file = directory.join("b");
        fs::create_dir(&directory).unwrap();
        fs::write(&file, "kept").unwrap();
        restrict(&directory, 0o755).unwrap();
        restrict(&file, 0o644).unwrap();
        assert_eq!(loose_mode(&directory).unwrap(), Some(0o755));

        let loose = private_directory(&directory).unwrap().unwrap();
        assert_eq!(
            loose.to_string(),
            format!(
                "`{}` was open to other users (mode 0755) and is private now",
                directory.display()
            )
        );
        let loose = private_file(&file).unwrap().unwrap();
        assert_eq!((loose.mode, loose.tightened), (0o644, true));
        assert_eq!(mode(&directory), 0o700);
        assert_eq!(mode(&file), 0o600);
        assert_eq!(fs::read_to_string(&file).unwrap(), "kept");
        assert_eq!(private_file(&file).unwrap(), None);
    }

    #[test]
    fn others_may_read_a_directory_and_not_write_into_it() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("a");
        own_directory(&directory).unwrap();
        assert_eq!(mode(&directory), 0o700);
        for (before, after) in [(0o755, 0o755), (0o770, 0o750), (0o777, 0o755)] {
            restrict(&directory, before).unwrap();
            own_directory(&directory).unwrap();
            assert_eq!(mode(&directory), after, "{before:o}");
        }
        restrict(&directory, 0o1777).unwrap();
        let refused = own_directory(&directory).unwrap_err().to_string();
        assert!(refused.contains("(mode 1777)"), "{refused}");
        assert_eq!(mode(&directory), 0o1777);
    }

    #[test]
    fn a_thing_of_another_kind_is_an_error_and_untouched() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("a");
        fs::create_dir(&directory).unwrap();
        restrict(&directory, 0o755).unwrap();
        private_file(&directory).unwrap_err();
        assert_eq!(mode(&directory), 0o755);
        let file = home.path().join("b");
        fs::write(&file, "").unwrap();
        restrict(&file, 0o644).unwrap();
        private_directory(&file).unwrap_err();
        assert_eq!(mode(&file), 0o644);
    }

    #[test]
    fn a_path_of_another_owner_is_named_with_the_way_out() {
        let loose = Loose {
            path: PathBuf::from("/x"),
            mode: 0o770,
            wanted: 0o700,
            tightened: false,
        };
        assert_eq!(
            loose.to_string(),
            "`/x` was open to other users (mode 0770) and cannot be made private; \
             its owner can, with `chmod 700 /x`"
        );
    }
}
