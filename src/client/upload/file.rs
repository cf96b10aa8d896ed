//! A file to upload.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::stream::{self, StreamExt};

use super::form::{Form, file_name};
use super::reader::{FileFault, Reader};
use super::sending::{Sending, locked};

/// Hears how far uploads have got.
pub trait Meter: Send + Sync {
    /// So many more bytes of files are out.
    fn sent(&self, bytes: u64);

    /// So many bytes that were out have to go out again.
    fn rewound(&self, bytes: u64);
}

/// A file to upload.
pub struct Upload {
    path: PathBuf,
    name: String,
    size: u64,
    fields: Vec<(&'static str, String)>,
    expected: Option<String>,
    meter: Option<Arc<dyn Meter>>,
    digest: Arc<Mutex<Option<String>>>,
}

impl Upload {
    /// The file at `path`, which has `size` bytes now and must have when it is
    /// sent. Only the base name of the path goes along.
    pub fn new(path: &Path, size: u64) -> Self {
        Self {
            name: file_name(path),
            path: path.to_owned(),
            size,
            fields: vec![],
            expected: None,
            meter: None,
            digest: Arc::default(),
        }
    }

    /// Adds form fields, which go out before the file.
    #[must_use]
    pub fn fields(mut self, fields: Vec<(&'static str, String)>) -> Self {
        self.fields = fields;
        self
    }

    /// Sends the file only if this still is its SHA-256.
    #[must_use]
    pub fn expecting(mut self, sha256: Option<String>) -> Self {
        self.expected = sha256;
        self
    }

    /// Tells how far it has got.
    #[must_use]
    pub fn metered(mut self, meter: Arc<dyn Meter>) -> Self {
        self.meter = Some(meter);
        self
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of what was sent last, in hex; `None` until a try got to the end.
    pub fn sha256(&self) -> Option<String> {
        locked(&self.digest).clone()
    }

    /// Whether the form has this field.
    pub fn has_field(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| *field == name)
    }

    /// Opens the file for one try.
    pub(in crate::client) fn begin(&self) -> Result<Begun, FileFault> {
        let reader = Reader::open(&self.path, self.size, self.expected.clone())?;
        let sending = Sending::new(self.size, self.meter.clone());
        let file = sending.flow(reader, Arc::clone(&self.digest));
        let Form {
            content_type,
            head,
            tail,
        } = Form::new(&self.fields, &self.name);
        let length = (head.len() + tail.len()) as u64 + self.size;
        let around = |text: String| stream::iter([Ok(Bytes::from(text))]);
        let body = around(head).chain(file).chain(around(tail));
        Ok(Begun {
            content_type,
            length,
            body: reqwest::Body::wrap_stream(body),
            sending,
        })
    }
}

/// One try: the form to send, and what becomes of it.
pub(in crate::client) struct Begun {
    /// The value of `Content-Type`.
    pub(in crate::client) content_type: String,
    /// Bytes of the body.
    pub(in crate::client) length: u64,
    pub(in crate::client) body: reqwest::Body,
    pub(in crate::client) sending: Sending,
}

impl fmt::Debug for Upload {
    /// Without the fields: one of them may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("path", &self.path)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
