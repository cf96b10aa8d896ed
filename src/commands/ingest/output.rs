//! The output of a feed: standard output, or a file that is appended to; beside
//! it or instead of it a webhook or a named sink.

use std::path::{Path, PathBuf};

use super::options::IngestOptions;
use crate::commands::context::Context;
use crate::commands::delivery::{Sender, Sink as Delivery};
use crate::commands::ownership::{Opener, refuse_files_of_others, refuse_own_files};
use crate::deliver::Outlets;
use crate::model::error::Error;
use crate::output::sink::{Append, Sink, Target};
use crate::output::{Format, Layout, Output, header_of};
use crate::state::checkpoint::{self, Destination, FileOwner};

/// The main way of a feed's records.
pub(super) struct Ways {
    delivery: Option<Delivery>,
    /// None where records are only delivered.
    place: Option<Place>,
}

impl Ways {
    /// What the options ask for: with a webhook or a sink there is an output only
    /// if -o names one.
    pub(super) fn of(cx: &Context, options: &IngestOptions) -> Result<Self, Error> {
        let delivery = options.delivery.sink(cx)?;
        let place = (delivery.is_none() || cx.flags.output.is_some()).then(|| Place::of(cx));
        if place.is_none() && (cx.settings.jq.is_some() || cx.flags.fields.is_some()) {
            return Err(
                Error::usage("--jq and --fields shape an output, and there is none")
                    .hint("map what is delivered with --webhook-body, or name an output with -o"),
            );
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

    /// Whether one of them is a file that the state keeps count of, even without a
    /// checkpoint.
    pub(super) fn keep_a_file(&self) -> bool {
        self.delivery.as_ref().is_some_and(Delivery::is_file)
    }

    /// Whether every record lands once, so that uncommitted ones can be taken back.
    pub(super) fn exactly_once(&self, has_checkpoint: bool) -> bool {
        has_checkpoint && matches!(self.place, Some(Place::File(_)))
    }

    /// What a checkpoint knows them by.
    pub(super) fn destination(&self, format: Format) -> Destination {
        Destination {
            delivery: self.delivery.as_ref().map(Delivery::receiver),
            output: self.place.as_ref().map(|place| place.output(format)),
        }
    }

    /// Opens them. `once` is whether there is a single poll; `opener` opens the files
    /// that the state keeps count of.
    pub(super) fn open(
        &self,
        cx: &mut Context,
        layout: Layout,
        sender: &Sender,
        once: bool,
        mut opener: Option<&mut Opener>,
    ) -> Result<Outlets, Error> {
        let mut outlets = Outlets::default();
        if let Some(delivery) = &self.delivery {
            let outlet = delivery.open(cx, sender, opener.as_deref_mut())?;
            outlets = outlets.with(outlet, delivery.addressed(sender));
        }
        let Some(place) = &self.place else {
            return Ok(outlets);
        };
        let owner = sender.checkpoint.as_ref();
        let owner = owner.map(|name| FileOwner::Checkpoint(name.clone()));
        let output = place.open(cx, layout, owner.clone().zip(opener))?;
        // Only here is the whole answer in hand at the end, and nobody's resuming
        // depends on what was shown.
        let output = if owner.is_some() || !once {
            output
        } else {
            output.most_severe_first()
        };
        let addressed = sender.addressed(place.output(cx.output_format()?).to_string());
        Ok(outlets.with(Box::new(output), addressed))
    }
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

    /// What a checkpoint knows it by.
    fn output(&self, format: Format) -> checkpoint::Output {
        match self {
            Self::Stream(Target::Stdout) => checkpoint::Output::Stdout,
            Self::Stream(Target::File(path)) => checkpoint::Output::Stream { path: path.clone() },
            Self::File(path) => checkpoint::Output::File {
                path: std::path::absolute(path).unwrap_or_else(|_| path.clone()),
                format: format.to_string(),
            },
        }
    }

    /// Refuses what can't be appended to piece by piece.
    fn check(&self, cx: &Context, format: Format) -> Result<(), Error> {
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
            Format::Csv => Error::usage(format!(
                "the columns of `{path}` are not known: --jq decides them record by record"
            ))
            .hint("name them with --fields"),
            _ => Error::usage(format!(
                "a document in the format {format} can't grow, and ingest appends to `{path}`"
            ))
            .hint("with -o write -f jsonl or -f csv, or send the document through a pipe"),
        })
    }

    /// Opens it; a file with a checkpoint by the one who knows what it owns.
    fn open(
        &self,
        cx: &mut Context,
        layout: Layout,
        keeper: Option<(FileOwner, &mut Opener)>,
    ) -> Result<Output, Error> {
        let path = match self {
            Self::Stream(target) => {
                let sink = target.open(cx.ui.take_stdout())?.sink;
                return cx.output_into(layout, sink);
            }
            Self::File(path) => path,
        };
        let (sink, was_empty): (Box<dyn Sink>, bool) = if let Some((owner, opener)) = keeper {
            let file = opener.open(cx, owner, path)?;
            let was_empty = file.flushed().mark().length == 0;
            (Box::new(file), was_empty)
        } else {
            refuse_own_files(cx, path)?;
            refuse_files_of_others(cx, path)?;
            let file = Append::open(path)?;
            let was_empty = file.was_empty();
            (Box::new(file), was_empty)
        };
        if was_empty {
            return cx.output_into(layout, sink);
        }
        let chosen = cx.settings.fields.clone();
        let fields = match cx.output_format()? {
            Format::Csv if chosen.is_none() => header_of(path),
            _ => chosen,
        };
        Ok(cx.output_of(layout, sink, fields)?.continued())
    }
}

/// Whether the path is a file, or will be one.
fn is_regular(path: &Path) -> bool {
    !path.starts_with("/dev/fd")
        && !path.starts_with("/proc")
        && std::fs::metadata(path).map_or(true, |found| found.is_file() || found.is_dir())
}
