//! Where the inputs of a bulk command come from: arguments, a file, a pipe.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use futures::StreamExt;
use futures::stream::BoxStream;

use super::context::Context;
use crate::bulk::input::{self, Line};
use crate::model::encoding::decoded;
use crate::model::error::Error;

/// The inputs, opened: the arguments come first, then what can be read.
pub(super) struct Source {
    /// The arguments as they stand.
    pub(super) values: Vec<String>,
    /// The file or the pipe.
    pub(super) reader: Option<Box<dyn Read + Send>>,
}

impl Source {
    /// Opens what the command line names: `-` is standard input, which is read
    /// without being named where nothing else is and no terminal is there. None
    /// where there is nothing at all.
    pub(super) fn open(
        arguments: &[String],
        input: Option<&Path>,
        cx: &mut Context,
    ) -> Result<Option<Self>, Error> {
        let named = arguments.iter().any(|argument| argument == "-");
        let values: Vec<String> = arguments
            .iter()
            .filter(|argument| *argument != "-")
            .cloned()
            .collect();
        let reader: Option<Box<dyn Read + Send>> = match input {
            Some(path) if path == Path::new("-") => Some(cx.list_input()?),
            Some(path) => Some(Box::new(decoded(File::open(path).map_err(|error| {
                Error::usage(format!("cannot read `{}`: {error}", path.display()))
                    .hint("--input takes a text file, or - for standard input")
            })?))),
            None if named => Some(cx.list_input()?),
            None if values.is_empty() && !cx.ui.terminal.stdin => Some(cx.list_input()?),
            None => None,
        };
        let found = !values.is_empty() || reader.is_some();
        Ok(found.then_some(Self { values, reader }))
    }
}

/// The inputs of a command that takes indicators: the arguments, then what a file
/// or a pipe holds.
pub(super) fn indicators(
    arguments: &[String],
    input: Option<&Path>,
    column: Option<&str>,
    command: &str,
    cx: &mut Context,
) -> Result<BoxStream<'static, Line>, Error> {
    let Source { values, reader } = Source::open(arguments, input, cx)?.ok_or_else(|| {
        Error::usage("nothing to look up").hint(format!("give indicators as arguments, with --input FILE, or through a pipe; `gti {command} --help` has examples"))
    })?;
    let arguments = input::arguments(values);
    Ok(match reader {
        None => arguments.boxed(),
        Some(reader) => arguments
            .chain(input::indicators(reader, column.map(str::to_owned)))
            .boxed(),
    })
}
