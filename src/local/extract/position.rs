//! Lines and columns of places in a text.

/// Counts lines and characters from one place to the next.
pub(super) struct Position {
    /// The line at `at`, from 1.
    line: u64,
    at: usize,
    /// Characters of that line before `at`.
    characters: u64,
    /// Where that line begins, if it begins in the text.
    begins: Option<usize>,
    /// Characters of the first line that stood before the text.
    before: u64,
}

impl Position {
    /// The beginning of a text that begins in this line, behind so many characters.
    pub(super) fn new(line: u64, before: u64) -> Self {
        Self {
            line,
            at: 0,
            characters: before,
            begins: None,
            before,
        }
    }

    /// The line and the column of a byte of the text. Places come in their order, but
    /// for those of one line.
    pub(super) fn of(&mut self, text: &str, at: usize) -> (u64, u64) {
        let count = |from: usize| text[from..at].chars().count() as u64;
        if at < self.at {
            let characters = match self.begins {
                Some(begins) => count(begins.min(at)),
                None => self.before + count(0),
            };
            return (self.line, characters + 1);
        }
        let passed = &text.as_bytes()[self.at..at];
        let mut last = None;
        for newline in memchr::memchr_iter(b'\n', passed) {
            self.line += 1;
            last = Some(self.at + newline + 1);
        }
        match last {
            Some(begins) => {
                self.begins = Some(begins);
                self.characters = count(begins);
            }
            None => self.characters += count(self.at),
        }
        self.at = at;
        (self.line, self.characters + 1)
    }
}

/// The lines of a document that is at hand whole, for places in any order.
pub(super) struct Lines<'d> {
    document: &'d str,
    first: u64,
    /// Where each line but the first begins.
    begins: Vec<usize>,
}

impl<'d> Lines<'d> {
    /// A document whose first line is this one.
    pub(super) fn new(document: &'d str, first: u64) -> Self {
        let newlines = memchr::memchr_iter(b'\n', document.as_bytes());
        Self {
            document,
            first,
            begins: newlines.map(|newline| newline + 1).collect(),
        }
    }

    /// The line and the column of a byte, or of the character that it is in.
    pub(super) fn of(&self, at: usize) -> (u64, u64) {
        let at = self.document.floor_char_boundary(at);
        let line = self.begins.partition_point(|begins| *begins <= at);
        let begins = line.checked_sub(1).map_or(0, |line| self.begins[line]);
        let characters = self.document[begins..at].chars().count() as u64;
        (self.first + line as u64, characters + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_in_any_order() {
        let lines = Lines::new("aé b\n\nc d", 7);
        for (at, expected) in [
            (9, (9, 3)),
            (0, (7, 1)),
            (4, (7, 4)),
            (2, (7, 2)),
            (99, (9, 4)),
        ] {
            assert_eq!(lines.of(at), expected, "{at}");
        }
    }

    #[test]
    fn lines_and_characters_are_counted_from_one() {
        let text = "aé b\n\nc d";
        let mut position = Position::new(7, 2);
        assert_eq!(position.of(text, 0), (7, 3));
        assert_eq!(position.of(text, 4), (7, 6));
        assert_eq!(position.of(text, 3), (7, 5));
        assert_eq!(position.of(text, 7), (9, 1));
        assert_eq!(position.of(text, 9), (9, 3));
        assert_eq!(position.of(text, 8), (9, 2));
    }
}
