//! The project's own files.

use std::fs;
use std::path::{Path, PathBuf};

/// The text of a file of the project.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file below a directory of the project, relative to it, sorted.
pub(crate) fn rust_files(directory: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut files = vec![];
    let mut look = vec![root.clone()];
    while let Some(path) = look.pop() {
        for entry in
            fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                look.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(&root).expect("below the root").to_owned());
            }
        }
    }
    files.sort();
    files
}
