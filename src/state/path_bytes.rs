//! Paths as bytes, so that a path that is not UTF-8 is the same path in the next
//! run.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The bytes of a path.
#[cfg(unix)]
pub(crate) fn to_bytes(path: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

/// The bytes of a path. What is not Unicode is replaced, on platforms whose paths
/// are no bytes.
#[cfg(not(unix))]
pub(crate) fn to_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

/// The path of bytes.
#[cfg(unix)]
pub(crate) fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
}

/// The path of bytes.
#[cfg(not(unix))]
pub(crate) fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

/// A path in JSON: its text, or a list of bytes where it is no text.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Text(String),
    Bytes(Vec<u8>),
}

/// For `#[serde(with)]`.
pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    let form = match path.to_str() {
        Some(text) => Form::Text(text.to_owned()),
        None => Form::Bytes(to_bytes(path)),
    };
    form.serialize(serializer)
}

/// For `#[serde(with)]`.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    Ok(match Form::deserialize(deserializer)? {
        Form::Text(text) => PathBuf::from(text),
        Form::Bytes(bytes) => from_bytes(bytes),
    })
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Holder(#[serde(with = "super")] PathBuf);

    #[test]
    fn any_path_survives() {
        for (bytes, json) in [
            (&b"/a and b (jsonl)"[..], "\"/a and b (jsonl)\""),
            (b"/\xff", "[47,255]"),
        ] {
            let path = from_bytes(bytes.to_vec());
            assert_eq!(to_bytes(&path), bytes);
            let text = serde_json::to_string(&Holder(path.clone())).unwrap();
            assert_eq!(text, json);
            let back: Holder = serde_json::from_str(&text).unwrap();
            assert_eq!(back.0, path);
        }
    }
}
