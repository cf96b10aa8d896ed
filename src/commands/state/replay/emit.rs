//! Dead letters as records: printed as a run would have printed them.

use crate::commands::context::Context;
use crate::model::error::{Error, ErrorKind};
use crate::model::exit::Exit;
use crate::output::row;
use crate::output::{Columns, Layout, Members, Output, Record, Subject};
use crate::state::checkpoint::CheckpointName;
use crate::state::dead_letters::DeadLetter;

pub(in crate::commands) const LAYOUT: Layout = Layout {
    command: "state replay",
    columns: Columns(&["id", "type"]),
    members: Members::Object,
    single: false,
    subject: Subject::Program,
};

/// Prints an empty document.
pub(super) fn nothing(cx: &mut Context) -> Result<Exit, Error> {
    cx.output(LAYOUT)?.finish()?;
    Ok(Exit::Done)
}

/// Prints the records of letters; gives those that are left, and what the run came
/// to.
pub(super) fn run(
    cx: &mut Context,
    name: &CheckpointName,
    letters: Vec<DeadLetter>,
) -> Result<(Vec<DeadLetter>, Exit), Error> {
    let mut output = cx.output(LAYOUT)?;
    let (mut left, mut first) = (Vec::new(), None);
    let all = letters.len();
    for letter in letters {
        if let Err(failure) = print(&mut output, &letter)? {
            first.get_or_insert(failure);
            left.push(letter);
        }
    }
    output.finish()?;
    let Some(failure) = first else {
        return Ok((left, Exit::Done));
    };
    cx.ui.error(&failure);
    let stay = left.len();
    cx.ui
        .note(&format!("{stay} of {all} dead letters of `{name}` remain"));
    let exit = if stay == all {
        Exit::of(failure.kind)
    } else {
        Exit::Partial
    };
    Ok((left, exit))
}

/// Prints what a letter holds. The inner error concerns this letter alone.
fn print(output: &mut Output, letter: &DeadLetter) -> Result<Result<(), Error>, Error> {
    let records = match letter.records() {
        Ok(records) => records,
        Err(reason) => {
            let message = format!("a dead letter holds no record: {reason}");
            let failure = Error::new(ErrorKind::Decode, message)
                .hint("correct the line in the file of dead letters, or delete it");
            return Ok(Err(failure));
        }
    };
    for json in records {
        match output.record(&Raw(json)) {
            Ok(()) => {}
            Err(error) if error.concerns_one_record() => return Ok(Err(error.into())),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Ok(()))
}

/// A record as the service sent it.
struct Raw<'a>(&'a str);

impl Record for Raw<'_> {
    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }

    fn row(&self) -> Option<Vec<(&'static str, String)>> {
        Some(row::object(self.0).cells)
    }
}
