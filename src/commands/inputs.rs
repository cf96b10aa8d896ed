//! Where lists of indicators come from: arguments, a file, a pipe.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use futures::StreamExt;
use futures::stream::{self, BoxStream};

use super::context::Context;
use crate::enrich::input::{self, Line};
use crate::error::Failure;

/// Where the inputs come from, decided before anything is opened.
pub(super) enum Inputs {
    /// From the arguments.
    Arguments(Vec<String>),
    /// From standard input.
    Stdin,
    /// From a file.
    File(PathBuf),
    /// From the arguments, then from elsewhere.
    Both(Vec<String>, Box<Inputs>),
}

impl Inputs {
    /// Decides: `-` among the arguments or as the file is standard input, which
    /// also counts when nothing is named and something is piped in.
    ///
    /// # Errors
    /// Usage, when there is nothing anywhere.
    pub(super) fn of(
        arguments: &[String],
        file: Option<&Path>,
        command: &str,
        cx: &Context,
    ) -> Result<Self, Failure> {
        let listed = match file {
            Some(path) if path == Path::new("-") => Some(Self::Stdin),
            Some(path) => Some(Self::File(path.to_owned())),
            None if arguments.iter().any(|argument| argument == "-") => Some(Self::Stdin),
            None => None,
        };
        let values: Vec<String> = arguments
            .iter()
            .filter(|argument| *argument != "-")
            .cloned()
            .collect();
        Ok(match (values.is_empty(), listed) {
            (false, None) => Self::Arguments(values),
            (false, Some(listed)) => Self::Both(values, Box::new(listed)),
            (true, Some(listed)) => listed,
            (true, None) if !cx.ui.terminal.stdin => Self::Stdin,
            (true, None) => {
                return Err(Failure::usage(
                    "nothing to look up",
                    format!(
                        "give indicators as arguments, with --input FILE, or through a pipe; `gti {command} --help` has examples"
                    ),
                ));
            }
        })
    }

    /// How many there are, where that is known beforehand.
    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Self::Arguments(values) => Some(values.len() as u64),
            _ => None,
        }
    }

    /// Opens them.
    ///
    /// # Errors
    /// Usage, for a file that can't be read, and when standard input is to hold
    /// the key as well.
    pub(super) fn open(self, cx: &mut Context) -> Result<BoxStream<'static, Line>, Failure> {
        Ok(match self {
            Self::Arguments(values) => input::arguments(values).boxed(),
            Self::Stdin => input::lines(cx.list_input()?).boxed(),
            Self::File(path) => {
                let file = File::open(&path).map_err(|error| {
                    Failure::usage(
                        format!("cannot read `{}`: {error}", path.display()),
                        "--input takes a text file with one indicator a line",
                    )
                })?;
                let reader: Box<dyn Read + Send> = Box::new(file);
                input::lines(reader).boxed()
            }
            Self::Both(values, rest) => {
                let arguments = stream::iter(values.into_iter().map(Ok));
                arguments.chain(rest.open(cx)?).boxed()
            }
        })
    }
}
