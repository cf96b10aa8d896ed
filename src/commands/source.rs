//! Where the inputs of a bulk command come from: arguments, a file, a pipe.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use futures::stream::{self, BoxStream, Stream};
use futures::{StreamExt, TryStreamExt};

use super::context::Context;
use crate::bulk::input::{self, Line};
use crate::local::extract::{self, DOCUMENTS, Found, ValueType, Wanted};
use crate::model::encoding::decoded;
use crate::model::error::Error;

/// Where a command that takes indicators reads them from.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Read indicators from FILE: one a line, CSV with a header, JSON lines, STIX or
    /// MISP
    #[arg(short, long, value_name = "FILE")]
    pub(super) input: Option<PathBuf>,
    /// The column of a CSV that holds them [default: ioc, indicator, value …]
    #[arg(long, value_name = "NAME")]
    pub(super) column: Option<String>,
    /// Find the indicators in any text, as `gti extract` does
    #[arg(long, conflicts_with = "column")]
    pub(super) extract: bool,
}

impl InputArgs {
    /// How many indicators the file has, where it is one that can be read twice and
    /// progress will show the number.
    fn count(&self, cx: &Context) -> Option<u64> {
        let path = self.input.as_deref()?;
        let is_file = fs::metadata(path).is_ok_and(|found| found.is_file());
        if !is_file || !cx.ui.is_watched(cx.writes_file()) {
            return None;
        }
        let file = File::open(path).ok()?;
        input::count(Box::new(decoded(file)), self.column.clone(), DOCUMENTS)
    }
}

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
            Some(path) => {
                let hint = "--input takes a text file, or - for standard input";
                Some(Box::new(decoded(cx.input_file(path, hint)?)))
            }
            None if named => Some(cx.list_input()?),
            None if values.is_empty() && !cx.ui.terminal.stdin => Some(cx.list_input()?),
            None => None,
        };
        let found = !values.is_empty() || reader.is_some();
        Ok(found.then_some(Self { values, reader }))
    }
}

/// The inputs of a command, and how many there are where that is known beforehand.
pub(super) type Counted = (BoxStream<'static, Line>, Option<u64>);

/// The inputs of a command that takes indicators: the arguments, then what a file
/// or a pipe holds. A file is counted first, where somebody watches.
pub(super) fn indicators(
    arguments: &[String],
    from: &InputArgs,
    wanted: Wanted,
    command: &str,
    cx: &mut Context,
) -> Result<Counted, Error> {
    let source = Source::open(arguments, from.input.as_deref(), cx)?.ok_or_else(|| {
        Error::usage("nothing to look up").hint(format!("give indicators as arguments, with --input FILE, or through a pipe; `gti {command} --help` has examples"))
    })?;
    if from.extract {
        return Ok((source.extracted(wanted).boxed(), None));
    }
    let Source { values, reader } = source;
    let named = values.len() as u64;
    let arguments = input::arguments(values);
    let Some(reader) = reader else {
        refuse_idle_column(from.column.as_deref())?;
        return Ok((arguments.boxed(), Some(named)));
    };
    let total = from.count(cx).map(|count| named + count);
    let read = input::indicators(reader, from.column.clone(), DOCUMENTS);
    Ok((arguments.chain(read).boxed(), total))
}

/// Refuses `--column` where only arguments are looked up.
pub(super) fn refuse_idle_column(column: Option<&str>) -> Result<(), Error> {
    match column {
        None => Ok(()),
        Some(_) => Err(
            Error::usage("--column names a column of a file, and there is none")
                .hint("name the file with --input FILE, or give - for standard input"),
        ),
    }
}

impl Source {
    /// The values that stand in the arguments, and in what can be read.
    pub(super) fn extracted(self, wanted: Wanted) -> impl Stream<Item = Line> {
        let arguments = Cursor::new(self.values.join("\n"));
        let streams = std::iter::once(Box::new(arguments) as Box<dyn Read + Send>);
        let sources = streams.chain(self.reader).map(extract::Source::Stream);
        let found = extract::find(sources.collect(), wanted).map(|found| match found {
            Found::Batch(batch) => Ok(batch),
            Found::Private(_) => Ok(vec![]),
            Found::Unread(_, error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        });
        found
            .map_ok(|batch| {
                let values = batch.into_iter().map(|located| located.finding.value);
                stream::iter(values.map(Ok))
            })
            .try_flatten()
    }
}

/// The types that the service looks up by their value.
pub(super) fn indicator_types() -> Vec<ValueType> {
    vec![
        ValueType::Ip,
        ValueType::Domain,
        ValueType::Url,
        ValueType::File,
    ]
}
