//! Small files that the user names: read whole, and refused where they are a device
//! or a wrong file, which may have no end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

const MIB: u64 = 1024 * 1024;

/// Far above any rules, program or secret that people write.
const LARGEST_TEXT: u64 = MIB;

/// Far above any bundle of certificates.
const LARGEST_BUNDLE: u64 = 16 * MIB;

/// The text of a file of 1 MiB at most.
///
/// # Errors
/// A file that cannot be read, is larger, or is not text.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let bytes = read(path, LARGEST_TEXT)?;
    String::from_utf8(bytes).map_err(|_| {
        let reason = "stream did not contain valid UTF-8";
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })
}

/// The bytes of a CA bundle, of 16 MiB at most.
///
/// # Errors
/// A file that cannot be read, or is larger.
pub(crate) fn read_bundle(path: &Path) -> io::Result<Vec<u8>> {
    read(path, LARGEST_BUNDLE)
}

/// Opens a file that the user names. A named pipe or a socket is refused: nobody may
/// ever write to it. What a shell hands over (`<(command)`) has its writer.
///
/// # Errors
/// What is wrong with it.
#[cfg(unix)]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    let handed_over = ["/dev/fd", "/dev/stdin", "/proc/self/fd"];
    if handed_over.iter().any(|place| path.starts_with(place)) {
        return File::open(path);
    }
    let at_once = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options()
        .read(true)
        .custom_flags(at_once)
        .open(path)?;
    if file.metadata()?.file_type().is_fifo() {
        let what = "it is a named pipe; a file, or <(command), can be read";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    Ok(file)
}

/// Opens a file that the user names.
#[cfg(not(unix))]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The bytes of a file of at most so many.
///
/// # Errors
/// A file that cannot be read, or is larger.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    read_from(open(path)?, largest)
}

/// The bytes of what has at most so many.
///
/// # Errors
/// What cannot be read, or is larger.
pub(crate) fn read_from(from: impl Read, largest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        let what = format!("it is larger than {} MiB", largest / MIB);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_not_beyond() {
        let room = tempfile::tempdir().expect("a directory");
        let path = room.path().join("file");
        for (size, fits) in [(0, true), (LARGEST_TEXT, true), (LARGEST_TEXT + 1, false)] {
            let text = "x".repeat(usize::try_from(size).expect("small"));
            std::fs::write(&path, &text).expect("write");
            let read = read_text(&path);
            assert_eq!(read.is_ok_and(|read| read == text), fits, "{size}");
        }
        let endless = read_bundle(Path::new("/dev/zero")).expect_err("no end");
        assert_eq!(endless.to_string(), "it is larger than 16 MiB");
        std::fs::write(&path, [0xff]).expect("write");
        let error = read_text(&path).expect_err("no text");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
