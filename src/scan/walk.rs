//! The files in a directory.

use std::fs;
use std::path::{Path, PathBuf};

use super::target::Target;
use crate::output::sink::is_unfinished;

/// Every file below a directory, sorted by name, directory by directory. What
/// can't be read and what is no file has its own refused target: nothing is
/// left out in silence.
///
/// Symbolic links are not followed: what they lead to may lie elsewhere, and
/// was not meant to be shown to anybody.
pub(crate) fn files_below(directory: PathBuf) -> impl Iterator<Item = Target> {
    let mut named = Some(());
    let mut waiting = vec![directory];
    std::iter::from_fn(move || {
        loop {
            let path = waiting.pop()?;
            // The one that was named may be a link: whoever named it meant it.
            let kind = match named.take() {
                Some(()) => Found::Directory,
                None => kind_of(&path),
            };
            match kind {
                Found::Directory => match entries(&path) {
                    // The last one is taken first.
                    Ok(mut entries) => {
                        entries.reverse();
                        waiting.append(&mut entries);
                    }
                    Err(error) => {
                        return Some(Target::refused(&path, &format!("cannot be read: {error}")));
                    }
                },
                Found::File => return Some(Target::file(path)),
                Found::Other(reason) => return Some(Target::refused(&path, reason)),
            }
        }
    })
}

enum Found {
    Directory,
    File,
    Other(&'static str),
}

fn kind_of(path: &Path) -> Found {
    match fs::symlink_metadata(path).map(|metadata| metadata.file_type()) {
        Ok(kind) if kind.is_dir() => Found::Directory,
        Ok(kind) if kind.is_symlink() => {
            Found::Other("is a symbolic link, which --recursive does not follow")
        }
        Ok(kind) if !kind.is_file() => Found::Other("is not a regular file"),
        // What can't be looked at is told when it is to be read.
        Ok(_) | Err(_) => Found::File,
    }
}

/// The entries of a directory, without what this program is just writing there.
fn entries(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(directory)?
        .filter(|entry| !matches!(entry, Ok(entry) if is_unfinished(&entry.file_name())))
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_sorted_and_nothing_is_left_out() {
        let root = tempfile::tempdir().expect("a directory");
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("b/deep")).expect("directories");
        for name in ["c", "a", "b/2", "b/deep/1", "b/.hidden", "b/.gti-x.partial"] {
            fs::write(at(name), "x").expect("a file");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hostname", at("b/link")).expect("a link");
        let found: Vec<(String, bool)> = files_below(root.path().to_owned())
            .map(|target| {
                let name = target.given[root.path().as_os_str().len() + 1..].to_owned();
                (name, target.subject.is_ok())
            })
            .collect();
        let expected = [
            ("a", true),
            ("b/.hidden", true),
            ("b/2", true),
            ("b/deep/1", true),
            #[cfg(unix)]
            ("b/link", false),
            ("c", true),
        ];
        assert_eq!(found, expected.map(|(name, fine)| (name.to_owned(), fine)));
    }
}
