//! Files that are written beside the mirror, each replaced in one step.

use std::io::{self, Write};
use std::path::Path;

use crate::commands::context::Context;
use crate::model::error::Error;
use crate::output::OutputError;
use crate::output::sink::{Opened, Sink, Target};

/// A file that takes the place of the one of its name when it is whole.
pub(super) struct NewFile(Opened);

impl NewFile {
    /// Opens it, unless it is one of the program's own.
    pub(super) fn open(path: &Path, cx: &Context) -> Result<Self, Error> {
        cx.own().refuse(path)?;
        cx.own().refuse_files_of_others(path)?;
        let target = Target::File(path.to_owned());
        Ok(Self(target.open(Box::new(io::sink()))?))
    }

    /// What is written into it.
    pub(super) fn writer(&mut self) -> impl Write + '_ {
        Into(&mut *self.0.sink)
    }

    /// Puts it in place.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.0.sink.finish()?;
        if let Some(successor) = self.0.successor {
            successor.put_in_place()?;
        }
        Ok(())
    }
}

struct Into<'s>(&'s mut dyn Sink);

impl Write for Into<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(told)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(told)
    }
}

fn told(error: OutputError) -> io::Error {
    io::Error::other(error)
}
