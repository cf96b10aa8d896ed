//! What becomes of `-o FILE` once it is known how the run ended.

use crate::model::exit::Exit;
use crate::output::OutputError;
use crate::output::sink::Successor;

/// The file that the run writes, and what it takes to replace an earlier one.
#[derive(Default)]
pub(crate) struct OutputFile {
    pub(super) successor: Option<Successor>,
    pub(super) contents: Contents,
}

/// What the records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Contents {
    /// Answers: worth nothing when the run fails, unless someone asks for them.
    #[default]
    Answers,
    /// What was submitted or changed: never thrown away.
    Changes,
    /// Findings, whose verdict is the exit code: whole whatever it is.
    Findings,
}

/// Where the records are in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Where they were meant to be, or there are none.
    InPlace,
    /// In a file of their own beside the one that stays as it was.
    Beside {
        /// The file that was not replaced, as typed.
        target: String,
        /// The file with the records.
        place: String,
    },
    /// Nowhere: the file stays as it was.
    Dropped {
        /// The file that was not replaced, as typed.
        target: String,
    },
}

impl OutputFile {
    /// Replaces the file by a whole answer, and leaves it as it was otherwise.
    ///
    /// # Errors
    /// [`OutputError::Write`].
    pub(crate) fn settle(self, exit: Exit, keep_partial: bool) -> Result<Outcome, OutputError> {
        let Some(successor) = self.successor else {
            return Ok(Outcome::InPlace);
        };
        let answered = exit.is_answer() || self.contents == Contents::Findings;
        if answered && successor.is_whole() {
            successor.put_in_place()?;
            return Ok(Outcome::InPlace);
        }
        let target = successor.target().to_owned();
        if successor.is_empty() {
            return Ok(Outcome::InPlace);
        }
        if !keep_partial && self.contents != Contents::Changes {
            return Ok(Outcome::Dropped { target });
        }
        Ok(match successor.keep_beside()? {
            Some(place) => Outcome::Beside {
                target,
                place: place.display().to_string(),
            },
            None => Outcome::Dropped { target },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::output::sink::{Replacement, Sink};

    /// What is in `out` and in `out.partial` after a run that ended so.
    fn after(
        contents: Contents,
        exit: Exit,
        finished: bool,
        keep_partial: bool,
    ) -> (String, Option<String>) {
        let room = tempfile::tempdir().expect("directory");
        let path = room.path().join("out");
        fs::write(&path, "old").expect("write");
        let mut sink = Box::new(Replacement::open(&path).expect("open"));
        let successor = Some(sink.successor());
        sink.write(b"new").expect("write");
        let ended = if finished {
            sink.finish()
        } else {
            sink.abandon()
        };
        ended.expect("an end");
        let file = OutputFile {
            successor,
            contents,
        };
        file.settle(exit, keep_partial).expect("settled");
        let partial = fs::read_to_string(room.path().join("out.partial")).ok();
        (fs::read_to_string(path).expect("read"), partial)
    }

    #[test]
    fn only_a_whole_answer_replaces_the_file() {
        use Contents::{Answers, Changes, Findings};
        let replaced = ("new".to_owned(), None);
        let left = ("old".to_owned(), None);
        let beside = ("old".to_owned(), Some("new".to_owned()));
        for (exit, _) in Exit::TABLE {
            let answer = [0, 3, 5, 8, 10].contains(&exit.code());
            let failed = |without| if answer { &replaced } else { without };
            for (contents, finished, keep_partial, expected) in [
                (Answers, true, false, failed(&left)),
                (Answers, true, true, failed(&beside)),
                (Answers, false, false, &left),
                (Answers, false, true, &beside),
                (Changes, true, false, failed(&beside)),
                (Changes, false, false, &beside),
                (Findings, true, false, &replaced),
                (Findings, false, false, &left),
            ] {
                assert_eq!(
                    &after(contents, exit, finished, keep_partial),
                    expected,
                    "{exit:?} {contents:?} finished: {finished} kept: {keep_partial}"
                );
            }
        }
    }
}
