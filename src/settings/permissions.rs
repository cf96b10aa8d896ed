//! Whether others can get at a file.

use std::fs::Metadata;

/// The mode of a regular file that its group or others have any right to.
/// Pipes are passed over: `--api-key-file <(pass show gti)` is a good habit.
#[cfg(unix)]
pub(super) fn open_to_others(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o7777;
    (metadata.is_file() && mode & 0o077 != 0).then_some(mode)
}

/// Access lists aren't judged elsewhere: a home directory is closed by default.
#[cfg(not(unix))]
pub(super) fn open_to_others(_metadata: &Metadata) -> Option<u32> {
    None
}
