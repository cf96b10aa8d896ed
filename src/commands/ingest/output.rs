//! The output of a feed: standard output, or a file that is appended to; beside
//! it or instead of it a webhook or a named sink.

use std::path::{Path, PathBuf};

use super::options::IngestOptions;
use crate::commands::context::Context;
use crate::commands::delivery::{Sender, Sink as Delivery};
use crate::error::Failure;
use crate::ingest::Outlets;
use crate::output::sink::{Append, Sink, Target, Written};
use crate::output::{Format, Layout, Output};
use crate::state::checkpoint::FileMark;

/// The main way of a feed's records.
pub(super) struct Ways {
    delivery: Option<Delivery>,
    /// None where records are only delivered.
    place: Option<Place>,
}

impl Ways {
    /// What the options ask for: with a webhook or a sink there is an output only
    /// if -o names one.
    pub(super) fn of(cx: &Context, options: &IngestOptions) -> Result<Self, Failure> {
        let delivery = options.delivery.sink(cx)?;
        let place = (delivery.is_none() || cx.flags.output.is_some()).then(|| Place::of(cx));
        if place.is_none() && (cx.settings.jq.is_some() || cx.flags.fields.is_some()) {
            return Err(Failure::usage(
                "--jq and --fields shape an output, and there is none",
                "map what is delivered with --webhook-body, or name an output with -o",
            ));
        }
        if let Some(place) = &place {
            place.check(cx, cx.output_format()?)?;
        }
        Ok(Self { delivery, place })
    }

    /// Whether records leave by a webhook or a sink.
    pub(super) fn deliver(&self) -> bool {
        self.delivery.is_some()
    }

    /// The name that a checkpoint knows them by. The file stands last.
    pub(super) fn name(&self, format: Format) -> String {
        let delivery = self.delivery.as_ref().map(Delivery::name);
        let place = self.place.as_ref().map(|place| place.name(format));
        let names: Vec<String> = delivery.into_iter().chain(place).collect();
        names.join(DELIVERED_AND)
    }

    /// Opens them. `once` is whether there is a single poll, `committed` is what a checkpoint vouches for.
    pub(super) fn open(
        &self,
        cx: &mut Context,
        layout: Layout,
        sender: &Sender,
        once: bool,
        committed: Option<FileMark>,
    ) -> Result<(Outlets, Option<Written>), Failure> {
        let mut outlets = Outlets::default();
        if let Some(delivery) = &self.delivery {
            outlets = outlets.with(delivery.open(cx, sender)?, delivery.addressed(sender));
        }
        let Some(place) = &self.place else {
            return Ok((outlets, None));
        };
        let durable = sender.checkpoint.is_some();
        let (output, written) = place.open(cx, layout, durable, committed)?;
        // Only here is the whole answer in hand at the end, and nobody's resuming
        // depends on what was shown.
        let output = if durable || !once {
            output
        } else {
            output.most_severe_first()
        };
        // Without a checkpoint there is no committed length to keep.
        let written = written.filter(|_| durable);
        let addressed = sender.addressed(place.name(cx.output_format()?));
        Ok((outlets.with(Box::new(output), addressed), written))
    }
}

/// What stands between a delivery's name, which has no blanks, and the output's.
const DELIVERED_AND: &str = " and ";

/// The file in the name of a checkpoint's output.
pub(in crate::commands) fn file_of(name: &str) -> Option<&str> {
    let delivered = name.starts_with("webhook:") || name.starts_with("sink:");
    let place = match name.split_once(DELIVERED_AND) {
        Some((_, place)) if delivered => place,
        _ => name,
    };
    place.rsplit_once(" (").map(|(path, _)| path)
}

/// Where a feed's records go.
enum Place {
    /// Standard output, or something else that is only written: at least once.
    Stream(Target),
    /// A file: exactly once with a checkpoint.
    File(PathBuf),
}

impl Place {
    /// What `-o` names.
    fn of(cx: &Context) -> Self {
        let target = cx
            .settings
            .output
            .clone()
            .map_or(Target::Stdout, Target::from);
        match target {
            Target::File(path) if is_regular(&path) => Self::File(path),
            other => Self::Stream(other),
        }
    }

    /// The name that a checkpoint knows it by.
    fn name(&self, format: Format) -> String {
        match self {
            Self::Stream(Target::Stdout) => "standard output".to_owned(),
            Self::Stream(Target::File(path)) => path.display().to_string(),
            Self::File(path) => {
                let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                format!("{} ({format})", whole.display())
            }
        }
    }

    /// Refuses what can't be appended to piece by piece.
    fn check(&self, cx: &Context, format: Format) -> Result<(), Failure> {
        let Self::File(path) = self else {
            return Ok(());
        };
        let appendable = match format {
            Format::Jsonl => true,
            // The header must be known before the first record, in every run.
            Format::Csv => cx.settings.jq.is_none() || cx.settings.fields.is_some(),
            _ => false,
        };
        if appendable {
            return Ok(());
        }
        let path = path.display();
        Err(match format {
            Format::Csv => Failure::usage(
                format!(
                    "the columns of `{path}` are not known: --jq decides them record by record"
                ),
                "name them with --fields",
            ),
            _ => Failure::usage(
                format!(
                    "a document in the format {format} can't grow, and ingest appends to `{path}`"
                ),
                "with -o write -f jsonl or -f csv, or send the document through a pipe",
            ),
        })
    }

    /// Opens it. `committed` is what a checkpoint vouches for; `durable` whether
    /// there is a checkpoint at all.
    fn open(
        &self,
        cx: &mut Context,
        layout: Layout,
        durable: bool,
        committed: Option<FileMark>,
    ) -> Result<(Output, Option<Written>), Failure> {
        let path = match self {
            Self::Stream(target) => {
                let sink = target.open(cx.ui.take_stdout())?.sink;
                return Ok((cx.output_into(layout, sink)?, None));
            }
            Self::File(path) => path,
        };
        let sink = if durable {
            Append::open_durable(path, committed.map(|file| (file.length, file.inode)))?
        } else {
            Append::open(path)?
        };
        let written = sink.written();
        let sink: Box<dyn Sink> = Box::new(sink);
        let output = cx.output_into(layout, sink)?;
        let output = match written.length() {
            0 => output,
            _ => output.continued(),
        };
        Ok((output, Some(written)))
    }
}

/// Whether the path is a file, or will be one.
fn is_regular(path: &Path) -> bool {
    !path.starts_with("/dev/fd")
        && !path.starts_with("/proc")
        && std::fs::metadata(path).map_or(true, |found| found.is_file() || found.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_in_the_name() {
        for (name, file) in [
            ("standard output", None),
            ("/a (1) and /b (jsonl)", Some("/a (1) and /b")),
            ("webhook:https://soar.example#ab12", None),
            (
                "webhook:https://soar.example#ab12 and /a and b (csv)",
                Some("/a and b"),
            ),
            ("sink:soc and standard output", None),
            ("sink:soc and /a (jsonl)", Some("/a")),
        ] {
            assert_eq!(file_of(name), file, "{name}");
        }
    }
}
