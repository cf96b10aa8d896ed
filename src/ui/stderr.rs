//! Standard error: the one place where anything is said to it.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use super::escape;
use super::secrets::Secrets;

/// Standard error, shared by everything that talks. What it says holds no secret,
/// and whatever a text of others holds, it stays within its line.
#[derive(Clone)]
pub(crate) struct Stderr {
    stream: Arc<Mutex<Box<dyn Write + Send>>>,
    /// What is never said.
    pub secrets: Secrets,
}

impl Stderr {
    /// Shares the stream.
    pub(crate) fn new(stream: Box<dyn Write + Send>) -> Self {
        Self {
            stream: Arc::new(Mutex::new(stream)),
            secrets: Secrets::default(),
        }
    }

    /// Says lines, each a head of the program's own, which may have colour, and a
    /// text that may be anybody's.
    pub(crate) fn say<'a>(&self, lines: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let lines = lines
            .into_iter()
            .map(|(head, text)| format!("{head}{}\n", escape::line(text)));
        self.write(&lines.collect::<String>());
    }

    /// Says a text of the program's own that has several lines.
    pub(crate) fn say_block(&self, text: &str) {
        self.write(&escape::block(text));
    }

    /// Says one JSON value on a line.
    pub(crate) fn say_json(&self, json: &str) {
        self.write(&format!("{}\n", escape::json(json)));
    }

    /// Writes what is fit to be read; whoever closed the stream does not want it.
    pub(super) fn write(&self, text: &str) {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = stream
            .write_all(self.secrets.cut_out(text).as_bytes())
            .and_then(|()| stream.flush());
    }
}
