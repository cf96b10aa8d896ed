//! Standard error: the one place where anything is said to it.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use unicode_width::UnicodeWidthStr;

use super::escape;
use super::secrets::Secrets;
use super::wrap;

/// The columns that a text gets even where the page is narrower.
const NARROWEST: usize = 20;

/// Standard error, shared by everything that talks. What it says holds no secret,
/// and whatever a text of others holds, it stays within its line.
#[derive(Clone)]
pub(crate) struct Stderr {
    stream: Arc<Mutex<Box<dyn Write + Send>>>,
    /// The columns of the terminal; nobody else wants lines broken.
    page: Option<usize>,
    /// What is never said.
    pub secrets: Secrets,
}

impl Stderr {
    /// Shares the stream, which is a terminal of so many columns, if it is one.
    pub(crate) fn new(stream: Box<dyn Write + Send>, page: Option<usize>) -> Self {
        Self {
            stream: Arc::new(Mutex::new(stream)),
            page,
            secrets: Secrets::default(),
        }
    }

    /// Says lines, each a head of the program's own, which may have colour, and a
    /// text that may be anybody's.
    pub(crate) fn say<'a>(&self, lines: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let lines = lines
            .into_iter()
            .map(|(head, text)| self.laid_out(head, &escape::line(text)));
        self.write(&lines.collect::<String>());
    }

    /// Says a text of the program's own that has several lines.
    pub(crate) fn say_block(&self, text: &str) {
        let lines = escape::block(text);
        let mut shown = String::with_capacity(lines.len());
        for line in lines.split_inclusive('\n') {
            match self.page {
                Some(page) if line.trim_end().width() > page => {
                    let (head, text) = parted(line, page);
                    shown.push_str(&self.laid_out(head, text.trim_end()));
                }
                _ => shown.push_str(line),
            }
        }
        self.write(&shown);
    }

    /// A head and its text, which goes on below itself where the page ends.
    pub(super) fn laid_out(&self, head: &str, text: &str) -> String {
        let Some(page) = self.page else {
            return format!("{head}{text}\n");
        };
        let indent = visible_width(head);
        let rows = wrap::rows(text, page.saturating_sub(indent).max(NARROWEST));
        format!("{head}{}\n", rows.join(&format!("\n{:indent$}", "")))
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

/// A line parted where its text begins: behind its indent, or in a list of names and
/// what they mean behind the name.
fn parted(line: &str, page: usize) -> (&str, &str) {
    let indent = line.len() - line.trim_start().len();
    let listed = line[indent..].find("  ").map(|gap| indent + gap);
    let listed = listed.map(|gap| line.len() - line[gap..].trim_start().len());
    line.split_at(listed.filter(|at| *at < page / 2).unwrap_or(indent))
}

/// The columns of a head, whose colours take none.
fn visible_width(head: &str) -> usize {
    let mut parts = head.split('\x1b');
    let plain = parts.next().unwrap_or_default().width();
    let behind_colour = |part: &str| part.split_once('m').map_or(0, |(_, text)| text.width());
    plain + parts.map(behind_colour).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_lines_that_end_at_words() {
        let at = |page| Stderr::new(Box::new(std::io::sink()), page);
        let (head, text) = (
            "\x1b[2mhint:\x1b[0m ",
            "check the network and then run it again",
        );
        assert_eq!(at(None).laid_out(head, text), format!("{head}{text}\n"));
        assert_eq!(
            at(Some(32)).laid_out(head, text),
            format!("{head}check the network and then\n      run it again\n")
        );
    }

    #[test]
    fn lists_of_names_keep_their_column() {
        for (line, parts) in [
            (
                "  open   Open the page about it",
                ("  open   ", "Open the page about it"),
            ),
            ("  words alone", ("  ", "words alone")),
            ("no indent", ("", "no indent")),
            (
                "a sentence that is long enough  and a gap",
                ("", "a sentence that is long enough  and a gap"),
            ),
        ] {
            assert_eq!(parted(line, 40), parts);
        }
    }
}
