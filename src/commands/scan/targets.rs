//! Where targets come from: arguments, and lists on standard input.

use std::ffi::OsString;
use std::io;

use futures::stream::{self, BoxStream, StreamExt};

use crate::bulk::input;
use crate::commands::context::Context;
use crate::model::error::Error;
use crate::scan::Target;

/// The targets of a run.
pub(super) type Targets = BoxStream<'static, io::Result<Target>>;

/// The targets that the arguments stand for. `-` stands for the lines of
/// standard input, whose targets come last.
pub(super) fn targets<I>(
    arguments: Vec<OsString>,
    cx: &mut Context,
    made: impl Fn(OsString) -> I + Clone + Send + 'static,
) -> Result<Targets, Error>
where
    I: Iterator<Item = Target> + Send + 'static,
{
    let listed = arguments.iter().any(|argument| argument == "-");
    let plain: Vec<OsString> = arguments
        .into_iter()
        .filter(|argument| argument != "-")
        .collect();
    let from_arguments = plain.into_iter().flat_map(made.clone()).map(Ok);
    let from_arguments = stream::iter(from_arguments);
    if !listed {
        return Ok(from_arguments.boxed());
    }
    let lines = input::lines(cx.list_input()?);
    let from_lines = lines.flat_map(move |line| {
        let (targets, trouble) = match line {
            Ok(line) => (Some(made(line.into())), None),
            Err(error) => (None, Some(Err(error))),
        };
        stream::iter(targets.into_iter().flatten().map(Ok).chain(trouble))
    });
    Ok(from_arguments.chain(from_lines).boxed())
}

/// A text argument; what is not UTF-8 shows as replacement characters, which no
/// target has.
pub(super) fn text(argument: OsString) -> String {
    argument
        .into_string()
        .unwrap_or_else(|other| other.to_string_lossy().into_owned())
}
