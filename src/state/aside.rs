//! Puts a damaged database out of the way without losing it, so that somebody
//! may look at it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Damaged databases that are kept. A disk that spoils one after the other
/// must not be filled with them: the last place is given to the newest.
const PLACES: u32 = 3;

/// What `SQLite` keeps beside a database.
pub(super) const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// Renames the database and its companions to `….damaged-N`; returns the new
/// name of the database.
///
/// The database goes first: should the process die in between, `SQLite` removes
/// a log that stands without one.
pub(super) fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let place = (1..PLACES)
        .map(|number| with_suffix(path, &format!(".damaged-{number}")))
        .find(|place| !place.exists())
        .unwrap_or_else(|| with_suffix(path, &format!(".damaged-{PLACES}")));
    fs::rename(path, &place)?;
    for companion in COMPANIONS {
        let renamed = fs::rename(with_suffix(path, companion), with_suffix(&place, companion));
        match renamed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(place)
}

/// The path with `suffix` added to its last part.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// What tells whether a path still leads to the same file.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// What tells whether a path still leads to the same file: nothing, here. An
/// open file can't be replaced on the other platforms.
#[cfg(not(unix))]
pub(super) fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn the_damaged_are_numbered_and_few() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("db");
        let read = |name: &str| fs::read_to_string(home.path().join(name)).ok();
        for (round, number) in [(1, 1), (2, 2), (3, 3), (4, 3)] {
            fs::write(&path, format!("db {round}")).unwrap();
            fs::write(with_suffix(&path, "-wal"), format!("log {round}")).unwrap();
            let place = set_aside(&path).unwrap();
            assert_eq!(place, with_suffix(&path, &format!(".damaged-{number}")));
            assert!(!path.exists() && !with_suffix(&path, "-wal").exists());
        }
        assert_eq!(read("db.damaged-1").as_deref(), Some("db 1"));
        assert_eq!(read("db.damaged-3").as_deref(), Some("db 4"));
        assert_eq!(read("db.damaged-3-wal").as_deref(), Some("log 4"));
    }
}
