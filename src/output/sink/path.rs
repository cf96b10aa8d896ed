//! Paths of output files.

use std::fs;
use std::path::{Path, PathBuf};

/// How many symbolic links are followed, as the kernel does.
const LINKS: usize = 40;

/// The path behind any symbolic links, whether or not it exists.
pub(crate) fn followed(path: &Path) -> PathBuf {
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
pub(crate) fn parent(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes a new name durable, too. A file system that can't has none of its
/// promises broken by us, so a failure is no error.
pub(super) fn sync_directory(file: &Path) {
    #[cfg(unix)]
    let _ = fs::File::open(parent(file)).and_then(|opened| opened.sync_all());
    #[cfg(not(unix))]
    let _ = file;
}
