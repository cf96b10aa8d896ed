//! How much of a file is committed, and how to recognise the file again.

use std::fs::Metadata;

/// How much of a file this program has written and committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMark {
    /// Which file it is.
    pub identity: FileIdentity,
    /// Committed bytes, from the beginning.
    pub length: u64,
    /// SHA-256 of the last [`TAIL`] committed bytes, or of all if there are fewer.
    /// None in marks of earlier versions, which kept no hash.
    pub tail: Option<[u8; 32]>,
}

/// So many committed bytes are compared before a file is cut or committed. They hold
/// at least the end of the last record, with its id.
pub const TAIL: usize = 4096;

/// What tells a file from another one of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileIdentity {
    /// The device; none in marks of earlier versions.
    pub device: Option<u64>,
    /// The inode; none where there are no inodes.
    pub inode: Option<u64>,
}

impl FileIdentity {
    /// The identity of an existing file.
    #[cfg(unix)]
    pub fn of(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            device: Some(found.dev()),
            inode: Some(found.ino()),
        }
    }

    /// The identity of an existing file: unknown on this platform.
    #[cfg(not(unix))]
    pub fn of(_found: &Metadata) -> Self {
        Self::default()
    }

    /// Whether both may be the same file: nothing that both know differs.
    pub fn may_be(self, other: Self) -> bool {
        let agree =
            |one: Option<u64>, other: Option<u64>| one.is_none() || other.is_none() || one == other;
        agree(self.device, other.device) && agree(self.inode, other.inode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_does_not_differ() {
        let identity = |device, inode| FileIdentity { device, inode };
        let whole = identity(Some(1), Some(2));
        for (other, same) in [
            (whole, true),
            (identity(None, Some(2)), true),
            (identity(None, None), true),
            (identity(Some(1), Some(3)), false),
            (identity(Some(2), Some(2)), false),
            (identity(None, Some(3)), false),
        ] {
            assert_eq!(whole.may_be(other), same, "{other:?}");
            assert_eq!(other.may_be(whole), same, "{other:?}");
        }
    }
}
